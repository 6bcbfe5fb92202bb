"""What waits for a decision of this city, as pages show it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jumelage.bridge.api import Node
from jumelage.components.rooms.models import Booking, Pair
from jumelage.components.rooms.selectors import Incoming, incoming, occurrences_of
from jumelage.components.rooms.showing.bookings import told
from jumelage.directory.calendars.models import Resource

FIELD = "number-"


@dataclass(frozen=True, slots=True)
class Ask:
    """Something asked for a room of this city."""

    incoming: Incoming

    @property
    def thing(self) -> Pair | Booking:
        """The pair, or the booking of the room alone."""
        found = self.incoming.pair or self.incoming.booking
        assert found is not None  # noqa: S101  # one of both was asked
        return found

    @property
    def uri(self) -> str:
        """Names it in addresses."""
        return self.thing.uri

    @property
    def room(self) -> Resource:
        """The room of this city."""
        return self.incoming.room

    @property
    def waiting(self) -> int:
        """How many times wait."""
        return len(self.incoming.occurrences)

    @property
    def first(self) -> Any:  # noqa: ANN401  # an instant
        """When the first of them begins."""
        return self.incoming.occurrences[0].starts_at

    @property
    def asker(self) -> Node | None:
        """The city that asks."""
        return self.incoming.pair.node if self.incoming.pair else self.room.node

    @property
    def answer_by(self) -> Any:  # noqa: ANN401  # an instant or None
        """Until when an answer is waited for; None: until it begins."""
        return self.incoming.pair.answer_by if self.incoming.pair else None


def waiting() -> list[Ask]:
    """Return what waits, the earliest first."""
    return [Ask(each) for each in incoming() if each.pair or each.booking]


def facts(thing: Booking | Pair) -> dict[str, Any]:
    """Return *thing* with each of its times, and which of them wait."""
    found = occurrences_of(thing.uri).select_related("room__node", "twin_room__node")
    rows = told(found, {})
    known = {each.uri: each for each in incoming_of(thing.uri)}
    return {
        "thing": thing,
        "pair": thing if isinstance(thing, Pair) else None,
        "rows": [(row, row.occurrence.uri in known) for row in rows],
        "waits": bool(known),
        "places": rows[0].rooms if rows else [],
    }


def incoming_of(series: str) -> Sequence[Any]:
    """Return the occurrences of *series* that wait for this city."""
    found = (ask for ask in waiting() if ask.uri == series)
    return next((ask.incoming.occurrences for ask in found), ())


def held(posted: Mapping[str, str]) -> list[int]:
    """Return the numbers of the times that somebody chose to hold."""
    names = (name for name in posted if name.startswith(FIELD) and posted[name] == "held")
    numbers = (name.removeprefix(FIELD) for name in names)
    return [int(number) for number in numbers if number.isascii() and number.isdecimal()]
