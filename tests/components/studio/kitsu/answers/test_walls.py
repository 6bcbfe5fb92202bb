"""What others make answers like what was never made, to the last byte."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from jumelage.components.studio.kitsu.ids import uid
from jumelage.components.studio.models import Production, StudioRow, Task
from jumelage.components.studio.services import versions
from jumelage.components.studio.services.productions import close_production
from jumelage.components.studio.services.review import comments, playlists
from jumelage.components.studio.services.review.attachments import put_beside, store
from jumelage.components.studio.services.seats import end_seat
from jumelage.directory.models import Person
from tests.components.studio.kitsu.answers.asking import Client, part, signed_in
from tests.factories import studio

Things = dict[str, StudioRow]


@pytest.fixture
def things(film: Production, task: Task, producer: Person) -> Things:
    """Return one thing of each kind of the production."""
    comment = comments.comment(task=task, by=producer, text="Go")
    sequence = task.entity.parent
    assert sequence is not None
    return {
        "project": film,
        "shot": task.entity,
        "sequence": sequence,
        "task": task,
        "comment": comment,
        "preview": versions.publish_version(task=task, by=producer, comment=comment),
        "playlist": playlists.make_playlist(production=film, name="dailies", by=producer),
    }


ADDRESSES: tuple[tuple[str, str, object], ...] = (
    ("GET", "data/projects/{project}", None),
    ("PUT", "data/projects/{project}", {"name": "Mine"}),
    ("GET", "data/projects/{project}/team", None),
    ("POST", "data/projects/{project}/team", {"person_id": str(uuid4())}),
    ("GET", "data/projects/{project}/shots", None),
    ("POST", "data/projects/{project}/shots", {"name": "sh"}),
    ("GET", "data/projects/{project}/tasks", None),
    ("GET", "data/projects/{project}/playlists", None),
    ("GET", "data/projects/{project}/entities/{shot}/casting", None),
    ("PUT", "data/projects/{project}/entities/{shot}/casting", []),
    ("GET", "data/shots/with-tasks?project_id={project}", None),
    ("GET", "data/events/last?project_id={project}", None),
    ("GET", "data/shots/{shot}", None),
    ("DELETE", "data/shots/{shot}?force=true", None),
    ("GET", "data/shots/{shot}/tasks", None),
    ("PUT", "data/entities/{shot}", {"name": "Mine"}),
    ("GET", "data/sequences/{sequence}/shots", None),
    ("GET", "data/tasks/{task}", None),
    ("PUT", "data/tasks/{task}", {"priority": 3}),
    ("DELETE", "data/tasks/{task}", None),
    ("GET", "data/tasks/{task}/full", None),
    ("GET", "data/tasks/{task}/comments", None),
    ("GET", "data/tasks/{task}/previews", None),
    ("GET", "data/tasks/{task}/working-files", None),
    ("GET", "actions/tasks/{task}/time-spents", None),
    ("POST", "actions/tasks/{task}/comment", {"comment": "Mine"}),
    ("DELETE", "data/tasks/{task}/comments/{comment}", None),
    ("POST", "actions/tasks/{task}/comments/{comment}/add-preview", {}),
    ("GET", "data/preview-files/{preview}", None),
    ("DELETE", "data/preview-files/{preview}", None),
    ("PUT", "actions/preview-files/{preview}/set-main-preview", {}),
    ("PUT", "actions/preview-files/{preview}/update-annotations", {}),
    ("GET", "actions/preview-files/{preview}/extract-frame?frame_number=0", None),
    ("GET", "pictures/originals/preview-files/{preview}.png", None),
    ("GET", "pictures/thumbnails/preview-files/{preview}.png", None),
    ("GET", "movies/low/preview-files/{preview}.mp4", None),
    ("GET", "data/playlists/{playlist}", None),
    ("PUT", "data/playlists/{playlist}", {"name": "Mine"}),
    ("DELETE", "data/playlists/{playlist}", None),
)
"""Addresses of one thing, and what is sent there."""


@pytest.mark.parametrize(("method", "address", "body"), ADDRESSES)
def test_guess_of_somebody_elses_equals_one_of_nothing(
    method: str, address: str, body: object, things: Things, stranger: Client
) -> None:
    theirs = address.format(**{name: uid(row.uri) for name, row in things.items()})
    nothing = address.format(**{name: uuid4() for name in things})

    answer, unknown = stranger.ask(method, theirs, body), stranger.ask(method, nothing, body)

    assert answer == unknown
    assert answer.told == (404, "There is no such thing, or you may not see it.")


def test_uploads_and_files_beside_comments_are_walled_too(
    things: Things, stranger: Client, boss: Client
) -> None:
    comment = things["comment"]
    sent_file = SimpleUploadedFile("plan.txt", b"secret")
    (file,) = put_beside(comment=comment, files=store([sent_file]))  # type: ignore[arg-type]  # a comment
    address, unknown = (f"data/attachment-files/{x}/file/plan.txt" for x in (file.uuid, uuid4()))
    assert boss.get(address).body == b"secret"
    assert stranger.get(address) == stranger.get(unknown)

    sent = part("file", b"picture", "a.png")
    answer = stranger.upload(f"pictures/preview-files/{uid(things['preview'].uri)}", sent)
    assert answer == stranger.upload(f"pictures/preview-files/{uuid4()}", sent)
    assert answer.status == 404


LISTS = (
    "data/projects", "data/projects/open", "data/assets", "data/shots", "data/sequences",
    "data/episodes", "data/tasks", "data/preview-files", "data/playlists", "data/user/tasks",
)  # fmt: skip


def test_lists_hold_nothing_of_others(things: Things, boss: Client, stranger: Client) -> None:
    ours = uid(things["project"].uri)
    for address in LISTS:
        seen = stranger.get(address)
        assert seen.status == 200
        assert ours not in seen.body.decode(), address
    of = {"project_id": ours}
    assert len(boss.get("data/tasks", of).json) == 1
    for address in ("data/tasks", "data/shots", "data/playlists"):
        assert (
            stranger.get(address, of).body
            == stranger.get(address, {"project_id": str(uuid4())}).body
        )
    named = stranger.post("data/search", {"query": things["shot"].name}).json  # type: ignore[attr-defined]  # it has one
    assert (named["shots"], named["assets"]) == ([], [])


def test_one_thing_does_not_open_another(
    things: Things, stranger: Client, producer: Person, boss: Client
) -> None:
    other = studio.production(producer)
    theirs = studio.task(studio.shots(other, producer)[0], producer)
    task, comment = uid(theirs.uri), uid(things["comment"].uri)
    assert boss.ask("DELETE", f"data/tasks/{task}/comments/{comment}").status == 404
    added = boss.post(f"actions/tasks/{task}/comments/{comment}/add-preview", {})
    assert added.status == 404
    shot = uid(things["shot"].uri)
    assert boss.get(f"data/projects/{uid(other.uri)}/entities/{shot}/casting").status == 404
    place = {"entity_id": shot}
    listed = boss.post("data/playlists", {"name": "x", "project_id": uid(other.uri)}).json["id"]
    assert boss.post(f"actions/playlists/{listed}/add-entity", place).status in {400, 404}


def test_seat_that_was_taken_back_opens_nothing(
    film: Production, artist: Person, producer: Person
) -> None:
    program, address = signed_in(artist), f"data/projects/{uid(film.uri)}"
    assert program.get(address).status == 200

    end_seat(seat=studio.sits(artist, film), by=producer)

    assert signed_in(Person.objects.get(pk=artist.pk)).get(address).status == 404


def test_roles_are_refused_by_name_and_change_nothing(
    film: Production, things: Things, producer: Person
) -> None:
    client = signed_in(studio.member(film, "observer", producer))
    task, shot = uid(things["task"].uri), uid(things["shot"].uri)
    refused = [
        client.post("data/tasks", {"entity_id": shot, "task_type_id": str(uuid4())}),
        client.put(f"data/entities/{shot}", {"name": "Mine"}),
        client.put(f"data/tasks/{task}", {"priority": 3}),
        client.ask("DELETE", f"data/tasks/{task}"),
        client.ask("DELETE", f"data/shots/{shot}?force=true"),
        client.put(f"data/projects/{uid(film.uri)}", {"name": "Mine"}),
    ]
    assert [answer.status for answer in refused] == [404, 403, 403, 403, 403, 403]
    film.refresh_from_db()
    assert film.name != "Mine"
    assert Task.objects.live().filter(uri=things["task"].uri).exists()


def test_closed_production_is_read_and_not_written(
    film: Production, things: Things, producer: Person, boss: Client
) -> None:
    close_production(production=film, by=producer)
    shot = uid(things["shot"].uri)
    assert boss.get(f"data/shots/{shot}").status == 200
    assert boss.put(f"data/entities/{shot}", {"name": "late"}).status in {400, 403}
    assert uid(film.uri) not in boss.get("data/projects/open").body.decode()
