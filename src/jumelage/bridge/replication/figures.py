"""The figures an operator watches: how far peers are behind, what was refused, what is pending."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Sum

from jumelage.bridge.boundary.standing import is_open
from jumelage.bridge.models import (
    Entry,
    Erasure,
    ErasureReceipt,
    Feed,
    Fork,
    Node,
    Pairing,
    Reader,
    Refusal,
)
from jumelage.kit import clock


@dataclass(frozen=True, slots=True)
class Lag:
    """How far *reader* is behind on a feed of this node, as its last request said."""

    reader: Node
    feed: str
    records: int
    seconds: float
    """The age of the oldest entry it does not have; 0 when it has all."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What the bridge has to tell of itself at one moment."""

    is_open: bool
    lags: Sequence[Lag]
    refused: Mapping[tuple[str, str], int]
    """How many things were refused, by the sender's short name (or `stranger`) and reason."""
    forks: int
    pending_erasures: Mapping[str, int]
    """Erasures of own records that a paired city has not answered, by its short name."""
    held: Mapping[tuple[str, str], int]
    """The head of each newest feed held here, by its owner's short name and audience."""


def figures() -> Figures:
    """Count everything, with a handful of queries."""
    paired = list(Node.objects.filter(pairing__state=Pairing.State.PAIRED))
    return Figures(
        is_open=is_open(),
        lags=_lags(paired),
        refused=_refused(),
        forks=Fork.objects.count(),
        pending_erasures=_pending(paired),
        held=_held(),
    )


def _held() -> Mapping[tuple[str, str], int]:
    feeds = Feed.objects.order_by("epoch").values_list("node__slug", "name", "head_seq")
    return {(slug, _audience(name)): head for slug, name, head in feeds}


def _audience(feed: str) -> str:
    """Return the class of the audience: an origin is no word for people."""
    return feed.partition(":")[0]


def _lags(paired: Sequence[Node]) -> Sequence[Lag]:
    newest = {f.name: f for f in Feed.objects.filter(node__is_self=True).order_by("epoch")}
    said = Reader.objects.filter(feed__in=newest.values()).values_list("node", "feed__name", "seq")
    reached = {(node, name): seq for node, name, seq in said}
    return [
        _lag(peer, feed, reached.get((peer.origin, name), 0))
        for peer in paired
        for name, feed in newest.items()
        if name in {"public", "network", f"twin:{peer.origin}"}
    ]


def _lag(peer: Node, feed: Feed, seq: int) -> Lag:
    missing = max(feed.head_seq - max(seq, feed.base_seq), 0)
    oldest = Entry.objects.filter(feed=feed, seq=feed.head_seq - missing + 1) if missing else None
    at = oldest.values_list("time", flat=True).first() if oldest is not None else None
    seconds = max((clock.now() - at).total_seconds(), 0.0) if at else 0.0
    return Lag(peer, _audience(feed.name), missing, seconds)


def _refused() -> Mapping[tuple[str, str], int]:
    slugs = dict(Node.objects.values_list("origin", "slug"))
    rows = Refusal.objects.values_list("origin", "reason").annotate(number=Sum("count")).order_by()
    found: dict[tuple[str, str], int] = {}
    for origin, reason, number in rows:
        key = (slugs.get(origin, "stranger"), reason)
        found[key] = found.get(key, 0) + number
    return found


def _pending(paired: Sequence[Node]) -> Mapping[str, int]:
    """Count by peer; a record only one city could read needs the receipt of that city only."""
    own = Erasure.objects.filter(origin=Node.objects.filter(is_self=True).values("origin")[:1])
    given = dict(
        ErasureReceipt.objects.filter(erased__in=own.values("uri"))
        .values_list("origin")
        .annotate(number=Count("erased", distinct=True))
        .order_by()
    )
    return {
        peer.slug: max(
            own.filter(feed__in=["public", "network", f"twin:{peer.origin}"]).count()
            - given.get(peer.origin, 0),
            0,
        )
        for peer in paired
    }
