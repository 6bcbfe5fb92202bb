"""The picture of two cuts: one lane a track, the last cut above, the new one below.

Everything is in units of the drawing, which is `WIDTH` wide; a box says in a sign and a word what
happened to its shot, so that no colour is needed to read it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from jumelage.components.studio.editorial.comparing import Aspect, Differences
from jumelage.components.studio.editorial.cut import Cut, Event
from jumelage.components.studio.editorial.shots import shot_name

WIDTH = 1000
LANE = 34
GAP = 4
BETWEEN = 30
"""From the last lane of the old cut to the first of the new one: room for its name."""
LETTER = 6.6
MOST_BOXES = 1500
SIGNS: Mapping[Aspect, str] = {
    Aspect.NEW: "+",
    Aspect.CUT_OUT: "×",
    Aspect.MOVED: "⇄",
    Aspect.TRIMMED: "⟷",
    Aspect.RETIMED: "≫",
}
"""What is told first, in this order; what only shifted needs no sign."""


@dataclass(frozen=True, slots=True)
class Box:
    """One shot in its lane."""

    x: float
    y: float
    width: float
    height: float
    aspect: str
    sign: str
    name: str
    """What fits into the box of the shot's name."""
    event: Event


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two cuts: its boxes, and where its name stands."""

    y: float
    boxes: Sequence[Box]
    frames: int


@dataclass(frozen=True, slots=True)
class Picture:
    """Both cuts on one scale; `old` is None for the first cut of a production."""

    height: float
    old: Side | None
    new: Side
    width: int = WIDTH


def drawn(differences: Differences) -> Picture | None:
    """Return the picture of *differences*; None when there is nothing to draw, or far too much."""
    old, new = differences.old, differences.new
    if not 0 < len(old.pictures) + len(new.pictures) <= MOST_BOXES:
        return None
    told = _told(differences)
    scale = WIDTH / max(old.frames, new.frames, 1)
    y = float(BETWEEN - 8)
    above = None
    if old.pictures:
        above = _side(old, told[0], scale, y)
        y += _height(old) + BETWEEN
    below = _side(new, told[1], scale, y)
    return Picture(height=y + _height(new) + GAP, old=above, new=below)


def _told(differences: Differences) -> tuple[dict[Event, Aspect], dict[Event, Aspect]]:
    """Return the first aspect of each changed event, of the old and of the new cut."""
    before, after = {}, {}
    for change in differences.changes:
        aspect = next((one for one in SIGNS if one in change.aspects), None)
        if aspect and change.before:
            before[change.before] = aspect
        if aspect and change.after:
            after[change.after] = aspect
    return before, after


def _lanes(cut: Cut) -> Sequence[str]:
    """Return the picture tracks, the highest first, as editors see them."""
    return sorted({event.track for event in cut.pictures}, reverse=True)


def _height(cut: Cut) -> float:
    return float(max(1, len(_lanes(cut))) * (LANE + GAP))


def _side(cut: Cut, told: Mapping[Event, Aspect], scale: float, y: float) -> Side:
    return Side(y=y - 8, boxes=list(_boxes(cut, told, scale, y)), frames=cut.frames)


def _boxes(cut: Cut, told: Mapping[Event, Aspect], scale: float, y: float) -> Iterator[Box]:
    lanes = {track: place for place, track in enumerate(_lanes(cut))}
    for event in cut.pictures:
        aspect = told.get(event)
        width = max(event.frames * scale - 1, 0.6)
        sign = SIGNS[aspect] if aspect and width > LETTER * 2 else ""
        letters = int((width - 8) / LETTER) - (2 if sign else 0)
        yield Box(
            x=round((event.record_in - cut.start) * scale, 2),
            y=y + lanes[event.track] * (LANE + GAP),
            width=round(width, 2),
            height=LANE,
            aspect=aspect.value if aspect else "same",
            sign=sign,
            name=_fitting(shot_name(event.name), letters),
            event=event,
        )


def _fitting(name: str, letters: int) -> str:
    """Return the end of *name*, where names of shots differ, as far as it fits."""
    if len(name) <= letters:
        return name
    return f"…{name[1 - letters :]}" if letters > 3 else ""
