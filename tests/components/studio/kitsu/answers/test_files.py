"""Files of versions: there at once, by part, not again when they are held; 202 in between."""

import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from jumelage.components.studio.kitsu.ids import uid
from jumelage.components.studio.models import (
    MediaFile,
    Preparation,
    Production,
    Task,
    Version,
    View,
)
from jumelage.components.studio.models.values import PlaylistItem
from jumelage.components.studio.services import versions
from jumelage.components.studio.services.media import attach, preparing
from jumelage.components.studio.services.productions import change_production
from jumelage.components.studio.services.review.comments import comment
from jumelage.components.studio.services.review.playlists import make_playlist
from jumelage.directory.models import Person
from tests.components.studio.kitsu.answers.asking import Answer, Client, part, signed_in
from tests.factories import studio


def picture() -> bytes:
    """Return a small PNG."""
    out = io.BytesIO()
    Image.linear_gradient("L").resize((64, 36)).convert("RGB").save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def preview(task: Task, boss: Client, producer: Person) -> str:
    """Return the identifier of a version that waits for its file."""
    said = comment(task=task, by=producer, text="Look", status="wfa")
    address = f"actions/tasks/{uid(task.uri)}/comments/{uid(said.uri)}/add-preview"
    made = boss.post(address, {"revision": 0})
    assert (made.status, made.json["revision"], made.json["status"]) == (201, 1, "processing")
    return str(made.json["id"])


@pytest.fixture
def uploaded(preview: str, boss: Client) -> Answer:
    """Return the answer to the upload of a picture."""
    return boss.upload(f"pictures/preview-files/{preview}", part("file", picture(), "a b.png"))


def test_version_without_a_file_is_not_there(preview: str, boss: Client) -> None:
    for address in ("pictures/originals", "pictures/previews", "pictures/thumbnails"):
        assert boss.get(f"{address}/preview-files/{preview}.png").status == 404


def test_upload_is_answered_with_its_size_and_may_not_be_nothing(
    uploaded: Answer, preview: str, boss: Client
) -> None:
    assert (uploaded.status, uploaded.json["file_size"]) == (201, len(picture()))
    assert (uploaded.json["id"], uploaded.json["extension"]) == (preview, "png")
    nothing = boss.upload(f"pictures/preview-files/{preview}", part("name", b"x"))
    assert nothing.status == 400


def test_upload_of_others_versions_needs_the_role(
    preview: str, film: Production, producer: Person
) -> None:
    client = signed_in(studio.member(film, "observer", producer))
    sent = part("file", picture(), "a.png")
    assert client.upload(f"pictures/preview-files/{preview}", sent).status == 403


@pytest.mark.parametrize("role", ["client", "observer"])
def test_who_only_looks_gets_what_was_made_and_no_original(
    uploaded: Answer, preview: str, film: Production, producer: Person, role: str
) -> None:
    looks = signed_in(studio.member(film, role, producer))
    place = PlaylistItem(entity=Version.objects.get().task.entity_id)
    make_playlist(production=film, name="x", for_client=True, items=[place], by=producer)
    address = f"pictures/originals/preview-files/{preview}.png"

    assert looks.get(address).status == 202  # nothing is made of it yet
    preparing.run(Version.objects.get().uri)

    made = looks.get(address)
    assert made.status == 200
    assert made.body == looks.get(address.replace("originals", "previews")).body != picture()
    assert not View.objects.filter(what="original").exists()


def test_original_comes_whole_in_parts_and_not_twice(
    uploaded: Answer, preview: str, boss: Client
) -> None:
    address, whole = f"pictures/originals/preview-files/{preview}.png", picture()
    first = boss.get(address)
    assert (first.status, first.body) == (200, whole)
    assert first.headers["X-Content-Type-Options"] == "nosniff"
    tag = first.headers["ETag"]
    again = boss.get(address, if_none_match=tag)
    assert (again.status, again.body) == (304, b"")
    middle = boss.get(address, range="bytes=10-19")
    assert (middle.status, middle.body) == (206, whole[10:20])
    assert middle.headers["Content-Range"] == f"bytes 10-19/{len(whole)}"
    assert boss.get(address, range="bytes=-5").body == whole[-5:]
    changed = boss.get(address, range="bytes=0-4", if_range='"other"')
    assert (changed.status, changed.body) == (200, whole)
    beyond = boss.get(address, range=f"bytes={len(whole)}-")
    assert (beyond.status, beyond.headers["Content-Range"]) == (416, f"bytes */{len(whole)}")
    head = boss.ask("HEAD", address)
    assert (head.status, head.body, head.headers["Content-Length"]) == (200, b"", str(len(whole)))


def test_what_is_still_being_made_says_when_to_come_back(
    uploaded: Answer, preview: str, boss: Client
) -> None:
    for address in (
        f"pictures/previews/preview-files/{preview}.png",
        f"pictures/thumbnails/preview-files/{preview}.png",
        f"movies/low/preview-files/{preview}.mp4",
        f"actions/preview-files/{preview}/extract-frame?frame_number=0",
    ):
        answer = boss.get(address)
        assert (answer.status, answer.headers["Retry-After"]) == (202, "1"), address
        assert answer.json == {"status": "processing", "retry_after": 1}


def test_prepared_picture_has_its_thumbnail_and_frame(
    uploaded: Answer, preview: str, boss: Client
) -> None:
    preparing.run(Version.objects.get().uri)

    row = boss.get(f"data/preview-files/{preview}").json
    assert (row["status"], row["width"], row["height"]) == ("ready", 64, 36)
    for address in (
        f"pictures/thumbnails/preview-files/{preview}.png",
        f"pictures/previews/preview-files/{preview}.png",
        f"actions/preview-files/{preview}/extract-frame?frame_number=0",
    ):
        answer = boss.get(address)
        assert (answer.status, answer.headers["Content-Type"][:6]) == (200, "image/"), address
        assert Image.open(io.BytesIO(answer.body)).width > 0
    drawn = {"type": "line", "points": [[0, 0], [32, 18]], "stroke": "#00ff00"}
    sent = {"additions": [{"time": 0, "drawing": {"objects": [drawn]}}]}
    answer = boss.put(f"actions/preview-files/{preview}/update-annotations", sent)
    [held] = answer.json["annotations"]
    assert held["drawing"]["objects"][0]["points"] == [[0.0, 0.0], [32.0, 18.0]]
    gone = boss.put(
        f"actions/preview-files/{preview}/update-annotations", {"deletions": [held["id"]]}
    )
    assert gone.json["annotations"] == []


def test_file_that_left_the_disk_is_not_there(
    uploaded: Answer, preview: str, boss: Client, tmp_path: Path
) -> None:
    for kept in (tmp_path / "studio" / "files").rglob("*"):
        if kept.is_file():
            kept.unlink()
    assert boss.get(f"pictures/originals/preview-files/{preview}.png").status == 404


def test_file_over_the_quota_is_refused_by_what_the_client_announces(
    preview: str, boss: Client, film: Production, producer: Person
) -> None:
    change_production(production=film, changes={"data": {"member_quota": 1}}, by=producer)
    other = versions.publish_version(task=Version.objects.get().task, by=producer)
    attach(version=other, by=producer, file=SimpleUploadedFile("scene.blend", b"x"))
    Preparation.objects.update(bytes=10**9)

    sent = part("file", bytes(100_000), "a.png")
    answer = boss.upload(f"pictures/preview-files/{preview}", sent)

    assert (answer.status, answer.json["code"]) == (413, "over-member-quota")
    assert answer.json["message"].startswith("This is ")
    assert MediaFile.objects.count() == 1
