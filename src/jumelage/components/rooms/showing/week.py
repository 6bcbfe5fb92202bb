"""The week of a room as a picture: its own clock on the left, the other city's on the right.

Columns are days and stretch with the page; hours are fixed pixels, so that words keep their size
on a telephone. Heights count from the first hour shown, in minutes of the room's wall clock. The
picture says nothing that the table under it does not say in words.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from django.utils.translation import gettext

from jumelage.shell.look import times

DAYS = 7
HOUR = 30
"""Pixels."""
HEAD = 38
"""Pixels above the first hour: the name of the day."""
SHARE, MARGIN = 100 / DAYS, 0.4
"""Percent of the picture: a column, and the paper beside a block in it."""
FIRST, LAST = 8, 19
"""Hours of the wall clock that are always shown."""
KINDS = ("open", "busy", "held", "confirmed")
YEARS = 2000, 2099
"""What addresses may ask for."""

Span = tuple[datetime, datetime]
"""Begin and end of something, timezone-aware."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A stretch of time that cannot be had: `busy`, or what this reader may know more of."""

    begins: datetime
    ends: datetime
    look: str = "busy"
    label: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day of a room: when it is open, what is taken, and why it is closed."""

    date: date
    open: tuple[Span, ...] = ()
    taken: tuple[Taken, ...] = ()
    closed: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """A block in a column; `y` and `height` in pixels."""

    y: int
    height: int
    look: str = ""
    label: str = ""
    url: str = ""

    @property
    def middle(self) -> int:
        """Where a line of words stands."""
        return self.y + self.height // 2 + 4


@dataclass(frozen=True, slots=True)
class Column:
    """A day as drawn; `x`, `middle` and `inner` (within the lines) in percent of the picture."""

    day: Day
    x: str
    middle: str
    inner: str
    open: tuple[Bar, ...]
    taken: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Hour:
    """A line across the week, with the time in both cities; `text_y` is where its words stand."""

    y: int
    here: times.LocalTime
    there: times.LocalTime

    @property
    def text_y(self) -> int:
        """Where the words stand."""
        return self.y + 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """Seven days of a room at *place*, with the clock of *other* beside it."""

    place: times.Place
    other: times.Place
    days: Sequence[Day]
    width: str = field(default=f"{SHARE:.3f}%", init=False)
    inner_width: str = field(default=f"{SHARE - 2 * MARGIN:.3f}%", init=False)

    @property
    def first(self) -> date:
        """The Monday."""
        return self.days[0].date

    @property
    def last(self) -> date:
        """The Sunday."""
        return self.days[-1].date

    @property
    def before(self) -> str:
        """The week before, as addresses name it."""
        return week_name(self.first - timedelta(days=DAYS))

    @property
    def after(self) -> str:
        """The week after, as addresses name it."""
        return week_name(self.first + timedelta(days=DAYS))

    @property
    def kinds(self) -> list[str]:
        """What is drawn in the week, in the order of the legend."""
        taken = {each.look for day in self.days for each in day.taken}
        return [kind for kind in KINDS if kind in taken | {"open"}]

    @property
    def height(self) -> int:
        """Pixels of the whole picture."""
        first, last = self._shown
        return HEAD + (last - first) * HOUR + 8

    @property
    def hours(self) -> list[Hour]:
        """Every whole hour shown, in both cities, as the clocks stand on the first day."""
        first, last = self._shown
        return list(self._lines(first, last))

    @property
    def columns(self) -> list[Column]:
        """The days as drawn."""
        return [self._column(number, day) for number, day in enumerate(self.days)]

    @property
    def shift(self) -> tuple[date, str] | None:
        """The day in this week from which the clocks are further apart or nearer, and how far."""
        distances = [(day.date, self._distance(day.date)) for day in self.days]
        for (_, before), (changed, after) in pairwise(distances):
            if before != after:
                return changed, times.hours(after)
        return None

    @property
    def unusual(self) -> str:
        """The distance of the clocks where the week is not as most of the year; else empty."""
        noon = self._at(self.first, time(12))
        odd = times.is_unusual(noon, self.place, self.other)
        return times.hours(times.gap(noon, self.place, self.other)) if odd else ""

    @property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.place.time_zone)

    @property
    def _shown(self) -> tuple[int, int]:
        """The first and the last hour of the picture."""
        spans = [span for day in self.days for span in _spans(day)]
        begins = [self._minutes(day, begin) for day, (begin, _) in spans]
        ends = [self._minutes(day, end) for day, (_, end) in spans]
        first = min([FIRST * 60, *begins]) // 60
        return first, -(-max([LAST * 60, *ends]) // 60)

    def _at(self, day: date, hour: time) -> datetime:
        return datetime.combine(day, hour, self._zone)

    def _distance(self, day: date) -> timedelta:
        return times.gap(self._at(day, time(12)), self.place, self.other)

    def _lines(self, first: int, last: int) -> Iterator[Hour]:
        for hour in range(first, last + 1):
            day = self.first + timedelta(days=hour // 24)
            at = self._at(day, time(hour % 24))
            here, there = times.both(at, self.place, self.other)
            yield Hour(HEAD + (hour - first) * HOUR, here, there)

    def _minutes(self, day: date, instant: datetime) -> int:
        """Return how far *instant* is into *day* on the wall clock, held within the day."""
        local = instant.astimezone(self._zone)
        if local.date() != day:
            return 0 if local.date() < day else 24 * 60
        return local.hour * 60 + local.minute

    def _column(self, number: int, day: Day) -> Column:
        bars = tuple(self._bar(day.date, span, "open") for span in day.open)
        taken = tuple(
            self._bar(day.date, (each.begins, each.ends), each.look, each.label, each.url)
            for each in day.taken
        )
        places = (number * SHARE + further for further in (0, SHARE / 2, MARGIN))
        x, middle, inner = (f"{place:.3f}%" for place in places)
        return Column(day, x, middle, inner, bars, taken)

    def _bar(self, day: date, span: Span, look: str, label: str = "", url: str = "") -> Bar:
        first, _ = self._shown
        begin, end = (self._minutes(day, instant) for instant in span)
        y = HEAD + (begin - first * 60) * HOUR // 60
        height = (end - begin) * HOUR // 60
        if look != "open":
            y, height = y + 1, max(4, height - 1)
        return Bar(y, height, look, label, url)


def _spans(day: Day) -> list[tuple[date, Span]]:
    taken = [(each.begins, each.ends) for each in day.taken]
    return [(day.date, span) for span in (*day.open, *taken)]


def week_name(day: date) -> str:
    """Return how addresses name the week of *day*: `2026-W48` (ISO 8601)."""
    year, number, _ = day.isocalendar()
    return f"{year}-W{number:02}"


def monday_of(name: str, today: date) -> date:
    """Return the Monday of the week *name*; of the week of *today* when it names none."""
    try:
        year, number = (int(part) for part in name.split("-W"))
        named = date.fromisocalendar(year, number, 1)
    except ValueError:
        named = date.min
    return named if YEARS[0] <= named.year <= YEARS[1] else today - timedelta(days=today.weekday())


def words_for(look: str) -> str:
    """Return what a block that looks like *look* means."""
    return {
        "open": gettext("open"),
        "busy": gettext("taken"),
        "held": gettext("held for a booking"),
        "confirmed": gettext("booked in both cities"),
    }[look]
