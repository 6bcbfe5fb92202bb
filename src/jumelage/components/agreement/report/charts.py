"""Draws the report's charts as SVG text: the same bytes for the same figures, always.

A chart carries classes only (`bar`, `stated`, `target`...); a page styles them, so that a
strict content policy holds and dark mode works. `standalone` adds the colours for paper. Every
label stands beside what it names; solid is confirmed by both cities, dashed is only stated.
Each chart has a title that says in words what it shows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from html import escape

WIDTH = 560


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar: what it is, how much, the text beside it, and whether both cities confirm it.

    `value` is None for what is missing or hidden; then only `text` is shown. *solid* is the
    confirmed part of a value that is only partly confirmed.
    """

    label: str
    value: Decimal | None
    text: str
    confirmed: bool = False
    city: str = ""
    solid: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One line of a balance: what one city did (left) against what the other did (right)."""

    label: str
    left: Bar
    right: Bar


@dataclass(frozen=True, slots=True, kw_only=True)
class Light:
    """One commitment among all of them: its number and the name of its state."""

    number: str
    state: str
    text: str


def bars(title: str, points: Sequence[Bar]) -> str:
    """Draw one upright bar for each of *points*, with its value above and its label below."""
    height, floor, top = 132, 108, 22
    step = WIDTH / max(len(points), 1)
    scale = _scale((point.value for point in points), floor - top)
    shapes = [_line(0, floor, WIDTH, floor, "axis")]
    for index, point in enumerate(points):
        left, size = index * step + step * 0.14, _length(point.value, scale)
        middle = left + step * 0.36
        if size:
            shapes.append(_rect(left, floor - size, step * 0.72, size, point))
        shapes.append(_text(middle, floor - size - 6, point.text, "value", "middle"))
        shapes.append(_text(middle, floor + 18, point.label, "", "middle"))
    return _svg(title, height, shapes)


def balance(title: str, left: str, right: str, pairs: Sequence[Pair]) -> str:
    """Draw the two directions against each other: one line a pair, a shared middle axis.

    Each pair has its own unit and so its own scale: its longer bar fills its side.
    """
    middle, half, step, first = WIDTH / 2, WIDTH / 2 - 84, 46, 30
    shapes = [
        _text(middle - 8, 14, left, "value", "end"),
        _text(middle + 8, 14, right, "value", "start"),
    ]
    for index, pair in enumerate(pairs):
        top = first + index * step
        scale = _scale((pair.left.value, pair.right.value), half)
        shapes.append(_text(middle, top + 10, pair.label, "", "middle"))
        shapes += _side(pair.left, middle, top + 16, scale, -1)
        shapes += _side(pair.right, middle, top + 16, scale, 1)
        shapes.append(_line(middle, top + 14, middle, top + 32, "axis"))
    height = first + len(pairs) * step
    return _svg(title, height + 4, shapes)


def _side(bar: Bar, middle: float, top: float, scale: float, sign: int) -> list[str]:
    """Draw one direction from the middle outwards: the confirmed part solid, the rest dashed."""
    size = _length(bar.value, scale)
    solid = size if bar.confirmed else min(_length(bar.solid, scale), size)
    shapes = []
    for start, end, confirmed in ((0.0, solid, True), (solid, size, False)):
        if end > start:
            x = middle + start if sign > 0 else middle - end
            shapes.append(_rect(x, top, end - start, 14, replace(bar, confirmed=confirmed)))
    anchor = "start" if sign > 0 else "end"
    return [*shapes, _text(middle + sign * (size + 6), top + 11, bar.text, "value", anchor)]


def lights(title: str, all_lights: Sequence[Light]) -> str:
    """Draw the agreement at a glance: a mark for each commitment, its number and state beside."""
    columns, row = 4, 40
    step = WIDTH / columns
    shapes = []
    for index, light in enumerate(all_lights):
        x, y = index % columns * step, index // columns * row + 14
        shapes.append(_mark(light.state, x + 9, y, light.text))
        shapes.append(_text(x + 24, y + 1, light.number, "value", "start"))
        shapes.append(_text(x + 24, y + 15, light.text, "", "start"))
    rows = -(-len(all_lights) // columns)
    return _svg(title, max(rows, 1) * row, shapes)


PAPER = (
    "text{font-family:'Instrument Sans','Libertinus Serif';font-size:12px;fill:#595c60}"
    ".value{fill:#1d1f22}.axis{stroke:#84827b}.target{stroke:#595c60;stroke-dasharray:3 4}"
    ".bar{fill:#1d1f22}.mark{stroke:#1d1f22;stroke-width:1.5;fill:none}.mark .full{fill:#1d1f22}"
    ".mark.quiet,.mark.overdue{stroke:#7d5f17}.mark.quiet .full,.mark.overdue .full{fill:#7d5f17}"
    ".mark.none{stroke-dasharray:2.5 2.5;stroke:#595c60}"
)


def standalone(svg: str, accents: Iterable[tuple[str, str]]) -> bytes:
    """Return *svg* with the colours of paper; *accents* are `(city slug, #rrggbb)`."""
    cities = "".join(f".city-{slug}{{fill:{colour}}}" for slug, colour in accents)
    stated = ".stated{fill:none;stroke:#1d1f22;stroke-dasharray:3 3}"
    style = f"<style>{PAPER}{cities}{stated}</style>"
    return svg.replace("</title>", f"</title>{style}", 1).encode()


def _scale(values: Iterable[Decimal | None], length: float) -> float:
    most = max((float(value) for value in values if value is not None), default=0.0)
    return length / most if most else 0.0


def _length(value: Decimal | None, scale: float) -> float:
    return max(float(value) * scale, 1.0) if value else 0.0


def _svg(title: str, height: float, shapes: Sequence[str]) -> str:
    name = escape(title)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" aria-label="{name}" '
        f'viewBox="0 0 {WIDTH} {_n(height)}" width="{WIDTH}" height="{_n(height)}">'
        f"<title>{name}</title>{''.join(shapes)}</svg>"
    )


def _n(number: float) -> str:
    """Return *number* to a tenth of a pixel, the same text on every machine."""
    return f"{round(number, 1):g}"


def _line(x1: float, y1: float, x2: float, y2: float, name: str) -> str:
    return f'<path class="{name}" d="M{_n(x1)} {_n(y1)}L{_n(x2)} {_n(y2)}"/>'


def _rect(x: float, y: float, width: float, height: float, bar: Bar) -> str:
    names = [
        "bar",
        *([f"city-{bar.city}"] if bar.city else []),
        *([] if bar.confirmed else ["stated"]),
    ]
    inset = 0.0 if bar.confirmed else 0.5
    return (
        f'<rect class="{" ".join(names)}" x="{_n(x + inset)}" y="{_n(y + inset)}" '
        f'width="{_n(max(width - 2 * inset, 0.5))}" height="{_n(max(height - 2 * inset, 0.5))}"/>'
    )


def _text(x: float, y: float, text: str, name: str, anchor: str) -> str:
    label = f' class="{name}"' if name else ""
    return f'<text x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}"{label}>{escape(text)}</text>'


_FULL = 'class="full" fill="currentColor"'
_OPEN = 'fill="none" stroke="currentColor" stroke-width="1.5"'
_DISC = f'<circle {_FULL} r="6"/>'
_HALF = f'<circle {_OPEN} r="6"/><path {_FULL} d="M0 -6A6 6 0 0 0 0 6Z"/>'
_DIAMOND = f'<path {_FULL} d="M0 -7L7 0L0 7L-7 0Z"/>'
_RING = f'<circle {_OPEN} stroke-dasharray="2.5 2.5" r="6"/>'
_DONE = f'<circle {_OPEN} r="6"/><path {_OPEN} d="M-3 0.2L-0.8 2.4L3 -2"/>'
_BAR = f'<path {_OPEN} d="M-6 -6H6V6H-6ZM-6 6L6 -6"/>'
MARKS = {
    "active": ("active", _DISC),
    "quiet": ("quiet", _HALF),
    "overdue": ("overdue", _DIAMOND),
    "done": ("done", _DONE),
    "ended": ("ended", _BAR),
    "not-started": ("none", _RING),
}


def _mark(state: str, x: float, y: float, text: str) -> str:
    name, shape = MARKS.get(state, ("none", _RING))
    place = f"translate({_n(x)} {_n(y)})"
    return f'<g class="mark {name}" transform="{place}"><title>{escape(text)}</title>{shape}</g>'
