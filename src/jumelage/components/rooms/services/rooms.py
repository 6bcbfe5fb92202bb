"""Register the rooms of one's own city, describe them again, take them off the list."""

from dataclasses import dataclass
from typing import Literal

from django.db import transaction

from jumelage.bridge.api import me, new_uri
from jumelage.components.rooms.errors import BookedRoomError
from jumelage.directory.calendars.records import Closure, Hours, ResourceListed
from jumelage.directory.calendars.services import list_resource, unlist_resource
from jumelage.directory.models import Organisation, Person, Reservation, Resource
from jumelage.directory.policy import ensure
from jumelage.kit import clock
from jumelage.kit.i18n import Bilingual


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What is said of a room. Hours and closures are local to it; roles are named, never people."""

    name: Bilingual
    capacity: int
    hours: tuple[Hours, ...]
    time_zone: str = ""
    """Empty: the city's own."""
    what: Literal["room", "desk", "equipment"] = "room"
    closures: tuple[Closure, ...] = ()
    holidays: str = ""
    approval: Literal["automatic", "by-hand"] = "automatic"
    accessibility: tuple[str, ...] = ()
    equipment: tuple[str, ...] = ()
    access: Bilingual = Bilingual()  # noqa: RUF009  # frozen
    place: Bilingual = Bilingual()  # noqa: RUF009  # frozen
    photo: str = ""
    organisation: Organisation | None = None


@transaction.atomic
def register_room(*, room: Room, by: Person) -> Resource:
    """List *room* for both cities.

    Raises:
        InvalidRecordError: something cannot be recorded as it is written.
    """
    ensure(by, "rooms.register-room")
    return list_resource(_record(new_uri(), room))


@transaction.atomic
def change_room(*, resource: Resource, room: Room, by: Person) -> Resource:
    """Describe *resource* again; what is booked stays booked, closures are for what comes."""
    ensure(by, "rooms.change-room", resource)
    return list_resource(_record(resource.uri, room))


@transaction.atomic
def withdraw_room(*, resource: Resource, by: Person) -> None:
    """Take *resource* off the list.

    Raises:
        BookedRoomError: it is booked for a time to come.
    """
    ensure(by, "rooms.withdraw-room", resource)
    booked = Reservation.objects.filter(resource=resource, ends_at__gt=clock.now()).count()
    if booked:
        raise BookedRoomError(name=str(resource), count=booked)
    unlist_resource(resource)


def described(resource: Resource) -> Room:
    """Return what is said of *resource*, to begin a change with."""
    return Room(
        name=resource.title,
        capacity=resource.capacity,
        hours=tuple(Hours(**each) for each in resource.hours),
        time_zone=resource.time_zone,
        what=resource.what,  # type: ignore[arg-type]  # one of its words
        closures=tuple(Closure.of(each) for each in resource.closures),
        holidays=resource.holidays,
        approval=resource.approval,  # type: ignore[arg-type]  # one of its words
        accessibility=tuple(resource.accessibility),
        equipment=tuple(resource.equipment),
        access=resource.rules,
        place=resource.address,
        photo=resource.photo,
        organisation=resource.organisation,
    )


def _record(uri: str, room: Room) -> ResourceListed:
    here = me()
    return ResourceListed(
        uri=uri,
        name=room.name,
        what=room.what,
        organisation=room.organisation.uri if room.organisation else None,
        city=here.slug,
        time_zone=room.time_zone or here.time_zone,
        capacity=room.capacity,
        hours=room.hours,
        closures=room.closures,
        holidays=room.holidays,
        approval=room.approval,
        accessibility=room.accessibility,
        equipment=room.equipment,
        access=room.access,
        place=room.place,
        photo=room.photo,
    )
