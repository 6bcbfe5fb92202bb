"""The tables of the rooms."""

from jumelage.components.rooms.models.bookings import Booking, Feed, Invitation
from jumelage.components.rooms.models.evidence import Session
from jumelage.components.rooms.models.pairs import (
    Answer,
    Engine,
    Occurrence,
    OccurrenceRows,
    Pair,
    Purpose,
    RoomRow,
    RoomRows,
    Verdict,
)
from jumelage.components.rooms.models.windows import Window

__all__ = (
    "Answer",
    "Booking",
    "Engine",
    "Feed",
    "Invitation",
    "Occurrence",
    "OccurrenceRows",
    "Pair",
    "Purpose",
    "RoomRow",
    "RoomRows",
    "Session",
    "Verdict",
    "Window",
)
