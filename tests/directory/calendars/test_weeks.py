"""Every week of 2026-2030 in both cities, against the written rules and the tables of dateutil."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil import tz

from jumelage.directory.calendars.local_times import (
    apart,
    is_fold,
    is_gap,
    is_unusual,
    local,
    unusual_days,
)
from jumelage.directory.calendars.recurring import Plan, expand
from jumelage.directory.calendars.times import week_of
from tests.directory.calendars.independent import (
    HOUR,
    OFFSETS,
    paris_offset,
    san_francisco_offset,
    sunday,
)

pytestmark = pytest.mark.promise("two-rooms")

PARIS, SF = ZoneInfo("Europe/Paris"), ZoneInfo("America/Los_Angeles")
FIRST, AFTER = datetime(2026, 1, 1, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC)
HOURS = [FIRST + n * HOUR for n in range((AFTER - FIRST) // HOUR)]
WEEKS = [date(2025, 12, 29) + timedelta(weeks=n) for n in range(262)]


@pytest.mark.parametrize("zone", [PARIS, SF], ids=lambda zone: zone.key)
def test_every_hour_is_shown_as_the_rules_say(zone: ZoneInfo) -> None:
    offset, table = OFFSETS[zone.key], tz.gettz(zone.key)
    wrong = [
        at
        for at in HOURS
        if not (
            local(at, zone).at.replace(tzinfo=None)
            == (at + offset(at)).replace(tzinfo=None)
            == at.astimezone(table).replace(tzinfo=None)
        )
    ]

    assert len(HOURS) == 43_824
    assert wrong == []


def test_every_week_knows_how_far_the_cities_are_apart() -> None:
    wrong = [
        at for at in HOURS if apart(at, PARIS, SF) != paris_offset(at) - san_francisco_offset(at)
    ]

    assert wrong == []


def test_weeks_of_eight_hours_are_marked_and_no_others() -> None:
    for year in range(2026, 2031):
        spring = _days(sunday(year, 3, 2), sunday(year, 3, -1))
        autumn = _days(sunday(year, 10, -1), sunday(year, 11, 1))
        found = unusual_days(date(year, 1, 1), date(year, 12, 31), PARIS, SF)

        # At noon in Paris it is 3 or 4 in the morning of the same day in San Francisco.
        assert list(found) == [*spring, *autumn]


def _days(first: date, last: date) -> list[date]:
    """Return the days from the one after *first*'s jump at noon in Paris to before *last*'s."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    noons = [(day, datetime(day.year, day.month, day.day, 12, tzinfo=UTC)) for day in days]
    at = [(day, noon - paris_offset(noon)) for day, noon in noons]
    return [day for day, noon in at if paris_offset(noon) - san_francisco_offset(noon) == 8 * HOUR]


@pytest.mark.parametrize("zone", [PARIS, SF], ids=lambda zone: zone.key)
def test_every_week_has_the_hours_of_the_rules(zone: ZoneInfo) -> None:
    offset = OFFSETS[zone.key]
    for monday in WEEKS:
        span = week_of(monday, zone)
        jump = offset(span.end) - offset(span.start)
        assert span.end - span.start == timedelta(weeks=1) - jump
        assert (span.start + offset(span.start)).replace(tzinfo=None) == datetime.combine(
            monday, datetime.min.time()
        )


@pytest.mark.parametrize("hour", range(24))
def test_weekly_meeting_keeps_the_wall_clock_of_who_asked(hour: int) -> None:
    starts = datetime(2026, 1, 6, hour)  # noqa: DTZ001  # on the wall clock
    plan = Plan(zone="Europe/Paris", starts=starts, minutes=60, rule="FREQ=WEEKLY;COUNT=260")
    for each in expand(plan):
        start = each.span.start
        shown = (start + paris_offset(start)).replace(tzinfo=None)
        assert each.missing or shown == each.starts == starts + timedelta(weeks=each.number - 1)
        there = (start + san_francisco_offset(start)).replace(tzinfo=None)
        assert local(start, SF).at.replace(tzinfo=None) == there


@pytest.mark.parametrize(("zone", "spring", "autumn", "hour"), [
    (PARIS, (3, -1), (10, -1), 2), (SF, (3, 2), (11, 1), 1),
])  # fmt: skip
def test_hours_that_do_not_exist_or_exist_twice_are_found(
    zone: ZoneInfo, spring: tuple[int, int], autumn: tuple[int, int], hour: int
) -> None:
    for year in range(2026, 2031):
        jumps, falls = sunday(year, *spring), sunday(year, *autumn)
        gaps = [n for n in range(96) if is_gap(_quarter(jumps, n), zone)]
        folds = [n for n in range(96) if is_fold(_quarter(falls, n), zone)]
        assert gaps == list(range(8, 12))  # from 2:00 to 3:00 in both countries
        assert folds == list(range(hour * 4, hour * 4 + 4))


def _quarter(day: date, number: int) -> datetime:
    return datetime(day.year, day.month, day.day) + number * HOUR / 4  # noqa: DTZ001  # a wall clock


def test_missing_hour_takes_place_later_and_double_hour_first() -> None:
    weekly = "FREQ=WEEKLY;COUNT=2"
    night = datetime(2026, 3, 22, 2, 30)  # noqa: DTZ001  # on the wall clock
    missing = expand(Plan(zone="Europe/Paris", starts=night, minutes=30, rule=weekly))
    twice = expand(
        Plan(zone="Europe/Paris", starts=night.replace(month=10, day=18), minutes=30, rule=weekly)
    )

    assert [each.missing for each in missing] == [False, True]
    assert missing[1].span.start == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # 3:30 in Paris
    assert [each.twice for each in twice] == [False, True]
    assert twice[1].span.start == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # the first 2:30


def test_unusual_is_said_of_an_instant() -> None:
    assert is_unusual(datetime(2026, 3, 20, 17, tzinfo=UTC), PARIS, SF)
    assert not is_unusual(datetime(2026, 4, 20, 17, tzinfo=UTC), PARIS, SF)
