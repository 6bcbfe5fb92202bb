"""Spans of time, and checks of what records and forms say about time."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.utils.translation import gettext

from jumelage.directory.calendars.models import QUARTER
from jumelage.kit.errors import InvalidRecordError

CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d|24:00")
"""A time of day as it is written in opening hours; 24:00 is the end of the day."""
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
LONGEST = timedelta(hours=25)
"""The longest time that is booked at once: a day, the one in autumn too."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of time, in UTC: from *start* (included) to *end* (excluded)."""

    start: datetime
    end: datetime

    def meets(self, other: "Span") -> bool:
        """Tell whether both share a moment."""
        return self.start < other.end and other.start < self.end

    def quarters(self) -> Sequence[datetime]:
        """Return the beginning of each quarter of an hour, in order."""
        count = (self.end - self.start) // QUARTER
        return [self.start + number * QUARTER for number in range(count)]

    @property
    def minutes(self) -> int:
        """The whole minutes it lasts."""
        return (self.end - self.start) // timedelta(minutes=1)


def require(fact: bool, reason: str) -> None:  # noqa: FBT001  # reads as a sentence
    """Refuse a record for *reason* (a message of the catalogue) unless *fact* holds.

    Raises:
        InvalidRecordError: *fact* is false.
    """
    if not fact:
        raise InvalidRecordError(reason=gettext(reason))


def is_span(start: datetime, end: datetime) -> bool:
    """Tell whether both are instants of this century, in order."""
    zoned = start.tzinfo is not None and end.tzinfo is not None
    return zoned and EARLIEST <= start < end <= LATEST


def is_bookable(start: datetime, end: datetime) -> bool:
    """Tell whether somebody can book it: whole quarters of an hour, a day at most."""
    if not is_span(start, end) or end - start > LONGEST:
        return False
    return all((at - EARLIEST) % QUARTER == timedelta(0) for at in (start, end))


def is_clock(text: str) -> bool:
    """Tell whether *text* is a time of day such as 09:30, or 24:00."""
    return CLOCK.fullmatch(text) is not None


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def is_zone(name: str) -> bool:
    """Tell whether *name* is a time zone of the IANA list."""
    return name in _zones()


def minutes_of(text: str) -> int:
    """Return the minutes from midnight of a time of day such as 09:30."""
    hours, _, minutes = text.partition(":")
    return int(hours) * 60 + int(minutes)


def at_local(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """Return the instant, in UTC, of *minutes* from midnight on the wall clocks of *zone*.

    An hour that does not exist is read with the offset before the gap, one that exists twice is
    the first of the two. Source: RFC 5545 section 3.3.5.
    """
    naive = datetime.combine(day, datetime.min.time()) + timedelta(minutes=minutes)
    return naive.replace(tzinfo=zone, fold=0).astimezone(UTC)


def week_of(monday: date, zone: ZoneInfo) -> Span:
    """Return the week that begins with *monday* on the wall clocks of *zone*."""
    return Span(at_local(monday, 0, zone), at_local(monday + timedelta(days=7), 0, zone))
