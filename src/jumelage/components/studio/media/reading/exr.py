"""Reads one OpenEXR file into the picture its display window shows.

Takes what is usual and what is legal: several parts, views and layers, windows that lie apart,
luminance with subsampled chroma, a single channel. Deep data has no picture and is refused.

Source: OpenEXR file layout; technical introduction, “luminance/chroma images” and “RGB colour”.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import OpenEXR

from jumelage.components.studio.media import colour
from jumelage.components.studio.media.facts import Options, Refusal
from jumelage.components.studio.media.limits import Limits

MAGIC = b"\x76\x2f\x31\x01"
MOST_BYTES = 4
"""Of one value; headers alone do not tell halves from floats."""
RGB = ("R", "G", "B")
Window = tuple[int, int, int, int]
"""Left, top, right, bottom; both ends included."""
Plane = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which part and layer of a file is its picture, and what the header says of it."""

    part: int
    names: tuple[str, ...]
    """Its channels in the order R, G, B; or Y, RY, BY; or one."""
    data: Window
    display: Window
    aspect: float
    primaries: colour.Primaries | None
    layers: tuple[str, ...]
    views: tuple[str, ...]
    timecode: str
    rate: Fraction | None

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the display window, in pixels of the file."""
        return _size(self.display)


def look(path: Path, options: Options, limits: Limits) -> Chosen:
    """Read the headers of *path* and choose the picture.

    Raises:
        Refusal: it is damaged, deep, without a picture, or too large.
    """
    _check_begin(path)
    try:
        parts = OpenEXR.File(str(path), header_only=True).parts
        headers = [dict(part.header) for part in parts]
    except (RuntimeError, ValueError, KeyError, TypeError, OverflowError, AttributeError) as error:
        raise Refusal("broken") from error
    if any("deep" in str(header.get("type", "")) for header in headers):
        raise Refusal("deep")
    _check_bytes(headers, limits)
    try:
        chosen = _choose(headers, options)
    except (KeyError, ValueError, TypeError, AttributeError, ArithmeticError) as error:
        raise error if isinstance(error, Refusal) else Refusal("broken") from error
    limits.check_size(*chosen.size)
    return chosen


def _check_begin(path: Path) -> None:
    with path.open("rb") as file:
        first = file.read(8)
    if not first:
        raise Refusal("empty")
    if first[:4] != MAGIC:
        raise Refusal("broken")
    if len(first) == 8 and first[5] & 0x08:  # the flag “non-image”
        raise Refusal("deep")


def _check_bytes(headers: list[dict[str, Any]], limits: Limits) -> None:
    """Refuse before reading what would fill the memory."""
    total = 0
    for header in headers:
        width, height = _size(_window(header["dataWindow"]))
        limits.check_size(width, height)
        limits.check_size(*_size(_window(header["displayWindow"])))
        total += width * height * MOST_BYTES * len(header["channels"])
    if total > limits.channel_bytes:
        raise Refusal("too-much-inside")


def _choose(headers: list[dict[str, Any]], options: Options) -> Chosen:
    """Choose the layer that was asked for, else the plain picture, else the first there is."""
    found = [
        (number, layer, names)
        for number, header in enumerate(headers)
        for layer, names in _layers([one.name for one in header["channels"]]).items()
    ]
    found.sort(key=lambda one: (one[1] != options.layer, _rank(one[2], one[1]), one[0]))
    if not found:
        raise Refusal("no-picture")
    number, _, names = found[0]
    header = headers[number]
    return Chosen(
        part=number,
        names=names,
        data=_window(header["dataWindow"]),
        display=_window(header["displayWindow"]),
        aspect=float(header.get("pixelAspectRatio", 1.0)) or 1.0,
        primaries=_primaries(header),
        layers=tuple(dict.fromkeys(layer for _, layer, _ in found if layer))[:64],
        views=_views(headers),
        timecode=_timecode(header.get("timeCode")),
        rate=_rate(header.get("framesPerSecond")),
    )


def _rank(names: tuple[str, ...], layer: str) -> int:
    """Return how much a layer looks like the picture: colours of the root first, depth last."""
    plain = 0 if not layer else 1
    return plain + {3: 0, 1: 4}[len(names)] + (8 if names[0].endswith("Z") else 0)


def _layers(channels: list[str]) -> Mapping[str, tuple[str, ...]]:
    """Return the layers a picture can be made of, with the channels of each."""
    groups: dict[str, set[str]] = {}
    for name in channels:
        layer, _, short = name.rpartition(".")
        groups.setdefault(layer, set()).add(short)
    made: dict[str, tuple[str, ...]] = {}
    for layer, shorts in groups.items():
        lead = f"{layer}." if layer else ""
        for wanted in (RGB, ("r", "g", "b"), ("red", "green", "blue"), ("Y", "RY", "BY")):
            if shorts.issuperset(wanted):
                made[layer] = tuple(lead + short for short in wanted)
                break
        else:
            short = "Y" if "Y" in shorts else min(shorts, key=lambda one: (one == "A", one))
            made[layer] = (lead + short,)
    return made


def _primaries(header: Mapping[str, Any]) -> colour.Primaries | None:
    said = header.get("chromaticities")
    return tuple(float(value) for value in said) if said is not None else None


def _views(headers: list[dict[str, Any]]) -> tuple[str, ...]:
    said = [str(view) for header in headers for view in header.get("multiView", ())]
    said += [str(header["view"]) for header in headers if header.get("view")]
    return tuple(dict.fromkeys(said))[:16]


def _timecode(said: Any) -> str:  # noqa: ANN401  # OpenEXR's own type
    if said is None:
        return ""
    with suppress(AttributeError, ValueError, TypeError):
        drop = ";" if said.dropFrame else ":"
        return f"{said.hours:02}:{said.minutes:02}:{said.seconds:02}{drop}{said.frame:02}"
    return ""


def _rate(said: Any) -> Fraction | None:  # noqa: ANN401
    try:
        rate = Fraction(said.n, said.d) if said is not None else None
    except (AttributeError, ZeroDivisionError, ValueError):
        return None
    return rate if rate is not None and 0 < rate <= 1000 else None


def view_of(chosen: Chosen, options: Options) -> colour.View:
    """Return how the values of the file are shown: as a person said, else as the file says."""
    shown = colour.View(display=options.display or colour.DISPLAY, view=options.view or colour.VIEW)
    if options.input:
        return replace(shown, input=options.input)
    if chosen.primaries is None:
        return replace(shown, assumed=True)
    if known := colour.named(chosen.primaries):
        return replace(shown, input=known)
    said = " ".join(f"{value:.4g}" for value in chosen.primaries)
    return replace(shown, input=f"chromaticities {said}", primaries=chosen.primaries)


def read(path: Path, options: Options, limits: Limits) -> tuple[Chosen, colour.Pixels]:
    """Return the picture of *path*: array (height, width, 3) of its display window.

    Raises:
        Refusal: it is damaged or cut off.
    """
    chosen = look(path, options, limits)
    together = chosen.names == RGB
    try:
        file = OpenEXR.File(str(path), separate_channels=not together, num_threads=0)
        channels = file.channels(chosen.part)
        picture = _together(channels) if together else _apart(channels, chosen)
    except MemoryError:
        raise
    except (RuntimeError, ValueError, KeyError, TypeError, IndexError) as error:
        raise Refusal("broken") from error
    return chosen, _placed(picture, chosen)


def _together(channels: Mapping[str, Any]) -> colour.Pixels:
    """Return R, G, B as the library interleaved them, without alpha."""
    for name in ("RGB", "RGBA"):
        if name in channels:
            return _floats(channels[name].pixels[..., :3])
    apart: Any = np.stack([_floats(channels[name].pixels) for name in RGB], axis=-1)
    found: colour.Pixels = apart
    return found


def _apart(channels: Mapping[str, Any], chosen: Chosen) -> colour.Pixels:
    width, height = _size(chosen.data)
    if len(chosen.names) == 3 and chosen.names[1].endswith("RY"):
        light = _floats(channels[chosen.names[0]].pixels).astype(np.float32)
        red, blue = (
            _grown(_floats(channels[name].pixels), width, height) for name in chosen.names[1:]
        )
        return _from_chroma(light, red, blue, chosen.primaries)
    planes = [_grown(_floats(channels[name].pixels), width, height) for name in chosen.names]
    return np.asarray(np.stack(planes if len(planes) == 3 else planes * 3, axis=-1), np.float32)


def _floats(plane: Plane) -> colour.Pixels:
    kind = plane.dtype if plane.dtype in {np.dtype(np.float16), np.dtype(np.float32)} else "f4"
    held: colour.Pixels = np.asarray(plane, kind)
    return held


def _grown(plane: Plane, width: int, height: int) -> npt.NDArray[np.float32]:
    """Return a subsampled plane in full size, interpolated linearly."""
    there = plane.astype(np.float32)
    if there.shape == (height, width):
        return there
    across = np.linspace(0, (width - 1) / width * there.shape[1], width).clip(0, there.shape[1] - 1)
    down = np.linspace(0, (height - 1) / height * there.shape[0], height)
    down = down.clip(0, there.shape[0] - 1)
    left, top = across.astype(int), down.astype(int)
    right = np.minimum(left + 1, there.shape[1] - 1)
    below = np.minimum(top + 1, there.shape[0] - 1)
    share_x, share_y = (across - left).astype(np.float32), (down - top).astype(np.float32)[:, None]
    upper = there[top][:, left] * (1 - share_x) + there[top][:, right] * share_x
    lower = there[below][:, left] * (1 - share_x) + there[below][:, right] * share_x
    return np.asarray(upper * (1 - share_y) + lower * share_y, np.float32)


def _from_chroma(
    light: npt.NDArray[np.float32],
    red: npt.NDArray[np.float32],
    blue: npt.NDArray[np.float32],
    primaries: colour.Primaries | None,
) -> npt.NDArray[np.float32]:
    """Return R, G, B of luminance and chroma: RY = (R - Y) / Y, BY = (B - Y) / Y."""
    weights = colour.to_xyz(primaries or colour.REC_709)[1]
    r, b = (red + 1) * light, (blue + 1) * light
    weight = weights[1] if abs(weights[1]) > 1e-6 else 1.0
    g = (light - r * weights[0] - b * weights[2]) / weight
    return np.stack([r, g, b], axis=-1).astype(np.float32)


def _placed(picture: colour.Pixels, chosen: Chosen) -> colour.Pixels:
    """Return what the display window shows of the data window; black where there is nothing."""
    if chosen.data == chosen.display:
        return picture
    width, height = chosen.size
    shown = np.zeros((height, width, 3), picture.dtype)
    left, top = max(chosen.data[0], chosen.display[0]), max(chosen.data[1], chosen.display[1])
    right, bottom = min(chosen.data[2], chosen.display[2]), min(chosen.data[3], chosen.display[3])
    if left <= right and top <= bottom:
        x, y = left - chosen.display[0], top - chosen.display[1]
        from_x, from_y = left - chosen.data[0], top - chosen.data[1]
        wide, high = right - left + 1, bottom - top + 1
        part = picture[from_y : from_y + high, from_x : from_x + wide]
        shown[y : y + high, x : x + wide] = part
    return shown


def _window(said: Any) -> Window:  # noqa: ANN401  # a pair of arrays
    (left, top), (right, bottom) = said
    return int(left), int(top), int(right), int(bottom)


def _size(window: Window) -> tuple[int, int]:
    return window[2] - window[0] + 1, window[3] - window[1] + 1
