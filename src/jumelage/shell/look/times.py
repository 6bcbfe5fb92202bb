"""Dates and times as people of two cities read them."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

from babel.dates import format_date
from django.utils.translation import get_language, gettext, ngettext

from jumelage.kit.dates import FuzzyDate


class Place(Protocol):
    """What has a name and an IANA time zone: a `kit.city.City` or a bridge `Node`."""

    @property
    def time_zone(self) -> str:
        """The IANA name of the zone."""


@dataclass(frozen=True, slots=True)
class LocalTime:
    """One instant on the wall clock of one place; `shift` is in days from the first place."""

    place: Place
    at: datetime
    shift: int = 0

    @property
    def hour(self) -> str:
        """The time of day, `17:30`."""
        return self.at.strftime("%H:%M")

    @property
    def mark(self) -> str:
        """The day shift, `(+1)` or `(−1)`; empty on the same day."""
        return shift_mark(self.shift)


def shift_mark(shift: int) -> str:
    """Write a day shift with its sign."""
    return f"({'+' if shift > 0 else '−'}{abs(shift)})" if shift else ""


def language() -> str:
    """Return the two letters of the active language."""
    return (get_language() or "en")[:2]


def day(value: date, pattern: str = "d MMMM y") -> str:
    """Write a day in words in the active language; *pattern* is a CLDR date pattern."""
    text = format_date(value, pattern, locale=language())
    first = language() == "fr" and value.day == 1 and pattern.startswith("d ")
    return text.replace("1 ", "1er ", 1) if first else text


def short_day(value: date) -> str:
    """Write a day for a column: `31 May 2026`, `31 mai 2026`, `15 sept. 2026`."""
    return day(value, "d MMM y")


def fuzzy_day(value: FuzzyDate, doubt: str = "") -> str:
    """Write a date with its precision, and with *doubt* when its sources disagree."""
    patterns = {"day": "d MMMM y", "month": "MMMM y", "year": "y"}
    text = day(value.first_day, patterns[value.precision])
    reservations = [gettext("day unknown")] if value.precision == "year" else []
    reservations += [doubt] if doubt else []
    between = gettext("; ")
    return f"{text} ({between.join(reservations)})" if reservations else text


def both(at: datetime, here: Place, there: Place) -> tuple[LocalTime, LocalTime]:
    """Return *at* (timezone-aware) on both wall clocks."""
    first = at.astimezone(ZoneInfo(here.time_zone))
    second = at.astimezone(ZoneInfo(there.time_zone))
    return LocalTime(here, first), LocalTime(there, second, (second.date() - first.date()).days)


def gap(at: datetime, here: Place, there: Place) -> timedelta:
    """Return how far apart the wall clocks are at *at*, without sign."""
    return _gap(at, here.time_zone, there.time_zone)


def _gap(at: datetime, here: str, there: str) -> timedelta:
    offsets = [at.astimezone(ZoneInfo(zone)).utcoffset() or timedelta() for zone in (here, there)]
    return abs(offsets[0] - offsets[1])


def usual_gap(year: int, here: Place, there: Place) -> timedelta:
    """Return the distance of the wall clocks on most days of *year*."""
    return _usual_gap(year, here.time_zone, there.time_zone)


@lru_cache(maxsize=256)
def _usual_gap(year: int, here: str, there: str) -> timedelta:
    noon = datetime(year, 1, 1, 12, tzinfo=UTC)
    gaps = Counter(_gap(noon + timedelta(days=n), here, there) for n in range(365))
    return gaps.most_common(1)[0][0]


def is_unusual(at: datetime, here: Place, there: Place) -> bool:
    """Tell whether the cities are, on that day, closer or further apart than usual."""
    return gap(at, here, there) != usual_gap(at.year, here, there)


def hours(distance: timedelta) -> str:
    """Write a distance of wall clocks: `8 h`, `5 h 30`."""
    whole, minutes = divmod(int(distance.total_seconds()) // 60, 60)
    return f"{whole} h {minutes:02}" if minutes else f"{whole} h"


def age_phrases() -> dict[str, str]:
    """Return the phrases of ages by unit; the islands use the same ones."""
    return {
        "s": gettext("{n} s ago"),
        "min": gettext("{n} min ago"),
        "h": gettext("{n} h ago"),
        "d": gettext("{n} d ago"),
    }


def age(seconds: float) -> str:
    """Write an age by the coarsest unit that fits: `2 s ago`, `3 d ago`."""
    phrases = age_phrases()
    for unit, below, size in (("s", 60, 1), ("min", 3600, 60), ("h", 86400, 3600)):
        if seconds < below:
            return phrases[unit].format(n=max(0, int(seconds)) // size)
    return phrases["d"].format(n=int(seconds) // 86400)


def days(count: int) -> str:
    """Write a number of days: `1 day`, `201 days`."""
    return ngettext("%(count)s day", "%(count)s days", count) % {"count": count}
