"""Exports: markers that OpenTimelineIO reads, frames with ink where it was drawn."""

import io
from pathlib import Path

import pytest
from opentimelineio import adapters
from PIL import Image, ImageChops
from pytest_django import DjangoAssertNumQueries

from jumelage.components.studio.models import Task, Version
from jumelage.components.studio.models.values import Stroke
from jumelage.components.studio.review import deciding, markers
from jumelage.components.studio.review.notes import Notes
from jumelage.components.studio.review.stills import frames
from jumelage.components.studio.review.stills.inking import ink
from jumelage.components.studio.services import versions
from jumelage.components.studio.services.media import attach
from jumelage.components.studio.services.media.preparing import run
from jumelage.components.studio.services.review import annotations
from jumelage.directory.models import Person
from tests.components.studio.media import made

GREY = (90, 90, 90)
TOOLS = {
    "pen": ((0.1, 0.5), (0.5, 0.4), (0.9, 0.5)),
    "line": ((0.1, 0.5), (0.9, 0.5)),
    "arrow": ((0.1, 0.5), (0.9, 0.5)),
    "rectangle": ((0.2, 0.2), (0.8, 0.8)),
    "ellipse": ((0.2, 0.2), (0.8, 0.8)),
    "text": ((0.2, 0.4),),
}


def test_markers_keep_frames_words_and_strokes(version: Version, producer: Person) -> None:
    arrow = Stroke(tool="arrow", points=((0.1, 0.1), (0.5, 0.5)))
    annotations.draw(
        version=version, first_frame=1041, last_frame=1047, strokes=[arrow], by=producer
    )
    deciding.say(version=version, by=producer, text="Hold the pose.", span=(1041, 1047))
    deciding.say(version=version, by=producer, text="About all of it.")

    timeline = adapters.read_from_string(
        markers.of_versions("Film", [version], producer), "otio_json"
    )

    clip = next(iter(timeline.find_clips()))
    marker = clip.markers[0]
    spanned = marker.marked_range
    assert (clip.name, len(clip.markers)) == ("sh0010 v001", 1)
    assert (clip.source_range.start_time.value, clip.source_range.duration.value) == (1001, 144)
    assert (spanned.start_time.value, spanned.duration.value, spanned.start_time.rate) == (
        1041, 7, 24,
    )  # fmt: skip
    assert (marker.name, marker.comment) == ("coordinator 1, Port Demo", "Hold the pose.")
    assert marker.color == "BLUE"
    assert marker.metadata["jumelage"]["drawing"][0]["tool"] == "arrow"


def test_markers_ask_for_nothing_that_they_do_not_say(
    version: Version, producer: Person, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for frame in (1001, 1002, 1003):
        deciding.say(version=version, by=producer, text="Hold.", span=(frame, frame))

    with django_assert_num_queries(5):  # the shot, drawings, versions, comments, seats
        markers.of_versions("Film", [version], producer)


@pytest.mark.parametrize("tool", TOOLS)
def test_ink_is_where_it_was_drawn(tool: str) -> None:
    picture = Image.new("RGB", (320, 180), GREY)
    stroke = {
        "tool": tool, "points": TOOLS[tool], "colour": "#ff0000",
        "width": 0.1 if tool == "text" else 0.02, "text": "here" if tool == "text" else "",
    }  # fmt: skip

    ink(picture, [stroke])

    touched = ImageChops.difference(picture, Image.new("RGB", picture.size, GREY)).getbbox()
    colours = {colour for _, colour in picture.getcolors(100_000) or ()}
    assert touched is not None
    left, top, right, bottom = touched
    assert 20 <= left < right <= 320
    assert 30 <= top < bottom <= 150
    assert (255, 0, 0) in colours


def test_ink_of_an_unknown_colour_is_white() -> None:
    picture = Image.new("RGB", (64, 36), GREY)
    ink(picture, [{"tool": "line", "points": [[0, 0.5], [1, 0.5]], "colour": "url(#x)"}])

    assert picture.getpixel((32, 18)) == (255, 255, 255)


def test_ink_may_leave_the_picture() -> None:
    picture = Image.new("RGB", (64, 36), GREY)
    ink(picture, [{"tool": "line", "points": [[-0.9, 0.5], [1.9, 0.5]], "colour": "#ff0000"}])

    assert picture.getpixel((32, 18)) == (255, 0, 0)


def test_exported_frame_is_the_frame_that_was_asked_for(
    task: Task, producer: Person, tmp_path: Path
) -> None:
    version = versions.publish_version(task=task, by=producer)
    attach(version=version, by=producer, file=made.movie(tmp_path / "take.mp4", frames=36))
    run(version.uri)
    version.refresh_from_db()
    dot = Stroke(tool="pen", points=((0.5, 0.8),), colour="#ff0000", width=0.1)
    annotations.draw(version=version, first_frame=1014, last_frame=1014, strokes=[dot], by=producer)

    plain = opened(frames.picture(frames.Still(version, 1014), notes=None))
    drawn = opened(frames.picture(frames.Still(version, 1014), notes=Notes(version, producer)))

    assert number_in(plain) == 13
    assert plain.info["jumelage:version"] == version.uri
    assert plain.info["jumelage:frame"] == "1014"
    assert drawn.height > plain.height  # it says what it is
    x, y = plain.width // 2, int(plain.height * 0.8)
    assert redness(drawn, x, y) > 140
    assert frames.picture(frames.Still(version, 1037), notes=None) is None


def opened(png: bytes | None) -> Image.Image:
    assert png is not None
    return Image.open(io.BytesIO(png))


def redness(shown: Image.Image, x: int, y: int) -> int:
    """Return how much redder than green a pixel is."""
    red, green, _ = shown.crop((x, y, x + 1, y + 1)).tobytes()
    return red - green


def number_in(shown: Image.Image) -> int:
    """Return the number that a picture of `made.picture` carries."""
    field, y = shown.width / made.BITS, shown.height // 4
    row = shown.convert("L").crop((0, y, shown.width, y + 1)).tobytes()
    return sum(1 << bit for bit in range(made.BITS) if row[round((bit + 0.5) * field)] > 120)


def test_picture_says_what_it_is(version: Version) -> None:
    entity = version.task.entity
    assert frames.sentence(frames.Still(version, 1043)) == (
        f"{version.production} · {entity.parent} · {entity} · animation · v001 · 1043"
        f" · 01:00:01:18 · {'a' * 12}"
    )
