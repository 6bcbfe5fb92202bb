"""Movies of telephones: high dynamic range is shown in its colours, and the picture is upright."""

import struct
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from jumelage.components.studio.media import colour
from jumelage.components.studio.media.prepare import prepare
from jumelage.components.studio.models import Preparation, Task, Version
from jumelage.components.studio.readings import readings
from jumelage.components.studio.selectors import media
from jumelage.components.studio.services.media import path_of, preparing
from jumelage.directory.models import Person

pytestmark = pytest.mark.promise("studio-media")

Picture = npt.NDArray[np.uint16]
SPACES = {"HLG": colour.HLG, "PQ": colour.PQ}
TAGS = {"HLG": (18, 9, 9), "PQ": (16, 9, 9), "SDR": (1, 1, 1)}
"""Transfer, primaries, matrix. Source: ITU-T H.273."""
WIDTH, HEIGHT = 640, 360
GREYS = (0, 0.1, 0.2, 0.3, 0.38, 0.45, 0.5, 0.58, 0.65, 0.75, 0.85, 1)
PRIMARIES = tuple(
    (red * level, green * level, blue * level)
    for level in (0.5, 0.75)
    for red, green, blue in ((1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 0), (0, 1, 1), (1, 0, 1))
)
CORNER = (0.7, 0.1, 0.1)
TOP_LEFT, TOP_RIGHT, LOW_RIGHT, LOW_LEFT = (0, 0), (0, 1), (1, 1), (1, 0)
MATRICES = {
    # what turns the picture clockwise; Source: ISO/IEC 14496-12, section 8.3.2 (`tkhd`)
    90: (0, 1, -1, 0),
    180: (-1, 0, 0, -1),
    270: (0, -1, 1, 0),
}
UPRIGHT = {0: TOP_LEFT, 90: TOP_RIGHT, 180: LOW_RIGHT, 270: LOW_LEFT}
"""Where the upper left corner of what the sensor saw is shown."""


def columns(values: tuple[tuple[float, float, float], ...]) -> Picture:
    """Return a picture of columns of these values, from 0 to 1."""
    made = np.empty((HEIGHT, WIDTH, 3), np.uint16)
    for place, value in enumerate(values):
        begin, end = (round(WIDTH * n / len(values)) for n in (place, place + 1))
        made[:, begin:end] = np.round(np.array(value) * 65535)
    return made


def telephone(
    path: Path,
    picture: Picture,
    transfer: str,
    *,
    turn: int = 0,
    aspect: Fraction = Fraction(1),
) -> Path:
    """Write *picture* as a telephone does: HEVC in 10 bit, with tags, turned by a matrix."""
    said = zip(("color_trc", "color_primaries", "colorspace"), TAGS[transfer], strict=True)
    tags = {**dict(said), "color_range": 1}
    with av.open(str(path), "w") as file:
        stream = file.add_stream(
            "libx265", rate=24, options={"x265-params": "log-level=none:lossless=1"}
        )
        stream.height, stream.width, stream.pix_fmt = *picture.shape[:2], "yuv420p10le"
        stream.codec_context.sample_aspect_ratio = aspect
        for name, value in tags.items():
            setattr(stream.codec_context, name, value)
        for number in range(3):
            shown = av.VideoFrame.from_ndarray(picture, "rgb48le").reformat(
                format="yuv420p10le",
                dst_colorspace=TAGS[transfer][2],
                src_color_range=2,
                dst_color_range=1,
            )
            for name, value in tags.items():
                setattr(shown, name, value)
            shown.pts, shown.time_base = number, Fraction(1, 24)
            file.mux(stream.encode(shown))
        file.mux(stream.encode(None))
    return _turned(path, turn) if turn else path


def _turned(path: Path, turn: int) -> Path:
    """Write into the header of the track how the telephone was held."""
    data = bytearray(path.read_bytes())
    a, b, c, d = MATRICES[turn]
    place = data.index(b"tkhd") + 4 + 4 + 20 + 8 + 8
    data[place : place + 36] = struct.pack(
        ">9i", a << 16, b << 16, 0, c << 16, d << 16, 0, 0, 0, 1 << 30
    )
    path.write_bytes(data)
    return path


def exactly(
    transfer: str, values: tuple[tuple[float, float, float], ...]
) -> npt.NDArray[np.float64]:
    """Return what OpenColorIO itself makes of *values*, in levels of 8 bits."""
    shown = colour.View(input=SPACES[transfer]).exact(np.array(values, np.float32))
    return np.clip(shown.astype(np.float64), 0, 1) * 255


def read(path: Path, columns: int) -> npt.NDArray[np.float64]:
    """Return the mean of the middle of each column of the first frame: array (columns, 3)."""
    shown = first(path)
    width = shown.shape[1] / columns
    middles = [(round(width * (n + 0.3)), round(width * (n + 0.7))) for n in range(columns)]
    return np.array([shown[40:-40, a:b].mean(axis=(0, 1)) for a, b in middles])


def first(path: Path) -> npt.NDArray[np.float64]:
    """Return the first frame of a movie as an array (height, width, 3), in levels of 8 bits."""
    with av.open(str(path)) as container:
        shown = next(container.decode(video=0))
        return shown.reformat(format="rgb24").to_ndarray().astype(np.float64)


def prepared(source: Path, folder: Path) -> dict[str, object]:
    folder.mkdir()
    facts: dict[str, object] = prepare(source, folder, {}, lambda _done, _of: None)["facts"]
    return facts


