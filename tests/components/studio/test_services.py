"""What members do: plan, set, comment, publish, draw, order, and what is refused."""

from datetime import date

import pytest

from jumelage.bridge.models import Entry
from jumelage.components.studio import errors
from jumelage.components.studio.models import Entity, Production, Seat, Task, TaskState, Word
from jumelage.components.studio.models.values import Stroke
from jumelage.components.studio.services import (
    entities,
    productions,
    requests,
    seats,
    tasks,
    time,
    versions,
    words,
)
from jumelage.components.studio.services.review import annotations, comments, playlists
from jumelage.directory.models import Person
from jumelage.kit.errors import NotAllowedError
from tests.factories import directory, studio


def test_production_begins_with_the_words_of_its_template(film: Production) -> None:
    families = [word["family"] for word in film.words]

    assert (film.type, film.rate, film.opened_to) == ("short-film", "24", "")
    assert (families.count("status"), families.count("task-type")) == (6, 9)


def test_production_that_nobody_opened_to_a_city_is_on_a_feed_of_its_own(
    film: Production, task: Task
) -> None:
    feeds = Entry.objects.filter(kind__startswith="studio.").values_list("feed__name", flat=True)

    assert set(feeds) == {"home"}


def test_who_opens_a_production_coordinates_it(film: Production, producer: Person) -> None:
    assert studio.sits(producer, film).role == Seat.Role.COORDINATOR


def test_stranger_opens_no_production(here: object) -> None:
    with pytest.raises(NotAllowedError):
        studio.production(directory.person())


def test_seats_are_numbered_by_role(film: Production, producer: Person) -> None:
    people = [studio.member(film, "student", producer) for _ in range(2)]

    assert [studio.sits(person, film).number for person in people] == [1, 2]


def test_person_sits_once(film: Production, producer: Person) -> None:
    with pytest.raises(errors.AlreadySeatedError):
        seats.give_seat(production=film, person=producer, role="artist", by=producer)


def test_last_coordinator_stays(film: Production, producer: Person) -> None:
    with pytest.raises(errors.LastCoordinatorError):
        seats.end_seat(seat=studio.sits(producer, film), by=producer)


def test_seat_that_ended_says_nothing_more(film: Production, producer: Person, task: Task) -> None:
    student = studio.member(film, "student", producer)
    seats.end_seat(seat=studio.sits(student, film), by=producer)
    left = Person.objects.get(pk=student.pk)

    with pytest.raises(errors.NoSeatError):
        comments.comment(task=task, by=left, text="Done")


def test_entities_planned_together_are_one_commit(film: Production, producer: Person) -> None:
    before = Entry.objects.count()
    made = studio.shots(film, producer, many=5)

    assert [entity.name for entity in made] == [f"sh{at:04d}" for at in (10, 20, 30, 40, 50)]
    assert Entry.objects.count() - before == 6  # the sequence, too


def test_name_is_taken_once_in_a_place(shot: Entity, producer: Person) -> None:
    again = entities.Plan(type="shot", name=shot.name, parent=shot.parent)

    with pytest.raises(errors.NameTakenError):
        entities.plan_entity(production=shot.production, plan=again, by=producer)


def test_student_plans_nothing(film: Production, producer: Person) -> None:
    student = studio.member(film, "student", producer)

    with pytest.raises(NotAllowedError):
        studio.shots(film, student)


def test_entity_changes_only_in_its_fields(shot: Entity, producer: Person) -> None:
    changed = entities.change_entity(entity=shot, changes={"frames": 96}, by=producer)

    assert (changed.frames, changed.name, changed.rev) == (96, shot.name, 2)
    for changes in ({"origin": "x"}, {"frames": "many"}):
        with pytest.raises(errors.NotChangeableError):
            entities.change_entity(entity=shot, changes=dict(changes), by=producer)


def test_cast_counts_assets_of_the_production(shot: Entity, producer: Person) -> None:
    hero = entities.plan_entity(
        production=shot.production,
        plan=entities.Plan(type="asset", name="Hero", asset_type="characters"),
        by=producer,
    )

    assert entities.cast(entity=shot, cast={hero.uri: 2}, by=producer).cast == {hero.uri: 2}
    with pytest.raises(errors.UnknownWordError):
        entities.cast(entity=shot, cast={shot.uri: 1}, by=producer)


def test_task_of_a_type_the_production_does_not_use_is_refused(
    shot: Entity, producer: Person
) -> None:
    with pytest.raises(errors.UnknownWordError):
        studio.task(shot, producer, "knitting")


def test_days_of_a_task_follow_each_other(shot: Entity, task: Task, producer: Person) -> None:
    early, late = date(2031, 3, 4), date(2031, 3, 9)
    wrong = tasks.Plan(entity=shot, task_type="lighting", starts=late, due=early)
    with pytest.raises(errors.DueBeforeItBeginsError):
        tasks.set_task(production=shot.production, plan=wrong, by=producer)
    with pytest.raises(errors.DueBeforeItBeginsError):
        tasks.change_task(task=task, changes={"starts": late, "due": early}, by=producer)
    told = {"starts": "2031-03-09", "due": "2031-03-04"}
    with pytest.raises(errors.DueBeforeItBeginsError):
        requests.change_or_ask(row=task, changes=told, by=producer)
    changed = tasks.change_task(task=task, changes={"starts": early, "due": late}, by=producer)
    assert (changed.starts, changed.due) == (early, late)


def test_people_are_put_on_tasks_and_taken_off(
    film: Production, task: Task, producer: Person
) -> None:
    seat = studio.sits(studio.member(film, "artist", producer), film)

    (put,) = tasks.assign(tasks=[task], put=[seat], by=producer)
    (off,) = tasks.assign(tasks=[put], take_off=[seat], by=producer)

    assert (put.assignees, off.assignees) == ([seat.uri], [])


