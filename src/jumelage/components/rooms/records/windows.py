"""What a city says of an always-on window."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

import msgspec
from django.utils.translation.trans_null import gettext_noop as _

from jumelage.components.rooms.models import Window
from jumelage.components.rooms.records.base import RoomRecord, owner, require, to_the_twin
from jumelage.directory.calendars.records import MOST_HOURS, Hours, check_hours


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowOpened(RoomRecord):
    """A city agrees that its room is joined to the other city's, but in its quiet hours.

    `rooms` names the room of the city that says it, then the other's.
    """

    kind: ClassVar[str] = "rooms.window-opened"
    rows: ClassVar[type[Window]] = Window
    audiences: ClassVar[Mapping[str, frozenset[str]]] = to_the_twin("rooms", "quiet", "answers")

    uri: str
    created_at: datetime
    rooms: tuple[str, str]
    quiet: tuple[Hours, ...] = ()
    answers: str = ""

    def __post_init__(self) -> None:
        """Refuse a window of anybody else's room, or to one's own city."""
        own, other = (owner(room) for room in self.rooms)
        require(own == owner(self.uri), _("the first room is of the city that asks"))
        require(other != own, _("the second room is of another city"))
        require(len(self.quiet) <= MOST_HOURS, _("too many quiet hours"))
        check_hours(self.quiet)
        answered = not self.answers or owner(self.answers) == other
        require(answered, _("a city answers the other one"))

    def values(self) -> Mapping[str, Any]:
        """Return the columns of the row."""
        return {
            "room_id": self.rooms[0],
            "twin_room_id": self.rooms[1],
            "quiet": msgspec.to_builtins(self.quiet),
            "answers": self.answers,
        }
