"""The grid of a production: what is done to many at once, what it shows, how heavy it is."""

import gzip
from datetime import date

import pytest
from django.template import Context
from django.test import Client

from jumelage.bridge.models import Entry, Node
from jumelage.components.studio.models import ChangeRequest, Production, Task
from jumelage.components.studio.records import TaskSet
from jumelage.components.studio.selectors.grid import Cell, Grid, Row
from jumelage.components.studio.selectors.words import used_by
from jumelage.components.studio.services.tasks import assign, change_task
from jumelage.components.studio.services.versions import publish_version, state_media
from jumelage.components.studio.templatetags.studio import grid_rows
from jumelage.directory.models import Person
from jumelage.kit.uris import new_id
from tests.components.studio.review.conftest import media
from tests.components.studio.test_pages import of
from tests.factories import studio
from tests.factories.bridge import Peer


@pytest.fixture
def browser(producer: Person, client: Client) -> Client:
    """Return the producer's browser."""
    client.force_login(producer.user)
    return client


def test_day_priority_and_people_of_many_tasks_are_changed_at_once(
    browser: Client, film: Production, producer: Person
) -> None:
    shots = studio.shots(film, producer, many=3)
    seat, artist = studio.sits(producer, film), studio.member(film, "artist", producer)
    other = studio.sits(artist, film)
    tasks = [studio.task(shot, producer) for shot in shots]
    assign(tasks=tasks[:2], put=[seat, other], by=producer)
    chosen = {"task": [task.uri for task in tasks[:2]]}

    browser.post(
        of("change-many", film),
        {**chosen, "due": "2026-11-30", "priority": "0", "off": seat.uri},
    )
    found = Task.objects.filter(uri__in=chosen["task"])
    told = [(f"{task.due}", task.priority, task.assignees) for task in found]
    assert told == [("2026-11-30", 0, [other.uri])] * 2
    assert Task.objects.get(uri=tasks[2].uri).due is None

    browser.post(of("change-many", film), {**chosen, "off": "*", "priority": "3"})
    told = [(f"{task.due}", task.priority, task.assignees) for task in found.all()]
    assert told == [("2026-11-30", 3, [])] * 2

    before = Entry.objects.count()
    browser.post(of("change-many", film), {**chosen, "off": "*", "priority": "3"})
    assert Entry.objects.count() == before

    browser.post(of("change-many", film), {**chosen, "priority": "12"})
    assert {task.priority for task in found.all()} == {3}


def test_many_tasks_are_not_due_before_they_begin(
    browser: Client, film: Production, producer: Person
) -> None:
    tasks = [studio.task(shot, producer) for shot in studio.shots(film, producer, many=2)]
    change_task(task=tasks[1], changes={"starts": "2026-12-01"}, by=producer)
    told = {"task": [task.uri for task in tasks], "due": "2026-11-30", "priority": "2"}

    answer = browser.post(of("change-many", film), told, follow=True)

    assert f"“{tasks[1].entity}” would be due before the day it begins on." in answer.text
    assert set(Task.objects.values_list("due", "priority")) == {(None, 0)}
    browser.post(of("change-many", film), told | {"due": "2026-12-01"})
    assert set(Task.objects.values_list("priority", flat=True)) == {2}


def test_task_of_the_other_city_is_not_asked_to_end_before_it_begins(
    browser: Client, here: Node, joint: Production, producer: Person, there: Peer
) -> None:
    shot = studio.shots(joint, producer)[0]
    record = TaskSet(
        uri=there.uri(), created_at=studio.NOON, production=joint.uri, entity=shot.uri,
        task_type="lighting", starts=date(2026, 12, 1),
    )  # fmt: skip
    studio.arrive(there, here, record)

    browser.post(of("change-many", joint), {"task": [record.uri], "due": "2026-11-30"})
    assert not ChangeRequest.objects.exists()

    browser.post(of("change-many", joint), {"task": [record.uri], "due": "2026-12-02"})
    assert ChangeRequest.objects.get().changes == {"due": "2026-12-02"}


def test_many_tasks_of_both_cities_are_changed_or_asked_for(
    browser: Client, here: Node, joint: Production, producer: Person, there: Peer
) -> None:
    shot = studio.shots(joint, producer)[0]
    ours = studio.task(shot, producer)
    record = TaskSet(
        uri=there.uri(), created_at=studio.NOON, production=joint.uri, entity=shot.uri,
        task_type="lighting",
    )  # fmt: skip
    studio.arrive(there, here, record)

    told = {"task": [ours.uri, record.uri], "due": "2026-11-30", "priority": "2"}
    browser.post(of("change-many", joint), told)

    assert [(task.uri, task.priority) for task in Task.objects.filter(priority=2)] == [
        (ours.uri, 2)
    ]
    asked = ChangeRequest.objects.get()
    assert (asked.target, asked.changes) == (record.uri, {"due": "2026-11-30", "priority": 2})


def large_grid(film: Production) -> Grid:
    """Return a thousand shots with two tasks and a version each, as the database would."""
    rows = []
    for number in range(1000):
        shot, name = f"{film.uri[:-26]}{new_id()}", f"sh{number:04d}0"
        cells = {
            slug: [
                Cell(
                    f"{film.uri[:-26]}{new_id()}", shot, slug, "main", "wip", [], None, 0,
                    film.origin, 1, 0, 3, f"{film.uri[:-26]}{new_id()}", studio.NOON,
                )
            ]
            for slug in ("animation", "lighting")
        }  # fmt: skip
        rows.append(Row(shot, name, "", "", 48, False, film.origin, "", cells))
    return Grid(rows)


def test_grid_of_a_thousand_shots_stays_light_on_the_wire(film: Production) -> None:
    words = [word for word in used_by(film, "task-type") if word.slug in {"animation", "lighting"}]
    told = {"production": film, "seats": {}, "today": studio.NOON.date(), "columns": words}
    page = grid_rows(Context({**told, "grid": large_grid(film)}))

    assert (page.count("<tr>"), page.count('loading="lazy"')) == (1000, 1000)
    assert len(gzip.compress(page.encode(), 6)) <= 200_000


@pytest.mark.parametrize("language", ["fr", "en"])
def test_grid_shows_the_newest_version_and_renews_itself(
    browser: Client, film: Production, task: Task, producer: Person, language: str
) -> None:
    made = publish_version(task=task, by=producer)
    state_media(version=made, media=media())

    page = browser.get(of("grid", film, language)).text

    assert f'<img src="{of("thumbnail", made, language)}" alt="" loading="lazy">' in page
    assert 'data-kinds="studio."' in page
    assert '<div data-live="rows">' in page
    assert "data-rows" in page
    assert browser.get(of("thumbnail", made, language)).status_code == 404  # its file is not here


def test_empty_grid_has_no_filters_until_something_was_asked(
    client: Client, film: Production, producer: Person
) -> None:
    client.force_login(producer.user)
    page = of("grid", film)

    empty = client.get(page).content.decode()
    asked = client.get(f"{page}?q=sh").content.decode()

    assert ("Nothing is planned yet." in empty, 'role="search"' in empty) == (True, False)
    assert ("Nothing answers this question." in asked, 'role="search"' in asked) == (True, True)
