"""How a session went, as each city stated it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from jumelage.bridge.api import Node
from jumelage.components.rooms.models import Session
from jumelage.components.rooms.showing.places import Place, cities


@dataclass(frozen=True, slots=True)
class Stated:
    """What one city stated of a session."""

    row: Session
    known: tuple[Place, ...]

    @property
    def node(self) -> Node | None:
        """The city that states it."""
        return self.row.node

    @property
    def began_at(self) -> datetime:
        """When it began."""
        return self.row.began_at

    @property
    def present(self) -> Iterator[tuple[Place, int | None]]:
        """Yield each city with how many took part; None: one to four, which is withheld."""
        for place in self.known:
            if place.origin in self.row.attendance:
                yield place, self.row.attendance[place.origin]


def stated(session: str) -> list[Stated]:
    """Return what each city stated of *session*, in order."""
    rows = Session.objects.live().select_related("node").filter(session=session)
    known = tuple(cities())
    return [Stated(row, known) for row in rows.order_by("began_at", "uri")]
