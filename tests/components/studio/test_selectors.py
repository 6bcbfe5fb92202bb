"""What pages ask: the grid, progress, one's own tasks, a task with its talk."""

import pytest
from pytest_django import DjangoAssertNumQueries

from jumelage.bridge.models import Node
from jumelage.components.studio.models import Entity, Production, Task
from jumelage.components.studio.selectors import counts
from jumelage.components.studio.selectors.grid import Question, grid
from jumelage.components.studio.selectors.progress import shares, strips, totals
from jumelage.components.studio.selectors.tasks import my_tasks, talk, task_by_uri
from jumelage.components.studio.services import entities, tasks, versions
from jumelage.components.studio.services.review import comments
from jumelage.directory.models import Person
from jumelage.kit import clock
from jumelage.kit.dates import Period
from tests.components.studio.review.conftest import media
from tests.factories import studio
from tests.factories.bridge import Peer


@pytest.fixture
def shots(film: Production, producer: Person) -> list[Entity]:
    """Return three shots with an animation each; the first is done, the second late."""
    made = studio.shots(film, producer, many=3)
    done, late, _ = (studio.task(shot, producer) for shot in made)
    comments.comment(task=done, by=producer, status="done")
    tasks.change_task(task=late, changes={"due": "2026-01-02"}, by=producer)
    return made


def names(film: Production, **asked: str) -> list[str]:
    """Return the names of the shots that answer."""
    return [row.name for row in grid(film, Question(**asked))]  # type: ignore[arg-type]  # texts


def test_grid_shows_tasks_by_type(film: Production, shots: list[Entity]) -> None:
    rows = grid(film, Question()).rows

    assert [row.name for row in rows] == ["sh0010", "sh0020", "sh0030"]
    assert [row.cells["animation"][0].status for row in rows] == ["done", "todo", "todo"]


def test_grid_takes_three_queries(
    film: Production, shots: list[Entity], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(3):
        grid(film, Question())


def test_grid_knows_the_newest_version_of_a_row_that_can_be_seen(
    film: Production, shots: list[Entity], producer: Person
) -> None:
    animation = Task.objects.get(entity=shots[0])
    lighting = studio.task(shots[0], producer, task_type="lighting")
    made = versions.publish_version(task=animation, by=producer)
    assert [row.newest for row in grid(film, Question())] == ["", "", ""]

    versions.state_media(version=made, media=media())
    later = versions.publish_version(task=lighting, by=producer)
    versions.state_media(version=later, media=media("b"))
    versions.publish_version(task=Task.objects.get(entity=shots[1]), by=producer)

    assert [row.newest for row in grid(film, Question())] == [later.uri, "", ""]
    assert grid(film, Question(task_type="animation")).rows[0].newest == made.uri


def test_grid_answers_questions(film: Production, shots: list[Entity], producer: Person) -> None:
    task = Task.objects.get(entity=shots[2])
    seat = studio.sits(producer, film)
    tasks.assign(tasks=[task], put=[seat], by=producer)

    assert names(film, status="done") == ["sh0010"]
    assert names(film, task_type="fx") == []
    assert names(film, text="0020") == ["sh0020"]
    assert names(film, seat=seat.uri) == ["sh0030"]
    assert names(film, seat="-") == ["sh0010", "sh0020"]
    assert names(film, parent=str(shots[0].parent_id)) == ["sh0010", "sh0020", "sh0030"]
    assert names(film, parent="elsewhere") == []


def test_canceled_and_withdrawn_shots_leave_the_grid(
    film: Production, shots: list[Entity], producer: Person
) -> None:
    entities.change_entity(entity=shots[0], changes={"canceled": True}, by=producer)
    entities.withdraw_entity(entity=shots[1], by=producer)

    assert names(film) == ["sh0030"]
    assert [row.name for row in grid(film, Question(canceled=True))] == ["sh0010", "sh0030"]


def test_progress_counts_by_status(film: Production, shots: list[Entity]) -> None:
    (strip,) = strips(film)

    assert [(part.status.slug, part.count) for part in strip.parts] == [("todo", 2), ("done", 1)]
    assert (strip.done, strip.total) == (1, 3)
    assert totals([film]) == {film.uri: (1, 3)}


def test_shares_tell_who_works_from_where(film: Production, shots: list[Entity]) -> None:
    (ours,) = shares(film)

    assert (ours.origin, ours.roles, ours.entities) == (film.origin, {"coordinator": 1}, 4)


def test_my_tasks_are_those_i_am_on_and_not_finished(
    film: Production, shots: list[Entity], producer: Person
) -> None:
    artist = studio.member(film, "artist", producer)
    every = list(Task.objects.order_by("entity__name"))
    tasks.assign(tasks=every[:2], put=[studio.sits(artist, film)], by=producer)

    assert [task.entity.name for task in my_tasks(artist)] == ["sh0020"]
    assert [task.entity.name for task in my_tasks(artist, finished=True)] == ["sh0020", "sh0010"]
    assert list(my_tasks(producer)) == []


def test_talk_holds_comments_newest_first_with_replies_and_versions(
    film: Production, task: Task, producer: Person
) -> None:
    first = comments.comment(task=task, by=producer, text="One", status="wip")
    comments.comment(task=task, by=producer, text="Answer", reply_to=first)
    comments.comment(task=task, by=producer, text="Two")
    version = versions.publish_version(task=task, by=producer, comment=first)
    found = task_by_uri(task.uri)
    assert found is not None

    said = talk(found)

    assert [comment.text for comment in said.comments] == ["Two", "One"]
    assert [reply.text for reply in said.comments[1].replies.all()] == ["Answer"]
    assert [each.uri for each in said.versions] == [version.uri]
    assert said.status is not None
    assert said.status.slug == "wip"


def test_only_productions_both_cities_work_on_are_counted(
    here: Node, joint: Production, task: Task, there: Peer, producer: Person
) -> None:
    year, home = Period.year(studio.NOON.year), studio.production(producer)
    with clock.fixed(studio.NOON):
        comments.comment(task=task, by=producer, status="retake", text="Slower")
        alone = studio.task(studio.shots(home, producer)[0], producer)
        comments.comment(task=alone, by=producer, status="done")
    assert counts.count_productions(year, None) == 0
    seat = studio.seat_there(there, joint)
    said = studio.comment_there(there, task, seat, 5, status="done", decision="approved")
    studio.arrive(there, here, seat, said)

    assert counts.count_productions(year, None) == 1
    assert counts.count_productions(year, there.origin) == 0
    assert counts.count_decisions(year, None) == 2
    assert counts.count_decisions(year, there.origin) == 1
    assert counts.count_notes(year, here.origin) == 1
    assert counts.count_versions(year, None) == 0
