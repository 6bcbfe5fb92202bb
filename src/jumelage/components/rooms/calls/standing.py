"""Which call an address names, and what somebody of this city is in it."""

from collections.abc import Collection, Mapping
from datetime import timedelta

from jumelage.components.rooms.calls.state import MESH_MOST
from jumelage.components.rooms.engines import available
from jumelage.components.rooms.models import Booking, Occurrence, Pair
from jumelage.directory.models import Person, Resource
from jumelage.directory.policy import may
from jumelage.kit.i18n import Bilingual
from jumelage.kit.live import Facts
from jumelage.kit.uris import Uri

STAYS_OPEN = timedelta(minutes=30)
"""A call may last so much longer than it was booked for."""


def occurrence_by_uri(uri: str) -> Occurrence | None:
    """Return the confirmed occurrence *uri*, whose call can be held."""
    found = Occurrence.objects.confirmed().select_related("room", "twin_room")
    return found.filter(uri=uri).first()


def booking_of(occurrence: Occurrence) -> Booking | None:
    """Return what this city knows of the booking besides its records: title, people."""
    return Booking.objects.filter(uri=occurrence.series).first()


def rooms_of(occurrence: Occurrence) -> list[Resource]:
    """Return the rooms, the one of the city that asked first."""
    return [room for room in (occurrence.room, occurrence.twin_room) if room is not None]


def role_of(person: Person, occurrence: Occurrence) -> str:
    """Return what *person* of this city is in the call: host, member, or waiting at the door."""
    if may(person, "rooms.host-session", occurrence):
        return "host"
    return "member" if may(person, "rooms.see-booking", occurrence) else "waiting"


def roles_in(occurrence: Occurrence, accounts: Collection[str]) -> Mapping[str, str]:
    """Return the roles of those who may come to the call of *accounts*, the keys of people."""
    people = Person.objects.filter(pk__in=accounts, user__is_active=True)
    return {
        str(person.pk): role_of(person, occurrence)
        for person in people
        if may(person, "rooms.join-session", occurrence)
    }


def facts_of(occurrence: Occurrence) -> Facts:
    """Return what this node knows of the call; both cities know the same, but for the title."""
    rooms, host = rooms_of(occurrence), Uri.parse(occurrence.uri).origin
    return Facts(
        uri=occurrence.uri,
        kind="call",
        host=host,
        cities=tuple(dict.fromkeys([host, *(room.origin for room in rooms)])),
        begins=occurrence.starts_at,
        ends=occurrence.ends_at + STAYS_OPEN,
        capacity=sum(room.capacity for room in rooms),
        title=title_of(occurrence),
    )


def places(facts: Facts) -> int | None:
    """Return how many may be inside at once: without an engine here no more than a mesh carries."""
    return facts.capacity if has_engine() else min(facts.capacity or MESH_MOST, MESH_MOST)


def has_engine() -> bool:
    """Tell whether this node has an engine that carries more than a mesh."""
    return available()[0] != "mesh"


def is_named(occurrence: Occurrence) -> bool:
    """Tell whether this city knows a title; else the rooms are the title."""
    return bool(_given_title(occurrence))


def title_of(occurrence: Occurrence) -> str:
    """Return what the booking is called here, else what the rooms are called."""
    rooms = (str(Bilingual.of(room.name)) for room in rooms_of(occurrence))
    return _given_title(occurrence) or " · ".join(rooms)


def _given_title(occurrence: Occurrence) -> str:
    """Return the title that was given here, or that the city that asked opened; else nothing."""
    booking = booking_of(occurrence)
    if booking is not None and booking.title:
        return booking.title
    pair = Pair.objects.filter(uri=occurrence.series).first()
    return str(Bilingual.of(pair.title)) if pair is not None else ""
