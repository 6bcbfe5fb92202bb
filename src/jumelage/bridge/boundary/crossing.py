"""What crosses, in plain words: each kind of record, to whom, which fields, by which article."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext, pgettext

from jumelage.bridge.boundary.local import HOME, LOCAL
from jumelage.bridge.boundary.policy import openings
from jumelage.bridge.models import Entry, Feed, Node, Opening
from jumelage.kit.component import Record, components


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """One kind of record and one audience it was made for.

    `article` is empty when the kind is opened by pairing, or not opened at all.
    """

    kind: str
    component: str
    says: str
    audience: str
    fields: tuple[str, ...]
    by_pairing: bool
    article: str = ""
    instrument: str = ""

    @property
    def is_open(self) -> bool:
        """Whether records of this kind leave now."""
        return self.by_pairing or bool(self.instrument)

    @property
    def opened_by(self) -> str:
        """The reason it may leave, in words; empty when it may not."""
        if self.by_pairing:
            return gettext("the pairing of the two cities")
        return self.article


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """How many records of a kind a node published, as far as this node holds them."""

    origin: str
    kind: str
    records: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHead:
    """How far a feed of a node reaches here."""

    origin: str
    audience: str
    entries: int
    stopped: str = ""
    epoch: int = 0


def says(record: type[Record]) -> str:
    """Return in plain words what *record* says: the first line of its documentation."""
    return gettext((record.__doc__ or record.kind).strip().splitlines()[0])


def audience_in_words(audience: str) -> str:
    """Return who reads the feed *audience*, in words."""
    if audience == "public":
        return pgettext("audience", "everybody")
    if audience == "network":
        return pgettext("audience", "every joined city")
    if audience == HOME:
        return pgettext("audience", "this city alone")
    node = Node.objects.filter(origin=audience.partition(":")[2]).first()
    return pgettext("audience", "%(city)s only") % {"city": node or gettext("the joined city")}


def crossings() -> Sequence[Crossing]:
    """Return every kind and audience, open or not, in the order of the components."""
    opened: dict[tuple[str, str], list[Opening]] = defaultdict(list)
    for opening in openings():
        opened[opening.kind, opening.audience.partition(":")[0]].append(opening)
    return [
        crossing
        for component in components()
        for record in component.records
        for audience in record.audiences
        for crossing in _one(str(component.label), record, audience, opened[record.kind, audience])
    ]


def _one(
    component: str, record: type[Record], audience: str, opened: Sequence[Opening]
) -> Sequence[Crossing]:
    """Return the crossings of one kind to one class of audience, one per clause."""
    base = Crossing(
        kind=record.kind,
        component=component,
        says=says(record),
        audience=audience,
        fields=tuple(sorted(record.audiences[audience])),
        by_pairing=record.opened_by_pairing,
    )
    if base.by_pairing or not opened:
        return [base]
    return [
        Crossing(
            kind=base.kind,
            component=base.component,
            says=base.says,
            audience=opening.audience,
            fields=base.fields,
            by_pairing=False,
            article=opening.article,
            instrument=opening.instrument,
        )
        for opening in opened
    ]


def said(audiences: Sequence[str] = ("public", "network")) -> Sequence[Said]:
    """Return how many records each node published per kind, on feeds for *audiences*."""
    entries = Entry.objects.filter(op="put", feed__name__in=audiences)
    counted = entries.values("feed__node_id", "kind").annotate(records=Count("uri", distinct=True))
    return [
        Said(origin=row["feed__node_id"], kind=row["kind"], records=row["records"])
        for row in counted.order_by("kind", "feed__node_id")
    ]


def heads(*, private: bool = False) -> Sequence[FeedHead]:
    """Return how far each feed reaches here; feeds for one city only when *private*."""
    feeds = Feed.objects.order_by("name", "-node__is_self", "node_id", "epoch")
    return [
        FeedHead(
            origin=feed.node_id,
            audience=feed.name,
            entries=feed.head_seq,
            stopped=feed.stopped,
            epoch=feed.epoch,
        )
        for feed in feeds
        if feed.name not in LOCAL and (private or not feed.name.startswith("twin:"))
    ]
