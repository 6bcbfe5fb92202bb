"""Dates with their precision, and periods."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from jumelage.kit.errors import JumelageError

_FUZZY = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


class DateFormatError(JumelageError):
    """“{text}” is not a date. Write a day (2013-03-20), a month (2006-04) or a year (2009)."""

    exit_code = 2
    http_status = 422


@dataclass(frozen=True, slots=True, order=True)
class FuzzyDate:
    """A date known to the day, the month or the year; ISO 8601 reduced precision."""

    text: str

    def __post_init__(self) -> None:
        """Refuse a text that is not a real date."""
        self.first_day  # noqa: B018  # computing it is the check

    def __str__(self) -> str:
        """Return the ISO text."""
        return self.text

    @property
    def precision(self) -> str:
        """Return `day`, `month` or `year`."""
        return {10: "day", 7: "month", 4: "year"}[len(self.text)]

    def _parts(self) -> tuple[int, int | None, int | None]:
        match = _FUZZY.fullmatch(self.text)
        if match is None:
            raise DateFormatError(text=self.text[:40])
        year, month, day = match.groups()
        return int(year), int(month) if month else None, int(day) if day else None

    @property
    def first_day(self) -> date:
        """The first day the text can mean."""
        year, month, day = self._parts()
        try:
            return date(year, month or 1, day or 1)
        except ValueError as error:
            raise DateFormatError(text=self.text[:40]) from error

    @property
    def last_day(self) -> date:
        """The last day the text can mean: a deadline of `2011` is 31 December 2011."""
        year, month, day = self._parts()
        month = month or 12
        return date(year, month, day or calendar.monthrange(year, month)[1])


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Whole UTC days from *start* (included) to *end* (excluded)."""

    start: date
    end: date

    @classmethod
    def year(cls, year: int) -> "Period":
        """Return the calendar year."""
        return cls(date(year, 1, 1), date(year + 1, 1, 1))

    @classmethod
    def month(cls, year: int, month: int) -> "Period":
        """Return the calendar month."""
        start = date(year, month, 1)
        return cls(start, (start + timedelta(days=31)).replace(day=1))

    @property
    def last_day(self) -> date:
        """The last day inside the period."""
        return self.end - timedelta(days=1)

    def __contains__(self, day: date) -> bool:
        """Tell whether *day* is inside."""
        return self.start <= day < self.end

    def months(self) -> list["Period"]:
        """Return the calendar months that begin inside the period."""
        found, day = [], self.start.replace(day=1)
        while day < self.end:
            month = Period.month(day.year, day.month)
            found.append(month)
            day = month.end
        return found
