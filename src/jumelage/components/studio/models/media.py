"""Kept files by what they contain, and the work of making them fit to be shown; local rows."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from jumelage.components.studio.models.versions import Version
from jumelage.kit import clock


class MediaFile(models.Model):
    """A file this node keeps, by the BLAKE3 of its bytes; see `services.media.keeping`."""

    hash = models.CharField(primary_key=True, max_length=64)
    size = models.PositiveBigIntegerField()
    type = models.CharField(max_length=100, default="application/octet-stream")
    kept_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        """Return the beginning of the hash."""
        return self.hash[:16]


class Preparation(models.Model):
    """What becomes of the file of one version: waiting, being worked on, ready, refused.

    `beat_at` is when its worker last was alive: one that is killed leaves the row as it is, and
    another takes it again.
    """

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", _("waiting")
        WORKING = "working", _("being prepared")
        READY = "ready", _("ready")
        REFUSED = "refused", _("refused")
        CANCELLED = "cancelled", _("cancelled")

    version = models.OneToOneField(
        Version,
        primary_key=True,
        db_constraint=False,
        on_delete=models.CASCADE,
        related_name="preparation",
    )
    original = models.ForeignKey(MediaFile, on_delete=models.PROTECT, related_name="+")
    bytes = models.PositiveBigIntegerField(default=0)
    """Of the original: of all its frames, if it is a sequence."""
    name = models.CharField(max_length=200, blank=True)
    """What the person’s own file or folder is called."""
    options = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    reason = models.CharField(max_length=40, blank=True)
    """A word of `media.facts.REASONS` and others; `troubles.sentence` says what it means."""
    tries = models.PositiveIntegerField(default=0)
    worker = models.CharField(max_length=64, blank=True)
    stop_asked = models.BooleanField(default=False)
    facts = models.JSONField(default=dict)
    """All that was found, and what it took; more than crosses."""
    asked_at = models.DateTimeField(default=clock.now)
    beat_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["state", "beat_at"], name="preparation_state"),)

    def __str__(self) -> str:
        """Return the state."""
        return str(self.State(self.state).label)

    @property
    def is_going_on(self) -> bool:
        """Tell whether something will still come of it."""
        return self.state in {self.State.WAITING, self.State.WORKING}

    @property
    def has_ended_badly(self) -> bool:
        """Tell whether it can be tried again."""
        return self.state in {self.State.REFUSED, self.State.CANCELLED}

    @property
    def percent(self) -> int:
        """How much is done, 0 to 100."""
        if self.state == self.State.READY:
            return 100
        return min(100, 100 * self.done // self.total) if self.total else 0


class Shipment(models.Model):
    """Renditions of a version that were given to freight for the other city."""

    version = models.ForeignKey(
        Version, db_constraint=False, on_delete=models.CASCADE, related_name="shipments"
    )
    delivery = models.CharField(max_length=80)
    renditions = models.JSONField(default=list)
    sent_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        """Return what goes."""
        return ", ".join(self.renditions)


class TakenDelivery(models.Model):
    """A delivery of the other city whose files were taken in, or are none of the studio’s."""

    delivery = models.CharField(primary_key=True, max_length=80)
    ended_at = models.DateTimeField()
    files = models.PositiveIntegerField(default=0)
    lacking = models.BooleanField(default=False)
    """A file of it belongs to a version that is not known here yet."""

    def __str__(self) -> str:
        """Return the delivery."""
        return self.delivery
