"""Takes one frame out of a proxy; runs behind the walls, see `kit.sandbox.work`."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from PIL import Image

from jumelage.components.studio.media.limits import Limits

NAME = "still.png"
ALONE = {"format_whitelist": "mov,mp4,m4a,3gp,3g2,mj2", "protocol_whitelist": "file"}
"""Proxies are MP4; a playlist in the place of one would lead to other files."""
PICTURES = ("JPEG", "PNG")


class NoSuchFrameError(ValueError):
    """The file has no such frame."""


def still(
    source: Path, target: Path, said: Mapping[str, Any], told: Callable[[int, int], None]
) -> dict[str, Any]:
    """Write frame `index` of the movie *source*, of the constant `rate`, as PNG into *target*.

    With `is_picture`, *source* is one picture. Other cities make both: neither may name other
    files.

    Raises:
        NoSuchFrameError: the movie is shorter.
        Refusal: it is too large.
    """
    if said.get("is_picture"):
        return _picture(source, target, told)
    index, rate = int(said["index"]), Fraction(said["rate"])
    with av.open(str(source), options=ALONE) as held:
        stream = held.streams.video[0]
        Limits().check_size(stream.codec_context.width, stream.codec_context.height)
        base = stream.time_base or Fraction(1, 90_000)
        begins = stream.start_time or 0
        held.seek(begins + int(index / rate / base), stream=stream, backward=True)
        for frame in held.decode(stream):
            if frame.pts is not None and round((frame.pts - begins) * base * rate) >= index:
                Image.fromarray(frame.to_ndarray(format="rgb24")).save(target / NAME)
                told(1, 1)
                return {"width": frame.width, "height": frame.height}
    raise NoSuchFrameError("no-such-frame")


def _picture(source: Path, target: Path, told: Callable[[int, int], None]) -> dict[str, Any]:
    with Image.open(source, formats=PICTURES) as held:
        Limits().check_size(*held.size)
        held.convert("RGB").save(target / NAME)
        told(1, 1)
        return {"width": held.width, "height": held.height}
