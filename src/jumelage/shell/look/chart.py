"""Bar charts as server-made SVG: geometry in integers, no script, no inline style."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby

from babel.numbers import format_decimal
from django.utils.translation import gettext

from jumelage.shell.look import times

WIDTH, PLOT, TOP, LABELS = 720, 100, 34, 22
"""User units of the drawing: its width, the height of the tallest bar, room above, below."""

WORD = 84
"""Room the dash and the word “missing” take in either language."""

TARGET_ROOM = 96
"""Room at the right for the words of the target line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One period: `value` None is missing; `confirmed` when both cities counted the same."""

    label: str
    value: Decimal | int | None
    confirmed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """What to draw; `target` is per bar, in the same unit; `city` colours the bars."""

    title: str
    unit: str
    bars: Sequence[Bar]
    target: Decimal | int | None = None
    caption: str = ""
    city: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnBar:
    """Where one bar stands, in user units."""

    label: str
    confirmed: bool
    value_text: str
    x: int
    y: int
    width: int
    height: int

    @property
    def middle(self) -> int:
        """The centre of the bar."""
        return self.x + self.width // 2

    @property
    def value_y(self) -> int:
        """The baseline of the figure above the bar."""
        return self.y - 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A run of missing figures, named once."""

    middle: int
    bars: int
    step: int

    @property
    def has_room(self) -> bool:
        """Whether the word fits between the neighbours."""
        return self.bars * self.step > WORD


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """The whole geometry, and the sentence that says the same to a screen reader."""

    id: str
    bars: Sequence[DrawnBar]
    gaps: Sequence["Gap"]
    summary: str
    target_y: int | None
    target_text: str
    width: int = WIDTH
    height: int = TOP + PLOT + LABELS
    floor: int = TOP + PLOT
    label_y: int = TOP + PLOT + 16
    gap_y: int = TOP + PLOT - 8
    target_end: int = field(default=WIDTH - TARGET_ROOM + 8)

    @property
    def target_text_x(self) -> int:
        """Where the words of the target begin."""
        return self.target_end + 6

    @property
    def target_text_y(self) -> int:
        """The baseline of the words of the target."""
        return (self.target_y or 0) + 4


def draw(chart: Chart) -> Drawing:
    """Compute the geometry of *chart*."""
    known = [bar.value for bar in chart.bars if bar.value is not None]
    top = max([*known, chart.target or 0, 1])
    room = WIDTH - (TARGET_ROOM if chart.target is not None else 0)
    step = room // max(len(chart.bars), 1)
    bars = [_place(bar, n * step, step, top) for n, bar in enumerate(chart.bars)]
    return Drawing(
        id=f"chart-{hashlib.sha256(chart.title.encode()).hexdigest()[:8]}",
        bars=bars,
        gaps=_gaps(bars),
        summary=_summary(chart),
        target_y=None if chart.target is None else TOP + PLOT - _height(chart.target, top),
        target_text="" if chart.target is None else _target(chart.target),
    )


def _height(value: Decimal | int, top: Decimal | int) -> int:
    return int(PLOT * max(value, 0) / top)


def _place(bar: Bar, left: int, step: int, top: Decimal | int) -> DrawnBar:
    height = 0 if bar.value is None else _height(bar.value, top)
    width = min(step * 3 // 4, 56)
    return DrawnBar(
        label=bar.label,
        confirmed=bar.confirmed,
        value_text="" if bar.value is None else _figure(bar.value),
        x=left + (step - width) // 2,
        y=TOP + PLOT - height,
        width=width,
        height=height,
    )


def _gaps(bars: Sequence[DrawnBar]) -> list[Gap]:
    """Find the runs of missing figures; a run too narrow for the word gets the dash alone."""
    runs = groupby(bars, key=lambda bar: bar.value_text == "")
    missing = [list(run) for is_missing, run in runs if is_missing]
    return [
        Gap(middle=(run[0].middle + run[-1].middle) // 2, bars=len(run), step=run[0].width)
        for run in missing
    ]


def _figure(value: Decimal | int) -> str:
    return format_decimal(value, locale=times.language())


def _target(value: Decimal | int) -> str:
    return gettext("target %(value)s") % {"value": _figure(value)}


def _summary(chart: Chart) -> str:
    parts = [f"{bar.label}: {_said(bar)}" for bar in chart.bars]
    if chart.target is not None:
        parts.append(_target(chart.target))
    return f"{chart.unit}. {', '.join(parts)}."


def _said(bar: Bar) -> str:
    if bar.value is None:
        return gettext("missing")
    state = gettext("confirmed") if bar.confirmed else gettext("only stated")
    return f"{_figure(bar.value)} ({state})"
