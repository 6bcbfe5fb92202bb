"""Odd movies and frames: each is ingested, frame by frame and picture by picture."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from jumelage.components.studio.media.facts import Refusal
from jumelage.components.studio.media.prepare import prepare
from jumelage.components.studio.media.reading.pictures import dpx_timecode
from tests.components.studio.media import made

pytestmark = pytest.mark.promise("studio-media")

Make = Callable[[Path], Path]
QUIET = {"x265-params": "log-level=none"}
FIELDS = {"flags": "+ilme+ildct"}
PQ = {"color_trc": 16, "color_primaries": 9, "colorspace": 9, "color_range": 1}


def _uneven(number: int) -> int:
    return number * 42 + number % 5 * 9


def _frames(suffix: str, codec: str, pixels: str) -> Make:
    def make(folder: Path) -> Path:
        for number in range(998, 1004):
            made.frame(
                folder / f"sh.{number:04d}.{suffix}",
                number, codec=codec, pixels=pixels, size=(320, 180),
            )  # fmt: skip
        return folder

    return make


MOVIES: dict[str, Make] = {
    "silent, B frames, short groups": lambda p: made.movie(
        p / "a.mp4", options={"g": "12", "bf": "3"}, frames=48
    ),
    "open groups": lambda p: made.movie(
        p / "a.mp4", options={"x264-params": "open-gop=1:keyint=12:bframes=3"}, frames=48
    ),
    "one long group": lambda p: made.movie(p / "a.mov", options={"g": "250"}, frames=30),
    "odd size": lambda p: made.movie(p / "a.mkv", codec="ffv1", pixels="bgr0", size=(641, 361)),
    "odd size in 4:4:4": lambda p: made.movie(p / "a.mp4", pixels="yuv444p", size=(321, 181)),
    "10 bit": lambda p: made.movie(p / "a.mp4", pixels="yuv420p10le"),
    "HEVC in 10 bit": lambda p: made.movie(
        p / "a.mp4", codec="libx265", pixels="yuv420p10le", options=QUIET
    ),
    "HDR": lambda p: made.movie(
        p / "a.mp4", codec="libx265", pixels="yuv420p10le", options=QUIET, colour=PQ
    ),
    "ProRes": lambda p: made.movie(p / "a.mov", codec="prores_ks", pixels="yuv422p10le"),
    "ProRes with alpha": lambda p: made.movie(p / "a.mov", codec="prores_ks", pixels="yuva444p10le"),
    "DNxHR": lambda p: made.movie(
        p / "a.mov", codec="dnxhd", pixels="yuv422p", size=(1280, 720), frames=8,
        options={"profile": "dnxhr_sq"},
    ),
    "DNxHD in MXF": lambda p: made.movie(
        p / "a.mxf", codec="dnxhd", pixels="yuv422p", size=(1920, 1080), frames=6,
        rate=Fraction(25), options={"b": "120M"},
    ),
    "VP9": lambda p: made.movie(
        p / "a.webm", codec="libvpx-vp9", options={"cpu-used": "8", "deadline": "realtime"}
    ),
    "MPEG-4 in AVI": lambda p: made.movie(p / "a.avi", codec="mpeg4"),
    "transport stream": lambda p: made.movie(p / "a.ts", codec="mpeg2video", rate=Fraction(25)),
    "animated GIF": lambda p: made.movie(
        p / "a.gif", codec="gif", pixels="rgb8", rate=Fraction(10), frames=12
    ),
    "with sound": lambda p: made.movie(p / "a.mp4", sound=True, frames=48),
    "24000/1001": lambda p: made.movie(p / "a.mov", rate=Fraction(24000, 1001)),
    "30000/1001 in milliseconds": lambda p: made.movie(p / "a.mkv", rate=Fraction(30000, 1001)),
    "full range": lambda p: made.movie(p / "a.mp4", pixels="yuvj420p"),
    "one frame": lambda p: made.movie(p / "a.mp4", frames=1),
    "upright": lambda p: made.movie(p / "a.mp4", size=(180, 320)),
    "wider than HD": lambda p: made.movie(p / "a.mp4", size=(2048, 858), frames=6),
    "DNxHD in MXF OP-Atom": lambda p: made.movie(
        p / "a.mxf", codec="dnxhd", pixels="yuv422p", size=(1920, 1080), frames=6,
        rate=Fraction(25), options={"b": "120M"}, format="mxf_opatom",
    ),
    "interlaced DV": lambda p: made.movie(
        p / "a.dv", codec="dvvideo", size=(720, 576), frames=10, rate=Fraction(25),
        options=FIELDS,
    ),
    "interlaced MPEG-2": lambda p: made.movie(
        p / "a.mpg", codec="mpeg2video", size=(720, 576), rate=Fraction(25), options=FIELDS
    ),
    "HDV by its suffix": lambda p: made.movie(
        p / "a.ts", codec="mpeg2video", size=(1440, 1080), frames=10, rate=Fraction(25),
        options=FIELDS,
    ).rename(p / "a.m2t"),
    "very tall": lambda p: made.movie(p / "a.mp4", size=(320, 4000), frames=4),
    "8K": lambda p: made.movie(
        p / "a.mp4", size=(7680, 4320), frames=2, options={"preset": "ultrafast"}
    ),
    "Matroska called MP4": lambda p: made.movie(p / "a.mkv", frames=5).rename(p / "a.mp4"),
    "movie called a picture": lambda p: made.movie(p / "a.mov", frames=5).rename(p / "a.png"),
    "no suffix": lambda p: made.movie(p / "a.mp4", frames=5).rename(p / "movie"),
}  # fmt: skip
FRAMES: dict[str, Make] = {
    "DPX in 10 bit": _frames("dpx", "dpx", "gbrp10be"),
    "PNG in 16 bit": _frames("png", "png", "rgb48be"),
    "TIFF in 16 bit": _frames("tif", "tiff", "rgb48le"),
    "JPEG": _frames("jpg", "mjpeg", "yuvj444p"),
    "WebP": _frames("webp", "libwebp", "yuv420p"),
}


def _still(name: str, **how: Any) -> Make:  # noqa: ANN401  # what Pillow takes
    def make(folder: Path) -> Path:
        Image.fromarray(made.picture(5)).save(folder / name, **how)
        return folder / name

    return make


PICTURES: dict[str, tuple[Make, str]] = {
    "GIF": (_still("a.gif"), "gif"),
    "WebP": (_still("a.webp", quality=95), "webp"),
    "AVIF": (_still("a.avif", quality=95), "avif"),
    "JPEG in steps": (_still("a.jpg", progressive=True), "jpg"),
    "PNG called JPEG": (lambda p: _still("a.png")(p).rename(p / "a.jpg"), "png"),
    "AVIF without a suffix": (lambda p: _still("a.avif")(p).rename(p / "picture"), "avif"),
    "PNG in 16 bit": (
        lambda p: made.frame(p / "a.png", 5, codec="png", pixels="rgb48be", size=(320, 180)), "png",
    ),
    "TIFF in 16 bit": (
        lambda p: made.frame(p / "a.tif", 5, codec="tiff", pixels="rgb48le", size=(320, 180)), "tif",
    ),
}  # fmt: skip
SOUNDS = ("a.wav", "a.flac", "a.mp3", "a.m4a")


def _prepared(source: Path, target: Path) -> dict[str, object]:
    target.mkdir()
    facts: dict[str, object] = prepare(source, target, {}, lambda _done, _of: None)["facts"]
    return facts


@pytest.mark.parametrize("name", MOVIES)
def test_movie_comes_through_frame_by_frame(tmp_path: Path, name: str) -> None:
    source, target = MOVIES[name](tmp_path), tmp_path / "made"
    with av.open(str(source)) as container:
        frames = sum(1 for _ in container.decode(video=0))

    facts = _prepared(source, target)

    assert facts["frames"] == frames
    for proxy in ("hd", "light"):
        assert made.numbers_in(target / f"{proxy}.mp4") == list(range(frames))
    with av.open(str(target / "hd.mp4")) as container:
        held = container.streams.video[0].codec_context
        tags = (held.color_primaries, held.color_trc, held.colorspace, held.color_range)
        assert (held.pix_fmt, tags) == ("yuv420p", (1, 1, 1, 1))
        assert bool(container.streams.audio) == (name == "with sound")


@pytest.mark.parametrize("name", FRAMES)
def test_frames_come_through_by_number(tmp_path: Path, name: str) -> None:
    source = tmp_path / "frames"
    source.mkdir()

    facts = _prepared(FRAMES[name](source), tmp_path / "made")

    assert (facts["frames"], facts["first_frame"]) == (6, 998)
    assert made.numbers_in(tmp_path / "made" / "hd.mp4") == list(range(998, 1004))


@pytest.mark.parametrize("name", PICTURES)
def test_picture_is_one(tmp_path: Path, name: str) -> None:
    make, codec = PICTURES[name]
    source, target = make(tmp_path), tmp_path / "made"

    facts = _prepared(source, target)

    assert (facts["kind"], facts["width"], facts["height"]) == ("picture", 320, 180)
    assert facts["codec"] == codec
    shown = av.VideoFrame.from_ndarray(np.array(Image.open(target / "picture.jpg")), "rgb24")
    assert made.number_in(shown) == 5


@pytest.mark.parametrize("name", SOUNDS)
def test_sound_alone_is_kept_as_a_file(tmp_path: Path, name: str) -> None:
    codecs = {"wav": "pcm_s16le", "flac": "flac", "mp3": "libmp3lame", "m4a": "aac"}
    source = made.sound(tmp_path / name, codecs[name[2:]])

    assert _prepared(source, tmp_path / "made")["kind"] == "file"
    assert list((tmp_path / "made").iterdir()) == []


def test_sound_that_goes_on_ends_with_the_pictures_and_that_is_said(tmp_path: Path) -> None:
    source = made.movie(tmp_path / "a.mov", sound=True, heard_longer=3)

    facts = _prepared(source, tmp_path / "made")

    assert (facts["frames"], facts["notes"]) == (24, ("sound-longer",))
    with av.open(str(tmp_path / "made" / "hd.mp4")) as container:
        assert (container.duration or 0) / av.time_base == pytest.approx(1, abs=0.1)


def test_fields_are_noticed(tmp_path: Path) -> None:
    source = MOVIES["interlaced DV"](tmp_path)

    facts = _prepared(source, tmp_path / "made")

    assert (facts["width"], facts["height"], facts["interlaced"]) == (768, 576, True)


def test_uneven_times_keep_every_frame_and_say_so(tmp_path: Path) -> None:
    source = made.movie(tmp_path / "a.mkv", tick=Fraction(1, 1000), when=_uneven)

    facts = _prepared(source, tmp_path / "made")

    assert (facts["frames"], facts["variable_rate"]) == (24, True)
    assert made.numbers_in(tmp_path / "made" / "hd.mp4") == list(range(24))


def test_log_movie_is_shown_through_a_view_when_its_space_is_named(tmp_path: Path) -> None:
    source, target = made.movie(tmp_path / "a.mp4", frames=4), tmp_path / "made"
    target.mkdir()

    facts = prepare(source, target, {"input": "ACEScct"}, lambda _done, _of: None)["facts"]

    assert (facts["colour"]["input"], len(facts["colour"]["lut"])) == ("ACEScct", 64)
    assert made.numbers_in(target / "hd.mp4") == list(range(4))
    with pytest.raises(Refusal, match="unknown-space"):
        prepare(source, target, {"input": "Colours of my own"}, lambda _done, _of: None)


def test_holes_are_reported_by_number(tmp_path: Path) -> None:
    source = tmp_path / "frames"
    source.mkdir()
    for number in (1001, 1002, 1005, 1010):
        made.exr(source / f"sh.{number:04d}.exr", number)

    facts = _prepared(source, tmp_path / "made")

    assert (facts["frames"], facts["missing"]) == (4, ((1003, 1004), (1006, 1009)))
    assert made.numbers_in(tmp_path / "made" / "hd.mp4") == [1001, 1002, 1005, 1010]


@pytest.mark.parametrize(
    ("bits", "said"),
    [
        (0x01_59_58_23, "01:59:58:23"),
        (0x01_00_59_69, "01:00:59;29"),  # bit 6 of the frames: numbers drop
        (0xFFFFFFFF, ""),
    ],
)
def test_dpx_says_its_timecode(bits: int, said: str) -> None:
    head = b"SDPX".ljust(1920, b"\0") + bits.to_bytes(4, "big")

    assert dpx_timecode(head) == said


def test_light_proxy_fits_a_slow_line(tmp_path: Path) -> None:
    source = made.movie(tmp_path / "a.mp4", size=(1280, 720), frames=96, sound=True)

    facts = _prepared(source, tmp_path / "made")

    size = (tmp_path / "made" / "light.mp4").stat().st_size
    assert size * 8 / float(str(facts["seconds"])) <= 800_000
