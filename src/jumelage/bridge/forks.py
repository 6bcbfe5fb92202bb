"""Forks: proof that an origin wrote a feed twice, and what follows from it.

Theory of operation. A checkpoint is an origin's signature over one head. Two of them that
cannot lie on one chain prove that the key was used twice for the same places: by a thief, or
by a node that was restored from a backup and wrote on. A reader cannot tell which of the two
is right, so it keeps what it holds, keeps both signatures, takes nothing more from that epoch
of the feed, and says so to the owner in a signed record. The owner ends it with a new epoch.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from jumelage.bridge.boundary.crossing import audience_in_words
from jumelage.bridge.boundary.standing import standing
from jumelage.bridge.errors import ForkError
from jumelage.bridge.feeds import bell, checkpoints
from jumelage.bridge.feeds.chain import Head, follow
from jumelage.bridge.feeds.checkpoints import Signed
from jumelage.bridge.feeds.wire import Line, decode_header, digest
from jumelage.bridge.feeds.write import publish
from jumelage.bridge.identity.keychain.history import revoked_at
from jumelage.bridge.models import Checkpoint, Entry, Feed, Fork, Node, Pairing
from jumelage.bridge.records.forks import fork_found
from jumelage.kit import clock

NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Two headers for one place of *feed*, and the checkpoints that vouch for them.

    `other_header` is the entry that was sent for `seq`, or, where only later entries were
    sent, the first of them, which follows from another entry `seq` than the one held. It is
    empty where a third city showed the checkpoint only (`witness`).
    """

    feed: Feed
    seq: int
    held_header: bytes
    held: Signed
    other_header: bytes
    other: Signed

    @property
    def error(self) -> ForkError:
        """The refusal of the page that showed it."""
        feed = self.feed
        return ForkError(feed=feed.name, origin=feed.node_id, seq=self.seq, reason="fork")


def evidence_in(feed: Feed, lines: Sequence[Line], signed: Signed, key: bytes) -> Evidence | None:
    """Return the proof that *lines* of a peer contradict what is held of *feed*, if they do.

    Raises:
        ChainError, SignatureError: they contradict it, but *key* does not vouch for them, so
            they prove nothing.
    """
    if not lines or not feed.head_seq:
        return None
    first = decode_header(lines[0].header).seq
    at = _contradiction(feed, first, lines)
    if at is None:
        return None
    header = decode_header(lines[at].header)
    before = Head(feed.node_id, feed.name, feed.epoch, first + at - 1, _bytes_of(header.prev))
    link = list(follow(before, lines[at:]))[-1]
    head = Head(feed.node_id, feed.name, feed.epoch, link.header.seq, link.hash)
    checkpoints.check(signed, head, key)
    seq = min(first + at, feed.head_seq)
    held = Entry.objects.get(feed=feed, seq=seq)
    return Evidence(feed, seq, bytes(held.header), held_at(feed, seq), lines[at].header, signed)


def _contradiction(feed: Feed, first: int, lines: Sequence[Line]) -> int | None:
    """Return which of *lines*, the one at *first* and those after, is the first to differ."""
    known = min(max(0, feed.head_seq - first + 1), len(lines))
    places = Entry.objects.filter(feed=feed, seq__gte=first, seq__lt=first + known)
    held = {seq: bytes(hashed) for seq, hashed in places.values_list("seq", "hash")}
    for at, line in enumerate(lines[:known]):
        if first + at in held and held[first + at] != digest(line.header):
            return at
    if known < len(lines) and first + known == feed.head_seq + 1:
        header = decode_header(lines[known].header)
        if header.seq == feed.head_seq + 1 and header.prev != bytes(feed.head_hash).hex():
            return known
    return None


def _bytes_of(prev: str) -> bytes:
    """Return the hash a header names; one that is no hash cannot be followed from anyway."""
    try:
        return bytes.fromhex(prev)
    except ValueError:
        return b""


def held_at(feed: Feed, seq: int) -> Signed:
    """Return the first stored checkpoint that vouches for the entry *seq* held here."""
    stored = Checkpoint.objects.filter(feed=feed, seq__gte=seq).order_by("seq").first()
    assert stored is not None  # noqa: S101  # one is kept for every head that was reached
    return Signed(bytes(stored.signed), bytes(stored.signature))


