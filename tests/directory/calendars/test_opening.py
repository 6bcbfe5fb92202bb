"""When a room is open: hours, closures, holidays of both countries; free is open less taken."""

from datetime import UTC, date, datetime, timedelta

import pytest

from jumelage.directory.calendars.models import Resource
from jumelage.directory.calendars.opening import (
    closed_on,
    holidays_of,
    is_open,
    known_holidays,
    open_spans,
)
from jumelage.directory.calendars.selectors import joined, without
from jumelage.directory.calendars.times import Span

OFFICE = [{"day": day, "opens": "09:00", "closes": "18:00"} for day in range(5)]


def room(zone: str = "Europe/Paris", **facts: object) -> Resource:
    """Return a room that is in no database."""
    return Resource(**{"uri": "x", "time_zone": zone, "hours": OFFICE, **facts})


def at(day: int, hour: int, month: int = 12, year: int = 2026) -> datetime:
    """Return an instant."""
    return datetime(year, month, day, hour, tzinfo=UTC)


def test_hours_are_those_of_the_wall_clock_all_year() -> None:
    winter = open_spans(room(), Span(at(1, 0), at(2, 0)))
    summer = open_spans(room(), Span(at(1, 0, 7), at(2, 0, 7)))

    assert winter == [Span(at(1, 8), at(1, 17))]
    assert summer == [Span(at(1, 7, 7), at(1, 16, 7))]


def test_hours_of_two_days_are_joined_at_midnight() -> None:
    night = [{"day": day, "opens": "00:00", "closes": "24:00"} for day in range(7)]
    within = Span(at(1, 5), at(9, 5))

    assert open_spans(room(hours=night), within) == [within]
    assert is_open(room(hours=night), within)


def test_closure_closes() -> None:
    closed = room(
        closures=[{"first": "2026-12-01", "last": "2026-12-02", "reason": {"fr": "Travaux"}}]
    )

    assert open_spans(closed, Span(at(1, 0), at(3, 0))) == []
    assert is_open(closed, Span(at(3, 9), at(3, 10)))
    why = closed_on(closed, date(2026, 12, 2))
    assert why is not None
    assert str(why.reason) == "Travaux"


@pytest.mark.parametrize(
    ("code", "day", "fr", "en"),
    [
        ("FR", date(2026, 7, 14), "Fête nationale", "National Day"),
        ("FR", date(2027, 3, 29), "Lundi de Pâques", "Easter Monday"),
        ("US", date(2026, 11, 26), "Action de grâce", "Thanksgiving Day"),
        (
            "US",
            date(2026, 7, 3),
            "Fête de l’indépendance (jour de report)",
            "Independence Day (observed)",
        ),
        ("US-CA", date(2026, 3, 31), "Journée César Chávez", "Cesar Chavez Day"),
    ],
)
def test_holidays_of_both_countries_close_in_both_languages(
    code: str, day: date, fr: str, en: str
) -> None:
    name = holidays_of(code, day.year)[day]

    assert (name.fr, name.en) == (fr, en)
    assert closed_on(room(holidays=code), day) is not None
    assert closed_on(room(), day) is None


@pytest.mark.parametrize("year", range(2026, 2031))
@pytest.mark.parametrize("code", ["FR", "US"])
def test_every_holiday_has_a_french_name_of_its_own(code: str, year: int) -> None:
    names = holidays_of(code, year).values()

    assert [name for name in names if not name.fr or name.fr == name.en] == []


def test_unknown_country_has_no_holidays() -> None:
    assert holidays_of("XX-../..", 2026) == {}
    assert {"FR", "US", "US-CA"} <= known_holidays()


def test_free_is_open_less_taken() -> None:
    hour = timedelta(hours=1)
    span = Span(at(1, 9), at(1, 17))
    taken = [Span(at(1, 10), at(1, 11)), Span(at(1, 16), at(1, 18))]

    assert without([span], taken) == [Span(at(1, 9), at(1, 10)), Span(at(1, 11), at(1, 16))]
    assert joined([Span(at(1, 9), at(1, 10)), Span(at(1, 10), at(1, 10) + hour)]) == [
        Span(at(1, 9), at(1, 11))
    ]