def test_comment_gives_the_task_its_status(task: Task, producer: Person) -> None:
    assert task.standing == "todo"
    comments.comment(task=task, by=producer, text="Go", status="wip")
    comments.comment(task=task, by=producer, text="Only words")
    found = Task.objects.select_related("state").get(uri=task.uri)

    assert found.standing == "wip"
    assert (found.state.comments, found.state.changed_by) == (
        2,
        studio.sits(producer, task.production).uri,
    )


def test_withdrawn_comment_takes_its_status_along(task: Task, producer: Person) -> None:
    comments.comment(task=task, by=producer, status="wip")
    retake = comments.comment(task=task, by=producer, status="retake", text="Slower")
    assert TaskState.objects.get(task=task).retakes == 1

    comments.withdraw_comment(comment=retake, by=producer)

    state = TaskState.objects.get(task=task)
    assert (state.status, state.retakes, state.decision) == ("wip", 0, "")


def test_student_finishes_nothing_alone(film: Production, task: Task, producer: Person) -> None:
    student = studio.member(film, "student", producer)
    comments.comment(task=task, by=student, status="wfa", text="Ready")

    with pytest.raises(errors.StatusNotYoursError):
        comments.comment(task=task, by=student, status="done")


def test_observer_says_nothing(film: Production, task: Task, producer: Person) -> None:
    watching = studio.member(film, "observer", producer)

    with pytest.raises(NotAllowedError):
        comments.comment(task=task, by=watching, text="Nice")


def test_status_is_given_to_many_tasks_at_once(film: Production, producer: Person) -> None:
    made = [studio.task(shot, producer) for shot in studio.shots(film, producer, many=3)]

    comments.give_status(tasks=made, status="done", by=producer)

    states = TaskState.objects.filter(task__in=made).values_list("status", "decision")
    assert list(states) == [("done", "approved")] * 3


def test_versions_are_numbered_and_named_safely(task: Task, producer: Person) -> None:
    first = versions.publish_version(task=task, by=producer, name="../../etc/Take 1.MOV")
    second = versions.publish_version(task=task, by=producer)

    assert (first.revision, first.name, first.extension) == (1, "Take 1.MOV", "mov")
    assert second.revision == 2
    assert TaskState.objects.get(task=task).last_version == second.uri


def test_trouble_with_files_is_stated_by_the_node(task: Task, producer: Person) -> None:
    version = versions.publish_version(task=task, by=producer, name="a.mov")

    stated = versions.state_media(version=version, trouble="damaged", name="b.mp4")

    assert (stated.trouble, stated.name, stated.extension, stated.rev) == (
        "damaged",
        "b.mp4",
        "mp4",
        2,
    )


def test_drawing_belongs_to_its_seat(film: Production, task: Task, producer: Person) -> None:
    version = versions.publish_version(task=task, by=producer)
    stroke = Stroke(tool="pen", points=((0.1, 0.2), (0.3, 0.4)))
    artist = studio.member(film, "artist", producer)
    drawn = annotations.draw(
        version=version, first_frame=1001, last_frame=1003, strokes=[stroke], by=producer
    )

    with pytest.raises(NotAllowedError):
        annotations.remove(annotation=drawn, by=artist)
    annotations.remove(annotation=drawn, by=producer)
    drawn.refresh_from_db()
    assert drawn.withdrawn_at is not None


def test_playlist_holds_each_shot_once(shot: Entity, task: Task, producer: Person) -> None:
    version = versions.publish_version(task=task, by=producer)
    playlist = playlists.make_playlist(production=shot.production, name="Dailies", by=producer)
    playlists.add_to_playlist(playlist=playlist, shown=[(shot, None)], by=producer)

    playlists.add_to_playlist(playlist=playlist, shown=[(shot, version)], by=producer)

    assert playlist.items == [{"entity": shot.uri, "version": version.uri}]


def test_time_spent_is_replaced_and_a_day_has_an_end(task: Task, producer: Person) -> None:
    day = date(2026, 11, 20)
    time.spend_time(task=task, day=day, minutes=60, by=producer)

    assert time.spend_time(task=task, day=day, minutes=90, by=producer).minutes == 90
    with pytest.raises(errors.TooLongADayError):
        time.spend_time(task=task, day=day, minutes=1441, by=producer)


def test_closed_production_is_read_only(film: Production, task: Task, producer: Person) -> None:
    productions.close_production(production=film, by=producer)

    with pytest.raises(errors.ProductionClosedError):
        comments.comment(task=task, by=producer, text="Late")
    productions.reopen_production(production=film, by=producer)
    assert comments.comment(task=task, by=producer, text="In time").text == "In time"


def test_word_made_here_is_used_and_dropped(film: Production, producer: Person) -> None:
    word = words.make_word(family="task-type", name="Matte painting", by=producer)
    words.use_words(production=film, words=[word], by=producer)
    assert [each["slug"] for each in film.words].count("matte-painting") == 1

    words.drop_word(production=film, word=word, by=producer)

    assert [each["slug"] for each in film.words].count("matte-painting") == 0
    assert Word.objects.get(slug="matte-painting").given_by == ""


def test_member_of_one_production_is_nobody_in_another(film: Production, producer: Person) -> None:
    other = studio.production(studio.producer())
    student = studio.member(other, "coordinator", studio_coordinator(other))

    with pytest.raises(errors.NoSeatError):
        studio.shots(film, student)


def studio_coordinator(of: Production) -> Person:
    """Return who coordinates *of*."""
    return Person.objects.get(studio_memberships__production=of)
