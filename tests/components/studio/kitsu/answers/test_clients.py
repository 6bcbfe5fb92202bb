"""The wall before clients in the dialect: what is shown to them, and of the rest not a letter."""

from uuid import uuid4

import pytest

from jumelage.components.studio.kitsu.entrance import tokens
from jumelage.components.studio.kitsu.events.audience import audience_of
from jumelage.components.studio.kitsu.events.log import Event
from jumelage.components.studio.kitsu.ids import uid
from jumelage.components.studio.models import Annotation, Comment
from jumelage.directory.models import Person
from tests.components.studio.house.canaries import Aviary
from tests.components.studio.house.conftest import birds, shown
from tests.components.studio.kitsu.answers.asking import Client, signed_in
from tests.components.studio.kitsu.answers.test_walls import ADDRESSES, LISTS

__all__ = ("birds", "shown")
pytestmark = pytest.mark.promise("P13")

OPEN = {
    "data/projects/{project}", "data/projects/{project}/playlists",
    "data/tasks/{task}/comments", "data/tasks/{task}/previews", "data/preview-files/{preview}",
    "data/playlists/{playlist}",
}  # fmt: skip
"""What a client reads of a thing that is shown."""


@pytest.fixture
def client(birds: Aviary) -> Client:
    """Return the program of a client."""
    return signed_in(birds.client)


def ids(birds: Aviary, *, secret: bool) -> dict[str, str]:
    """Return the identifiers of one thing of each kind."""
    entity = birds.task.entity
    return {
        "project": uid(birds.film.uri), "shot": uid(entity.uri), "task": uid((birds.apart.task if secret else birds.task).uri),
        "sequence": uid(str(entity.parent_id)),
        "comment": uid((birds.secret if secret else birds.said).uri),
        "preview": uid((birds.hidden if secret else birds.shown).uri),
        "playlist": uid((birds.dailies if secret else birds.playlist).uri),
    }  # fmt: skip


def test_a_client_reads_what_is_shown_and_changes_nothing(birds: Aviary, client: Client) -> None:
    named, found = ids(birds, secret=False), set()
    for method, address, body in ADDRESSES:
        answer = client.ask(method, address.format(**named), body)
        if answer.status < 300 and "pictures/" not in address and "movies/" not in address:
            found.add((method, address))
    spoken = ("POST", "actions/tasks/{task}/comment")
    drawn = ("PUT", "actions/preview-files/{preview}/update-annotations")
    assert found == {*(("GET", each) for each in OPEN), spoken, drawn}


HIDDEN = [
    asked for asked in ADDRESSES if "{project}" not in asked[1] and "project_id" not in asked[1]
]
"""Addresses of what a client may not know of; of a production they know that it is there."""


@pytest.mark.parametrize(("method", "address", "body"), HIDDEN)
def test_what_is_hidden_answers_a_client_like_nothing(
    method: str, address: str, body: object, birds: Aviary, client: Client
) -> None:
    hidden = client.ask(method, address.format(**ids(birds, secret=True)), body)
    assert hidden.told == (404, "There is no such thing, or you may not see it.")


def test_no_answer_to_a_client_holds_what_is_hidden(birds: Aviary, client: Client) -> None:
    named = ids(birds, secret=False)
    asked = [address.format(**named) for method, address, _ in ADDRESSES if method == "GET"]
    more = ["data/user/context", "data/persons", "data/events/last", "data/softwares"]
    texts = {
        each: client.get(each).body.decode(errors="replace") for each in [*asked, *LISTS, *more]
    }
    texts["search"] = client.post("data/search", {"query": birds.task.entity.name}).body.decode()
    for place, text in texts.items():
        assert [trace for trace in birds.traces if trace in text] == [], place
    assert client.get("data/events/last").json == []
    assert client.get("data/tasks").json == client.get("data/shots").json == []
    assert [one["name"] for one in client.get("data/playlists").json] == ["Cut 1"]


def test_a_client_learns_no_names(birds: Aviary, client: Client, producer: Person) -> None:
    [own] = client.get("data/persons").json
    assert own["full_name"] == birds.client.name
    [said] = client.get(f"data/tasks/{uid(birds.task.uri)}/comments").json
    assert said["text"] == "For your eyes."
    assert said["person"]["first_name"] == "coordinator 1"
    project = client.get(f"data/projects/{uid(birds.film.uri)}").json
    assert project["team"] == []
    assert producer.name not in client.get("data/user/context").body.decode()


def test_a_client_comments_and_draws_on_what_is_shown(birds: Aviary, client: Client) -> None:
    task, version = uid(birds.task.uri), uid(birds.shown.uri)
    made = client.post(f"actions/tasks/{task}/comment", {"comment": "Warmer"})
    assert made.status == 201
    texts = [one["text"] for one in client.get(f"data/tasks/{task}/comments").json]
    assert texts == ["Warmer", "For your eyes."]
    drawing = {"objects": [{"type": "path", "path": [["M", 1, 1], ["L", 9, 9]], "stroke": "#fff"}]}
    body = {"additions": [{"time": 0, "drawing": drawing}]}
    address = f"actions/preview-files/{version}/update-annotations"
    assert client.put(address, body).status == 200
    assert Annotation.objects.count() == 2
    other = uid(birds.apart.task.uri)
    assert client.post(f"actions/tasks/{other}/comment", {"comment": "x"}).status == 404
    assert Comment.objects.filter(text="x").count() == 0
    unknown = client.get(f"data/tasks/{uuid4()}/comments")
    assert client.get(f"data/tasks/{other}/comments") == unknown


def test_a_client_hears_no_events(birds: Aviary, producer: Person) -> None:
    listening = {
        name: tokens.read(tokens.issue(person=person).access)
        for name, person in (("ours", producer), ("theirs", birds.client))
    }
    heard = audience_of(listening).of(Event("comment:new", {}, birds.film.uri))
    assert heard == {"ours"}
