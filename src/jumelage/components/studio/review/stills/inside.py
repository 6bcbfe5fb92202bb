"""Takes one frame out of a proxy; runs behind the walls, see `kit.sandbox.work`."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from PIL import Image

NAME = "still.png"


class NoSuchFrameError(ValueError):
    """The file has no such frame."""


def still(
    source: Path, target: Path, said: Mapping[str, Any], told: Callable[[int, int], None]
) -> dict[str, Any]:
    """Write frame `index` of the movie *source*, of the constant `rate`, as PNG into *target*.

    Raises:
        NoSuchFrameError: the movie is shorter.
    """
    index, rate = int(said["index"]), Fraction(said["rate"])
    with av.open(str(source)) as held:
        stream = held.streams.video[0]
        base = stream.time_base or Fraction(1, 90_000)
        begins = stream.start_time or 0
        held.seek(begins + int(index / rate / base), stream=stream, backward=True)
        for frame in held.decode(stream):
            if frame.pts is not None and round((frame.pts - begins) * base * rate) >= index:
                Image.fromarray(frame.to_ndarray(format="rgb24")).save(target / NAME)
                told(1, 1)
                return {"width": frame.width, "height": frame.height}
    raise NoSuchFrameError("no-such-frame")
