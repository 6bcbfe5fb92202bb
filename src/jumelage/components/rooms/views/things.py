"""What the addresses of the rooms name."""

from jumelage.bridge.api import me
from jumelage.components.rooms.models import Booking, Occurrence, Pair
from jumelage.directory.calendars.models import Resource


def here() -> str:
    """Return the origin of this city."""
    return me().origin


def room(uri: str) -> Resource | None:
    """Return the room the address names."""
    return Resource.objects.select_related("node", "organisation").filter(uri=uri).first()


def booking(uri: str) -> Booking | None:
    """Return the booking the address names."""
    return Booking.objects.select_related("person").filter(uri=uri).first()


def pair(uri: str) -> Pair | None:
    """Return what was asked of two cities, as the address names it."""
    found = Pair.objects.live().select_related("room__node", "twin_room__node", "node")
    return found.filter(uri=uri).first()


def occurrence(uri: str) -> Occurrence | None:
    """Return the occurrence the address names."""
    found = Occurrence.objects.select_related("room__node", "twin_room__node")
    return found.filter(uri=uri).first()


def series(uri: str) -> Booking | Pair | None:
    """Return the booking, or what the other city asked, under the address."""
    return booking(uri) or pair(uri)


def asked(uri: str) -> Booking | Pair | None:
    """Return what waits for this city to decide: a pair, or a booking of one room."""
    return pair(uri) or booking(uri)
