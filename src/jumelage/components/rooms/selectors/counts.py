"""The figures of the agreement page: counted from what the cities stated."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time
from decimal import Decimal

from jumelage.components.rooms.models import Occurrence, Session
from jumelage.kit.dates import Period


def _sessions(period: Period, origin: str | None) -> Mapping[str, list[Session]]:
    """Return what was stated of the sessions that ended in *period*, by session and beginning."""
    first, last = _instants(period)
    rows = Session.objects.live().of(origin).filter(ended_at__gte=first, ended_at__lt=last)
    found: dict[str, list[Session]] = {}
    for row in rows.order_by("began_at", "uri"):
        day = f"{row.began_at:%Y-%m-%d}" if row.is_window else ""
        found.setdefault(f"{row.session} {day}", []).append(row)
    return found


def _instants(period: Period) -> tuple[datetime, datetime]:
    first, last = (datetime.combine(day, time.min, UTC) for day in (period.start, period.end))
    return first, last


def count_calls(period: Period, origin: str | None) -> Decimal:
    """Count the calls held; what both cities stated of one session counts once."""
    calls = (rows for rows in _sessions(period, origin).values() if not rows[0].is_window)
    return Decimal(sum(1 for _ in calls))


def count_joint(period: Period, origin: str | None) -> Decimal:
    """Count the sessions in which somebody of two cities at least took part."""
    found = _sessions(period, origin).values()
    return Decimal(sum(1 for rows in found if len(_cities(rows)) > 1))


def _cities(rows: Iterable[Session]) -> set[str]:
    """Return the cities in which somebody took part; None stands for one to four people."""
    return {city for row in rows for city, people in row.attendance.items() if people != 0}


def count_hours(period: Period, origin: str | None) -> Decimal:
    """Count the hours that calls were held and windows open, to a tenth.

    Where both cities stated a session the longer time counts.
    """
    minutes = sum(max(row.minutes for row in rows) for rows in _sessions(period, origin).values())
    return (Decimal(minutes) / 60).quantize(Decimal("0.1")).normalize() + 0


def count_attendance(period: Period, origin: str | None) -> Decimal:
    """Count who took part, as told: one to four of a city are withheld and do not count."""
    total = 0
    for rows in _sessions(period, origin).values():
        told: dict[str, int] = {}
        for row in rows:
            for city, people in row.attendance.items():
                told[city] = max(told.get(city, 0), people or 0)
        total += sum(told.values())
    return Decimal(total)


def count_bookings(period: Period, origin: str | None) -> Decimal:
    """Count the times that began in *period* and had a room in both cities."""
    first, last = _instants(period)
    found = Occurrence.objects.confirmed().filter(twin_room__isnull=False)
    found = found.filter(starts_at__gte=first, starts_at__lt=last)
    if origin is not None:
        found = found.filter(series__startswith=f"jumelage:{origin}:")
    return Decimal(found.count())
