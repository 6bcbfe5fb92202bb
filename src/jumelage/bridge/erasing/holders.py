"""Who holds, or may hold, a copy of a record that this node erased, and what they answered.

A peer counts as a holder when it could read a feed that carried the record, unless its own
requests say that it never got so far. What is not known counts as holding.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Min, Q, QuerySet

from jumelage.bridge.erasing.receipts import given
from jumelage.bridge.models import Entry, Erasure, ErasureReceipt, Node, Pairing, Reader

SHARED = ("network", "public")


class Answer(StrEnum):
    """What is known of a holder."""

    GIVEN = "given"
    WAITING = "waiting"
    NOT_REACHED = "not-reached"
    LEFT = "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A city that may hold a copy; `at` is when it dropped the content, by its own clock."""

    node: Node
    answer: Answer
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Reader:
    """A node that could ever read this node's feeds; `since` as far as it is known."""

    node: Node
    paired: bool
    since: datetime | None

    def could_read(self, names: Mapping[str, int]) -> list[str]:
        return [name for name in (*SHARED, f"twin:{self.node.origin}") if name in names]


def holders(erasures: Sequence[Erasure]) -> Mapping[str, Sequence[Holder]]:
    """Return the holders of each of this node's *erasures*, by URI and in the order of cities."""
    uris = [erasure.uri for erasure in erasures]
    carried, receipts, readers = _carried(uris), given(uris), list(_readers())
    reached = _reached(uris)
    found: dict[str, list[Holder]] = defaultdict(list)
    for erasure in erasures:
        for reader in readers:
            receipt = receipts.get((erasure.uri, reader.node.origin))
            names = carried.get(erasure.uri, {})
            seen = {name: reached.get((reader.node.origin, name)) for name in names}
            answer = _answer(erasure, reader, names, seen, receipt)
            if answer is not None:
                at = receipt.applied_at if receipt else None
                found[erasure.uri].append(Holder(node=reader.node, answer=answer, at=at))
    return found


def _answer(
    erasure: Erasure,
    reader: _Reader,
    first: Mapping[str, int],
    seen: Mapping[str, int | None],
    receipt: ErasureReceipt | None,
) -> Answer | None:
    """Return what is known of *reader*, or None when it never could hold the record."""
    if receipt is not None:
        return Answer.GIVEN
    readable = reader.could_read(first)
    if not readable or (reader.since is not None and reader.since > erasure.erased_at):
        return None
    if all(_is_short_of(seen[name], first[name]) for name in readable):
        return Answer.NOT_REACHED
    return Answer.WAITING if reader.paired else Answer.LEFT


def _is_short_of(seq: int | None, first: int) -> bool:
    return seq is not None and seq < first


def _carried(uris: Sequence[str]) -> Mapping[str, Mapping[str, int]]:
    """Return where each record was first said on each feed; 0 when only its erasure is left."""
    rows = Entry.objects.filter(uri__in=uris, feed__node__is_self=True)
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for uri, name in rows.values_list("uri", "feed__name").distinct():
        found[uri][name] = 0
    first = rows.filter(op="put").values("uri", "feed__name").annotate(first=Min("seq"))
    for row in first.order_by():
        found[row["uri"]][row["feed__name"]] = row["first"]
    return found


def _reached(uris: Sequence[str]) -> Mapping[tuple[str, str], int]:
    """Return how far each peer has read this node's feeds that carried *uris*."""
    feeds = Entry.objects.filter(uri__in=uris, feed__node__is_self=True).values("feed")
    rows = Reader.objects.filter(feed__in=feeds).values_list("node_id", "feed__name", "seq")
    return {(origin, name): seq for origin, name, seq in rows}


def _readers() -> Iterator[_Reader]:
    """Yield every node that is paired or ever was, by name of city."""
    states = (Pairing.State.PAIRED, Pairing.State.ENDED)
    pairings: dict[str, list[Pairing]] = defaultdict(list)
    for pairing in Pairing.objects.filter(state__in=states):
        pairings[pairing.node_id or pairing.origin].append(pairing)
    for node in Node.objects.filter(origin__in=pairings, is_self=False).order_by("slug"):
        known = pairings[node.origin]
        paired = any(pairing.state == Pairing.State.PAIRED for pairing in known)
        begun = [pairing.confirmed_here_at for pairing in known]
        since = None if None in begun else min(at for at in begun if at)
        yield _Reader(node, paired, since)


def own_erasures() -> QuerySet[Erasure]:
    """Return the erasures of this node's own records, newest first."""
    here = Node.objects.filter(is_self=True).values("origin")
    return Erasure.objects.filter(origin__in=here).order_by("-erased_at", "uri")


def waiting() -> Mapping[str, Sequence[Holder]]:
    """Return the holders that have not answered yet, by URI; erasures everybody answered: none."""
    found = holders(list(own_erasures()))
    kept = {
        uri: [holder for holder in held if holder.answer == Answer.WAITING]
        for uri, held in found.items()
    }
    return {uri: held for uri, held in kept.items() if held}


def erasures(*, origin: str = "", ground: str = "", state: str = "") -> QuerySet[Erasure]:
    """Return what was erased, by whom (*origin*), why, and *state*: `waiting` or `uncleaned`."""
    found = Erasure.objects.order_by("-erased_at", "uri")
    if origin:
        found = found.filter(origin=origin)
    if ground:
        found = found.filter(ground=ground)
    if state == "waiting":
        found = found.filter(Q(uri__in=list(waiting())) | Q(receipt_due=True))
    if state == "uncleaned":
        found = found.filter(cleaned_at=None)
    return found
