"""Who may do what in the studio: by the seat in the production, and the city that owns a thing.

Who has no seat in a production gets nothing of it, whatever their roles on the node. A client
sees what is shown to clients, a vendor the tasks assigned to its organisation
(`selectors/walls/seeing.py`): a verb that is to be a client's too says `is_shown`, any other one is
for those before whom the thing lies open.
"""

from collections.abc import Collection

from jumelage.bridge.api import me
from jumelage.components.studio.models import (
    Application,
    ChangeRequest,
    Production,
    Seat,
    StudioRow,
    Version,
)
from jumelage.components.studio.selectors.seats import (
    LEADS,
    MAKERS,
    SPEAKERS,
    has_coordinator_here,
    held_by,
    seats_of,
)
from jumelage.components.studio.selectors.walls.seeing import opens, sees
from jumelage.directory.models import Person
from jumelage.directory.policy import (
    Role,
    Verbs,
    everyone,
    is_officer,
    is_signed_in,
    predicate,
)
from jumelage.kit.uris import Uri


def _has(person: Person | None, thing: object, roles: Collection[str]) -> bool:
    held = held_by(person, thing)
    if held is None or held.role not in roles:
        return False
    return not held.vendor or opens(person, thing)


@predicate
def opens_productions(person: Person | None) -> bool:
    """A city officer, or somebody who speaks for an organisation."""
    roles = person.roles if person else ()
    return any(role in {Role.OFFICER, Role.EDITOR} for role, _ in roles)


@predicate
def has_a_seat(person: Person | None) -> bool:
    """Somebody with a seat in any production."""
    return person is not None and bool(seats_of(person))


@predicate
def coordinates_somewhere(person: Person | None) -> bool:
    """A coordinator of any production."""
    held = seats_of(person).values() if person else ()
    return any(seat.role == Seat.Role.COORDINATOR for seat in held)


@predicate
def sits_inside(person: Person | None, thing: object | None) -> bool:
    """Somebody with a seat in the production before whom *thing* lies open: no client."""
    return opens(person, thing)


@predicate
def is_anothers_for_a_vendor(person: Person | None, thing: object | None) -> bool:
    """A version of another organisation, to which a vendor adds no files."""
    held = held_by(person, thing)
    if held is None or not held.vendor or not isinstance(thing, Version):
        return False
    made_by = Seat.objects.filter(uri=thing.seat_id, organisation=held.vendor)
    return not made_by.exists()


@predicate
def sits_for_a_vendor(person: Person | None, thing: object | None) -> bool:
    """Somebody who sees of the production the tasks of their organisation only."""
    held = held_by(person, thing)
    return held is not None and bool(held.vendor)


@predicate
def is_shown(person: Person | None, thing: object | None) -> bool:
    """Somebody with a seat in the production, if no wall there hides *thing* from them."""
    return sees(person, thing)


@predicate
def speaks(person: Person | None, thing: object | None) -> bool:
    """Somebody who may say something there."""
    return _has(person, thing, SPEAKERS)


@predicate
def makes(person: Person | None, thing: object | None) -> bool:
    """Somebody who makes things there."""
    return _has(person, thing, MAKERS)


@predicate
def leads(person: Person | None, thing: object | None) -> bool:
    """Somebody who plans and decides there: coordinator, supervisor, teacher."""
    return _has(person, thing, LEADS)


@predicate
def coordinates(person: Person | None, thing: object | None) -> bool:
    """A coordinator of the production."""
    return _has(person, thing, {Seat.Role.COORDINATOR})


@predicate
def is_going_on(person: Person | None, thing: object | None) -> bool:
    """The production is not closed."""
    held = held_by(person, thing)
    return held is not None and held.is_open


@predicate
def is_ours(person: Person | None, thing: object | None) -> bool:
    """This city said it, and it stands."""
    held = held_by(person, thing)
    stands = isinstance(thing, StudioRow) and thing.withdrawn_at is None
    return held is not None and stands and getattr(thing, "origin", "") == held.here


@predicate
def is_own(person: Person | None, thing: object | None) -> bool:
    """It was said from the person's own seat."""
    held = held_by(person, thing)
    return held is not None and getattr(thing, "seat_id", "") == held.seat


