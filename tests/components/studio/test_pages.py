"""The pages of the studio, in both languages, for members and for who is none."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from jumelage.bridge.errors import BodyTooLargeError
from jumelage.bridge.feeds.wire import BODY_LIMIT
from jumelage.bridge.models import Node
from jumelage.components.studio.models import (
    ChangeRequest,
    Comment,
    Entity,
    Playlist,
    Production,
    Seat,
    Task,
    TimeSpent,
)
from jumelage.components.studio.models.values import ChecklistItem
from jumelage.components.studio.services import requests
from jumelage.components.studio.services.review import comments
from jumelage.components.studio.services.versions import publish_version
from jumelage.directory.models import Person
from tests.components.studio.test_two_cities import asks, opened_there, theirs
from tests.factories import directory, studio
from tests.factories.bridge import Peer

PAGES = ("production", "members", "grid", "plan", "requests", "settings")
DATA = ("production-data", "grid-data")


@pytest.fixture
def browser(producer: Person, client: Client) -> Client:
    """Return the producer's browser."""
    client.force_login(producer.user)
    return client


def of(name: str, thing: object = None, language: str = "en") -> str:
    """Return the address of a page."""
    with translation.override(language):
        return reverse(f"studio:{name}", kwargs={"uri": thing.uri} if thing else {})  # type: ignore[attr-defined]  # a row


@pytest.mark.parametrize("language", ["fr", "en"])
def test_members_read_every_page(
    browser: Client, joint: Production, task: Task, language: str
) -> None:
    pages = [of(name, joint, language) for name in (*PAGES, *DATA)]
    pages += [of(name, language=language) for name in ("home", "home-data", "my-work", "new")]
    pages += [of(name, task, language) for name in ("task", "task-data", "change-task")]
    pages += [of(name, task.entity, language) for name in ("entity", "change-entity", "cast")]

    answers = {page: browser.get(page).status_code for page in pages}

    assert answers == dict.fromkeys(answers, 200)


def test_who_has_no_seat_is_told_nothing_exists(
    client: Client, joint: Production, task: Task
) -> None:
    client.force_login(directory.person("administrator").user)
    pages = [of(name, joint) for name in (*PAGES, *DATA)]
    pages += [of("task", task), of("entity", task.entity)]

    assert {client.get(page).status_code for page in pages} == {404}


def test_list_of_productions_filters_and_sorts(browser: Client, producer: Person) -> None:
    for name in ("Brume", "Aube", "Crue"):
        studio.production(producer, name=name)

    def listed(query: str) -> list[str]:
        page = browser.get(f"{of('home')}?{query}")
        return [production.name for production, *_ in page.context["rows"]]

    assert listed("") == ["Aube", "Brume", "Crue"]
    assert listed("sort=-name") == ["Crue", "Brume", "Aube"]
    assert listed("q=bru") == ["Brume"]
    assert listed("shared=joint") == []


