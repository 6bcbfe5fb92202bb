"""What a vendor reads through the dialect: its tasks with their shots, and nothing beside them."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from jumelage.components.studio.kitsu.entrance import tokens
from jumelage.components.studio.kitsu.events.audience import audience_of
from jumelage.components.studio.kitsu.ids import uid
from jumelage.components.studio.models import Comment, Production, Version
from jumelage.components.studio.services.house.vendors import set_vendor
from jumelage.components.studio.services.productions import change_production
from jumelage.directory.models import Person
from tests.components.studio.house.vendors import Yard, yard
from tests.components.studio.kitsu.answers.asking import Client, signed_in

pytestmark = pytest.mark.promise("P13")
PICTURE = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(autouse=True)
def _no_attempts() -> None:
    cache.clear()


@pytest.fixture
def lent(film: Production, shown: Version, producer: Person) -> Yard:
    """Return a production with a task that is a vendor's and others that are not."""
    change_production(production=film, changes={"data": {"plot": "CANARY"}}, by=producer)
    return yard(film, shown, producer)


@pytest.fixture
def program(lent: Yard) -> Client:
    """Return the program of the vendor."""
    return signed_in(lent.vendor)


def addresses(lent: Yard) -> Iterator[str]:
    """Yield what a program asks for: lists, and things that are the vendor's or are not."""
    film, shot, asset = (uid(row.uri) for row in (lent.film, lent.task.entity, lent.asset))
    yield from ("data/user/context", "data/user/tasks", "data/persons", "data/events/last")
    yield from (f"data/{name}" for name in (
        "projects", "projects/open", "shots", "assets", "sequences", "episodes", "tasks",
        "preview-files", "playlists", "entities", "edits", f"shots/with-tasks?project_id={film}",
        f"assets/with-tasks?project_id={film}", f"projects/{film}", f"projects/{film}/team",
        f"projects/{film}/shots", f"projects/{film}/assets", f"projects/{film}/sequences",
        f"projects/{film}/tasks", f"projects/{film}/playlists", f"shots/{shot}",
        f"entities/{shot}", f"shots/{shot}/tasks", f"entities/{shot}/tasks", f"assets/{asset}",
        f"projects/{film}/entities/{shot}/casting", f"sequences/{uid(lent.sequence.uri)}",
        f"sequences/{uid(lent.sequence.uri)}/shots",
    ))  # fmt: skip
    for task in (lent.task, lent.beside):
        one = f"data/tasks/{uid(task.uri)}"
        yield from (
            one,
            f"{one}/full",
            f"{one}/comments",
            f"{one}/previews",
            f"{one}/working-files",
        )
    for version in (lent.version, lent.hidden):
        yield f"data/preview-files/{uid(version.uri)}"
        yield f"pictures/thumbnails/preview-files/{uid(version.uri)}.png"
        yield f"pictures/originals/preview-files/{uid(version.uri)}/download"
    for seat in (lent.said.seat_id, lent.hidden.seat_id):
        yield f"data/persons/{uid(seat)}/tasks"


def test_no_answer_of_the_dialect_holds_what_is_hidden(
    lent: Yard, program: Client, producer: Person
) -> None:
    def betraying(asking: Client) -> list[str]:
        told = {place: asking.get(place).body.decode(errors="replace") for place in addresses(lent)}
        return [place for place in told if any(trace in told[place] for trace in lent.traces)]

    assert betraying(program) == []
    assert len(betraying(signed_in(producer))) > 25


def test_a_program_finds_the_work_and_what_it_is_on(lent: Yard, program: Client) -> None:
    [own] = program.get("data/user/tasks").json
    assert (own["id"], own["entity_name"]) == (uid(lent.task.uri), lent.task.entity.name)
    assert own["sequence_name"] == lent.sequence.name
    full = program.get(f"data/tasks/{own['id']}/full").json
    assert full["entity"]["nb_frames"] == 48
    assert full["entity"]["nb_entities_out"] == 0
    assert full["sequence"]["description"] is not None
    assert [row["id"] for row in program.get("data/shots").json] == [uid(lent.task.entity_id)]
    assert [row["id"] for row in program.get("data/tasks").json] == [own["id"]]
    found = program.post("data/search", {"query": "sh"}).json
    assert [row["id"] for row in found["shots"]] == [uid(lent.task.entity_id)]
    assert program.get(f"data/projects/{uid(lent.film.uri)}").json["name"] == lent.film.name


def test_a_program_says_and_publishes_in_the_task_alone(lent: Yard, program: Client) -> None:
    ours, beside = (f"actions/tasks/{uid(task.uri)}" for task in (lent.task, lent.beside))
    made = program.post(f"{ours}/comment", {"comment": "Take one", "for_client": True})
    assert made.status == 201
    assert not Comment.objects.get(text="Take one").for_client
    place = f"{ours}/comments/{made.json['id']}/add-preview"
    assert program.post(place, {}).status == 201
    before = Comment.objects.count()
    assert program.post(f"{beside}/comment", {"comment": "x"}).status == 404
    told = program.get(f"data/tasks/{uid(lent.task.uri)}/comments").json
    assert {row["text"] for row in told} == {"Take one", "Begin with the sky."}
    assert not any(row["for_client"] for row in told)
    assert Comment.objects.count() == before


def test_a_vendor_plans_and_assigns_nothing(lent: Yard) -> None:
    chief, task = signed_in(lent.chief), uid(lent.task.uri)
    assert chief.put(f"data/tasks/{task}", {"priority": 3}).status == 403
    assert chief.put(f"data/entities/{uid(lent.task.entity_id)}", {"name": "x"}).status == 403
    film = uid(lent.film.uri)
    assert chief.post(f"data/projects/{film}/sequences", {"name": "x"}).status == 404
    assert chief.put(f"data/projects/{film}", {"name": "x"}).status == 404


def test_a_vendor_hears_no_events_while_the_wall_stands(lent: Yard, producer: Person) -> None:
    token = tokens.read(signed_in(lent.vendor).token)
    assert audience_of({"a": token}).by_production == {}
    set_vendor(production=lent.film, organisation=lent.organisation, apart=False, by=producer)
    assert audience_of({"a": token}).by_production == {lent.film.uri: frozenset({"a"})}
