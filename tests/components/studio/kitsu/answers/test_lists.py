"""Lists: filters that count, fields, relations, pages; refusals instead of too much."""

from urllib.parse import quote

import pytest

from jumelage.components.studio.kitsu.ids import uid, word_id
from jumelage.components.studio.models import Entity, Production
from jumelage.components.studio.models.words import Family
from jumelage.components.studio.services.review.comments import comment
from jumelage.components.studio.services.versions import publish_version
from jumelage.directory.models import Person
from tests.components.studio.kitsu.answers.asking import Client
from tests.factories import studio

MANY = 5
EVERY = (
    "data/projects", "data/shots", "data/assets", "data/sequences", "data/episodes", "data/tasks",
    "data/preview-files", "data/playlists",
)  # fmt: skip
WORDS = (
    "data/task-types", "data/task-status", "data/asset-types", "data/entity-types",
    "data/departments", "data/project-status", "data/softwares",
)  # fmt: skip
ODD = ("x", "%00", "1" * 5000, "%F0%9F%90%88", "%ff", "%ed%a0%80", "'--")
FILTERS = ("name", "project_id", "parent_id", "revision", "task_type_id", "code", "for_entity")


@pytest.fixture
def shots(film: Production, producer: Person) -> list[Entity]:
    """Return the shots of a sequence; the first two have a task, the first a version."""
    made = studio.shots(film, producer, MANY)
    first, _ = studio.task(made[0], producer), studio.task(made[1], producer, "compositing")
    said = comment(task=first, by=producer, text="Go", status="wip")
    publish_version(task=first, by=producer, comment=said)
    return made


def names(client: Client, address: str, **query: str | int) -> list[str]:
    """Return the names in a list."""
    return [row["name"] for row in client.get(address, query).json]


def test_filters_are_obeyed_together(
    shots: list[Entity], boss: Client, film: Production, producer: Person
) -> None:
    parent = shots[0].parent
    assert parent is not None
    studio.shots(studio.production(producer), producer)
    of = {"project_id": uid(film.uri)}
    assert names(boss, "data/shots", **of) == [shot.name for shot in shots]
    assert names(boss, "data/shots", **of, name="sh0020") == ["sh0020"]
    assert names(boss, "data/shots", sequence_id=uid(parent.uri), name="sh0010") == ["sh0010"]
    assert names(boss, "data/shots", **of, canceled="true") == []
    assert names(boss, "data/shots", id=uid(shots[2].uri)) == [shots[2].name]
    assert names(boss, f"data/sequences/{uid(parent.uri)}/shots") == [s.name for s in shots]
    assert names(boss, "data/projects", name=film.name) == [film.name]
    assert names(boss, "data/projects", id=uid(film.uri)) == [film.name]
    animation = word_id(Family.TASK_TYPE, "animation")
    tasks = boss.get("data/tasks", {**of, "task_type_id": animation}).json
    assert [row["entity_id"] for row in tasks] == [uid(shots[0].uri)]
    versions = {"task_id": tasks[0]["id"], "revision": 1}
    assert len(boss.get("data/preview-files", versions).json) == 1
    assert boss.get("data/preview-files", {**versions, "revision": 2}).json == []


def test_filter_that_a_list_lacks_is_refused(boss: Client) -> None:
    for address in (*EVERY, *WORDS, "data/persons"):
        answer = boss.get(address, {"colour": "red"})
        assert answer.status == 400, address
        assert answer.json["data"]["errors"][0]["field"] == "colour"


def test_filter_that_a_list_within_lacks_is_refused(
    shots: list[Entity], boss: Client, film: Production
) -> None:
    parent = shots[0].parent
    assert parent is not None
    project = f"data/projects/{uid(film.uri)}"
    for address in (
        f"{project}/tasks",
        f"{project}/shots",
        f"data/sequences/{uid(parent.uri)}/shots",
    ):
        assert boss.get(address, {"colour": "red"}).status == 400, address
    animation = word_id(Family.TASK_TYPE, "animation")
    kept = boss.get(f"{project}/tasks", {"task_type_id": animation, "relations": "true"}).json
    assert [row["entity_id"] for row in kept] == [uid(shots[0].uri)]


@pytest.mark.parametrize("value", ODD)
def test_identifier_that_is_none_is_refused_or_nothing(value: str, boss: Client) -> None:
    for address in EVERY:
        assert boss.get(f"{address}?id={value}").status in {400, 404}, address


@pytest.mark.parametrize("value", [*ODD, "-1", "0", "1.5", ""])
def test_page_that_is_none_is_refused(value: str, boss: Client) -> None:
    for address in EVERY:
        assert boss.get(f"{address}?page={value}").status == 400, address
        assert boss.get(f"{address}?page=1&limit={value or 'x'}").status == 400, address


@pytest.mark.parametrize("value", [*ODD, "9" * 19, "²"])
def test_odd_value_of_a_filter_ends_in_no_error_of_ours(value: str, boss: Client) -> None:
    for address in EVERY:
        for name in FILTERS:
            status = boss.get(f"{address}?{name}={quote(value, safe='%')}").status
            assert status in {200, 400, 404}, (address, name)


def test_fields_narrow_each_row_and_keep_identifier_and_type(
    shots: list[Entity], boss: Client
) -> None:
    rows = boss.get("data/shots", {"fields": "name, nb_frames,unknown"}).json
    assert {frozenset(row) for row in rows} == {frozenset({"id", "type", "name", "nb_frames"})}
    types = boss.get("data/task-types", {"fields": "name"}).json
    assert {frozenset(row) for row in types} == {frozenset({"id", "type", "name"})}


def test_relations_are_no_filter(shots: list[Entity], boss: Client) -> None:
    rows = boss.get("data/tasks", {"relations": "true"}).json
    assert len(rows) == 2
    assert all("assignees" in row for row in rows)


def test_pages_hold_everything_once(shots: list[Entity], boss: Client) -> None:
    seen: list[str] = []
    for number in (1, 2, 3):
        page = boss.get("data/shots", {"page": number, "limit": 2}).json
        seen += [row["id"] for row in page["data"]]
        assert (page["total"], page["nb_pages"], page["limit"]) == (MANY, 3, 2)
        assert (page["page"], page["offset"]) == (number, 2 * number - 2)
    assert sorted(seen) == sorted(uid(shot.uri) for shot in shots)
    assert boss.get("data/shots", {"page": 4, "limit": 2}).json["data"] == []
    assert boss.get("data/shots", {"page": 1, "limit": 999_999}).json["limit"] == 5000


def test_words_are_found_by_name_and_by_flag(boss: Client) -> None:
    assert names(boss, "data/task-types", name="Animation") == ["Animation"]
    assert len(names(boss, "data/task-status", is_default="true")) == 1
    assert len(names(boss, "data/task-status", is_default="false")) > 1
    assert names(boss, "data/task-status", short_name="nothing") == []


def test_search_finds_by_a_part_and_takes_its_text_as_text(
    shots: list[Entity], boss: Client
) -> None:
    def found(text: str) -> list[str]:
        return [row["name"] for row in boss.post("data/search", {"query": text}).json["shots"]]

    assert found("H0020") == ["sh0020"]
    assert found("%") == found("_") == found("'") == []
    assert (
        boss.post("data/search", {"query": "sh", "limit": 2}).json["shots"][1]["name"] == "sh0020"
    )
