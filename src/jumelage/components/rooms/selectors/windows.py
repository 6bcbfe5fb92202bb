"""Always-on windows, and whether they are open now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from jumelage.bridge.api import me
from jumelage.components.rooms.models import Window
from jumelage.directory.calendars.times import minutes_of
from jumelage.directory.models import Resource


@dataclass(frozen=True, slots=True, kw_only=True)
class Pane:
    """A window as both cities made it: who opened it, and the answer of the other, if any.

    Its session is named by `first.uri`.
    """

    first: Window
    second: Window | None

    @property
    def is_agreed(self) -> bool:
        """Tell whether both cities have said so."""
        return self.second is not None

    def quiet_at(self, at: datetime) -> bool:
        """Tell whether either room has its quiet hours at that instant."""
        both = (self.first, self.second) if self.second else (self.first,)
        return any(is_quiet(window, at) for window in both)


def is_quiet(window: Window, at: datetime) -> bool:
    """Tell whether the room of the city that said *window* has quiet hours at that instant."""
    room: Resource | None = window.room
    if room is None:
        return True
    there = at.astimezone(room.zone)
    minute = there.hour * 60 + there.minute
    return any(
        hours["day"] == there.weekday()
        and minutes_of(hours["opens"]) <= minute < minutes_of(hours["closes"])
        for hours in window.quiet
    )


def windows() -> Sequence[Pane]:
    """Return the windows that one city or both have opened, the oldest first."""
    live = Window.objects.live().select_related("room", "twin_room", "node")
    rows = list(live.order_by("created_at", "uri"))
    return [Pane(first=row, second=_answer(row, rows)) for row in rows if not row.answers]


def _answer(first: Window, rows: Sequence[Window]) -> Window | None:
    """Return the other city's answer to *first*, about the same two rooms."""
    rooms = (first.twin_room_id, first.room_id)
    answers = (row for row in rows if row.answers == first.uri and row.origin != first.origin)
    return next((row for row in answers if (row.room_id, row.twin_room_id) == rooms), None)


def pane(uri: str) -> Pane | None:
    """Return the window whose session is *uri*."""
    return next((each for each in windows() if each.first.uri == uri), None)


def own(pane: Pane) -> Window | None:
    """Return what this city said of *pane*, if it did."""
    here = me().origin
    said = (pane.first, pane.second)
    return next((window for window in said if window and window.origin == here), None)
