"""The time people of one city spent, by person and week, by task, as CSV; for who leads."""

from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries

from jumelage.components.studio.models import Production, Task
from jumelage.components.studio.selectors.house.time import tasks_of, time_of, weeks
from jumelage.components.studio.services.tasks import change_task
from jumelage.components.studio.services.time import spend_time
from jumelage.directory.models import Person
from jumelage.kit import clock
from tests.components.studio.house.conftest import As
from tests.factories import studio

FIRST, LAST = date(2031, 3, 1), date(2031, 3, 31)
MARCH = "since=2031-03-01&until=2031-03-31"


@pytest.fixture
def artist(film: Production, task: Task, producer: Person) -> Person:
    """Return who worked on three days of two weeks, and once a month earlier."""
    person = studio.member(film, "artist", producer)
    for day, minutes in (("02-03", 30), ("03-04", 60), ("03-05", 45), ("03-11", 90)):
        month, number = map(int, day.split("-"))
        spend_time(task=task, day=date(2031, month, number), minutes=minutes, by=person)
    return person


def path(of: Production, name: str = "time/") -> str:
    """Return an address about the time of a production."""
    return f"/en/studio/productions/{of.uri}/{name}?{MARCH}"


def test_time_is_added_up_by_week_and_by_task(
    film: Production, task: Task, artist: Person, producer: Person
) -> None:
    other = studio.production(producer)
    elsewhere = studio.task(studio.shots(other, producer)[0], producer)
    spend_time(task=elsewhere, day=date(2031, 3, 6), minutes=10, by=producer)
    change_task(task=task, changes={"estimate": 200}, by=producer)

    spent = time_of(film, FIRST, LAST)

    told = [(week.person, week.monday, week.task_type, week.minutes) for week in weeks(spent)]
    assert told == [
        (artist, date(2031, 3, 10), "animation", 90),
        (artist, date(2031, 3, 3), "animation", 105),
    ]
    assert [(one.task, one.minutes, one.is_over) for one in tasks_of(spent)] == [(task, 225, True)]


def test_who_leads_reads_the_time(
    film: Production, artist: Person, producer: Person, as_: As
) -> None:
    page = as_(producer).get(path(film)).text

    assert str(artist) in page
    assert [page.count(told) for told in ("1 h 45", "1 h 30", "3 h 45")] == [1, 1, 1]
    assert "more than estimated" not in page
    with clock.fixed(studio.NOON):
        empty = as_(producer).get(path(film).replace("2031", "2030")).text
    assert "Nobody of this city has said in these days how long they worked." in empty


@pytest.mark.parametrize("many", [1, 3])
def test_page_of_time_asks_a_fixed_number_of_queries(
    film: Production,
    producer: Person,
    as_: As,
    many: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for shot in studio.shots(film, producer, many):
        worked = studio.task(shot, producer)
        who = studio.member(film, "artist", producer)
        spend_time(task=worked, day=FIRST, minutes=60, by=who)
    browser = as_(producer)
    browser.get(path(film))

    with django_assert_max_num_queries(9):
        page = browser.get(path(film)).text
    assert page.count("1 h 00") == 2 * many


def test_time_is_a_table_for_programs(
    film: Production, artist: Person, producer: Person, as_: As
) -> None:
    artist.name = "=1+1"
    artist.save()

    answer = as_(producer).get(path(film, "time.csv"))

    head, *told = answer.text.splitlines()
    assert head == "person,day,sequence,shot,task,minutes,estimate"
    assert [line.split(",")[1] for line in told] == ["2031-03-04", "2031-03-05", "2031-03-11"]
    assert {line.split(",")[0] for line in told} == {"'=1+1"}
    assert answer["Content-Disposition"] == (
        'attachment; filename="time-2031-03-01-2031-03-31.csv"'
    )


def test_who_leads_nothing_reads_no_time(film: Production, artist: Person, as_: As) -> None:
    browser = as_(artist)

    assert [browser.get(path(film, name)).status_code for name in ("time/", "time.csv")] == [
        404,
        404,
    ]
    assert "/time/" not in browser.get(film.get_absolute_url()).text
