"""Nodes this database knows, the trust between them, how the lines are."""

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
    ended_at = models.DateTimeField(null=True, blank=True)
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
    """How the line to a peer is, as the worker last saw it, and what the peer said of itself.

    `product` is the release the peer runs, `kinds` the record kinds it can read,
    `clock_offset_ms` how far its clock is ahead of ours, `behind` how many records of each of its
    feeds it has spoken of and this node does not hold.
    """

    node = models.OneToOneField(Node, on_delete=models.CASCADE, related_name="contact")
    last_word_at = models.DateTimeField(null=True, blank=True)
    line_up = models.BooleanField(default=False)
    changed_at = models.DateTimeField()
    last_error = models.CharField(max_length=200, blank=True)
    product = models.CharField(max_length=40, blank=True, db_default="")
    kinds = models.JSONField(default=list, db_default=[])
    clock_offset_ms = models.IntegerField(null=True, blank=True)
    behind = models.JSONField(default=dict, db_default={})

    def __str__(self) -> str:
        """Return the peer and whether the line is up."""
        return f"{self.node}: {'up' if self.line_up else 'down'}"


class KeyStatement(models.Model):
    """A node's signed word that another key signs for it from now on.

    Numbered from 1, each chained to the one before, the first to the genesis. `text` holds the
    exact signed bytes; `signature` is by the former or the recovery key, `proof` by the new one.
    `limits` are the openings of its salted limits that this node may know. `decided_by` names
    who changed the key here; it is empty for what a peer said.
    """

    class By(models.TextChoices):
        """Whose key vouches for the new one."""

        FORMER = "former", _("the former signing key")
        RECOVERY = "recovery", _("the recovery key")

    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="key_statements")
    number = models.PositiveIntegerField()
    text = models.BinaryField()
    by = models.CharField(max_length=10, choices=By)
    signature = models.BinaryField(max_length=64)
    proof = models.BinaryField(max_length=64)
    limits = models.JSONField(default=list)
    decided_by = models.CharField(max_length=200, blank=True)
    heard_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["node", "number"], name="contiguous_key_statements"),
        )

    def __str__(self) -> str:
        """Return the node and the number."""
        return f"{self.node_id} key {self.number}"
