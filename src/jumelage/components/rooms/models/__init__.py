"""The tables of the rooms."""

from jumelage.components.rooms.models.bookings import Booking, Feed, Invitation
from jumelage.components.rooms.models.calls import CallFigure
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
from jumelage.components.rooms.models.photos import SentPhoto, TakenPhoto
from jumelage.components.rooms.models.recordings import Recording, RecordingState
from jumelage.components.rooms.models.screens import Cause, Interruption, OpenDay, Screen
from jumelage.components.rooms.models.windows import Window

__all__ = (
    "Answer",
    "Booking",
    "CallFigure",
    "Cause",
    "Engine",
    "Feed",
    "Interruption",
    "Invitation",
    "Occurrence",
    "OccurrenceRows",
    "OpenDay",
    "Pair",
    "Purpose",
    "Recording",
    "RecordingState",
    "RoomRow",
    "RoomRows",
    "Screen",
    "SentPhoto",
    "Session",
    "TakenPhoto",
    "Verdict",
    "Window",
)
