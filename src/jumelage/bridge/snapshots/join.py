"""Copying a feed by its snapshot: verified before anything is believed, page by page.

Theory of operation. The page right after the snapshot begins with the record that says it;
its checkpoint, signed by the origin, vouches for that record and, through `prev`, for the head
the record names. The record's digest vouches for the list of kept entries, the list for the
hash of each. So every byte is proven although the chain between kept entries is not here. The
cursor moves last: a join that breaks off begins again and skips what it holds.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from django.db import transaction

from jumelage.bridge.errors import SnapshotError
from jumelage.bridge.feeds import bell, checkpoints, store
from jumelage.bridge.feeds.apply import apply_links, refusing
from jumelage.bridge.feeds.chain import Head, Link, follow, read
from jumelage.bridge.feeds.checkpoints import Signed
from jumelage.bridge.feeds.wire import Line, decode_body
from jumelage.bridge.models import Entry, Feed, Node
from jumelage.bridge.records.snapshots import SnapshotTaken
from jumelage.bridge.snapshots import kept
from jumelage.bridge.snapshots.serve import Claim
from jumelage.kit.component import Provenance, record_types
from jumelage.kit.errors import JumelageError

Batch = tuple[Sequence[Line], Signed]


@dataclass(frozen=True, slots=True)
class Join:
    """A snapshot whose list is proven: what each of its entries must hash to."""

    feed: Feed
    head: Head
    wanted: dict[int, bytes]


def begin(peer: Node, name: str, claim: Claim, batch: Batch | None, listed: bytes) -> Join:
    """Prove *claim* and the list by the page that follows the snapshot; nothing is written.

    Raises:
        SnapshotError: the record, the list or the claim do not fit each other.
        ChainError, SignatureError: the page does not follow, or the origin did not sign it.
    """
    with transaction.atomic():
        feed = store.locked_epoch(peer, name, claim.epoch)
    head = Head(peer.origin, name, claim.epoch, claim.seq, _hash(feed, claim.head))
    record = _record(feed, head, batch, bytes(peer.signing_key))
    try:
        listing = kept.read(listed)
    except ValueError as error:
        raise _unusable(feed, str(error)) from error
    if (len(listing), kept.digest(listing).hex()) != (record.kept, record.digest):
        raise _unusable(feed, "its list is not the one that was signed")
    wanted = dict(listing)
    _check_held(feed, wanted)
    return Join(feed, head, wanted)


def _hash(feed: Feed, text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise _unusable(feed, "its head is no hash") from error


def _record(feed: Feed, head: Head, batch: Batch | None, key: bytes) -> SnapshotTaken:
    """Return the snapshot's record from the signed page that follows it."""
    if batch is None or not batch[0]:
        raise _unusable(feed, "nothing follows it")
    links = list(follow(head, batch[0]))
    last = links[-1]
    after = Head(head.origin, head.feed, head.epoch, last.header.seq, last.hash)
    checkpoints.check(batch[1], after, key)
    first = links[0]
    if first.header.kind != SnapshotTaken.kind or first.body is None:
        raise _unusable(feed, "the entry after it does not say it")
    try:
        said = decode_body(SnapshotTaken, first.body)
    except (msgspec.DecodeError, JumelageError) as error:
        raise _unusable(feed, str(error)) from error
    if not isinstance(said, SnapshotTaken) or (said.feed, said.epoch, said.seq, said.head) != (
        head.feed, head.epoch, head.seq, head.hash.hex(),
    ):  # fmt: skip
        raise _unusable(feed, "the entry after it speaks of another place")
    return said


def _check_held(feed: Feed, wanted: dict[int, bytes]) -> None:
    for seq, held in Entry.objects.filter(feed=feed).values_list("seq", "hash").iterator(5000):
        if seq in wanted and wanted[seq] != bytes(held):
            raise _unusable(feed, f"entry {seq} is held here with another hash")


def take_page(join: Join, lines: Sequence[Line]) -> int:
    """Store and apply a page of kept entries; return the place of the last.

    Raises:
        ChainError: a line cannot be read or belongs to another feed.
        SnapshotError: an entry is not in the list, or has another hash.
    """
    links = [read(join.head, line) for line in lines]
    for link in links:
        if join.wanted.get(link.header.seq) != link.hash:
            raise _unusable(join.feed, f"entry {link.header.seq} is not the one that was listed")
    with transaction.atomic():
        feed = Feed.objects.select_for_update().get(pk=join.feed.pk)
        held = Entry.objects.filter(feed=feed, seq__in=[link.header.seq for link in links])
        known = set(held.values_list("seq", flat=True))
        fresh = [link for link in links if link.header.seq not in known]
        if fresh:
            _write(feed, fresh)
            transaction.on_commit(bell.ring)
    return links[-1].header.seq


def _write(feed: Feed, links: list[Link]) -> None:
    store.insert(feed, links, apply_links(feed, links, refusing(feed)))


@transaction.atomic
def finish(join: Join) -> int:
    """Move the cursor to the snapshot; what is held and no longer live there is withdrawn.

    Raises:
        SnapshotError: an entry of the list has not come.
    """
    feed = Feed.objects.select_for_update().get(pk=join.feed.pk)
    if missing := set(join.wanted) - set(feed.entries.values_list("seq", flat=True)):
        raise _unusable(feed, f"{len(missing)} of its entries did not come")
    _forget_what_is_not_live(feed, join)
    feed.base_seq = feed.head_seq = join.head.seq
    feed.head_hash = join.head.hash
    feed.save(update_fields=["base_seq", "head_seq", "head_hash"])
    transaction.on_commit(bell.ring)
    return join.head.seq


def _forget_what_is_not_live(feed: Feed, join: Join) -> None:
    """Withdraw what is held here and not live there; delete entries the snapshot stands for."""
    for entry in kept.kept(feed, join.head.seq).filter(op="put"):
        if entry.seq not in join.wanted:
            _withdraw(entry)
    held = feed.entries.filter(seq__lte=join.head.seq).values_list("pk", "seq")
    gone = [pk for pk, seq in held if seq not in join.wanted]
    for start in range(0, len(gone), 500):
        feed.entries.filter(pk__in=gone[start : start + 500]).delete()
    feed.checkpoints.filter(seq__lt=join.head.seq).delete()


def _withdraw(entry: Entry) -> None:
    record_type = record_types().get(entry.kind)
    if record_type is not None and entry.state == Entry.State.APPLIED:
        feed = entry.feed
        provenance = Provenance(feed.node_id, feed.name, entry.seq, entry.rev, entry.time)
        record_type.withdraw(entry.uri, provenance)


def _unusable(feed: Feed, reason: str) -> SnapshotError:
    return SnapshotError(feed=feed.name, origin=feed.node_id, reason=reason)