def keep(evidence: Evidence) -> Fork:
    """Keep the proof and stop the feed; the worker then tells its owner."""
    feed = evidence.feed
    fork = Fork.objects.get_or_create(
        feed=feed,
        seq=evidence.seq,
        found_by=Node.objects.get(is_self=True).origin,
        defaults={
            "held_header": evidence.held_header,
            "held_checkpoint": evidence.held.text,
            "held_signature": evidence.held.signature,
            "other_header": evidence.other_header,
            "other_checkpoint": evidence.other.text,
            "other_signature": evidence.other.signature,
            "found_at": clock.now(),
        },
    )[0]
    feed.stopped = Feed.Stopped.FORKED
    feed.save(update_fields=["stopped"])
    transaction.on_commit(bell.ring)
    return fork


def tell_forks() -> int:
    """Publish each fork this node found; return how many (a duty).

    Its city is told, and of a feed that everybody may read every paired node: whoever was shown
    the other history stops as well.
    """
    if standing().recovering_since is not None:
        return 0
    untold = Fork.objects.filter(record="", feed__node__is_self=False).select_related("feed")
    for fork in untold:
        for origin in _concerned(fork.feed):
            publish(fork_found(fork), audience=f"twin:{origin}")
    return len(untold)


def _concerned(feed: Feed) -> Sequence[str]:
    paired = Pairing.objects.filter(state=Pairing.State.PAIRED).exclude(node=feed.node_id)
    others = paired.order_by("node").values_list("node", flat=True)
    return [feed.node_id, *(others if feed.name == "public" else [])]


@dataclass(frozen=True, slots=True)
class Forked:
    """A fork that stands: nobody has opened a new epoch of the feed yet."""

    fork: Fork
    ours: bool
    """Whether it is this node's own feed that was written twice."""

    @property
    def city(self) -> Node:
        """The node whose feed it is."""
        return self.fork.feed.node

    @property
    def audience(self) -> str:
        """Who reads the feed, in words."""
        return audience_in_words(self.fork.feed.name)

    @property
    def sentence(self) -> str:
        """What was found, in the active language."""
        facts = {"city": self.city, "audience": self.audience, "seq": self.fork.seq}
        if self.ours:
            finder = Node.objects.filter(origin=self.fork.found_by).first()
            return _(
                "%(finder)s shows two entries %(seq)s of our own feed (%(audience)s), both signed "
                "with our key."
            ) % {**facts, "finder": finder or self.fork.found_by}
        return _(
            "%(city)s wrote entry %(seq)s of its feed (%(audience)s) twice. What is held here "
            "stays, both versions are kept as proof, and nothing more is taken from that feed."
        ) % facts  # fmt: skip

    @property
    def advice(self) -> str:
        """What ends it, in the active language."""
        if self.ours:
            return _(
                "Either an old backup was restored and went on writing, or somebody else has the "
                "key: then change it first. End it with a new epoch of the feeds: "
                "jumelage bridge recover --new-epoch."
            )
        return _(
            "%(city)s was told, with the proof. It goes on by itself as soon as %(city)s opens a "
            "new epoch. Call its operator: the key may be stolen, or an old backup was restored."
        ) % {"city": self.city}  # fmt: skip


def standing_forks() -> Sequence[Forked]:
    """Return the forks nothing has ended, newest first.

    A new epoch ends one, and so does the revocation of the key that both were signed with.
    """
    revoked = revoked_at()
    epochs = Feed.objects.values("node", "name").annotate(newest=Max("epoch"))
    newest = {(one["node"], one["name"]): one["newest"] for one in epochs}
    forks = Fork.objects.select_related("feed__node").order_by("-found_at", "-pk")
    return [
        Forked(fork, fork.feed.node.is_self)
        for fork in forks
        if fork.feed.epoch == newest[fork.feed.node_id, fork.feed.name]
        and fork.found_at > revoked.get(fork.feed.node_id, NEVER)
    ]
