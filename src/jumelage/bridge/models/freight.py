"""Freight: what cities said of their deliveries, and the work of this node on each of them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from jumelage.bridge.models.nodes import Node
from jumelage.kit.rows import SharedRow, SharedRows
from jumelage.kit.uris import Uri


class Priority(models.TextChoices):
    """What goes first on a line, most pressing first."""

    URGENT = "urgent", _("urgent: overtakes everything")
    PROXY = "proxy", _("review proxies: before originals")
    NORMAL = "normal", _("normal")
    BACKGROUND = "background", _("background: gives way to everybody")


class DeliveryOffer(SharedRow):
    """A city offers files to another one: what the packing list weighs, and its hash.

    `list_hash` is the BLAKE3 (hex) of the list's bytes, `article` what opened the offer there.
    Of what was sent in `parts`, this is `part` (from 1), and `whole` the URI of the first of them.
    """

    receiver = models.CharField(max_length=32)
    title = models.CharField(max_length=200)
    list_hash = models.CharField(max_length=64)
    list_bytes = models.PositiveBigIntegerField()
    files = models.PositiveIntegerField()
    bytes = models.PositiveBigIntegerField()
    production = models.CharField(max_length=80, blank=True)
    priority = models.CharField(max_length=12)
    article = models.CharField(max_length=200)
    sent_by = models.CharField(max_length=80, blank=True)
    packed_at = models.DateTimeField()
    whole = models.CharField(max_length=80, blank=True)
    part = models.PositiveIntegerField(default=1)
    parts = models.PositiveIntegerField(default=1)

    objects = SharedRows.as_manager()

    def __str__(self) -> str:
        """Return the title."""
        return self.title


class DeliveryAnswer(SharedRow):
    """The receiver's word on an offer; `origin` is the receiver."""

    delivery = models.CharField(max_length=80, db_index=True)
    accepted = models.BooleanField()
    reason = models.CharField(max_length=20, blank=True)
    detail = models.CharField(max_length=300, blank=True)

    objects = SharedRows.as_manager()

    def __str__(self) -> str:
        """Return the delivery and what was answered."""
        return f"{self.delivery}: {'accepted' if self.accepted else self.reason}"


class DeliveryReceipt(SharedRow):
    """The receiver's signed word that every byte arrived and was verified: the evidence.

    `bytes` were named by the list, `moved` crossed the line, `held` were there before.
    `line_share` is in thousandths of what the carrier took the line to be; null: not known.
    """

    delivery = models.CharField(max_length=80, db_index=True)
    files = models.PositiveIntegerField()
    bytes = models.PositiveBigIntegerField()
    moved = models.PositiveBigIntegerField()
    held = models.PositiveBigIntegerField()
    seconds = models.PositiveBigIntegerField()
    carrier = models.CharField(max_length=20, blank=True)
    line_share = models.PositiveIntegerField(null=True)
    received_at = models.DateTimeField()

    objects = SharedRows.as_manager()

    def __str__(self) -> str:
        """Return what was received."""
        return f"{self.delivery}: {self.bytes} bytes"


