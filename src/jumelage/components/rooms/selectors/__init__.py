"""Questions asked about rooms and bookings."""

from jumelage.components.rooms.selectors.asked import Incoming, incoming
from jumelage.components.rooms.selectors.bookings import (
    booking,
    bookings_of,
    occurrence,
    occurrences_of,
    pair_of,
)
from jumelage.components.rooms.selectors.proposing import Proposed, propose
from jumelage.components.rooms.selectors.rooms import Stretch, room, rooms, week
from jumelage.components.rooms.selectors.windows import Pane, pane, windows

__all__ = (
    "Incoming",
    "Pane",
    "Proposed",
    "Stretch",
    "booking",
    "bookings_of",
    "incoming",
    "occurrence",
    "occurrences_of",
    "pair_of",
    "pane",
    "propose",
    "room",
    "rooms",
    "week",
    "windows",
)
