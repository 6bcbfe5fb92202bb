"""The pictures of the demonstration carry their numbers through coding and scaling."""

from pathlib import Path

import av
import numpy as np
import OpenEXR

from jumelage.node.demonstration.footage import (
    GOLDEN_GATE,
    PARIS,
    read_number,
    write_frames,
    write_movie,
)

SIZE = (320, 180)


def test_movie_carries_its_frame_numbers(tmp_path: Path) -> None:
    path = write_movie(tmp_path / "paris.mp4", PARIS, frames=6, size=(640, 360))

    with av.open(str(path)) as container:
        frames = list(container.decode(video=0))
    large = [read_number(frame.to_ndarray(format="rgb24")) for frame in frames]
    small = [read_number(frame.reformat(*SIZE, "rgb24").to_ndarray()) for frame in frames]

    assert large == small == list(range(1001, 1007))


def test_frames_hold_light_above_white(tmp_path: Path) -> None:
    folder = write_frames(tmp_path / "frames", GOLDEN_GATE, frames=2, first=7, size=(640, 360))

    assert sorted(file.name for file in folder.iterdir()) == [
        "bridge.0007.exr", "bridge.0008.exr",
    ]  # fmt: skip
    pixels = OpenEXR.File(str(folder / "bridge.0008.exr")).channels()["RGB"].pixels
    assert pixels.dtype == np.float16
    assert pixels.max() > 1.5
    shown = np.clip(pixels.astype(np.float32), 0, 1) ** (1 / 2.2) * 255
    assert read_number(shown.astype(np.uint8)) == 8


def test_picture_without_a_number_has_none() -> None:
    assert read_number(np.full((180, 320, 3), 90, np.uint8)) is None
