"""Feeds, entries and checkpoints; what was erased; proof that a feed was written twice.

Blobs hold the exact bytes that were signed; they are stored verbatim and never re-encoded.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jumelage.bridge.models.nodes import Node
from jumelage.kit.rows import SharedRow, SharedRows


class Feed(models.Model):
    """A contiguous, hash-chained log of one origin for one audience; here an exact prefix.

    Entries up to `base_seq` are covered by a snapshot and need not be here. `stopped` says why
    nothing more is taken from the feed; a new epoch is a new feed.
    """

    class Stopped(models.TextChoices):
        """Why nothing more is taken from a feed."""

        FORKED = "forked", _("written twice")

    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="feeds")
    name = models.CharField(max_length=40)
    epoch = models.PositiveIntegerField(default=0)
    head_seq = models.PositiveBigIntegerField(default=0)
    head_hash = models.BinaryField(max_length=32)
    base_seq = models.PositiveBigIntegerField(default=0, db_default=0)
    stopped = models.CharField(max_length=40, choices=Stopped, blank=True)

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
        GONE = "gone", _("its content is gone")

    feed = models.ForeignKey(Feed, on_delete=models.PROTECT, related_name="entries", db_index=False)
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


class Tally(models.Model):
    """How much of a kind a feed has carried, counted as entries are stored.

    `bytes` are those of headers and bodies; `first_at` and `last_at` as their owner states.
    What is dropped later has crossed all the same and stays counted.
    """

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="tallies")
    kind = models.CharField(max_length=80)
    op = models.CharField(max_length=10)
    entries = models.PositiveBigIntegerField()
    bytes = models.PositiveBigIntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["feed", "kind", "op"], name="one_tally"),)

    def __str__(self) -> str:
        """Return the feed, the kind and how many."""
        return f"{self.feed_id}: {self.kind} {self.op} × {self.entries}"


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


class Reader(models.Model):
    """How far a peer has copied one of this node's feeds, as its last requests said."""

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="readers")
    node = models.ForeignKey(Node, on_delete=models.CASCADE, related_name="reads")
    seq = models.PositiveBigIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["feed", "node"], name="one_reader"),)

    def __str__(self) -> str:
        """Return who holds how much of which feed."""
        return f"{self.node_id}: {self.feed_id}@{self.seq}"


class Fork(models.Model):
    """Proof that an origin wrote a feed twice: two headers for one place, each vouched for.

    `found_by` is the origin of the node that found it, `record` the URI under which it told the
    owner of the feed (empty: not told yet). Headers and checkpoints are the exact bytes.
    """

    feed = models.ForeignKey(Feed, on_delete=models.PROTECT, related_name="forks")
    seq = models.PositiveBigIntegerField()
    held_header = models.BinaryField()
    held_checkpoint = models.BinaryField()
    held_signature = models.BinaryField(max_length=64)
    other_header = models.BinaryField()
    other_checkpoint = models.BinaryField()
    other_signature = models.BinaryField(max_length=64)
    found_by = models.CharField(max_length=32)
    record = models.CharField(max_length=80, blank=True)
    found_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["feed", "seq", "found_by"], name="one_fork_per_place"),
        )

    def __str__(self) -> str:
        """Return where the feed was written twice."""
        return f"{self.feed} forked at {self.seq}"


class Erasure(models.Model):
    """One line of the erasure ledger: a record whose content its owner had erased everywhere.

    `feed`, `epoch` and `seq` name the erase entry, `rev` is its revision. `ground` and `asked_by`
    (role words or a person's opaque id) are known to the owner's node only and never leave it.
    `receipt_due` marks what this node has erased and not yet confirmed to the owner; `swept_at`
    is when SQLite's write-ahead log was emptied after it, `cleaned_at` when the live files of this
    node were rebuilt and known to hold nothing of it any more.
    """

    class Ground(models.TextChoices):
        """Why the owner had it erased."""

        ARTICLE_17 = "art-17", _("a person asked for it (Article 17)")
        CONSENT_WITHDRAWN = "consent-withdrawn", _("consent was withdrawn")
        MISTAKE = "mistake", _("it was published by mistake")
        PARTNER_LEFT = "partner-left", _("a city left the partnership")

    uri = models.CharField(primary_key=True, max_length=80)
    origin = models.CharField(max_length=32)
    kind = models.CharField(max_length=80)
    feed = models.CharField(max_length=40)
    epoch = models.PositiveIntegerField(default=0)
    seq = models.PositiveBigIntegerField()
    rev = models.PositiveBigIntegerField()
    ground = models.CharField(max_length=20, choices=Ground, blank=True)
    asked_by = models.CharField(max_length=200, blank=True)
    erased_at = models.DateTimeField()
    receipt_due = models.BooleanField(default=False)
    swept_at = models.DateTimeField(null=True, blank=True)
    cleaned_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        """Return what was erased."""
        return f"{self.kind} {self.uri}"


class ErasureReceipt(SharedRow):
    """A holder's signed word that it erased a record; `origin` is the holder."""

    erased = models.CharField(max_length=80, db_index=True)
    applied_at = models.DateTimeField()

    objects = SharedRows.as_manager()

    def __str__(self) -> str:
        """Return who erased what."""
        return f"{self.origin} erased {self.erased}"


class Snapshot(models.Model):
    """A signed summary of one feed: what was live at `seq`, so that nobody needs what is before.

    `kept` counts the entries it vouches for, `digest` is the hash over them, `record` the URI
    of the record that says it.
    """

    feed = models.ForeignKey(Feed, on_delete=models.PROTECT, related_name="snapshots")
    record = models.CharField(max_length=80, unique=True)
    seq = models.PositiveBigIntegerField()
    kept = models.PositiveBigIntegerField()
    digest = models.BinaryField(max_length=32)
    taken_at = models.DateTimeField()

    def __str__(self) -> str:
        """Return the feed and where the snapshot stands."""
        return f"{self.feed_id}@{self.seq}: {self.kept} kept"


class Cut(models.Model):
    """Evidence: entries that were taken back after `seq`, signed by a key that was not the owner’s.

    `checkpoint` and `signature` are those that vouched for the last of them, as it was received.
    """

    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="cuts")
    feed = models.CharField(max_length=40)
    epoch = models.PositiveIntegerField(default=0)
    seq = models.PositiveBigIntegerField()
    entries = models.PositiveBigIntegerField()
    checkpoint = models.BinaryField(default=b"")
    signature = models.BinaryField(max_length=64, default=b"")
    reason = models.CharField(max_length=40)
    at = models.DateTimeField()

    def __str__(self) -> str:
        """Return the feed and how many entries were taken back."""
        return f"{self.node_id}/{self.feed}: {self.entries} after {self.seq}"


class CutEntry(models.Model):
    """One entry that was taken back: its exact header; on our own feed its body as well."""

    cut = models.ForeignKey(Cut, on_delete=models.CASCADE, related_name="taken_back")
    seq = models.PositiveBigIntegerField()
    header = models.BinaryField()
    salt = models.BinaryField(max_length=16, null=True)
    body = models.BinaryField(null=True)
    uri = models.CharField(max_length=80, db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["cut", "seq"], name="one_cut_entry"),)

    def __str__(self) -> str:
        """Return the place in the feed."""
        return f"{self.cut_id} #{self.seq}"
