"""Verifying every feed this node holds, from the first stored byte to the last.

Receiving checks each page once, when it comes. This looks again at what is on the disk now:
hashes, places, bodies, columns and every signed checkpoint, of our own feeds and of copies.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec
from django.utils.translation import gettext as _

from jumelage.bridge.feeds.checkpoints import KIND, Statement
from jumelage.bridge.feeds.wire import EMPTY_HEAD, Header, decode_header, digest
from jumelage.bridge.identity import keys
from jumelage.bridge.identity.keychain.chain import keys_of
from jumelage.bridge.models import Checkpoint, Entry, Feed
from jumelage.bridge.snapshots.kept import digest as digest_of
from jumelage.bridge.snapshots.kept import listing
from jumelage.kit.uris import Uri

_STEP = 2000
_BODILESS = {Entry.State.GONE, Entry.State.REFUSED}
"""States whose body may be gone; of any other entry it must be here."""

_Row = tuple[int, bytes, bytes, bytes | None, bytes | None, tuple[str, str, int, str, str]]
"""seq, header, hash, salt, body, and the columns kind, uri, rev, op, state."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something stored at *seq* that does not fit what the origin signed."""

    seq: int
    reason: str


@dataclass(frozen=True, slots=True)
class Chain:
    """What was found when one feed was verified; `head` is hex, flaws in order."""

    origin: str
    feed: str
    epoch: int
    seq: int
    head: str
    checkpoints: int
    flaws: tuple[Flaw, ...]

    @property
    def whole(self) -> bool:
        """Whether every byte fits."""
        return not self.flaws


def verify_chains() -> Sequence[Chain]:
    """Verify every feed stored here, own and copied; about 30,000 entries a second.

    Reads only; entries appended meanwhile are looked at the next time.
    """
    feeds = Feed.objects.select_related("node").order_by("node_id", "name", "epoch")
    return [_verify(feed) for feed in feeds]


def _verify(feed: Feed) -> Chain:
    hashes: dict[int, bytes] = {}
    flaws = [*_entry_flaws(feed, hashes)]
    count, known = 0, keys_of(feed.node)
    for checkpoint in Checkpoint.objects.filter(feed=feed, seq__lte=feed.head_seq).order_by("seq"):
        count += 1
        flaws += _checkpoint_flaws(feed, checkpoint, hashes, known)
    if feed.head_seq and not Checkpoint.objects.filter(feed=feed, seq=feed.head_seq).exists():
        flaws.append(Flaw(feed.head_seq, _("no signed checkpoint vouches for the head")))
    head = bytes(feed.head_hash).hex()
    return Chain(feed.node_id, feed.name, feed.epoch, feed.head_seq, head, count, tuple(flaws))


def _entry_flaws(feed: Feed, hashes: dict[int, bytes]) -> Iterator[Flaw]:
    """Walk the entries after the base; fill *hashes* by sequence for the checkpoints."""
    seq, before = feed.base_seq, EMPTY_HEAD if feed.base_seq == 0 else None
    yield from _snapshot_flaws(feed)
    for row in _rows(feed):
        place, raw = row[0], row[1]
        if place <= feed.base_seq:
            yield from _loose_flaws(feed, row)
            continue
        if place != seq + 1:
            yield Flaw(place, _("expected entry %(seq)s") % {"seq": seq + 1})
        try:
            header = decode_header(raw)
        except msgspec.DecodeError:
            yield Flaw(place, _("the header cannot be read"))
            return
        if before is not None and header.prev != before.hex():
            yield Flaw(place, _("it does not follow from the one before"))
        yield from (Flaw(place, reason) for reason in _misfits(feed, header, row))
        seq, before = place, digest(raw)
        hashes[place] = before
    if (seq, before or bytes(feed.head_hash)) != (feed.head_seq, bytes(feed.head_hash)):
        yield Flaw(feed.head_seq, _("the head is not the last entry"))


def _loose_flaws(feed: Feed, row: _Row) -> Iterator[Flaw]:
    """Check an entry that a snapshot keeps: by itself, since those before it are gone."""
    try:
        header = decode_header(row[1])
    except msgspec.DecodeError:
        yield Flaw(row[0], _("the header cannot be read"))
        return
    yield from (Flaw(row[0], reason) for reason in _misfits(feed, header, row))


def _snapshot_flaws(feed: Feed) -> Iterator[Flaw]:
    """Compare what is kept before the base with what the signed snapshot says is kept."""
    if not feed.base_seq:
        return
    snapshot = feed.snapshots.filter(seq=feed.base_seq).first()
    if snapshot is None:
        yield Flaw(feed.base_seq, _("no snapshot stands where the feed begins"))
    elif digest_of(listing(feed, feed.base_seq)) != bytes(snapshot.digest):
        yield Flaw(feed.base_seq, _("what is kept is not what the snapshot says"))


def _rows(feed: Feed) -> Iterator[_Row]:
    columns = ("seq", "header", "hash", "salt", "body", "kind", "uri", "rev", "op", "state")
    entries = Entry.objects.filter(feed=feed, seq__lte=feed.head_seq).order_by("seq")
    for seq, header, held, salt, body, *rest in entries.values_list(*columns).iterator(_STEP):
        yield seq, bytes(header), bytes(held), _bytes(salt), _bytes(body), tuple(rest)


def _bytes(value: bytes | memoryview | None) -> bytes | None:
    return None if value is None else bytes(value)


def _misfits(feed: Feed, header: Header, row: _Row) -> Iterator[str]:
    """Say what of one stored entry does not fit its own header."""
    seq, raw, held, salt, body, (kind, uri, rev, op, state) = row
    if (header.origin, header.feed, header.epoch, header.seq) != (
        feed.node_id, feed.name, feed.epoch, seq,
    ):  # fmt: skip
        yield _("it belongs to another place")
    if digest(raw) != held:
        yield _("the header does not fit its hash")
    if (header.kind, str(Uri(feed.node_id, header.id)), header.rev, header.operation) != (
        kind, uri, rev, op,
    ):  # fmt: skip
        yield _("its columns say something else than the header")
    if body is None and state not in _BODILESS:
        yield _("its body is missing")
    elif body is not None and digest((salt or b"") + body).hex() != header.body:
        yield _("the body does not fit its hash")


def _checkpoint_flaws(
    feed: Feed, checkpoint: Checkpoint, hashes: dict[int, bytes], known: Sequence[bytes]
) -> Iterator[Flaw]:
    text, signature = bytes(checkpoint.signed), bytes(checkpoint.signature)
    said = msgspec.json.decode(text, type=Statement)
    head = hashes.get(checkpoint.seq)
    if (said.origin, said.feed, said.epoch, said.seq) != (
        feed.node_id, feed.name, feed.epoch, checkpoint.seq,
    ) or (head is not None and said.head != head.hex()):  # fmt: skip
        yield Flaw(checkpoint.seq, _("the checkpoint speaks of another head"))
    if not any(keys.verify(key, KIND, text, signature) for key in known):
        yield Flaw(checkpoint.seq, _("the checkpoint was not signed by its origin"))
