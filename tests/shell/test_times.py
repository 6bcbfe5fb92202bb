"""Dates and times in two cities."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from jumelage.kit.dates import FuzzyDate
from jumelage.shell.look import times


@dataclass(frozen=True)
class Place:
    """A place with a zone."""

    time_zone: str


PARIS, SAN_FRANCISCO = Place("Europe/Paris"), Place("America/Los_Angeles")


@pytest.mark.parametrize(
    ("instant", "here", "there", "apart", "unusual"),
    [
        (datetime(2026, 11, 22, 16, 30, tzinfo=UTC), "17:30", "08:30", 9, False),
        (datetime(2026, 3, 10, 16, 30, tzinfo=UTC), "17:30", "09:30", 8, True),
        (datetime(2026, 3, 30, 16, 30, tzinfo=UTC), "18:30", "09:30", 9, False),
        (datetime(2026, 10, 28, 16, 30, tzinfo=UTC), "17:30", "09:30", 8, True),
    ],
)
def test_both_times_follow_each_citys_summer_time(
    instant: datetime, here: str, there: str, apart: int, unusual: bool
) -> None:
    first, second = times.both(instant, PARIS, SAN_FRANCISCO)

    assert (first.hour, second.hour) == (here, there)
    assert times.gap(instant, PARIS, SAN_FRANCISCO) == timedelta(hours=apart)
    assert times.is_unusual(instant, PARIS, SAN_FRANCISCO) is unusual


def test_paris_and_san_francisco_are_eight_hours_apart_on_28_days_of_2026() -> None:
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    year = [noon + timedelta(days=n) for n in range(365)]

    assert sum(times.is_unusual(at, PARIS, SAN_FRANCISCO) for at in year) == 28


def test_the_day_shift_is_marked_with_its_sign() -> None:
    night = datetime(2026, 11, 22, 1, 15, tzinfo=UTC)

    assert times.both(night, PARIS, SAN_FRANCISCO)[1].mark == "(−1)"
    assert times.both(night, SAN_FRANCISCO, PARIS)[1].mark == "(+1)"
    assert times.both(night, PARIS, PARIS)[1].mark == ""


@pytest.mark.parametrize(
    ("language", "text", "doubt", "expected"),
    [
        ("en", "2009", "", "2009 (day unknown)"),
        ("en", "2009", "sources disagree", "2009 (day unknown; sources disagree)"),
        ("en", "2013-03-20", "", "20 March 2013"),
        ("en", "2013-03-20", "one source says 21", "20 March 2013 (one source says 21)"),
        ("fr", "2006-04", "", "avril 2006"),
        ("fr", "2013-03-01", "", "1er mars 2013"),
        ("fr", "2013-03-21", "", "21 mars 2013"),
    ],
)
def test_a_date_is_written_with_its_precision_and_its_doubt(
    language: str, text: str, doubt: str, expected: str
) -> None:
    with translation.override(language):
        assert times.fuzzy_day(FuzzyDate(text), doubt) == expected


def test_a_column_writes_months_short() -> None:
    with translation.override("fr"):
        assert times.short_day(date(2026, 9, 15)) == "15 sept. 2026"


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (-3, "0 s ago"),
        (2.9, "2 s ago"),
        (60, "1 min ago"),
        (3599, "59 min ago"),
        (3600, "1 h ago"),
        (200_000, "2 d ago"),
    ],
)
def test_an_age_uses_the_coarsest_unit_that_fits(seconds: float, expected: str) -> None:
    with translation.override("en"):
        assert times.age(seconds) == expected


def test_a_distance_of_clocks_shows_half_hours() -> None:
    assert times.hours(timedelta(hours=8)) == "8 h"
    assert times.hours(timedelta(hours=5, minutes=30)) == "5 h 30"