@pytest.mark.parametrize("transfer", SPACES)
def test_greys_are_rolled_off_and_not_cut_off(transfer: str, tmp_path: Path) -> None:
    values = tuple((level, level, level) for level in GREYS)
    source = telephone(tmp_path / "a.mp4", columns(values), transfer)

    prepared(source, tmp_path / "made")

    shown = read(tmp_path / "made" / "hd.mp4", len(GREYS))
    assert np.abs(shown - exactly(transfer, values)).max() < 2
    white = 0.75 if transfer == "HLG" else 0.58
    assert shown[GREYS.index(white)].mean() == pytest.approx(209, abs=3)


@pytest.mark.parametrize("transfer", SPACES)
def test_primaries_are_those_of_the_exact_transform(transfer: str, tmp_path: Path) -> None:
    source = telephone(tmp_path / "a.mp4", columns(PRIMARIES), transfer)

    prepared(source, tmp_path / "made")

    shown = read(tmp_path / "made" / "hd.mp4", len(PRIMARIES))
    assert np.abs(shown - exactly(transfer, PRIMARIES)).max() < 6


@pytest.mark.parametrize("transfer", SPACES)
def test_baked_view_is_the_exact_one(transfer: str) -> None:
    view = colour.View(input=SPACES[transfer])
    ramp = np.repeat(np.arange(0, 65536, 5, dtype=np.uint16)[:, None], 3, axis=1)
    steps = np.linspace(0, 65535, 23).astype(np.uint16)
    all_ = np.stack(np.meshgrid(steps, steps, steps), -1).reshape(-1, 3)

    for values, most, share in ((ramp, 1, 1.0), (all_, 2, 0.98)):
        exact = np.clip(view.exact((values / 65535).astype(np.float32)), 0, 1) * 255
        far = np.abs(view.apply(values[None])[0, :, :3] - exact)
        assert (far <= most).mean() >= share


@pytest.mark.parametrize("turn", UPRIGHT)
@pytest.mark.parametrize("transfer", ["HLG", "SDR"])
def test_telephone_is_upright_however_it_was_held(turn: int, transfer: str, tmp_path: Path) -> None:
    seen = columns(((0.3, 0.3, 0.3),))
    seen[: HEIGHT // 3, : WIDTH // 3] = np.round(np.array(CORNER) * 65535)

    facts = prepared(telephone(tmp_path / "a.mp4", seen, transfer, turn=turn), tmp_path / "made")

    size = (HEIGHT, WIDTH) if turn in {90, 270} else (WIDTH, HEIGHT)
    assert (facts["width"], facts["height"]) == size
    for name in ("hd", "light"):
        shown = first(tmp_path / "made" / f"{name}.mp4")
        high, wide = (length // 6 for length in shown.shape[:2])
        redness = shown[..., 0] - shown[..., 1]
        corners = {
            (down, right): redness[high * 5 if down else high, wide * 5 if right else wide]
            for down, right in UPRIGHT.values()
        }
        assert [place for place, red in corners.items() if red > 40] == [UPRIGHT[turn]]


def test_oblong_pixels_are_shown_square_and_upright(tmp_path: Path) -> None:
    seen = columns(((0.3, 0.3, 0.3),))
    source = telephone(tmp_path / "a.mp4", seen, "HLG", turn=90, aspect=Fraction(3, 2))

    facts = prepared(source, tmp_path / "made")

    assert (facts["width"], facts["height"]) == (HEIGHT, WIDTH * 3 // 2)
    assert first(tmp_path / "made" / "hd.mp4").shape == (WIDTH * 3 // 2, HEIGHT, 3)


def test_frames_larger_than_the_proxy_keep_their_colours(tmp_path: Path) -> None:
    values = tuple((level, level, level) for level in GREYS)
    large = columns(values).repeat(4, axis=0).repeat(4, axis=1)
    source = telephone(tmp_path / "a.mp4", large, "HLG")

    facts = prepared(source, tmp_path / "made")

    assert (facts["width"], facts["height"]) == (WIDTH * 4, HEIGHT * 4)
    assert np.abs(read(tmp_path / "made" / "hd.mp4", 12) - exactly("HLG", values)).max() < 2


@pytest.mark.parametrize("transfer", SPACES)
def test_upload_of_a_telephone_says_its_space(
    transfer: str, task: Task, producer: Person, tmp_path: Path
) -> None:
    values = tuple((level, level, level) for level in GREYS)
    source = telephone(tmp_path / "IMG_0042.MOV", columns(values), transfer, turn=90)
    client = Client()
    client.force_login(producer.user)

    given = {"file": SimpleUploadedFile(source.name, source.read_bytes()), "space": ""}
    client.post(reverse("studio:publish", kwargs={"uri": task.uri}), given)
    preparing.run(Preparation.objects.get().version_id)

    version = Version.objects.get()
    facts = version.facts
    assert facts is not None
    assert facts.colour is not None
    assert (facts.width, facts.height) == (HEIGHT, WIDTH)
    view = colour.View(input=SPACES[transfer])
    assert (facts.colour.input, facts.colour.lut, facts.colour.assumed) == (
        SPACES[transfer], view.lut, False,
    )  # fmt: skip
    assert SPACES[transfer] in dict(readings(version)).values()
    kept = media.rendition(version, "light")
    assert kept is not None
    turned_back = np.rot90(first(path_of(kept.hash)))
    white = round(WIDTH * (GREYS.index(0.5) + 0.5) / len(GREYS))
    expected = exactly(transfer, values)[GREYS.index(0.5)]
    assert np.abs(turned_back[HEIGHT // 2, white] - expected).max() < 4
