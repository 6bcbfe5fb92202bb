"""Cutting a feed: entries after a place are taken back, with everything they changed.

Needed when it turns out that entries are not their owner's: signed with a stolen key, or
written after a restore over what peers already hold. What was cut stays as evidence (its exact
headers and the checkpoint that vouched for them); what it did to the tables is undone, by
projecting each touched record again from the entries that remain.
"""

from collections.abc import Sequence

import msgspec
from django.db import transaction

from jumelage.bridge.erasing import retracting
from jumelage.bridge.erasing.entries import erased_among
from jumelage.bridge.feeds import bell, checkpoints, store
from jumelage.bridge.feeds.checkpoints import Statement
from jumelage.bridge.feeds.wire import EMPTY_HEAD, decode_body
from jumelage.bridge.models import Checkpoint, Cut, CutEntry, Entry, Feed, Reader, Snapshot
from jumelage.kit import clock
from jumelage.kit.component import Provenance, record_types

ASKED_AGAIN = "asked again"
"""Why honest entries are cut: what was cut after them had their content dropped."""
_STEP = 500


@transaction.atomic
def cut(feed: Feed, seq: int, *, reason: str) -> Cut | None:
    """Take back every entry of *feed* after *seq*; return the evidence, None if there was none.

    A copy is cut at its last checkpoint at or before *seq*, so that its chain stays vouched
    for, and asks its owner for the rest again; this node's own feed is cut at *seq* and
    signed there anew.
    """
    feed = Feed.objects.select_for_update().select_related("node").get(pk=feed.pk)
    place, head = _place(feed, seq)
    if place >= feed.head_seq:
        return None
    gone = Entry.objects.filter(feed=feed, seq__gt=place)
    touched = list(gone.values_list("uri", "kind").distinct())
    erased = set(gone.filter(op="erase").values_list("uri", flat=True))
    evidence = _keep(feed, place, reason)
    gone.delete()
    _step_back(feed, place, head)
    retracting.forget(feed, place, erased)
    for start in range(0, len(touched), _STEP):
        part = touched[start : start + _STEP]
        project_again(feed.node_id, part)
        if not feed.node.is_self:
            _ask_again(feed, [uri for uri, _ in part])
    transaction.on_commit(bell.ring)
    return evidence


@transaction.atomic
def discard(feed: Feed, *, reason: str) -> Cut | None:
    """Take back all of *feed*, an epoch its owner never opened, and forget it."""
    evidence = cut(feed, 0, reason=reason)
    feed.forks.all().delete()
    feed.delete()
    return evidence


def _place(feed: Feed, seq: int) -> tuple[int, bytes]:
    """Return where *feed* is cut, and its head there."""
    if seq >= feed.head_seq:
        return feed.head_seq, bytes(feed.head_hash)
    if feed.node.is_self and seq > feed.base_seq:
        return seq, bytes(Entry.objects.values_list("hash", flat=True).get(feed=feed, seq=seq))
    vouched = Checkpoint.objects.filter(feed=feed, seq__lte=seq, seq__gte=feed.base_seq)
    last = vouched.order_by("-seq").first()
    if last is None or last.seq == 0:
        return 0, EMPTY_HEAD
    said = msgspec.json.decode(bytes(last.signed), type=Statement)
    return last.seq, bytes.fromhex(said.head)


def _keep(feed: Feed, place: int, reason: str) -> Cut:
    """Keep the entries after *place* as evidence; bodies only of our own, who may need them."""
    entries = Entry.objects.filter(feed=feed, seq__gt=place).order_by("seq")
    last = Checkpoint.objects.filter(feed=feed, seq__gt=place).order_by("-seq").first()
    evidence = Cut.objects.create(
        node=feed.node,
        feed=feed.name,
        epoch=feed.epoch,
        seq=place,
        entries=entries.count(),
        checkpoint=bytes(last.signed) if last else b"",
        signature=bytes(last.signature) if last else b"",
        reason=reason,
        at=clock.now(),
    )
    own = feed.node.is_self
    rows = (
        CutEntry(
            cut=evidence,
            seq=entry.seq,
            header=entry.header,
            salt=entry.salt if own else None,
            body=entry.body if own else None,
            uri=entry.uri,
        )
        for entry in entries.iterator(_STEP)
    )
    CutEntry.objects.bulk_create(rows, batch_size=_STEP)
    return evidence


def _step_back(feed: Feed, place: int, head: bytes) -> None:
    """Let *feed* end at *place*."""
    Checkpoint.objects.filter(feed=feed, seq__gt=place).delete()
    Snapshot.objects.filter(feed=feed, seq__gt=place).delete()
    Reader.objects.filter(feed=feed, seq__gt=place).update(seq=place)
    feed.head_seq, feed.head_hash = place, head
    feed.base_seq = min(feed.base_seq, place)
    feed.save(update_fields=["head_seq", "head_hash", "base_seq"])
    if feed.node.is_self and place:
        store.keep_checkpoint(feed, checkpoints.sign(store.head_of(feed)))


def _ask_again(feed: Feed, uris: Sequence[str]) -> None:
    """Cut copies further back where the newest entry left of a record has lost its content.

    The cut entries had it dropped: they erased the record, or replaced it. Its owner has it.
    """
    lively = set(uris) - erased_among(uris)
    puts = Entry.objects.filter(uri__in=lively, op="put", feed__node=feed.node)
    newest: dict[str, int] = {}
    for uri, rev in puts.values_list("uri", "rev"):
        newest[uri] = max(rev, newest.get(uri, 0))
    first: dict[int, int] = {}
    emptied = puts.filter(state=Entry.State.GONE).values_list("uri", "rev", "feed", "seq")
    for uri, rev, where, seq in emptied:
        if rev == newest[uri]:
            first[where] = min(seq, first.get(where, seq))
    for where, seq in first.items():
        cut(Feed.objects.get(pk=where), seq - 1, reason=ASKED_AGAIN)


def project_again(origin: str, touched: Sequence[tuple[str, str]]) -> None:
    """Make the rows of the records in *touched* (`uri`, `kind`) what their entries say now."""
    uris = {uri for uri, _ in touched}
    remain = Entry.objects.filter(uri__in=uris, state=Entry.State.APPLIED)
    entries = list(remain.select_related("feed").order_by("rev", "op", "pk"))
    never = Provenance(origin, "", 0, 0, clock.now())
    for uri, kind in {*touched, *((entry.uri, entry.kind) for entry in entries)}:
        if kind in record_types():
            record_types()[kind].erase(uri, never)
    held: dict[str, tuple[int, int]] = {}
    for entry in entries:
        _apply(entry, held)


def _apply(entry: Entry, held: dict[str, tuple[int, int]]) -> None:
    """Apply one stored entry again, by the revision rule of docs/protocol/feeds.md."""
    record_type = record_types().get(entry.kind)
    if record_type is None:
        return
    at = Provenance(entry.feed.node_id, entry.feed.name, entry.seq, entry.rev, entry.time)
    if entry.op == "put" and entry.body is not None:
        held[entry.uri] = (entry.rev, entry.feed_id)
        decode_body(record_type, bytes(entry.body)).apply(at)
    elif entry.op == "withdraw":
        rev, feed_id = held.get(entry.uri, (0, 0))
        if entry.rev > rev or feed_id == entry.feed_id:
            record_type.withdraw(entry.uri, at)
