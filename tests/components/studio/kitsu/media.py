"""Small files for the workflow: a picture, a movie without sound, a picture of high range."""

from pathlib import Path

import av
import numpy as np
import OpenEXR
from PIL import Image

SIZE = (320, 180)
FRAMES = 12


def make(folder: Path) -> None:
    """Write `picture.png`, `movie.mp4` and `picture.exr` into *folder*."""
    folder.mkdir(parents=True, exist_ok=True)
    Image.linear_gradient("L").resize(SIZE).convert("RGB").save(folder / "picture.png")
    _movie(folder / "movie.mp4")
    rows = np.linspace(0, 4, SIZE[0] * SIZE[1] * 3, dtype=np.float16)
    pixels = rows.reshape(SIZE[1], SIZE[0], 3)
    header = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}
    with OpenEXR.File(header, {"RGB": pixels}) as file:
        file.write(str(folder / "picture.exr"))


def _movie(path: Path) -> None:
    with av.open(str(path), "w") as made:
        stream = made.add_stream("libx264", rate=24)
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        for number in range(FRAMES):
            pixels = np.full((SIZE[1], SIZE[0], 3), number * 20, dtype=np.uint8)
            made.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        made.mux(stream.encode())
