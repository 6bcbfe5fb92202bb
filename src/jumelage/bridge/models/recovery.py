"""How a restored node finds out what it has said, and the epochs it began when nobody could tell."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from jumelage.kit.rows import SharedRow, SharedRows


class Recovery(models.Model):
    """One restore, from the backup until this node and its peers agree on what it has said.

    `backup_at` is when the backup was made. `wanted` entries of our own feeds were missing when
    the peers answered, `taken` are back. `heard` maps the origin of each peer that was asked to
    what it answered: `{"at", "error", "done"}`. `withdrawn` counts the records that were
    withdrawn from readers who had lost the right to them. `epoch_at` is when the operator began a
    new epoch instead of waiting any longer; what peers give back later is still taken.
    """

    class Stage(models.TextChoices):
        """What is being done."""

        ASKING = "asking", _("asking the joined cities")
        TAKING = "taking", _("taking back what this city said")
        STOPPED = "stopped", _("stopped: this city wrote a feed twice")
        DONE = "done", _("done")

    stage = models.CharField(max_length=20, choices=Stage, default=Stage.ASKING)
    began_at = models.DateTimeField()
    backup_at = models.DateTimeField(null=True, blank=True)
    tried_at = models.DateTimeField(null=True, blank=True)
    epoch_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    wanted = models.PositiveBigIntegerField(default=0)
    taken = models.PositiveBigIntegerField(default=0)
    withdrawn = models.PositiveBigIntegerField(default=0)
    heard = models.JSONField(default=dict)
    last_error = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name_plural = "recoveries"

    def __str__(self) -> str:
        """Return when it began and how far it is."""
        return f"{self.began_at:%Y-%m-%d}: {self.stage}, {self.taken} of {self.wanted}"


class Epoch(SharedRow):
    """A feed of the origin that begins again at 1, because its end was not known any more.

    `after_seq` and `after_head` (hex) are what the origin remembered of the epoch `after_epoch`.
    """

    feed = models.CharField(max_length=40)
    epoch = models.PositiveIntegerField()
    after_epoch = models.PositiveIntegerField()
    after_seq = models.PositiveBigIntegerField()
    after_head = models.CharField(max_length=64)

    objects = SharedRows.as_manager()

    def __str__(self) -> str:
        """Return the feed and the epoch."""
        return f"{self.origin}/{self.feed} epoch {self.epoch}"
