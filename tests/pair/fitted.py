"""Records of rooms whose fields must fit each other: what they hold instead of canaries."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from jumelage.components.rooms.records import AnswerWord, Time
from jumelage.components.rooms.records.pairs import VerdictWord
from jumelage.directory.calendars.records import Closure, Hours
from jumelage.kit.uris import Uri, new_id

NOON = datetime(2097, 3, 5, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
OFFICE = (Hours(day=1, opens="09:00", closes="18:00"),)


def _uri(own: str) -> str:
    """Return a name in the city of *own*."""
    return str(Uri(Uri.parse(own).origin, new_id()))


def _foreign() -> str:
    return str(Uri("z" * 32, new_id()))


FITTED: Mapping[str, Callable[[str], Mapping[str, object]]] = {
    # kind: the fields that are bound by a rule, for a record of the name that is given
    "directory.resource-listed": lambda _: {
        "what": "room", "time_zone": "UTC", "capacity": 7, "hours": OFFICE, "holidays": "FR",
        "closures": (Closure(first=NOON.date(), last=LATER.date()),), "approval": "automatic",
        "photo": "0" * 64,
    },
    "directory.busy-stated": lambda uri: {"resource": _uri(uri), "start": NOON, "end": LATER},
    "rooms.pair-asked": lambda uri: {
        "created_at": NOON - timedelta(days=2), "rooms": (_uri(uri), _foreign()),
        "times": (Time(number=1, start=NOON, end=LATER),), "zone": "UTC",
        "starts_local": "2097-03-05T12:00", "minutes": 60, "answer_by": NOON - timedelta(days=1),
        "rule": "", "purpose": "meeting", "engine": "any", "all_or_nothing": True,
    },
    "rooms.room-answered": lambda uri: {
        "pair": _foreign(), "room": _uri(uri), "words": (AnswerWord(number=1, word="held"),),
    },
    "rooms.pair-decided": lambda uri: {
        "pair": _uri(uri), "words": (VerdictWord(number=1, word="released"),),
    },
    "rooms.window-opened": lambda uri: {
        "rooms": (_uri(uri), _foreign()), "quiet": OFFICE, "answers": "",
    },
    "rooms.session-held": lambda uri: {
        "session": _uri(uri), "began_at": NOON, "ended_at": LATER, "minutes": 60,
        "is_window": False, "calls": 1, "attendance": {}, "engine": "mesh", "round_trip": 151,
        "loss": 2, "freezes": 3, "interruptions": 4,
    },
}  # fmt: skip
