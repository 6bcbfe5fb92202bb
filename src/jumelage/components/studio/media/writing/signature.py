"""Shows that a proxy is its source, frame by frame: the count, the time and the picture.

A frame’s signature is its brightness in a few hundred fields. The proxy is decoded again, and
each frame must look like its own source frame, and no more like a neighbour of it: a group of
frames that was frozen, dropped or shifted does not pass, though the count may be right.
"""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
from av.error import FFmpegError

from jumelage.components.studio.media.facts import Refusal

ROWS, COLUMNS = 18, 32
SAMPLES = 4
"""Of each field, across and down: a 1080p frame is sampled at 9,216 places."""
NEIGHBOURS = 15
FARTHEST = 14.0
"""Mean difference in levels that coding may make, at very low rates and in noise."""
Signature = npt.NDArray[np.uint8]
"""Array (rows * columns,): the mean luma of each field."""


def sign(picture: av.VideoFrame) -> Signature:
    """Return the signature of *picture*, which is yuv420p."""
    plane = picture.planes[0]
    luma = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    luma = luma[: picture.height, : picture.width]
    rows, columns = min(ROWS, picture.height), min(COLUMNS, picture.width)
    high, wide = picture.height // rows, picture.width // columns
    fields = luma[: rows * high, : columns * wide].reshape(rows, high, columns, wide)
    fields = fields[:, :: max(1, high // SAMPLES), :, :: max(1, wide // SAMPLES)]
    return np.asarray((fields.mean(axis=(1, 3), dtype=np.float32) + 0.5).astype(np.uint8).ravel())


class Ledger:
    """The signatures of the source’s frames, in order."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._size = 0

    def note(self, picture: av.VideoFrame) -> None:
        """Add the signature of the next frame."""
        signature = sign(picture)
        self._size = len(signature)
        self._held += signature.tobytes()

    def __len__(self) -> int:
        """Count the frames."""
        return len(self._held) // self._size if self._size else 0

    def around(self, number: int) -> tuple[npt.NDArray[np.uint8], int]:
        """Return the signatures near frame *number*, and which of them is its own."""
        first = max(0, number - NEIGHBOURS)
        last = min(len(self), number + NEIGHBOURS + 1)
        held = np.frombuffer(self._held, np.uint8, (last - first) * self._size, first * self._size)
        return held.reshape(-1, self._size), number - first


def compare(
    proxy: Path, ledger: Ledger, rate: Fraction, margin: float, told: Callable[[int], None]
) -> None:
    """Decode *proxy* and compare every frame with the source frame it stands for.

    *margin* is by how many levels a frame may look more like a neighbour of its source: in a
    still scene all are alike.

    Raises:
        Refusal: a frame is missing, comes at another time, or shows something else.
    """
    read = 0
    try:
        with av.open(str(proxy)) as container:
            stream = container.streams.video[0]
            stream.thread_type, stream.codec_context.thread_count = "AUTO", 0
            stream.codec_context.options = {"skip_loop_filter": "all"}
            for picture in container.decode(stream):
                if read >= len(ledger):
                    raise Refusal("frames-lost")
                _check(picture, ledger, read, rate, margin)
                read += 1
                told(read)
    except FFmpegError as error:
        raise Refusal("frames-differ", read) from error
    if read != len(ledger):
        raise Refusal("frames-lost")


def _check(
    picture: av.VideoFrame, ledger: Ledger, number: int, rate: Fraction, margin: float
) -> None:
    if picture.pts is None or picture.time_base is None:
        raise Refusal("frames-differ", number)
    if abs(picture.pts * picture.time_base - number / rate) > Fraction(1, 10) / rate:
        raise Refusal("frames-differ", number)
    near, own = ledger.around(number)
    signature = sign(picture)
    if signature.size != near.shape[1]:
        raise Refusal("frames-differ", number)
    far = np.abs(near.astype(np.int16) - signature.astype(np.int16)).mean(axis=1)
    if far[own] > FARTHEST or far[own] - far.min() > margin:
        raise Refusal("frames-differ", number)
