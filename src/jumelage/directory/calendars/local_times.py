"""The same instant on the wall clocks of two cities, and the weeks in which they differ."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from jumelage.directory.calendars.times import Span


@dataclass(frozen=True, slots=True)
class LocalTime:
    """An instant on one wall clock; `twice` when that hour exists twice, on that day."""

    at: datetime
    zone: str
    twice: bool

    @property
    def day(self) -> date:
        """The day there."""
        return self.at.date()


def local(at: datetime, zone: ZoneInfo) -> LocalTime:
    """Return *at* on the wall clock of *zone*."""
    there = at.astimezone(zone)
    return LocalTime(there, zone.key, twice=is_fold(there.replace(tzinfo=None), zone))


def is_fold(naive: datetime, zone: ZoneInfo) -> bool:
    """Tell whether the wall clocks of *zone* show *naive* twice."""
    first, second = naive.replace(tzinfo=zone, fold=0), naive.replace(tzinfo=zone, fold=1)
    return _exists(first) and first.utcoffset() != second.utcoffset()


def is_gap(naive: datetime, zone: ZoneInfo) -> bool:
    """Tell whether the wall clocks of *zone* never show *naive*."""
    return not _exists(naive.replace(tzinfo=zone, fold=0))


def _exists(there: datetime) -> bool:
    back = there.astimezone(UTC).astimezone(there.tzinfo)
    return back.replace(tzinfo=None, fold=0) == there.replace(tzinfo=None, fold=0)


def apart(at: datetime, one: ZoneInfo, other: ZoneInfo) -> timedelta:
    """Return how far the wall clock of *one* is ahead of that of *other* at that instant."""
    ahead, behind = at.astimezone(one).utcoffset(), at.astimezone(other).utcoffset()
    return (ahead or timedelta(0)) - (behind or timedelta(0))


def usual(at: datetime, one: ZoneInfo, other: ZoneInfo) -> timedelta:
    """Return how far apart both clocks are for most of the year around *at*."""
    hours = [apart(at + timedelta(weeks=week), one, other) for week in range(-26, 26)]
    return max(set(hours), key=hours.count)


def is_unusual(at: datetime, one: ZoneInfo, other: ZoneInfo) -> bool:
    """Tell whether *at* is in the weeks in which only one of both cities has changed its clocks.

    Between Paris and San Francisco: eight hours instead of nine.
    """
    return apart(at, one, other) != usual(at, one, other)


def unusual_days(first: date, last: date, one: ZoneInfo, other: ZoneInfo) -> Sequence[date]:
    """Return the days, both included, at whose noon in *one* the clocks differ unusually."""
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    noons = {day: datetime(day.year, day.month, day.day, 12, tzinfo=one) for day in days}
    return [day for day, noon in noons.items() if is_unusual(noon.astimezone(UTC), one, other)]


def in_words(span: Span, zone: ZoneInfo) -> str:
    """Return *span* for a sentence, on the wall clock of *zone*: 2026-12-01 09:00-10:00."""
    start, end = span.start.astimezone(zone), span.end.astimezone(zone)
    return f"{start:%Y-%m-%d %H:%M}-{end:%H:%M} ({zone.key})"
