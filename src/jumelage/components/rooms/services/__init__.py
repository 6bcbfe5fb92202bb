"""What one can do with rooms and bookings: the verbs, each one transaction."""

from jumelage.components.rooms.services.duties import answer_asked, carry_out, decide
from jumelage.components.rooms.services.evidence import state_session
from jumelage.components.rooms.services.pairs import answer, ask_pair, invite, release, rename
from jumelage.components.rooms.services.rooms import change_room, register_room, withdraw_room
from jumelage.components.rooms.services.single import book_one
from jumelage.components.rooms.services.windows import change_window, close_window, open_window

__all__ = (
    "answer",
    "answer_asked",
    "ask_pair",
    "book_one",
    "carry_out",
    "change_room",
    "change_window",
    "close_window",
    "decide",
    "invite",
    "open_window",
    "register_room",
    "release",
    "rename",
    "state_session",
    "withdraw_room",
)
