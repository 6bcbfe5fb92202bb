"""Draws strokes on a picture: the same geometry as the player's (frontend/src/review/drawing/ink.ts)."""

from collections.abc import Sequence
from math import atan2, cos, sin
from typing import Any

import msgspec
from PIL import Image, ImageColor, ImageDraw, ImageFont

from jumelage.components.studio.models.values import Stroke

FINE = 2
"""Strokes are drawn so many times larger and then made smaller, for smooth edges."""
HEAD, SPREAD = 0.028, 0.46
HALO, HALO_ALPHA, LETTER_ALPHA = 1.7, 89, 140
CURVE = 8
Point = tuple[float, float]


def ink(picture: Image.Image, drawing: Sequence[dict[str, Any]]) -> None:
    """Draw the strokes of a stored *drawing* on *picture*, in order."""
    for stroke in msgspec.convert(list(drawing), list[Stroke]):
        if stroke.points:
            _ink(picture, stroke)


def _ink(picture: Image.Image, stroke: Stroke) -> None:
    width, height = picture.size
    points = [(x * width, y * height) for x, y in stroke.points]
    thick = max(1.0, min(stroke.width, 1.0) * width)
    if stroke.tool == "text":
        _write(picture, stroke, points[0], thick)
        return
    for line in _lines(stroke, points, width):
        _stroke(picture, line, thick, stroke.colour)


def _stroke(picture: Image.Image, line: Sequence[Point], thick: float, colour: str) -> None:
    """Draw one line with round ends and a dark halo, on the part of the picture it touches."""
    edge = thick * HALO + 2
    left, top = (max(0, int(min(axis) - edge)) for axis in zip(*line, strict=True))
    right, bottom = (
        min(most, int(max(axis) + edge) + 1)
        for most, axis in zip(picture.size, zip(*line, strict=True), strict=True)
    )
    if right <= left or bottom <= top:
        return
    glass = Image.new("RGBA", ((right - left) * FINE, (bottom - top) * FINE))
    pen = ImageDraw.Draw(glass)
    path = [((x - left) * FINE, (y - top) * FINE) for x, y in line]
    _trace(pen, path, thick * HALO * FINE, (0, 0, 0, HALO_ALPHA))
    _trace(pen, path, thick * FINE, (*_rgb(colour), 255))
    _lay(picture, glass, (left, top))


def _trace(
    pen: ImageDraw.ImageDraw, path: Sequence[Point], thick: float, ink: tuple[int, ...]
) -> None:
    if len(path) > 1:
        pen.line(list(path), fill=ink, width=round(thick), joint="curve")
    for x, y in (path[0], path[-1]):
        radius = thick / 2
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=ink)


def _lay(picture: Image.Image, glass: Image.Image, place: tuple[int, int]) -> None:
    small = glass.resize(
        (max(1, glass.width // FINE), max(1, glass.height // FINE)), Image.Resampling.BOX
    )
    picture.paste(small.convert("RGB"), place, small.getchannel("A"))


def _write(picture: Image.Image, stroke: Stroke, place: Point, size: float) -> None:
    font = ImageFont.load_default(size)
    glass = Image.new("RGBA", picture.size)
    pen = ImageDraw.Draw(glass)
    for number, line in enumerate(stroke.text.split("\n")):
        at = (place[0], place[1] + size * (0.8 + number * 1.25))
        edge = max(1, round(size * 0.06))
        dark = (0, 0, 0, LETTER_ALPHA)
        pen.text(at, line, font=font, anchor="ls", fill=dark, stroke_width=edge, stroke_fill=dark)
        pen.text(at, line, font=font, anchor="ls", fill=(*_rgb(stroke.colour), 255))
    picture.paste(glass.convert("RGB"), (0, 0), glass.getchannel("A"))


def _rgb(colour: str) -> tuple[int, int, int]:
    """Return the parts of `#rrggbb`; white for anything else, since drawings come from afar."""
    try:
        red, green, blue = ImageColor.getrgb(colour)[:3]
    except ValueError:
        return 255, 255, 255
    return red, green, blue


def _lines(stroke: Stroke, points: Sequence[Point], width: int) -> Sequence[Sequence[Point]]:
    """Return the lines a stroke is made of."""
    first, last = points[0], points[-1]
    if stroke.tool == "rectangle":
        return [[first, (last[0], first[1]), last, (first[0], last[1]), first]]
    if stroke.tool == "ellipse":
        return [_ellipse(first, last)]
    if stroke.tool == "arrow":
        return [[first, last], _head(first, last, HEAD * width)]
    return [[first, last]] if stroke.tool == "line" else [_smooth(points)]


def _head(start: Point, end: Point, length: float) -> Sequence[Point]:
    angle = atan2(end[1] - start[1], end[0] - start[0])
    wings = [
        (end[0] - cos(angle + turn) * length, end[1] - sin(angle + turn) * length)
        for turn in (SPREAD, -SPREAD)
    ]
    return [wings[0], end, wings[1]]


def _ellipse(start: Point, end: Point) -> Sequence[Point]:
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    wide, high = abs(end[0] - start[0]) / 2, abs(end[1] - start[1]) / 2
    turns = (step * 6.283185307 / 72 for step in range(73))
    return [(middle[0] + cos(turn) * wide, middle[1] + sin(turn) * high) for turn in turns]


def _smooth(points: Sequence[Point]) -> Sequence[Point]:
    """Return curves through the middles between *points*, so that corners are soft."""
    if len(points) < 3:
        return points
    path, start = [points[0]], points[0]
    for place, point in enumerate(points[1:-1], start=1):
        after = points[place + 1]
        is_last = place == len(points) - 2
        end = after if is_last else ((point[0] + after[0]) / 2, (point[1] + after[1]) / 2)
        path += [_bent(start, point, end, step / CURVE) for step in range(1, CURVE + 1)]
        start = end
    return path


def _bent(start: Point, over: Point, end: Point, share: float) -> Point:
    """Return the point at *share* of a quadratic curve."""
    near, far = (1 - share) ** 2, share**2
    between = 2 * share * (1 - share)
    return (
        near * start[0] + between * over[0] + far * end[0],
        near * start[1] + between * over[1] + far * end[1],
    )
