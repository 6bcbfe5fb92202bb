"""Drawings as clients of Kitsu send them: objects of a canvas, in its pixels, at a second."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from msgspec import Struct, field

from jumelage.components.studio.kitsu.errors import WrongBodyError
from jumelage.components.studio.models import Version
from jumelage.components.studio.models.values import Stroke

TOOLS = {
    "path": "pen", "psstroke": "pen", "pen": "pen", "line": "line", "rect": "rectangle",
    "rectangle": "rectangle", "ellipse": "ellipse", "circle": "ellipse", "arrow": "arrow",
    "text": "text", "i-text": "text", "textbox": "text",
}  # fmt: skip
"""Our tool by the type of the object; what is not named here is drawn as a rectangle."""
USUAL_WIDTH = 0.004
MOST_POINTS = 5000
LONGEST = 1e6
"""Seconds of the longest film there could be."""


class Canvas(Struct):
    """What was drawn on one picture."""

    objects: list[dict[str, Any]] = []


class Drawn(Struct):
    """A drawing: when it is seen, in seconds from the first frame, and its objects."""

    time: float = 0.0
    id: UUID | None = None
    frame: int | None = None
    drawing: Canvas = field(default_factory=Canvas)


def first_frame(drawn: Drawn, version: Version) -> int:
    """Return the frame of *version* that *drawn* is on, by its own number.

    Raises:
        WrongBodyError: its time is none.
    """
    media = version.media or {}
    first = int(media.get("first_frame") or 0)
    rate = float(version.production.exact_rate)
    if not abs(drawn.time) < LONGEST:
        raise WrongBodyError(field="time", reason="it is no time in a film")
    place = round(drawn.time * rate) if drawn.frame is None else drawn.frame
    return first + max(0, min(place, max(0, int(media.get("frames") or 1) - 1)))


def strokes_of(drawn: Drawn, version: Version) -> list[Stroke]:
    """Return the objects of *drawn* as strokes; their points become parts of the picture."""
    media = version.media or {}
    usual = (float(media.get("width") or 1920), float(media.get("height") or 1080))
    return [_stroke(each, usual) for each in drawn.drawing.objects]


def _stroke(one: dict[str, Any], usual: tuple[float, float]) -> Stroke:
    width = _number(one.get("canvasWidth")) or usual[0]
    height = _number(one.get("canvasHeight")) or usual[1]
    tool = TOOLS.get(str(one.get("type", "")).lower(), "rectangle")
    points = list(_points(one, tool))[:MOST_POINTS]
    return Stroke(
        tool=tool,  # type: ignore[arg-type]  # one of its words
        points=tuple((_inside(x / width), _inside(y / height)) for x, y in points),
        colour=_colour(one.get("stroke") or one.get("fill")),
        width=min(max(_number(one.get("strokeWidth")) / width, 0.0), 1.0) or USUAL_WIDTH,
        text=str(one.get("text") or "")[:2000],
    )


def _points(one: dict[str, Any], tool: str) -> Iterator[tuple[float, float]]:
    left, top = _number(one.get("left")), _number(one.get("top"))
    if isinstance(listed := one.get("points") or one.get("strokePoints"), list):
        for each in listed:
            yield _pair(each)
    elif isinstance(path := one.get("path"), list):
        for step in path:
            if isinstance(step, list) and len(step) >= 3:
                yield _number(step[-2]), _number(step[-1])
    else:
        yield left, top
        if tool != "text":
            wide = _number(one.get("width")) * (_number(one.get("scaleX")) or 1.0)
            high = _number(one.get("height")) * (_number(one.get("scaleY")) or 1.0)
            yield left + wide, top + high


def _pair(each: object) -> tuple[float, float]:
    if isinstance(each, dict):
        return _number(each.get("x")), _number(each.get("y"))
    if isinstance(each, list) and len(each) >= 2:
        return _number(each[0]), _number(each[1])
    return 0.0, 0.0


def _number(value: object) -> float:
    """Return *value* as a number; 0 for what is none."""
    good = isinstance(value, int | float) and abs(value) < 1e6
    return float(value) if good else 0.0  # type: ignore[arg-type]  # it is a number


def _inside(share: float) -> float:
    return round(min(max(share, -1.0), 2.0), 6)


def _colour(value: object) -> str:
    text = str(value or "")
    good = len(text) == 7 and text.startswith("#")
    return text if good and all(c in "0123456789abcdefABCDEF" for c in text[1:]) else "#c0362c"
