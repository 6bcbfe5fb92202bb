"""Where a room is, for clocks and marks: the city's name and colour, the room's time zone."""

from dataclasses import dataclass

from jumelage.bridge.api import Node, me, peers
from jumelage.directory.calendars.models import Resource


@dataclass(frozen=True, slots=True)
class Place:
    """A city as pages show it; `time_zone` may be that of one of its rooms."""

    name: str
    slug: str
    origin: str
    time_zone: str

    def __str__(self) -> str:
        """Return the name in the language in which it was asked for."""
        return self.name


def place_of(room: Resource | None) -> Place | None:
    """Return where *room* is; None when this node does not know."""
    if room is None:
        return None
    node = room.node
    name = str(node) if node else room.city
    return Place(name, node.slug if node else room.city, room.origin, room.time_zone)


def city(node: Node) -> Place:
    """Return the city of *node*."""
    return Place(str(node), node.slug, node.origin, node.time_zone)


def cities() -> list[Place]:
    """Return this city and the paired ones."""
    return [city(node) for node in (me(), *peers())]


def beside(origin: str) -> Place:
    """Return the city whose clock stands beside that of *origin*: another one, if there is one."""
    known = cities()
    return next((place for place in known if place.origin != origin), known[0])
