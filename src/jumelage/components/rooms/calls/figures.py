"""What browsers measured: taken in, summed up, forgotten after a year."""

import json
import math
import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Sum

from jumelage.components.rooms.models.calls import CallFigure
from jumelage.kit import clock
from jumelage.kit.errors import InvalidInputError

MOST_AT_ONCE = 50
"""Figures in one message; a browser sends one for each other participant."""
KEPT = timedelta(days=365)
_LARGEST = 2**31 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """What a call was like, over all browsers of this city; None: nobody measured it."""

    round_trip: int | None
    """Median, milliseconds."""
    loss: int | None
    """Packets lost, per thousand."""
    freezes: int
    measured: int
    """How many figures there are."""


def keep(*, session: str, body: bytes) -> int:
    """Keep the figures a browser sends as JSON, each a change since its last; return how many.

    Raises:
        InvalidInputError: this is not what browsers send.
    """
    rows = [_row(session, one) for one in _read(body)]
    with transaction.atomic():
        CallFigure.objects.bulk_create(rows)
    return len(rows)


def _read(body: bytes) -> list[Mapping[str, object]]:
    try:
        told = json.loads(body)
        figures = told["figures"]
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidInputError(reason="figures of a call are expected") from error
    if not isinstance(figures, list) or len(figures) > MOST_AT_ONCE:
        raise InvalidInputError(reason=f"at most {MOST_AT_ONCE} figures at once")
    return [one for one in figures if isinstance(one, dict)]


def _row(session: str, one: Mapping[str, object]) -> CallFigure:
    round_trip = _number(one, "roundTrip") if one.get("roundTrip") is not None else None
    return CallFigure(
        session=session,
        participant=str(one.get("participant", ""))[:64],
        seconds=_number(one, "seconds"),
        round_trip=round_trip,
        received=int(_number(one, "received")),
        lost=int(_number(one, "lost")),
        freezes=int(_number(one, "freezes")),
        frames=int(_number(one, "frames")),
    )


def _number(one: Mapping[str, object], name: str) -> float:
    value = one.get(name, 0)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise InvalidInputError(reason=f"“{name}” is no figure")
    if not 0 <= value <= _LARGEST:
        raise InvalidInputError(reason=f"“{name}” is out of range")
    return float(value)


def quality(session: str) -> Quality:
    """Return what the call *session* was like for the browsers of this city."""
    rows = CallFigure.objects.filter(session=session)
    sums = rows.aggregate(Sum("received"), Sum("lost"), Sum("freezes"))
    trips = [trip for trip in rows.values_list("round_trip", flat=True) if trip is not None]
    received, lost = sums["received__sum"] or 0, sums["lost__sum"] or 0
    packets = received + lost
    return Quality(
        round_trip=round(statistics.median(trips)) if trips else None,
        loss=round(1000 * lost / packets) if packets else None,
        freezes=sums["freezes__sum"] or 0,
        measured=rows.count(),
    )


def forget() -> int:
    """Delete figures older than a year; return how many."""
    deleted, _ = CallFigure.objects.filter(at__lt=clock.now() - KEPT).delete()
    return deleted
