"""What leaves this node, in plain words: which records, to whom, which fields, and why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from inspect import cleandoc

from django.db.models import Count
from django.utils.translation import gettext

from jumelage.bridge.api import Entry, Opening, openings, peers
from jumelage.kit.component import Record, components

Crossed = tuple[str, str]
"""A kind and an audience."""


@dataclass(frozen=True, slots=True)
class Crossing:
    """A kind of record that leaves, with the fields that all of *readers* get."""

    kind: str
    service: str
    about: str
    audiences: tuple[str, ...]
    readers: str
    fields: tuple[str, ...]
    because: str
    sent: int


def crossings() -> list[Crossing]:
    """Return every kind that may leave this node now, by service and kind; nothing else does."""
    opened, sent = openings(), _sent()
    return [
        crossing
        for component in components()
        for record in component.records
        for crossing in _of(record, str(component.label), opened, sent)
    ]


def _of(
    record: type[Record], service: str, opened: Sequence[Opening], sent: Mapping[Crossed, int]
) -> Iterator[Crossing]:
    """Say what crosses of *record*: audiences that get the same fields for one reason together."""
    together: dict[tuple[frozenset[str], str], list[str]] = {}
    for audience, fields in record.audiences.items():
        because = "; ".join(_reasons(record, audience, opened))
        if fields and because:
            together.setdefault((fields, because), []).append(audience)
    for (fields, because), audiences in together.items():
        yield Crossing(
            kind=record.kind,
            service=service,
            about=gettext(cleandoc(record.__doc__ or "").split("\n")[0]),
            audiences=tuple(audiences),
            readers=", ".join(_readers(audience) for audience in audiences),
            fields=tuple(sorted(fields - {"uri"})),
            because=because,
            sent=sum(sent.get((record.kind, audience), 0) for audience in audiences),
        )


def _reasons(record: type[Record], audience: str, opened: Sequence[Opening]) -> list[str]:
    """Return why *record* may cross to *audience*; empty when it may not."""
    if record.opened_by_pairing:
        return [gettext("opened by the pairing itself")]
    fitting = [o for o in opened if o.kind == record.kind]
    return sorted({o.article for o in fitting if o.audience.partition(":")[0] == audience})


def _readers(audience: str) -> str:
    names = ", ".join(str(peer) for peer in peers()) or gettext("nobody yet")
    return {
        "public": gettext("everybody"),
        "network": gettext("every paired city (%(names)s)") % {"names": names},
    }.get(audience, gettext("one paired city at a time (%(names)s)") % {"names": names})


def _sent() -> Mapping[Crossed, int]:
    """Return how many entries of each kind this node has published, by kind and audience."""
    rows = Entry.objects.filter(feed__node__is_self=True).values_list("kind", "feed__name")
    found: dict[Crossed, int] = {}
    for kind, feed, number in rows.annotate(number=Count("pk")).order_by():
        key = (kind, feed.partition(":")[0])
        found[key] = found.get(key, 0) + number
    return found
