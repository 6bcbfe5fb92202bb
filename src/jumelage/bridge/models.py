"""The tables of the bridge: nodes, feeds, entries, checkpoints, openings, refusals.

Blobs hold the exact bytes that were signed; they are stored verbatim and never re-encoded.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jumelage.kit.city import Accent, City
from jumelage.kit.i18n import Bilingual


class Node(models.Model):
    """A city node this database knows: itself, and every node it has met.

    Knowing a node is not trusting it: trust is a `Pairing` confirmed here.
    """

    origin = models.CharField(primary_key=True, max_length=32)
    genesis = models.BinaryField()
    genesis_signatures = models.BinaryField(max_length=128, default=b"")
    signing_key = models.BinaryField(max_length=32)
    url = models.URLField(blank=True)
    is_self = models.BooleanField(default=False)
    slug = models.SlugField()
    name = models.JSONField()
    country = models.CharField(max_length=2)
    time_zone = models.CharField(max_length=64)
    languages = models.JSONField(default=list)
    accent = models.JSONField(default=dict)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["is_self"], condition=Q(is_self=True), name="one_self_per_node"
            ),
        )

    def __str__(self) -> str:
        """Return the city's name in the active language."""
        return str(self.city)

    @property
    def city(self) -> City:
        """What the node says about its city."""
        return City(
            slug=self.slug,
            name=Bilingual.of(self.name),
            country=self.country,
            time_zone=self.time_zone,
            languages=tuple(self.languages),
            accent=Accent(**self.accent),
        )


class Pairing(models.Model):
    """The trust between this node and a peer, made by two people who compare eight words.

    `nonce` is ours, `peer_nonce` theirs; `inviting` tells who wrote the invitation. `origin`
    stays when a closed pairing gives its `node` up to a new one. `untold` marks a state the
    peer has not heard of yet; the worker tells it again after `retry_at`. `met_there_at` is
    when the inviter is known to hold our answer.
    """

    class State(models.TextChoices):
        """Where the pairing stands; `bridge.identity.pairing.states` holds the transitions."""

        INVITED = "invited", _("invited")
        MET = "met", _("words to compare")
        CONFIRMED_HERE = "confirmed-here", _("confirmed here")
        CONFIRMED_THERE = "confirmed-there", _("confirmed there")
        PAIRED = "paired", _("paired")
        REFUSED = "refused", _("refused")
        CANCELLED = "cancelled", _("cancelled")
        EXPIRED = "expired", _("expired")
        ENDED = "ended", _("ended")

    nonce = models.CharField(max_length=26, unique=True)
    peer_nonce = models.CharField(max_length=26, blank=True)
    inviting = models.BooleanField(default=True)
    origin = models.CharField(max_length=32, blank=True)
    node = models.OneToOneField(
        Node, null=True, blank=True, on_delete=models.PROTECT, related_name="pairing"
    )
    state = models.CharField(max_length=20, choices=State, default=State.INVITED)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    met_there_at = models.DateTimeField(null=True, blank=True)
    confirmed_here_at = models.DateTimeField(null=True, blank=True)
    confirmed_there_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=200, blank=True)
    untold = models.BooleanField(default=False)
    retry_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        """Return the peer and the state."""
        return f"{self.node or self.nonce}: {self.state}"

    @property
    def is_open(self) -> bool:
        """Whether something can still come of it, or it is in force."""
        closed = {self.State.REFUSED, self.State.CANCELLED, self.State.EXPIRED, self.State.ENDED}
        return self.state not in closed


class Contact(models.Model):
    """How the line to a peer is, as the worker last saw it."""

    node = models.OneToOneField(Node, on_delete=models.CASCADE, related_name="contact")
    last_word_at = models.DateTimeField(null=True, blank=True)
    line_up = models.BooleanField(default=False)
    changed_at = models.DateTimeField()
    last_error = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        """Return the peer and whether the line is up."""
        return f"{self.node}: {'up' if self.line_up else 'down'}"


class Feed(models.Model):
    """A contiguous, hash-chained log of one origin for one audience; here an exact prefix."""

    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="feeds")
    name = models.CharField(max_length=40)
    epoch = models.PositiveIntegerField(default=0)
    head_seq = models.PositiveBigIntegerField(default=0)
    head_hash = models.BinaryField(max_length=32)
    stopped = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["node", "name", "epoch"], name="one_feed_per_audience"),
        )

    def __str__(self) -> str:
        """Return origin, audience and head."""
        return f"{self.node_id}/{self.name}@{self.head_seq}"


class Entry(models.Model):
    """One signed entry: the header's exact bytes and its detachable, salted body."""

    class State(models.TextChoices):
        """What this node did with the entry."""

        APPLIED = "applied", _("applied")
        UNKNOWN = "unknown", _("needs a newer version")
        REFUSED = "refused", _("refused")

    feed = models.ForeignKey(Feed, on_delete=models.PROTECT, related_name="entries")
    seq = models.PositiveBigIntegerField()
    header = models.BinaryField()
    hash = models.BinaryField(max_length=32)
    salt = models.BinaryField(max_length=16, null=True)
    body = models.BinaryField(null=True)
    kind = models.CharField(max_length=80)
    uri = models.CharField(max_length=80)
    rev = models.PositiveBigIntegerField()
    op = models.CharField(max_length=10)
    time = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.APPLIED)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["feed", "seq"], name="contiguous_seq"),)
        indexes = (
            models.Index(fields=["uri", "rev"], name="entry_by_record"),
            models.Index(fields=["state"], condition=~Q(state="applied"), name="entry_not_applied"),
        )

    def __str__(self) -> str:
        """Return kind, operation and place in the feed."""
        return f"{self.kind} {self.op} #{self.seq}"


class Checkpoint(models.Model):
    """A signed statement of an origin: at *seq* the head of this feed was this hash."""

    feed = models.ForeignKey(Feed, on_delete=models.PROTECT, related_name="checkpoints")
    seq = models.PositiveBigIntegerField()
    signed = models.BinaryField()
    signature = models.BinaryField(max_length=64)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["feed", "seq"], name="one_checkpoint"),)

    def __str__(self) -> str:
        """Return the feed and the position."""
        return f"{self.feed_id}@{self.seq}"


class Opening(models.Model):
    """A clause of an agreement in force that lets a kind of record cross to an audience."""

    audience = models.CharField(max_length=40)
    kind = models.CharField(max_length=80)
    article = models.CharField(max_length=200)
    instrument = models.CharField(max_length=80)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["audience", "kind", "instrument"], name="one_opening_per_clause"
            ),
        )

    def __str__(self) -> str:
        """Return what is opened to whom, and by which article."""
        return f"{self.kind} → {self.audience} ({self.article})"


class Refusal(models.Model):
    """Something a peer (or a stranger) sent that was refused: a recorded fact."""

    origin = models.CharField(max_length=32, blank=True)
    reason = models.CharField(max_length=60)
    facts = models.JSONField(default=dict)
    at = models.DateTimeField()

    def __str__(self) -> str:
        """Return who was refused and why."""
        return f"{self.origin or 'stranger'}: {self.reason}"
