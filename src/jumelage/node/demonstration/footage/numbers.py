"""The number of a frame, burnt into its corner: for people as digits, for programs as fields.

Fourteen fields stand in a row at the lower left, each as wide as a fiftieth of the picture: a
white one, a black one, then twelve bits from the highest. They survive scaling and coding, so
that a test can read from the pixels of a browser which frame it shows.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

BITS = 12
LEFT, BOTTOM, FIELD, HIGH = 0.02, 0.035, 0.02, 0.025
"""Shares of the picture's width (left, field) and height (bottom, high)."""
Picture = npt.NDArray[np.uint8]
"""Array (height, width, 3)."""


def burn(picture: Picture, number: int, words: str) -> Picture:
    """Return *picture* with *number* in its corner, and *words* beside it."""
    height, width, _ = picture.shape
    for place, level in enumerate(_levels(number)):
        picture[_rows(height), _columns(width, place)] = level
    return _written(picture, f"{words}  {number:04d}".strip())


def read_number(picture: npt.NDArray[Any]) -> int | None:
    """Return the number in the corner of *picture*, array (height, width, 3 or 4); None if none."""
    height, width = picture.shape[:2]
    gray = picture[..., :3].mean(axis=2)
    inner = [
        gray[_rows(height, 0.25), _columns(width, place, 0.25)].mean() for place in range(BITS + 2)
    ]
    white, black = inner[:2]
    if white - black < 100:
        return None
    middle = (white + black) / 2
    return sum(1 << (BITS - 1 - n) for n, level in enumerate(inner[2:]) if level > middle)


def _levels(number: int) -> list[int]:
    bits = [number >> (BITS - 1 - place) & 1 for place in range(BITS)]
    return [235, 16, *(235 if bit else 16 for bit in bits)]


def _rows(height: int, less: float = 0.0) -> slice:
    high = height * HIGH
    top = height * (1 - BOTTOM) - high
    return slice(round(top + less * high), round(top + (1 - less) * high))


def _columns(width: int, place: int, less: float = 0.0) -> slice:
    left = width * (LEFT + FIELD * place)
    wide = width * FIELD
    return slice(round(left + less * wide), round(left + (1 - less) * wide))


def _written(picture: Picture, words: str) -> Picture:
    height, width, _ = picture.shape
    made = Image.fromarray(picture)
    draw = ImageDraw.Draw(made)
    font = ImageFont.load_default(size=max(10, height // 26))
    place = (width * (1 - LEFT), height * (1 - BOTTOM))
    draw.text(place, words, font=font, fill=(236, 232, 222), anchor="rs")
    return np.asarray(made)
