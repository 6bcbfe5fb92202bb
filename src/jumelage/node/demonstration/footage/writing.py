"""Writes a scene as a movie, or as the OpenEXR frames a renderer would have made."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import OpenEXR

from jumelage.node.demonstration.footage.numbers import Picture, burn
from jumelage.node.demonstration.footage.scene import Light, Scene

RATE = Fraction(24)
SIZE = (1280, 720)
FIRST = 1001


def shown(light: Light) -> Picture:
    """Return linear *light* as a picture for a display, with soft highlights."""
    curved = light * (1 + light / 9) / (1 + light)
    return np.asarray(np.clip(curved ** (1 / 2.2), 0, 1) * 255 + 0.5, np.uint8)


def write_movie(
    path: Path,
    scene: Scene,
    *,
    frames: int = 60,
    first: int = FIRST,
    size: tuple[int, int] = SIZE,
    rate: Fraction = RATE,
    words: str = "",
) -> Path:
    """Write *scene* as H.264 to *path*; every frame carries its number from *first* on."""
    with av.open(str(path), "w") as container:
        given = {"preset": "veryfast", "crf": "17", "g": "24"}
        stream = container.add_stream("libx264", rate=rate, options=given)
        assert isinstance(stream, av.VideoStream)  # noqa: S101  # what was added
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        held = stream.codec_context
        held.color_primaries = held.color_trc = held.colorspace = held.color_range = 1
        for number, light in enumerate(scene.frames(*size, frames)):
            picture = burn(shown(light), first + number, words or scene.name)
            made = av.VideoFrame.from_ndarray(picture, "rgb24").reformat(
                format="yuv420p",
                dst_colorspace="itu709",
                src_color_range="JPEG",
                dst_color_range="MPEG",
            )
            made.pts, made.time_base = number, 1 / rate
            container.mux(stream.encode(made))
        container.mux(stream.encode(None))
    return path


def write_frames(
    folder: Path,
    scene: Scene,
    *,
    frames: int = 24,
    first: int = FIRST,
    size: tuple[int, int] = SIZE,
    name: str = "bridge",
) -> Path:
    """Write *scene* as OpenEXR frames in linear Rec. 709 to *folder*, lamps brighter than white."""
    folder.mkdir(parents=True, exist_ok=True)
    header = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}
    for number, light in enumerate(scene.frames(*size, frames)):
        blank = np.zeros((size[1], size[0], 3), np.uint8)
        marks = burn(blank, first + number, scene.name)
        lit = np.where(marks > 0, (marks / np.float32(255)) ** 2.2, light)
        picture = {"RGB": np.ascontiguousarray(lit, np.float16)}
        OpenEXR.File(dict(header), picture).write(str(folder / f"{name}.{first + number:04d}.exr"))
    return folder
