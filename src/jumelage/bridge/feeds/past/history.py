"""What the feeds said up to a checkpoint: where they stood, and their records again.

A projection only holds the newest revision of a record. Whoever must see the tables as they
stood at some checkpoints reads the stored entries up to there and applies them once more.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import msgspec
from django.db.models import F, Q

from jumelage.bridge.feeds.checkpoints import Statement
from jumelage.bridge.feeds.wire import decode_body
from jumelage.bridge.models import Checkpoint, Entry, Feed
from jumelage.kit.component import Provenance, Record, record_types

SHARED_FEEDS = ("public", "network")
"""The feeds that every paired city holds alike."""

Said = tuple[str, str, Record | None, Provenance]


@dataclass(frozen=True, slots=True, order=True)
class Point:
    """Where a feed stood: at *seq* its head was *head* (hex), as its origin signed."""

    origin: str
    feed: str
    seq: int
    head: str

    @classmethod
    def of(cls, checkpoint: Checkpoint) -> Self:
        """Return the point that the signed bytes of *checkpoint* state."""
        said = msgspec.json.decode(bytes(checkpoint.signed), type=Statement)
        return cls(said.origin, said.feed, said.seq, said.head)


def checkpoints(origins: Sequence[str]) -> list[Point]:
    """Return the newest signed checkpoint of each shared feed of *origins*, in order."""
    rows = Checkpoint.objects.filter(
        feed__node__in=origins, feed__name__in=SHARED_FEEDS, feed__head_seq=F("seq")
    )
    return sorted(Point.of(row) for row in rows)


def lacks(points: Sequence[Point]) -> int:
    """Return how many entries before *points* this node has not received yet."""
    feeds = _feeds_of(points)
    return sum(max(p.seq - (feeds[p].head_seq if p in feeds else 0), 0) for p in points)


def _feeds_of(points: Sequence[Point]) -> Mapping[Point, Feed]:
    """Return the feed each of *points* stands on: of several epochs, the one with that head."""
    held: dict[tuple[str, str], list[Feed]] = {}
    for feed in Feed.objects.filter(node__in={point.origin for point in points}):
        held.setdefault((feed.node_id, feed.name), []).append(feed)
    found = {point: _fitting(point, held.get((point.origin, point.feed), [])) for point in points}
    return {point: feed for point, feed in found.items() if feed is not None}


def _fitting(point: Point, epochs: Sequence[Feed]) -> Feed | None:
    if len(epochs) <= 1:
        return epochs[0] if epochs else None
    entries = Entry.objects.filter(feed__in=epochs, seq=point.seq, hash=bytes.fromhex(point.head))
    place = entries.values_list("feed_id", flat=True).first()
    return next((feed for feed in epochs if feed.pk == place), None)


def changed_since(points: Sequence[Point], prefixes: Sequence[str]) -> bool:
    """Tell whether a record of one of the kinds *prefixes* was said after *points*."""
    kinds = _any_of(prefixes)
    feeds = Entry.objects.filter(kinds, feed__name__in=SHARED_FEEDS, state=Entry.State.APPLIED)
    after = feeds.filter(feed__node__in={p.origin for p in points})
    for point, feed in _feeds_of(points).items():
        after = after.exclude(feed=feed, seq__lte=point.seq)
    return after.exists()


def said_until(points: Sequence[Point], prefixes: Sequence[str]) -> Iterator[Said]:
    """Yield `(uri, kind, record, provenance)` of the entries up to *points*, feed by feed.

    A withdrawal is yielded without record. Entries whose body was erased are skipped.
    """
    types: Mapping[str, type[Record]] = record_types()
    for point, feed in _feeds_of(points).items():
        rows = Entry.objects.filter(
            _any_of(prefixes), feed=feed, seq__lte=point.seq, state=Entry.State.APPLIED
        )
        for row in rows.order_by("seq").iterator():
            provenance = Provenance(point.origin, point.feed, row.seq, row.rev, row.time)
            if row.op == "put" and row.body is not None:
                yield row.uri, row.kind, decode_body(types[row.kind], bytes(row.body)), provenance
            elif row.op == "withdraw":
                yield row.uri, row.kind, None, provenance


def _any_of(prefixes: Sequence[str]) -> Q:
    found = Q()
    for prefix in prefixes:
        found |= Q(kind__startswith=prefix)
    return found