@pytest.mark.parametrize("many", [1, 3])
def test_list_of_productions_asks_a_fixed_number_of_queries(
    browser: Client,
    producer: Person,
    many: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(many):
        studio.production(producer)
    browser.get(of("home"))

    with django_assert_max_num_queries(14):
        browser.get(of("home"))


def test_production_begins_from_a_template(browser: Client) -> None:
    told = {"name": "Le gardien", "template": "vfx-show", "description": ""}

    answer = browser.post(of("new"), told)

    made = Production.objects.get()
    assert (answer.status_code, made.rate, made.name) == (302, "24000/1001", "Le gardien")


def test_shots_are_planned_by_range_with_their_tasks(browser: Client, film: Production) -> None:
    told = {"parent": "sq010", "names": "sh010-sh030:10\nsh999", "task_types": ["animation"]}

    browser.post(of("plan", film), told)

    shots = Entity.objects.filter(type="shot").order_by("name").values_list("name", "parent__name")
    assert list(shots) == [(f"sh{at}", "sq010") for at in ("010", "020", "030", "999")]
    assert Task.objects.count() == 4


def test_taken_name_is_told_and_what_was_typed_stays(browser: Client, shot: Entity) -> None:
    parent = shot.parent
    told = {"parent": parent.name if parent else "", "names": f"sh0500\n{shot.name}"}

    answer = browser.post(of("plan", shot.production), told)

    assert answer.status_code == 422
    assert answer.content.count(b"sh0500") == 1
    assert not Entity.objects.filter(name="sh0500").exists()


def test_many_tasks_are_changed_at_once(
    browser: Client, film: Production, producer: Person
) -> None:
    tasks = [studio.task(shot, producer) for shot in studio.shots(film, producer, many=3)]
    seat = studio.sits(producer, film)
    told = {
        "task": [task.uri for task in tasks],
        "entity": [task.entity_id for task in tasks],
        "status": "wip",
        "text": "Go",
        "put": seat.uri,
        "add": "compositing",
        "query": "status=todo",
    }

    answer = browser.post(of("change-many", film), told)

    assert answer["Location"] == f"{of('grid', film)}?status=todo"
    assert Comment.objects.filter(status="wip", text="Go").count() == 3
    assert Task.objects.filter(task_type="compositing").count() == 3
    assert [task.assignees for task in Task.objects.filter(task_type="animation")] == [
        [seat.uri]
    ] * 3


def test_chosen_tasks_and_shots_are_put_into_a_playlist(
    browser: Client, film: Production, producer: Person
) -> None:
    tasks = [studio.task(shot, producer) for shot in studio.shots(film, producer, many=3)]
    version = publish_version(task=tasks[1], by=producer)
    told = {"task": [tasks[1].uri, tasks[0].uri], "playlist": "new"}

    answer = browser.post(of("change-many", film), told)

    made = Playlist.objects.get()
    assert answer["Location"] == made.get_absolute_url()
    assert [(item["entity"], item["version"]) for item in made.items] == [
        (tasks[0].entity_id, None),
        (tasks[1].entity_id, version.uri),
    ]

    browser.post(of("change-many", film), {"entity": [tasks[2].entity_id], "playlist": made.uri})

    made.refresh_from_db()
    assert [item["entity"] for item in made.items] == [task.entity_id for task in tasks]


def test_nothing_chosen_makes_no_playlist(browser: Client, film: Production) -> None:
    answer = browser.post(of("change-many", film), {"playlist": "new"})

    assert answer["Location"] == f"{of('grid', film)}?"
    assert not Playlist.objects.exists()


def test_tasks_of_another_production_are_left_alone(
    browser: Client, film: Production, producer: Person
) -> None:
    other = studio.production(producer)
    task = studio.task(studio.shots(other, producer)[0], producer)

    browser.post(of("change-many", film), {"task": [task.uri], "status": "done"})

    assert Comment.objects.count() == 0


def test_grid_shows_names_escaped(browser: Client, film: Production, producer: Person) -> None:
    shot = studio.shots(film, producer)[0]
    studio.task(shot, producer)
    told = {"name": "<b>x</b>", "description": "", "frames": "48"}
    browser.post(of("change-entity", shot), told)

    page = browser.get(of("grid", film)).content.decode()

    assert page.count("<b>x</b>") == 0
    assert page.count("&lt;b&gt;x&lt;/b&gt;") >= 1


def test_comment_with_a_status_is_said_on_the_page(browser: Client, task: Task) -> None:
    answer = browser.post(of("say", task), {"text": "Slower, please", "status": "retake"})

    said = Comment.objects.get()
    assert (answer.status_code, said.text, said.decision) == (302, "Slower, please", "retake")


def test_empty_comment_is_refused_in_a_sentence(browser: Client, task: Task) -> None:
    answer = browser.post(of("say", task), {"text": " ", "status": ""})

    assert (answer.status_code, Comment.objects.count()) == (422, 0)
    assert answer.content.count(b"Write something, or give a status.") >= 1


def test_comment_is_taken_back_after_asking_once(
    browser: Client, task: Task, producer: Person
) -> None:
    said = comments.comment(task=task, by=producer, text="Oops")
    assert browser.get(of("withdraw-comment", said)).status_code == 200

    browser.post(of("withdraw-comment", said))

    assert Comment.objects.live().count() == 0


def test_what_is_to_be_done_is_said_one_point_a_line(browser: Client, task: Task) -> None:
    browser.post(of("say", task), {"text": "Nearly", "checklist": "roof\n\n  door \n"})

    assert [item["text"] for item in Comment.objects.get().checklist] == ["roof", "door"]
    shown = browser.get(of("task", task)).text
    assert shown.count("to be done") >= 2

    many = browser.post(of("say", task), {"text": "No", "checklist": "point\n" * 201})
    assert (many.status_code, Comment.objects.count()) == (422, 1)
    assert "too many things to do in one comment" in many.text


def test_comment_is_said_anew_with_what_is_done(
    browser: Client, task: Task, producer: Person
) -> None:
    list_of_two = (ChecklistItem(text="roof"), ChecklistItem(text="door", checked=True))
    said = comments.comment(task=task, by=producer, text="Oops", checklist=list_of_two)
    assert "roof" in browser.get(of("change-comment", said)).content.decode()

    browser.post(of("change-comment", said), {"text": "Better", "done": ["0"], "more": "lamp"})

    anew = Comment.objects.live().get()
    ticked = [(item["text"], item["checked"]) for item in anew.checklist]
    assert (anew.text, ticked) == ("Better", [("roof", True), ("door", False), ("lamp", False)])
    assert anew.created_at == said.created_at


def test_production_is_opened_to_the_other_city(
    browser: Client, film: Production, there: Peer
) -> None:
    browser.post(of("open-to", film), {"city": there.origin})

    assert Production.objects.get().opened_to == there.origin


def test_production_is_closed_and_opened_again(browser: Client, film: Production) -> None:
    for told in ("Closed.", "Open again."):
        answer = browser.post(of("close", film), follow=True)
        assert [str(one) for one in answer.context["messages"]] == [told]


def test_production_that_cannot_be_closed_is_not_said_to_be(
    browser: Client, film: Production
) -> None:
    long = {"note": "x" * (BODY_LIMIT + 1)}  # no record can say it
    Production.objects.filter(uri=film.uri).update(data=long)

    answer = browser.post(of("close", film))

    assert answer.status_code == BodyTooLargeError.http_status
    assert "Closed." not in answer.text
    assert "Closed." not in browser.get(of("members", film)).text


def test_settings_change_words_and_facts(browser: Client, film: Production) -> None:
    form = browser.get(of("settings", film)).context["form"]
    told = {name: value for name, value in form.initial.items() if value is not None}

    browser.post(of("settings", film), told | {"rate": "25", "task_types": ["fx", "edit"]})

    film.refresh_from_db()
    used = [each["slug"] for each in film.words if each["family"] == "task-type"]
    assert (film.rate, used) == ("25", ["edit", "fx"])


def test_request_is_answered_on_its_page(
    browser: Client, here: Node, joint: Production, shot: Entity, there: Peer
) -> None:
    seat = studio.seat_there(there, joint, "student")
    studio.arrive(there, here, seat, asks(there, joint, seat.uri, shot.uri, frames=72))
    asked = ChangeRequest.objects.get()
    assert browser.get(of("requests", joint)).content.count(b"72") >= 1

    browser.post(of("answer", asked), {"accept": "1", "note": "Fine"})

    shot.refresh_from_db()
    assert (shot.frames, asked.answers.get().note) == (72, "Fine")


def test_shot_of_the_other_city_is_asked_for_on_its_page(
    browser: Client, here: Node, joint: Production, there: Peer
) -> None:
    planned = theirs(there, joint)
    studio.arrive(there, here, planned)
    shot = Entity.objects.get(uri=planned.uri)
    told = {"name": shot.name, "description": "A storm", "reason": "It rains there"}

    browser.post(of("change-entity", shot), told)

    asked = ChangeRequest.objects.get()
    assert (asked.changes, asked.reason) == ({"description": "A storm"}, "It rains there")
    requests.withdraw_request(request=asked, by=Person.objects.get(pk=_producer(joint).pk))


def _producer(of: Production) -> Person:
    return Person.objects.get(studio_memberships__production=of)


def test_time_spent_stays_here(browser: Client, task: Task) -> None:
    browser.post(of("time", task), {"day": "2026-11-20", "minutes": "90"})

    assert TimeSpent.objects.get().minutes == 90


def test_officer_names_the_coordinator_of_a_production_of_the_other_city(
    browser: Client, here: Node, there: Peer
) -> None:
    opened = opened_there(there, here)
    studio.arrive(there, here, opened)
    bay, person = Production.objects.get(), directory.person()
    assert browser.get(of("home")).content.count(b"Bay") >= 1

    browser.post(of("name-coordinator", bay), {"email": person.user.email})

    assert studio.sits(person, bay).role == Seat.Role.COORDINATOR
