"""Bookings: whose they are, when they take place, where they stand."""

from collections.abc import Sequence

from django.db.models import Q

from jumelage.components.rooms.models import Booking, Occurrence, OccurrenceRows, Pair
from jumelage.directory.models import Person


def booking(uri: str) -> Booking | None:
    """Return the booking of this city whose URI is *uri*."""
    return Booking.objects.select_related("person").filter(uri=uri).first()


def pair_of(uri: str) -> Pair | None:
    """Return the pair *uri*, of either city."""
    return Pair.objects.select_related("node", "room", "twin_room").filter(uri=uri).first()


def occurrence(uri: str) -> Occurrence | None:
    """Return the occurrence *uri*, of a pair of either city or of a room of this one."""
    return Occurrence.objects.select_related("room", "twin_room").filter(uri=uri).first()


def occurrences_of(series: str) -> OccurrenceRows:
    """Return the occurrences of the pair or the booking *series*, in order."""
    return Occurrence.objects.filter(series=series).select_related("room", "twin_room")


def bookings_of(person: Person) -> Sequence[Booking]:
    """Return what *person* booked or is invited to, the newest first."""
    mine = Q(person=person) | Q(invitations__person=person)
    return list(Booking.objects.filter(mine).distinct().order_by("-created_at", "uri"))
