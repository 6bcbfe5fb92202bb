"""The wall clocks of Paris and San Francisco by the written rules of both countries, no tables.

Sources: Directive 2000/84/EC, articles 1 to 4 (last Sunday of March and of October, 1:00 UTC);
15 U.S.C. 260a (second Sunday of March, first Sunday of November, 2:00 local).
"""

from datetime import UTC, date, datetime, timedelta

HOUR = timedelta(hours=1)


def sunday(year: int, month: int, number: int) -> date:
    """Return the Sunday of the month, counted from 1; -1 is the last."""
    first = date(year, month, 1)
    first += timedelta(days=(6 - first.weekday()) % 7)
    every = [first + timedelta(weeks=week) for week in range(5)]
    return [day for day in every if day.month == month][number - 1 if number > 0 else number]


def _at(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def paris_offset(at: datetime) -> timedelta:
    """Return the offset of Paris."""
    begins, ends = _at(sunday(at.year, 3, -1), 1), _at(sunday(at.year, 10, -1), 1)
    return 2 * HOUR if begins <= at < ends else HOUR


def san_francisco_offset(at: datetime) -> timedelta:
    """Return the offset of San Francisco; 2:00 local is 10:00 UTC in winter, 9:00 in summer."""
    begins, ends = _at(sunday(at.year, 3, 2), 10), _at(sunday(at.year, 11, 1), 9)
    return -7 * HOUR if begins <= at < ends else -8 * HOUR


OFFSETS = {"Europe/Paris": paris_offset, "America/Los_Angeles": san_francisco_offset}
