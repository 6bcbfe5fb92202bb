"""The pages of the review: what they show, what they take, what they refuse."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from jumelage.components.studio.models import (
    Annotation,
    Comment,
    MediaFile,
    Preparation,
    Production,
    Task,
    Version,
)
from jumelage.components.studio.models.values import PlaylistItem
from jumelage.components.studio.review import deciding
from jumelage.components.studio.services import versions
from jumelage.components.studio.services.media.keeping import frames_of
from jumelage.components.studio.services.review import playlists
from jumelage.directory.models import Person
from tests.components.studio.media import made
from tests.components.studio.review.conftest import media
from tests.factories import directory, studio

NAME = "a" * 26
STROKE = {"tool": "pen", "points": [[0.1, 0.2], [0.3, 0.4]], "colour": "#8bb7cd", "width": 0.004}


@pytest.fixture
def client(producer: Person) -> Client:
    signed_in = Client()
    signed_in.force_login(producer.user)
    return signed_in


def address(name: str, version: Version, **words: object) -> str:
    return reverse(f"studio:{name}", kwargs={"uri": version.uri, **words})


def draw(client: Client, version: Version, *wishes: dict[str, Any], hash_: str = "a" * 64) -> Any:  # noqa: ANN401  # JSON
    """Send wishes as the player does; return the answer."""
    body = json.dumps({"hash": hash_, "wishes": wishes})
    answer = client.post(address("version-annotate", version), body, "application/json")
    assert answer.status_code == 200
    return answer.json()


def wish(name: str = NAME, first: int = 1043, last: int = 1043, **stroke: object) -> dict[str, Any]:
    strokes = [{**STROKE, **stroke}]
    return {"add": {"id": name, "first_frame": first, "last_frame": last, "strokes": strokes}}


def test_page_shows_notes_and_decisions_without_script(
    client: Client, version: Version, producer: Person
) -> None:
    deciding.say(version=version, by=producer, text="Hold the pose.", span=(1041, 1047))

    page = client.get(version.get_absolute_url()).content.decode()

    assert "Hold the pose." in page
    assert "frames 1041–1047" in page
    assert page.count('name="decision"') == 3


def test_player_is_told_what_it_needs(client: Client, version: Version) -> None:
    told = client.get(address("version-data", version)).json()

    assert (told["rate"], told["first_frame"], told["frames"]) == ([24, 1], 1001, 144)
    assert (told["hash"], told["timecode"]) == ("a" * 64, "01:00:00:00")
    assert told["hand"]["label"] == "coordinator 1, Port Demo"
    assert told["may"] == {"annotate": True, "comment": True}
    assert told["renditions"] == []  # nothing is kept here


def test_stranger_finds_nothing(version: Version) -> None:
    stranger = Client()
    stranger.force_login(directory.person("officer").user)
    names = ("version", "version-data", "version-frames", "version-markers")
    answers = [stranger.get(address(name, version)).status_code for name in names]
    answers.append(stranger.get(address("version-frame", version, frame=1001)).status_code)
    answers += [
        stranger.post(address(name, version)).status_code
        for name in ("version-annotate", "version-say")
    ]

    assert answers == [404] * 7


def test_drawing_sent_twice_is_stored_once(client: Client, version: Version) -> None:
    draw(client, version, wish())
    answer = draw(client, version, wish())

    assert (len(answer["annotations"]), answer["refused"]) == (1, [])
    drawn = Annotation.objects.get()
    assert (drawn.uri.endswith(NAME), drawn.first_frame, drawn.hash) == (True, 1043, "a" * 64)
    assert answer["annotations"][0]["strokes"][0]["points"] == [[0.1, 0.2], [0.3, 0.4]]
    assert answer["annotations"][0]["mine"] is True


def test_drawing_is_taken_back_and_stays_so(client: Client, version: Version) -> None:
    draw(client, version, wish(), {"remove": NAME})
    answer = draw(client, version, wish())

    assert (answer["annotations"], answer["refused"]) == ([], [])


def test_bad_drawings_are_refused_one_by_one(client: Client, version: Version) -> None:
    bad = [
        wish("b" * 26, first=1050, last=1040),
        wish("no name"),
        wish("c" * 26, tool="spray"),
        wish("d" * 26, points=[[9, 9]]),
        {"add": "everything"},
        {"remove": "e" * 26},
    ]
    answer = draw(client, version, *bad, wish())

    assert len(answer["annotations"]) == 1
    assert [refused["id"] for refused in answer["refused"]] == [
        "b" * 26, "no name", "c" * 26, "d" * 26, "None",
    ]  # fmt: skip


def test_drawing_on_another_picture_is_refused(client: Client, version: Version) -> None:
    versions.state_media(version=version, media=media("b"))

    answer = draw(client, version, wish())

    assert answer["annotations"] == []
    assert answer["refused"][0]["reason"].endswith(
        "the version has another picture now; load the page again."
    )


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"hash": 1, "wishes": []}'])
def test_what_no_player_sends_is_refused(client: Client, version: Version, body: bytes) -> None:
    answer = client.post(address("version-annotate", version), body, "application/json")

    assert answer.status_code == 422


def test_nobody_takes_back_what_another_drew(
    client: Client, version: Version, film: Production, producer: Person
) -> None:
    draw(client, version, wish())
    student = Client()
    student.force_login(studio.member(film, "student", producer).user)

    answer = draw(student, version, {"remove": NAME})

    assert [drawn["mine"] for drawn in answer["annotations"]] == [False]
    assert answer["refused"][0]["reason"] == "You are not allowed to do this."


def test_approval_is_a_form(client: Client, version: Version) -> None:
    answer = client.post(address("version-say", version), {"decision": "approved"})

    assert answer.status_code == 302
    assert Comment.objects.get().decision == "approved"


def test_note_leads_back_to_its_frame(client: Client, version: Version) -> None:
    said = {"text": "Hold.", "first_frame": "1041", "last_frame": "1047", "decision": "retake"}
    answer = client.post(address("version-say", version), said)

    assert answer["Location"] == f"{version.get_absolute_url()}#f1041"
    assert (Annotation.objects.get().last_frame, Comment.objects.get().decision) == (1047, "retake")


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"decision": "retake"}, "Say what is to be done again."),
        ({}, "Write something, or decide."),
        ({"text": "x", "first_frame": "900"}, "The frames are numbered from 1001 to 1144."),
        ({"text": "x", "decision": "burn"}, "Your role does not decide this."),
    ],
)
def test_bad_note_is_shown_again(
    client: Client, version: Version, said: dict[str, str], problem: str
) -> None:
    answer = client.post(address("version-say", version), said)

    assert answer.status_code == 422
    assert problem in answer.content.decode()
    assert Comment.objects.count() == 0


def test_frame_that_is_not_kept_here_is_not_found(client: Client, version: Version) -> None:
    assert client.get(address("version-frame", version, frame=1001)).status_code == 404


@pytest.mark.parametrize("many", [1, 3])
def test_page_asks_as_much_for_many_notes_as_for_one(
    client: Client,
    version: Version,
    producer: Person,
    many: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(many):
        deciding.say(version=version, by=producer, text="Hold.", span=(1001 + number, 1010))
    client.get(version.get_absolute_url())

    with django_assert_num_queries(19):  # one of them looks into the log of views
        client.get(version.get_absolute_url())


@pytest.mark.parametrize("many", [1, 3])
def test_contact_sheet_asks_as_much_for_many_shots_as_for_one(
    client: Client,
    film: Production,
    producer: Person,
    many: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    shots = studio.shots(film, producer, many)
    for shot in shots:
        made = versions.publish_version(task=studio.task(shot, producer), by=producer)
        versions.state_media(version=made, media=media())
    MediaFile.objects.create(hash="a" * 63 + "3", size=9_000, type="image/jpeg")
    page = reverse("studio:sequence-sheet", kwargs={"uri": shots[0].parent_id})
    assert client.get(page).content.decode().count("/thumbnail.jpg") == many

    with django_assert_num_queries(10):
        client.get(page)


def test_playlist_gives_its_notes_as_markers(
    client: Client, version: Version, task: Task, film: Production, producer: Person
) -> None:
    deciding.say(version=version, by=producer, text="Hold the pose.", span=(1041, 1047))
    item = PlaylistItem(entity=task.entity_id, version=version.uri)
    listed = playlists.make_playlist(production=film, name="Dailies", by=producer, items=[item])

    sheet = client.get(reverse("studio:playlist", kwargs={"uri": listed.uri}))
    answer = client.get(reverse("studio:playlist-markers", kwargs={"uri": listed.uri}))

    assert sheet.status_code == 200
    assert answer["Content-Disposition"] == 'attachment; filename="Dailies.otio"'
    clip = answer.json()["tracks"]["children"][0]["children"][0]
    assert clip["markers"][0]["comment"] == "Hold the pose."


def test_movie_is_published_by_a_form(client: Client, task: Task, tmp_path: Path) -> None:
    page = reverse("studio:publish", kwargs={"uri": task.uri})
    assert client.get(page).status_code == 200
    with made.movie(tmp_path / "take.mp4", frames=4).open("rb") as file:
        answer = client.post(page, {"file": [file], "text": "First try."})

    version = Version.objects.get()
    held = Preparation.objects.get()
    assert answer["Location"] == version.get_absolute_url()
    assert (version.name, version.extension, version.revision) == ("take.mp4", "mp4", 1)
    assert (held.state, Comment.objects.get().text) == (Preparation.State.WAITING, "First try.")
    assert "being prepared" in client.get(version.get_absolute_url()).content.decode()


def test_frames_are_published_together(client: Client, task: Task, tmp_path: Path) -> None:
    paths = [made.exr(tmp_path / f"sh.{number}.exr", number) for number in (1001, 1002)]
    files = [SimpleUploadedFile(path.name, path.read_bytes()) for path in paths]
    client.post(
        reverse("studio:publish", kwargs={"uri": task.uri}), {"file": files, "space": "ACEScg"}
    )

    held = Preparation.objects.get()
    assert (held.name, held.options["input"]) == ("sh.[1001-1002].exr", "ACEScg")


def test_publishing_nothing_is_refused(client: Client, task: Task) -> None:
    answer = client.post(reverse("studio:publish", kwargs={"uri": task.uri}), {"text": "Nothing."})

    assert (answer.status_code, Version.objects.count(), Comment.objects.count()) == (422, 0, 0)
    assert "Choose a file, the frames of a sequence, or a folder." in answer.content.decode()


def test_folder_of_frames_is_published_in_one_go(
    client: Client, task: Task, tmp_path: Path
) -> None:
    paths = [made.exr(tmp_path / f"sh.{number}.exr", number) for number in (1002, 1001)]
    files = [SimpleUploadedFile(path.name, path.read_bytes()) for path in paths]
    hidden = [SimpleUploadedFile(".DS_Store", b""), SimpleUploadedFile("Thumbs.db", b"")]
    beside = SimpleUploadedFile("camera.txt", b"Lens 35 mm")
    page = reverse("studio:publish", kwargs={"uri": task.uri})

    shown = client.get(page).content.decode()
    client.post(page, {"folder": [*hidden, beside, *files], "space": "S-Log3 S-Gamut3.Cine"})

    assert "webkitdirectory" in shown
    assert "up to 5000 files at once" in shown
    held = Preparation.objects.get()
    assert (held.name, held.options["input"]) == ("sh.[1001-1002].exr", "S-Log3 S-Gamut3.Cine")
    kept = [frame.name for frame in frames_of(held.original)]
    assert kept == ["camera.txt", "sh.1001.exr", "sh.1002.exr"]


def test_frames_of_one_name_are_refused(client: Client, task: Task) -> None:
    files = [SimpleUploadedFile("sh.1001.exr", data) for data in (b"left", b"right")]

    answer = client.post(reverse("studio:publish", kwargs={"uri": task.uri}), {"folder": files})

    assert (answer.status_code, Version.objects.count()) == (422, 0)
    assert "Two files are called “sh.1001.exr”." in answer.content.decode()
