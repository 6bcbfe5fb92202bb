"""The glass wall: everything that left this node, everything that entered, and why it could.

Counted where entries are stored (`Tally`), so that the answer is exact and costs the same
after ten years as on the first day.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
from django.db.models import QuerySet
from django.utils.translation import gettext

from jumelage.bridge.boundary.crossing import says
from jumelage.bridge.boundary.local import LOCAL
from jumelage.bridge.models import Entry, Opening, Tally
from jumelage.kit.component import record_types
from jumelage.kit.i18n import Bilingual

LEFT, ENTERED = "left", "entered"
_Key = tuple[bool, str, str, str]
"""Whether the feed is our own, its origin, its audience, and a kind on it."""
_Articles = Mapping[tuple[str, str], tuple[str, ...]]
"""What opens or opened a kind to a class of audience."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One kind of record on one city's feed for one audience, and what allows it.

    `put`, `withdraw`, `erase` count entries; `reasons` holds the articles, in force or ended.
    """

    direction: str
    origin: str
    audience: str
    kind: str
    says: str
    put: int
    withdraw: int
    erase: int
    bytes: int
    first_at: datetime
    last_at: datetime
    reasons: tuple[str, ...]

    @property
    def is_open(self) -> bool:
        """Whether anything allows it, now or when it crossed."""
        return bool(self.reasons)


def passages() -> Sequence[Passage]:
    """Return what crossed: by direction, city, audience and kind."""
    opened = _reasons(Opening.objects.order_by("since"))
    together: dict[_Key, list[Tally]] = defaultdict(list)
    rows = Tally.objects.exclude(feed__name__in=LOCAL).select_related("feed__node")
    for row in rows.order_by("-feed__node__is_self", "feed__node_id", "feed__name", "kind"):
        feed = row.feed
        together[feed.node.is_self, feed.node_id, feed.name, row.kind].append(row)
    return [_passage(key, rows, opened) for key, rows in together.items()]


def _passage(key: _Key, rows: Sequence[Tally], opened: _Articles) -> Passage:
    own, origin, audience, kind = key
    record_type = record_types().get(kind)
    by_pairing = record_type is not None and record_type.opened_by_pairing
    pairing = (gettext("the pairing of the two cities"),) if by_pairing else ()
    counted = {
        op: sum(row.entries for row in rows if row.op == op) for op in ("put", "withdraw", "erase")
    }
    return Passage(
        direction=LEFT if own else ENTERED,
        origin=origin,
        audience=audience,
        kind=kind,
        says=says(record_type) if record_type else kind,
        bytes=sum(row.bytes for row in rows),
        first_at=min(row.first_at for row in rows),
        last_at=max(row.last_at for row in rows),
        reasons=(*pairing, *opened.get((kind, audience.partition(":")[0]), ())),
        **counted,
    )


def _reasons(openings: Iterable[Opening]) -> _Articles:
    """Return the articles that open or opened each kind to each class of audience."""
    found: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    held = list(openings)
    titles = _titles({opening.instrument for opening in held})
    for opening in held:
        title = titles.get(opening.instrument)
        article = f"{title}, {opening.article}" if title else opening.article
        if opening.until is not None:
            ended = gettext("%(article)s, until %(day)s")
            article = ended % {"article": article, "day": f"{opening.until:%Y-%m-%d}"}
        found[opening.kind, opening.audience.partition(":")[0]][article] = None
    return {key: tuple(articles) for key, articles in found.items()}


def _titles(uris: Collection[str]) -> Mapping[str, str]:
    """Return the names of texts, as their own records say them, in the active language."""
    said = Entry.objects.filter(uri__in=uris, op="put").exclude(body=None).order_by("rev")
    found = {}
    for uri, body in said.values_list("uri", "body"):
        title = orjson.loads(bytes(body or b"{}")).get("title")
        if isinstance(title, dict):
            found[uri] = str(Bilingual(fr=title.get("fr", ""), en=title.get("en", "")))
    return found


def passed(*, direction: str = "", kind: str = "", origin: str = "") -> QuerySet[Entry]:
    """Return the entries that left or entered, newest first."""
    found = Entry.objects.exclude(feed__name__in=LOCAL).select_related("feed__node").order_by("-pk")
    if direction:
        found = found.filter(feed__node__is_self=direction == LEFT)
    if kind:
        found = found.filter(kind=kind)
    return found.filter(feed__node=origin) if origin else found
