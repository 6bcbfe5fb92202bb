"""The grid: the same bytes until something is said, compressed as the client wants; events."""

import zlib

import brotli
import orjson
import pytest

from jumelage.components.studio.kitsu.ids import uid
from jumelage.components.studio.models import Entity, Production, Task
from jumelage.components.studio.services.review.comments import comment
from jumelage.directory.models import Person
from tests.components.studio.kitsu.answers.asking import Client, signed_in
from tests.factories import studio

GRID = "data/shots/with-tasks"


@pytest.fixture
def shots(film: Production, producer: Person) -> list[Entity]:
    """Return shots with a task each."""
    made = studio.shots(film, producer, 3)
    for shot in made:
        studio.task(shot, producer)
    return made


@pytest.fixture
def of(film: Production) -> dict[str, str]:
    """Return the query for the production."""
    return {"project_id": uid(film.uri)}


def test_grid_has_each_shot_with_its_tasks(
    shots: list[Entity], of: dict[str, str], boss: Client
) -> None:
    rows = boss.get(GRID, of).json
    assert [(row["name"], len(row["tasks"])) for row in rows] == [(s.name, 1) for s in shots]
    assert boss.get("data/assets/with-tasks", of).json == []


def test_etag_holds_until_something_is_said_of_this_production(
    shots: list[Entity], of: dict[str, str], boss: Client, producer: Person
) -> None:
    first = boss.get(GRID, of)
    tag = first.headers["ETag"]
    assert tag.startswith('W/"')
    held = boss.get(GRID, of, if_none_match=f'"other", {tag}')
    assert (held.status, held.body, held.headers["ETag"]) == (304, b"", tag)

    studio.shots(studio.production(producer), producer)
    assert boss.get(GRID, of, if_none_match=tag).status == 304

    task = Task.objects.get(entity=shots[1])
    comment(task=task, by=producer, text="Go", status="wip")
    new = boss.get(GRID, of, if_none_match=tag)
    assert (new.status, new.headers["ETag"] == tag) == (200, False)
    assert new.json[1]["tasks"][0]["task_status_id"] != first.json[1]["tasks"][0]["task_status_id"]


def test_grid_is_compressed_as_the_client_wants(
    shots: list[Entity], of: dict[str, str], boss: Client
) -> None:
    plain = boss.get(GRID, of)
    small = boss.get(GRID, of, accept_encoding="gzip, deflate, br")
    gzip = boss.get(GRID, of, accept_encoding="gzip;q=0.8, br;q=0")
    assert "Content-Encoding" not in plain.headers
    assert small.headers["Content-Encoding"] == "br"
    assert gzip.headers["Content-Encoding"] == "gzip"
    assert brotli.decompress(small.body) == zlib.decompress(gzip.body, 31) == plain.body
    assert len(small.body) < len(plain.body) / 3
    assert len({each.headers["ETag"] for each in (plain, small, gzip)}) == 3
    tag = gzip.headers["ETag"]
    assert boss.get(GRID, of, accept_encoding="gzip", if_none_match=tag).status == 304
    assert "Accept-Encoding" in small.headers["Vary"]
    assert "Authorization" in small.headers["Vary"]


def test_held_grid_is_not_given_to_strangers(
    shots: list[Entity], of: dict[str, str], boss: Client, stranger: Client
) -> None:
    tag = boss.get(GRID, of).headers["ETag"]
    assert stranger.get(GRID, of, if_none_match=tag).status == 404


def test_other_answers_are_compressed_when_it_is_worth_it(
    shots: list[Entity], boss: Client
) -> None:
    large = boss.get("data/shots", accept_encoding="gzip")
    assert large.headers["Content-Encoding"] == "gzip"
    assert len(orjson.loads(zlib.decompress(large.body, 31))) == 3
    small = boss.get("data/shots", {"fields": "name"}, accept_encoding="gzip")
    assert "Content-Encoding" not in small.headers


def test_last_events_are_the_newest_of_ones_own_productions(
    shots: list[Entity], of: dict[str, str], boss: Client, stranger: Client, producer: Person
) -> None:
    task = Task.objects.get(entity=shots[0])
    comment(task=task, by=producer, text="Go", status="wip")

    events = boss.get("data/events/last", {"limit": 1000}).json
    names = [event["name"] for event in events]
    assert names.index("comment:new") < names.index("task:new") < names.index("project:new")
    assert names.count("shot:new") == 3
    assert len({event["id"] for event in events}) == len(events)
    assert {event["project_id"] for event in events} == {of["project_id"]}
    [made] = boss.get("data/events/last", {"name": "comment:new"}).json
    assert made["data"]["task_id"] == uid(task.uri)
    assert made["user_id"] == boss.get("auth/authenticated").json["user"]["id"]
    assert len(boss.get("data/events/last", {**of, "limit": 2}).json) == 2
    later = {"after": "2100-01-01", "before": "2100-01-02T00:00:00"}
    assert boss.get("data/events/last", later).json == []
    assert boss.get("data/events/last", {"only_files": "true"}).json == []
    seen = stranger.get("data/events/last").json
    assert of["project_id"] not in {event["project_id"] for event in seen}


def test_somebody_without_a_seat_hears_nothing(shots: list[Entity], artist: Person) -> None:
    assert signed_in(artist).get("data/events/last").json != []
    assert signed_in(studio.producer()).get("data/events/last").json == []
