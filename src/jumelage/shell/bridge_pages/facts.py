"""What the bridge's pages show, gathered once for the page and for its JSON twin."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from jumelage.bridge import api as bridge


@dataclass(frozen=True, slots=True)
class LineFacts:
    """The line to one joined city."""

    city: bridge.Node
    up: bool
    last_word_at: datetime | None
    changed_at: datetime | None
    product: str = ""
    """The release the city runs; empty when it never said."""


@dataclass(frozen=True, slots=True)
class HeadFacts:
    """How many entries of a city's feed this node holds."""

    city: bridge.Node
    audience: str
    entries: int
    stopped: bool
    epoch: int = 0


@dataclass(frozen=True, slots=True)
class KindFacts:
    """One kind of record: what it says, what opens it, how many each city published."""

    kind: str
    says: str
    opened_by: str
    records: tuple[tuple[bridge.Node, int], ...]


@dataclass(frozen=True, slots=True)
class WaitingFacts:
    """What a city said in a way this release cannot read yet."""

    city: bridge.Node
    kind: str
    entries: int
    product: str


@dataclass(frozen=True, slots=True)
class StatusFacts:
    """Everything the status page shows."""

    lines: tuple[LineFacts, ...]
    heads: tuple[HeadFacts, ...]
    kinds: tuple[KindFacts, ...]
    waiting: tuple[WaitingFacts, ...]
    forks: tuple[bridge.Forked, ...]
    cities: tuple[bridge.Node, ...]


def status(here: bridge.Node, peers: Sequence[bridge.Node], *, private: bool) -> StatusFacts:
    """Gather the status; *private* adds the feeds that only one city reads."""
    cities = (here, *peers)
    return StatusFacts(
        lines=tuple(_line(peer) for peer in peers),
        heads=tuple(_heads(cities, private=private)),
        kinds=tuple(_kinds(cities)),
        waiting=tuple(_waiting(cities)),
        forks=tuple(_forks(private=private)),
        cities=cities,
    )


def _line(peer: bridge.Node) -> LineFacts:
    contact = getattr(peer, "contact", None)
    if contact is None:
        return LineFacts(peer, up=False, last_word_at=None, changed_at=None)
    up, word, changed = contact.line_up, contact.last_word_at, contact.changed_at
    return LineFacts(peer, up, word, changed, contact.product)


def _forks(*, private: bool) -> Sequence[bridge.Forked]:
    forks = bridge.standing_forks()
    return [one for one in forks if private or not one.fork.feed.name.startswith("twin:")]


def _heads(cities: Sequence[bridge.Node], *, private: bool) -> Sequence[HeadFacts]:
    known = {city.origin: city for city in cities}
    return [
        HeadFacts(
            known[head.origin],
            bridge.audience_in_words(head.audience),
            head.entries,
            bool(head.stopped),
            head.epoch,
        )
        for head in bridge.heads(private=private)
        if head.origin in known
    ]


def _kinds(cities: Sequence[bridge.Node]) -> Sequence[KindFacts]:
    """Return every kind that may cross or ever did, with a count for each city."""
    counted: dict[str, dict[str, int]] = defaultdict(dict)
    for said in bridge.said():
        counted[said.kind][said.origin] = said.records
    reasons: dict[str, list[bridge.Crossing]] = defaultdict(list)
    for crossing in bridge.crossings():
        reasons[crossing.kind].append(crossing)
    return [
        KindFacts(
            kind,
            reasons[kind][0].says if reasons[kind] else kind,
            ", ".join(sorted({one.opened_by for one in reasons[kind] if one.opened_by})),
            tuple((city, counted[kind].get(city.origin, 0)) for city in cities),
        )
        for kind in {**reasons, **counted}
        if kind in counted or any(one.is_open for one in reasons[kind])
    ]


def _waiting(cities: Sequence[bridge.Node]) -> Sequence[WaitingFacts]:
    known = {city.origin: city for city in cities}
    return [
        WaitingFacts(known[one.origin], one.kind, one.entries, one.product)
        for one in bridge.waiting()
        if one.origin in known
    ]


def plain(facts: StatusFacts) -> dict[str, object]:
    """Return the status for its JSON twin; cities by their origin and name."""
    return {
        "cities": [{"origin": city.origin, "name": city.name} for city in facts.cities],
        "lines": [
            {
                "origin": line.city.origin,
                "up": line.up,
                "last_word_at": line.last_word_at,
                "release": line.product or None,
            }
            for line in facts.lines
        ],
        "waiting": [
            {"origin": one.city.origin, "kind": one.kind, "entries": one.entries}
            for one in facts.waiting
        ],
        "feeds": [
            {"origin": head.city.origin, "audience": head.audience, "entries": head.entries}
            for head in facts.heads
        ],
        "forks": [
            {
                "origin": one.city.origin,
                "audience": one.audience,
                "entry": one.fork.seq,
                "found_by": one.fork.found_by,
                "found_at": one.fork.found_at,
            }
            for one in facts.forks
        ],
        "records": [_plain_kind(kind) for kind in facts.kinds],
    }


def _plain_kind(kind: KindFacts) -> dict[str, object]:
    return {
        "kind": kind.kind,
        "says": kind.says,
        "opened_by": kind.opened_by or None,
        "published": {city.origin: number for city, number in kind.records},
    }


@dataclass(frozen=True, slots=True)
class CrossingRow:
    """A kind of record with every audience that the same reason opens, or that stays closed."""

    crossing: bridge.Crossing
    audiences: tuple[str, ...]


def crossing_rows(crossings: Sequence[bridge.Crossing]) -> Sequence[CrossingRow]:
    """Gather audiences that share kind, fields and reason into one row."""
    found: dict[tuple[object, ...], list[bridge.Crossing]] = defaultdict(list)
    for one in crossings:
        found[one.kind, one.fields, one.is_open, one.opened_by].append(one)
    return [
        CrossingRow(
            same[0], tuple(dict.fromkeys(bridge.audience_in_words(one.audience) for one in same))
        )
        for same in found.values()
    ]