class Delivery(models.Model):
    """One delivery as this node works on it; it never leaves the node.

    `sources` say where the files are here (sender); those that came through the browser lie in
    `folder`, which is removed when the delivery has ended. `list_hash` names the stored
    packing list. What is more than one list may hold is sent in `parts`, each a delivery of its own:
    `whole` is the URI of the first of them (empty: there is only one), `part` counts from 1, and
    `stretch` holds the first and the last path of its files. `done` bytes are verified and durable at the receiver; `held` of them were
    there before, `moved` came over the line, `rate` bytes a second of late, `line` what the
    carrier takes the line to carry, `carrier_why` why it was chosen, `limit_there` how many bytes
    a second the receiver wants at most (null: it has not said, or wants no limit). `stuck` says in one code why nothing moves now; a person
    reads `stuck_words`. `released_at` is when the contents of a received one were given up here. `by` is role words or a person’s opaque number,
    `sent_by` the role words the other city reads.
    """

    class Direction(models.TextChoices):
        """Whether this node sends or receives."""

        OUT = "out", _("sent")
        IN = "in", _("received")

    class State(models.TextChoices):
        """Where it stands; `bridge.freight.deliveries.states` holds the transitions."""

        GATHERING = "gathering", _("being uploaded")
        PACKING = "packing", _("being packed")
        OFFERED = "offered", _("offered")
        ASKING = "asking", _("waiting for a person to accept")
        READY = "ready", _("accepted, waits its turn")
        CARRYING = "carrying", _("on its way")
        PAUSED = "paused", _("paused")
        DELIVERED = "delivered", _("delivered")
        REFUSED = "refused", _("refused")
        CANCELLED = "cancelled", _("cancelled")
        FAILED = "failed", _("could not be packed")

    uri = models.CharField(primary_key=True, max_length=80)
    peer = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="deliveries")
    direction = models.CharField(max_length=3, choices=Direction)
    state = models.CharField(max_length=10, choices=State)
    title = models.CharField(max_length=200)
    production = models.CharField(max_length=80, blank=True)
    priority = models.CharField(max_length=12, choices=Priority, default=Priority.NORMAL)
    sent_by = models.CharField(max_length=80, blank=True)
    sources = models.JSONField(default=list)
    folder = models.CharField(max_length=1000, blank=True)
    whole = models.CharField(max_length=80, blank=True, db_index=True)
    part = models.PositiveIntegerField(default=1)
    parts = models.PositiveIntegerField(default=1)
    stretch = models.JSONField(default=list)
    by = models.CharField(max_length=200, blank=True)
    list_hash = models.CharField(max_length=64, blank=True)
    files = models.PositiveIntegerField(default=0)
    bytes = models.PositiveBigIntegerField(default=0)
    done = models.PositiveBigIntegerField(default=0)
    held = models.PositiveBigIntegerField(default=0)
    moved = models.PositiveBigIntegerField(default=0)
    files_done = models.PositiveIntegerField(default=0)
    rate = models.PositiveBigIntegerField(default=0)
    line = models.PositiveBigIntegerField(null=True)
    rtt_ms = models.PositiveIntegerField(null=True)
    loss = models.FloatField(null=True)
    carrier = models.CharField(max_length=20, blank=True)
    carrier_why = models.CharField(max_length=20, blank=True)
    limit_there = models.PositiveBigIntegerField(null=True)
    carried_ms = models.PositiveBigIntegerField(default=0)
    stuck = models.CharField(max_length=20, blank=True)
    stuck_words = models.CharField(max_length=300, blank=True)
    stuck_since = models.DateTimeField(null=True, blank=True)
    retry_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    began_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "deliveries"
        indexes = (
            models.Index(fields=["state", "direction"], name="delivery_by_state"),
            models.Index(fields=["-created_at"], name="delivery_newest"),
        )

    def __str__(self) -> str:
        """Return the title."""
        return self.title

    @property
    def slug(self) -> str:
        """The short name in addresses and commands."""
        return Uri.parse(self.uri).id

    @property
    def sends(self) -> bool:
        """Whether this node is the sender."""
        return self.direction == self.Direction.OUT


class DeliveryFile(models.Model):
    """One file of a delivery, by its place in the packing list.

    `root` (hex) names the blob. `verified_at` is when the last of its chunks was verified and
    durable at the receiver; `held` marks a file the receiver had under whatever name.
    """

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="listed")
    number = models.PositiveIntegerField()
    path = models.CharField(max_length=4096)
    size = models.PositiveBigIntegerField()
    root = models.CharField(max_length=64, db_index=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    held = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["delivery", "number"], name="one_place_per_file"),
        )

    def __str__(self) -> str:
        """Return the path."""
        return self.path


class FreightLimit(models.Model):
    """How fast freight may go: for one peer or all, one production or all, some hours or all.

    `direction` says whether it is for what this node sends or for what it receives. `peer` is an
    origin, empty for all.
    `rate` is in bytes a second (0: nothing moves); `begins` and `ends` are minutes of the city’s
    own day, equal for the whole day, and may pass midnight.
    """

    class Direction(models.TextChoices):
        """Whether it is for what leaves this node or for what comes to it."""

        OUT = "out", _("what is sent")
        IN = "in", _("what is received")

    direction = models.CharField(max_length=3, choices=Direction, default=Direction.OUT)
    peer = models.CharField(max_length=32, blank=True)
    production = models.CharField(max_length=80, blank=True)
    begins = models.PositiveSmallIntegerField(default=0)
    ends = models.PositiveSmallIntegerField(default=0)
    rate = models.PositiveBigIntegerField()
    set_by = models.CharField(max_length=200)
    set_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["direction", "peer", "production", "begins", "ends"],
                name="one_limit_per_case",
            ),
        )

    def __str__(self) -> str:
        """Return the case and the rate."""
        return f"{self.direction} {self.peer or 'all'} {self.production}: {self.rate}"
