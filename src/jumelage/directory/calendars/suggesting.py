"""Which hours suit rooms in several cities.

Paris and San Francisco share no hour between nine and six, but for the weeks in which only one
of them has changed its clocks. So every time has a score: the minutes by which the office day of
9:00-18:00 must be stretched in each city to hold it, those of the city with most of them counted
twice. Fewer are better; none is a common hour. At the same score the earlier time comes first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from jumelage.directory.calendars.local_times import LocalTime, is_unusual, local
from jumelage.directory.calendars.models import Resource
from jumelage.directory.calendars.selectors import free
from jumelage.directory.calendars.times import Span, at_local
from jumelage.kit import clock

OPENS, CLOSES = time(9), time(18)
"""An office day."""
STEP = timedelta(minutes=30)
WEEKEND = frozenset({5, 6})
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A time that every room is open and free, with its score; `outside` in minutes, by room."""

    span: Span
    starts: tuple[LocalTime, ...]
    ends: tuple[LocalTime, ...]
    outside: tuple[int, ...]
    unusual: bool

    @property
    def score(self) -> int:
        """Minutes that office days are stretched by, the worst city's twice; 0: a common hour."""
        return sum(self.outside) + max(self.outside)

    @property
    def is_common(self) -> bool:
        """Tell whether it is within office hours everywhere."""
        return self.score == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestions:
    """The best times of some days; `has_common`: one of them is within office hours everywhere."""

    best: Sequence[Suggestion]
    has_common: bool


def suggest(
    *, rooms: Sequence[Resource], first: date, days: int, minutes: int, most: int = 6
) -> Suggestions:
    """Return the best times for *rooms* in *days* from *first*, of the first room's calendar.

    Two at most of each day, no two that overlap; days that are a weekend in any city are left out.
    """
    zone = rooms[0].zone
    begin = max(at_local(first, 0, zone), clock.now())
    within = Span(begin, at_local(first + days * DAY, 0, zone))
    found = [_scored(span, rooms) for span in _common(rooms, within, timedelta(minutes=minutes))]
    found = [each for each in found if not _at_weekend(each)]
    best = _spread(sorted(found, key=lambda each: (each.score, each.span)), most)
    return Suggestions(best=best, has_common=any(each.is_common for each in best))


def _common(rooms: Sequence[Resource], within: Span, length: timedelta) -> Sequence[Span]:
    """Return the times of *length*, on half hours, at which every room is open and free."""
    if within.start >= within.end:
        return []
    shared = list(free(rooms[0], within))
    for room in rooms[1:]:
        other = free(room, within)
        shared = [
            Span(max(a.start, b.start), min(a.end, b.end))
            for a in shared
            for b in other
            if a.meets(b)
        ]
    return [
        Span(start, start + length)
        for span in shared
        for start in _steps(span)
        if start + length <= span.end
    ]


def _steps(span: Span) -> Sequence[datetime]:
    first = span.start + (-(span.start - datetime(2000, 1, 1, tzinfo=span.start.tzinfo)) % STEP)
    count = max(0, -(-(span.end - first) // STEP))
    return [first + number * STEP for number in range(count)]


def _scored(span: Span, rooms: Sequence[Resource]) -> Suggestion:
    zones = [room.zone for room in rooms]
    return Suggestion(
        span=span,
        starts=tuple(local(span.start, zone) for zone in zones),
        ends=tuple(local(span.end, zone) for zone in zones),
        outside=tuple(outside(span, room) for room in rooms),
        unusual=any(is_unusual(span.start, zones[0], zone) for zone in zones[1:]),
    )


def outside(span: Span, room: Resource) -> int:
    """Return by how many minutes the office day of *room* must be stretched to hold *span*."""
    today = span.start.astimezone(room.zone).date()
    return min(_stretch(span, day, room) for day in (today - DAY, today, today + DAY))


def _stretch(span: Span, day: date, room: Resource) -> int:
    opens = at_local(day, OPENS.hour * 60, room.zone)
    closes = at_local(day, CLOSES.hour * 60, room.zone)
    none = timedelta(0)
    return (max(none, opens - span.start) + max(none, span.end - closes)) // timedelta(minutes=1)


def _at_weekend(suggestion: Suggestion) -> bool:
    return any(start.at.weekday() in WEEKEND for start in suggestion.starts)


def _spread(scored: Sequence[Suggestion], most: int) -> Sequence[Suggestion]:
    """Return the first *most* of *scored*, two at most of a day, none that overlap."""
    found: list[Suggestion] = []
    for each in scored:
        same_day = [one for one in found if one.starts[0].day == each.starts[0].day]
        if len(same_day) < 2 and not any(one.span.meets(each.span) for one in found):  # said above
            found.append(each)
        if len(found) == most:
            break
    return found