@predicate
def is_theirs_to_ask(person: Person | None, thing: object | None) -> bool:
    """The other city said it, and it stands."""
    held = held_by(person, thing)
    stands = isinstance(thing, StudioRow) and thing.withdrawn_at is None
    return held is not None and stands and getattr(thing, "origin", "") != held.here


@predicate
def is_asked_of_us(person: Person | None, thing: object | None) -> bool:
    """A request of the other city about a record of this one."""
    held = held_by(person, thing)
    if held is None or not isinstance(thing, ChangeRequest):
        return False
    return thing.withdrawn_at is None and Uri.parse(thing.target).origin == held.here


@predicate
def needs_a_coordinator(_: Person | None, thing: object | None) -> bool:
    """A joint production, or one of this city, that nobody of this city coordinates."""
    if not isinstance(thing, Production) or thing.withdrawn_at is not None:
        return False
    return not has_coordinator_here(thing.uri, me().origin)


@predicate
def is_own_application(person: Person | None, thing: object | None) -> bool:
    """The application is the person's own."""
    return person is not None and isinstance(thing, Application) and thing.person_id == person.pk


verbs: Verbs = {
    "studio.read-about": everyone,
    "studio.open-production": opens_productions,
    "studio.see-own-work": has_a_seat,
    "studio.make-word": coordinates_somewhere | opens_productions,
    "studio.name-coordinator": is_officer & needs_a_coordinator,
    "studio.read": sits_inside,
    "studio.see": is_shown,
    "studio.see-playlists": is_shown & ~sits_for_a_vendor,
    "studio.change-production": coordinates & is_ours,
    "studio.open-to-city": coordinates & is_ours & is_going_on,
    "studio.see-members": sits_inside & ~sits_for_a_vendor,
    "studio.give-seat": coordinates,
    "studio.end-seat": coordinates & is_ours,
    "studio.plan": leads & is_going_on,
    "studio.change-entity": leads & is_ours & is_going_on,
    "studio.set-task": leads & is_going_on,
    "studio.change-task": leads & is_ours & is_going_on,
    "studio.assign": leads & is_going_on,
    "studio.comment": speaks & is_going_on & is_shown,
    "studio.answer-comment": speaks & is_going_on & sits_inside,
    "studio.change-comment": speaks & is_ours & is_own & is_going_on & is_shown,
    "studio.withdraw-comment": (is_own | coordinates) & is_ours & is_shown,
    "studio.publish-version": makes & ~is_anothers_for_a_vendor & is_going_on,
    "studio.withdraw-version": (is_own | leads) & is_ours & sits_inside,
    "studio.cancel-preparation": (is_own | leads) & is_ours & sits_inside,
    "studio.fetch-original": makes,
    "studio.share-original": makes,
    "studio.annotate": speaks & is_going_on & is_shown,
    "studio.remove-annotation": (is_own | coordinates) & is_ours & is_shown,
    "studio.make-playlist": makes & ~sits_for_a_vendor & is_going_on,
    "studio.change-playlist": (is_own | leads) & is_ours & is_going_on & sits_inside,
    "studio.call-session": makes & ~sits_for_a_vendor & is_going_on,
    "studio.change-session": (is_own | leads) & is_ours & is_going_on & sits_inside,
    "studio.join-session": sits_inside & ~sits_for_a_vendor,
    "studio.request-change": makes & ~sits_for_a_vendor & is_theirs_to_ask & is_going_on,
    "studio.read-requests": leads,
    "studio.answer-request": leads & is_asked_of_us,
    "studio.withdraw-request": (is_own | coordinates) & is_ours & sits_inside,
    "studio.spend-time": makes & is_going_on,
    "studio.read-time": leads,
    "studio.apply": is_signed_in,
    "studio.withdraw-application": is_own_application,
    "studio.admit": is_officer | coordinates_somewhere,
    "studio.invite-guest": coordinates & is_ours & is_going_on,
    "studio.see-guests": coordinates,
    "studio.revoke-guest": coordinates,
    "studio.see-views": coordinates,
}
