"""What the rooms say on the bridge."""

from jumelage.components.rooms.records.evidence import SessionHeld
from jumelage.components.rooms.records.pairs import (
    AnswerWord,
    PairAsked,
    PairDecided,
    RoomAnswered,
    Time,
    VerdictWord,
)
from jumelage.components.rooms.records.windows import WindowOpened

RECORDS = (PairAsked, RoomAnswered, PairDecided, WindowOpened, SessionHeld)
"""Every kind of record of the rooms."""

__all__ = (
    "RECORDS",
    "AnswerWord",
    "PairAsked",
    "PairDecided",
    "RoomAnswered",
    "SessionHeld",
    "Time",
    "VerdictWord",
    "WindowOpened",
)
