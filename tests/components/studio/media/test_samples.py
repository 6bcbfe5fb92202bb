"""The sample images of OpenEXR, every one; the shown picture of a frame that must be refused is none.

They are not part of this repository: `JUMELAGE_OPENEXR_IMAGES` names the folder, or it lies
beside the working copy.
"""

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks.exr_proxy import IMAGES, LIMITS, TRUE_BAR, gray_ramp, truth
from jumelage.components.studio.media import WORKER, colour
from jumelage.components.studio.media.facts import Options
from jumelage.components.studio.media.limits import Limits
from jumelage.components.studio.media.reading import exr
from jumelage.kit.sandbox import FileRefusedError, work

pytestmark = [
    pytest.mark.promise("studio-media"),
    pytest.mark.skipif(not IMAGES.is_dir(), reason="the sample images of OpenEXR are not here"),
]
ALL = sorted(path.relative_to(IMAGES).as_posix() for path in IMAGES.glob("**/*.exr"))
MOST_RESIDENT = 1024**3


@pytest.mark.parametrize("name", ALL or ["none"])
def test_every_sample_is_shown_or_refused_by_name(tmp_path: Path, name: str) -> None:
    try:
        answer = work(
            IMAGES / name, tmp_path, WORKER,
            options={"name": name}, limits=LIMITS, told=lambda _d, _o: None, stop=lambda: False,
        )  # fmt: skip
    except FileRefusedError as refusal:
        assert "Damaged" in name, str(refusal)  # noqa: PT017  # an accepted refusal
        return
    facts = answer["facts"]
    assert (facts["kind"], facts["frames"]) == ("picture", 1)
    assert answer["took"]["memory"] < MOST_RESIDENT
    with Image.open(tmp_path / "picture.jpg") as shown:
        assert abs(shown.width / shown.height - facts["width"] / facts["height"]) < 0.02


@pytest.mark.skipif(not (IMAGES / "Beachball").is_dir(), reason="there is no sequence among them")
@pytest.mark.parametrize("kind", ["singlepart", "multipart"])
def test_sequence_of_samples_becomes_a_movie(tmp_path: Path, kind: str) -> None:
    source, made = tmp_path / "source", tmp_path / "made"
    source.mkdir()
    made.mkdir()
    for path in IMAGES.glob(f"Beachball/{kind}.*.exr"):
        shutil.copy(path, source)
    if not any(source.iterdir()):
        pytest.skip("this sequence is not here")

    facts = work(
        source, made, WORKER,
        options={}, limits=LIMITS, told=lambda _d, _o: None, stop=lambda: False,
    )["facts"]  # fmt: skip

    assert (facts["kind"], facts["frames"], facts["numbers"]) == ("sequence", 8, [[1, 8]])
    assert (facts["width"], facts["height"], facts["views"]) == (2048, 1556, ["right", "left"])


def _shown(name: str) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    chosen, pixels = exr.read(IMAGES / name, Options(), Limits())
    return exr.view_of(chosen, Options()).apply(pixels)[..., :3]


def test_luminance_and_chroma_show_what_rgb_shows() -> None:
    rgb, chroma = (_shown(f"Chromaticities/{n}.exr").astype(int) for n in ("Rec709", "Rec709_YC"))

    assert rgb.shape == chroma.shape
    assert np.abs(rgb - chroma).mean() < 3


def test_other_primaries_show_the_same_picture() -> None:
    here, there = (_shown(f"Chromaticities/{n}.exr").astype(int) for n in ("Rec709", "XYZ"))

    assert np.abs(here - there).mean() < 3


def test_windows_that_lie_apart_show_the_display_window() -> None:
    for number in range(1, 17):
        path = IMAGES / "DisplayWindow" / f"t{number:02}.exr"
        chosen, pixels = exr.read(path, Options(), Limits())
        assert pixels.shape[1::-1] == chosen.size


def test_baked_view_is_true_to_the_exact_one() -> None:
    assert truth(gray_ramp()[:8])["within_1"] >= TRUE_BAR
    assert len(colour.View().lut) == 64
