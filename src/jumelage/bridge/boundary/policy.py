"""What may cross: kinds opened by an article of an agreement in force, fields by allow-list."""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Q, QuerySet

from jumelage.bridge.boundary.local import HOME
from jumelage.bridge.models import Opening
from jumelage.kit import clock
from jumelage.kit.component import Record


def audience_class(audience: str) -> str:
    """Return `public`, `network` or `twin` for an audience such as `twin:<origin>`."""
    return audience.partition(":")[0]


def allowed_fields(record: type[Record], audience: str) -> frozenset[str]:
    """Return the fields of *record* that may cross to *audience*; empty when closed.

    What stays in this city (`home`) crosses to nobody and is kept whole.
    """
    if audience == HOME:
        return frozenset(field.name for field in dataclasses.fields(record))  # type: ignore[arg-type]  # every record is a dataclass; a protocol cannot say so
    return record.audiences.get(audience_class(audience), frozenset())


def is_open(record: type[Record], audience: str) -> bool:
    """Tell whether *record* may cross to *audience* now.

    A kind opened to an audience class (`twin`) is open to each of its members.
    """
    if not allowed_fields(record, audience):
        return False
    if record.opened_by_pairing or audience == HOME:
        return True
    names = {audience, audience_class(audience)}
    return _in_force().filter(kind=record.kind, audience__in=names).exists()


Clauses = Mapping[str, datetime | None]
"""The kinds opened to one audience, and until when (None: in force)."""


def clauses(audience: str) -> Clauses:
    """Return every kind that was ever opened to *audience*, with the latest end."""
    names = {audience, audience_class(audience)}
    found: dict[str, datetime | None] = {}
    for kind, until in Opening.objects.filter(audience__in=names).values_list("kind", "until"):
        held = found.get(kind, until)
        found[kind] = None if until is None or held is None else max(until, held)
    return found


def was_open(record: type[Record], audience: str, at: datetime, known: Clauses) -> bool:
    """Tell whether *record* could cross to *audience* at *at*, the time its entry states.

    A clause that has ended still covers what was said before its end: a peer that catches up
    after a long cut loses nothing.
    """
    if not allowed_fields(record, audience):
        return False
    if record.opened_by_pairing or audience == HOME:
        return True
    until = known.get(record.kind, at)
    return until is None or at < until


def _in_force() -> QuerySet[Opening]:
    at = clock.now()
    return Opening.objects.filter(since__lte=at).filter(Q(until=None) | Q(until__gt=at))


def openings() -> Sequence[Opening]:
    """Return the openings in force, by kind and audience."""
    return list(_in_force().order_by("kind", "audience"))


def open_kind(*, kind: str, audience: str, article: str, instrument: str) -> Opening:
    """Open *kind* to *audience*, as *article* of *instrument* (a record URI) allows."""
    opening, _ = Opening.objects.update_or_create(
        kind=kind,
        audience=audience,
        instrument=instrument,
        defaults={"article": article, "since": clock.now(), "until": None},
    )
    return opening


def close_instrument(instrument: str) -> None:
    """End every opening that rests on *instrument*."""
    Opening.objects.filter(instrument=instrument, until=None).update(until=clock.now())
