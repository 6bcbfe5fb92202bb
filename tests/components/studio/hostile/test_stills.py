"""What another city calls a proxy, and what is drawn out of all proportion."""

import resource
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from jumelage.bridge.api import new_uri
from jumelage.components.studio.models import Task, Version
from jumelage.components.studio.models.values import Media, Stored, Stroke
from jumelage.components.studio.records import AnnotationDrawn
from jumelage.components.studio.review.stills.decoding import decoded
from jumelage.components.studio.review.stills.inking import ink
from jumelage.components.studio.services import versions
from jumelage.components.studio.services.media import keep
from jumelage.directory.models import Person
from jumelage.kit import clock
from jumelage.kit.errors import InvalidRecordError
from tests.components.studio.media import made

GIGABYTE = 1024**3


def _told(task: Task, by: Person, name: str, file: Path) -> Version:
    """Return a version whose rendition *name* is *file*, as if a city had said so."""
    kept = keep(file, type="image/jpeg")
    stored = Stored(hash=kept.hash, size=kept.size, type=kept.type, width=320, height=180)
    media = Media(
        kind="movie", original=stored, width=320, height=180, frames=3, rate="24",
        renditions={name: stored},
    )  # fmt: skip
    version = versions.publish_version(task=task, by=by, name="take.mp4")
    return versions.state_media(version=version, media=media)


def _playlist(folder: Path) -> Path:
    movie = made.movie(folder / "secret.mp4", frames=3)
    list_ = folder / "list"
    list_.write_text(f"ffconcat version 1.0\nfile '{movie}'\n")
    return list_


def _stream(folder: Path) -> Path:
    movie = made.movie(folder / "secret.ts", frames=3)
    list_ = folder / "list"
    list_.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{movie}\n#EXT-X-ENDLIST\n")
    return list_


def _large(folder: Path) -> Path:
    place = folder / "large.jpg"
    Image.new("L", (16_384, 9_000)).save(place, "JPEG", quality=10)
    return place


def _script(folder: Path) -> Path:
    """Return what Pillow hands to another program to be drawn."""
    place = folder / "script.eps"
    Image.new("RGB", (32, 18)).save(place, "EPS")
    return place


@pytest.fixture
def version(task: Task, producer: Person) -> Version:
    """Return a version to draw on."""
    return versions.publish_version(task=task, by=producer, name="take.mp4")


@pytest.mark.parametrize(
    ("name", "make"),
    [("hd", _playlist), ("hd", _stream), ("picture", _script), ("picture", _large)],
)
def test_no_still_of_what_is_no_proxy(
    name: str, make: Callable[[Path], Path], task: Task, producer: Person, tmp_path: Path
) -> None:
    version = _told(task, producer, name, make(tmp_path))

    assert decoded(version, 0) is None


def test_still_of_a_picture_comes_from_behind_the_walls(
    task: Task, producer: Person, tmp_path: Path
) -> None:
    place = tmp_path / "a.jpg"
    Image.new("RGB", (320, 180), (200, 10, 10)).save(place, "JPEG")
    version = _told(task, producer, "picture", place)

    still = decoded(version, 0)

    assert still is not None
    assert still.size == (320, 180)


@pytest.mark.parametrize("tool", ["pen", "rectangle", "ellipse", "arrow", "text"])
def test_a_stroke_without_measure_costs_no_more_than_the_picture(tool: str) -> None:
    picture = Image.new("RGB", (1920, 1080))
    stroke = {
        "tool": tool, "points": ((-1.0, -1.0), (0.5, 0.5), (2.0, 2.0)), "colour": "#ff0000",
        "width": 1e9, "text": "W\n" * 40,
    }  # fmt: skip

    ink(picture, [stroke])

    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 < 2 * GIGABYTE


def test_ink_beside_the_picture_is_left_out() -> None:
    picture = Image.new("RGB", (64, 36))
    ink(picture, [{"tool": "line", "points": ((1.5, 1.5), (1.9, 1.9))}])
    assert not picture.getbbox()


def test_a_drawing_without_measure_is_no_record(version: Version) -> None:
    stroke = Stroke(tool="pen", points=((0.1, 0.1),), width=0.01)
    for wrong in (
        replace(stroke, width=1e9),
        replace(stroke, width=-1),
        replace(stroke, colour="#" * 41),
    ):
        with pytest.raises(InvalidRecordError):
            AnnotationDrawn(
                    uri=new_uri(), created_at=clock.now(), production=version.production_id,
                    version=version.uri, seat=version.seat_id, hash="", first_frame=1,
                    last_frame=1, drawing=(wrong,),
                )  # fmt: skip
