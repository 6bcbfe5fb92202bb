"""Who may do what with rooms and bookings."""

from jumelage.bridge.api import me
from jumelage.components.rooms.models import Booking, Occurrence, Pair, Recording, Window
from jumelage.directory.models import Person, Resource
from jumelage.directory.policy import (
    Role,
    Verbs,
    edits_organisation,
    everyone,
    has_role,
    is_member,
    is_observer,
    is_officer,
    predicate,
)
from jumelage.kit.uris import Uri


@predicate
def is_from_here(_: Person | None, thing: object | None) -> bool:
    """This city lists it or said it; what another city said is that city's to change."""
    return isinstance(thing, Resource | Window) and thing.origin == me().origin


@predicate
def stands(_: Person | None, thing: object | None) -> bool:
    """It was not withdrawn."""
    return isinstance(thing, Resource | Window) and thing.withdrawn_at is None


@predicate
def books(person: Person | None, thing: object | None) -> bool:
    """The person made the booking."""
    booking = _booking(thing)
    return person is not None and booking is not None and booking.person_id == person.pk


@predicate
def is_invited(person: Person | None, thing: object | None) -> bool:
    """The person is invited to the booking."""
    booking = _booking(thing)
    return (
        person is not None
        and booking is not None
        and booking.invitations.filter(person=person).exists()
    )


@predicate
def runs_its_room(person: Person | None, thing: object | None) -> bool:
    """An officer, or an editor of the organisation whose room of this city it is."""
    room = own_room(thing)
    return room is not None and (
        has_role(person, Role.OFFICER) or has_role(person, Role.EDITOR, thing=room)
    )


@predicate
def takes_place(_: Person | None, thing: object | None) -> bool:
    """The occurrence was not refused or released."""
    return isinstance(thing, Occurrence) and thing.is_standing


def own_room(thing: object | None) -> Resource | None:
    """Return the room of this city that *thing* is, or takes place in."""
    if isinstance(thing, Resource):
        return thing if thing.origin == me().origin else None
    if isinstance(thing, Pair | Occurrence | Window):
        uris = [uri for uri in (thing.room_id, thing.twin_room_id) if uri]
        own = [uri for uri in uris if Uri.parse(uri).origin == me().origin]
        return Resource.objects.filter(uri__in=own).first()
    if isinstance(thing, Booking):
        return own_room(Occurrence.objects.filter(series=thing.uri).first())
    return None


@predicate
def is_of_their_call(person: Person | None, thing: object | None) -> bool:
    """The recording is of a call the person booked, was invited to, or of the room they run."""
    if not isinstance(thing, Recording):
        return False
    occurrence = Occurrence.objects.filter(uri=thing.session).first()
    return any(word(person, occurrence) for word in (books, is_invited, runs_its_room))


def _booking(thing: object | None) -> Booking | None:
    if isinstance(thing, Booking):
        return thing
    uri = thing.series if isinstance(thing, Occurrence) else getattr(thing, "uri", "")
    return Booking.objects.filter(uri=uri).select_related("person").first()


_runs = (is_officer | edits_organisation) & is_from_here & stands

verbs: Verbs = {
    "rooms.read": everyone,
    "rooms.register-room": is_officer,
    "rooms.change-room": _runs,
    "rooms.withdraw-room": _runs,
    "rooms.import-calendar": _runs,
    "rooms.book": is_member,
    "rooms.see-bookings": is_member | is_observer,
    "rooms.see-booking": books | is_invited | runs_its_room,
    "rooms.change-booking": books,
    "rooms.see-asked": is_member,
    "rooms.answer": runs_its_room,
    "rooms.release": books | runs_its_room,
    "rooms.join-session": (is_member | is_observer) & takes_place,
    "rooms.host-session": (books | runs_its_room) & takes_place,
    "rooms.open-window": _runs,
    "rooms.see-window": is_member | is_observer,
    "rooms.answer-window": is_officer & ~is_from_here & stands,
    "rooms.change-window": is_officer & is_from_here & stands,
    "rooms.revoke-screen": is_officer,
    "rooms.see-recording": is_of_their_call,
    "rooms.delete-recording": is_of_their_call & ~is_observer,
    "rooms.own-feed": is_member | is_observer,
}
