"""What a repetition may say, and what it may not."""

from datetime import datetime

import pytest

from jumelage.directory.calendars.errors import UnknownZoneError, WrongRuleError, WrongTimeError
from jumelage.directory.calendars.recurring import MOST_OCCURRENCES, Plan, expand
from tests.factories.rooms import plan


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=WEEKLY",
        "FREQ=SECONDLY;COUNT=2",
        "FREQ=HOURLY;COUNT=2",
        "FREQ=DAILY;COUNT=10000",
        "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;COUNT=-1",
        "FREQ=DAILY;INTERVAL=0;COUNT=2",
        "FREQ=DAILY;INTERVAL=99999999999999999999;COUNT=2",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=2",
        "FREQ=WEEKLY;BYSETPOS=9;BYDAY=MO;COUNT=2",
        "FREQ=WEEKLY;BYDAY=XX;COUNT=2",
        "FREQ=WEEKLY;UNTIL=never",
        "FREQ=WEEKLY;COUNT=2\nDTSTART:20000101",
        "FREQ=WEEKLY;COUNT=2;BYEASTER=1",
        "COUNT=2",
        "RRULE",
        "FREQ=WEEKLY;BYDAY=WE;COUNT=3",
        "FREQ=WEEKLY;BYDAY=TU," + "TU," * 90 + "TU;COUNT=2",
    ],
)
def test_rule_is_refused(rule: str) -> None:
    with pytest.raises(WrongRuleError):
        expand(plan(rule=rule))


@pytest.mark.parametrize(
    ("rule", "count"),
    [
        ("", 1),
        ("FREQ=WEEKLY;COUNT=10", 10),
        ("freq=weekly;interval=2;byday=tu;count=4", 4),
        ("FREQ=WEEKLY;UNTIL=20261222T170000", 4),
        ("FREQ=MONTHLY;BYDAY=1TU;COUNT=12", 12),
        (f"FREQ=DAILY;COUNT={MOST_OCCURRENCES}", MOST_OCCURRENCES),
        ("FREQ=YEARLY;COUNT=3", 3),
    ],
)
def test_rule_is_read(rule: str, count: int) -> None:
    assert [each.number for each in expand(plan(rule=rule))] == list(range(1, count + 1))


def test_time_off_the_quarter_is_refused() -> None:
    with pytest.raises(WrongTimeError):
        expand(plan(starts=datetime(2026, 12, 1, 17, 5)))  # noqa: DTZ001  # on the wall clock


@pytest.mark.parametrize("minutes", [0, -60, 7, 26 * 60])
def test_wrong_length_is_refused(minutes: int) -> None:
    with pytest.raises(WrongTimeError):
        expand(plan(minutes=minutes))


@pytest.mark.parametrize("year", [1, 1999, 2100, 9999])
def test_time_of_another_century_is_refused(year: int) -> None:
    with pytest.raises(WrongTimeError):
        expand(plan(starts=datetime(year, 12, 31, 23, 45)))  # noqa: DTZ001  # on the wall clock


def test_zone_nobody_knows_is_refused() -> None:
    with pytest.raises(UnknownZoneError):
        expand(Plan(zone="../etc/passwd", starts=datetime(2026, 12, 1, 17), minutes=60))  # noqa: DTZ001  # on the wall clock
