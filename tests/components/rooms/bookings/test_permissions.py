"""Who may do what with rooms, windows and bookings."""

import pytest

from jumelage.components.rooms.models import Occurrence
from jumelage.components.rooms.services import (
    book_one,
    open_window,
)
from jumelage.directory.models import Grant, Person, Resource
from jumelage.directory.policy import may, policy
from tests.factories import directory, rooms

MEMBERS = frozenset(Grant.Role.values) - {"observer"}
SIGNED_IN = MEMBERS | {"observer"}
TABLE = {
    # verb: who may, for a room of the city, a booking of somebody else, and its occurrence
    "rooms.read": SIGNED_IN | {"citizen"},
    "rooms.register-room": {"officer"},
    "rooms.change-room": {"officer"},
    "rooms.withdraw-room": {"officer"},
    "rooms.import-calendar": {"officer"},
    "rooms.open-window": {"officer"},
    "rooms.change-window": {"officer"},
    "rooms.book": MEMBERS,
    "rooms.see-bookings": SIGNED_IN,
    "rooms.see-asked": MEMBERS,
    "rooms.own-feed": SIGNED_IN,
    "rooms.answer": {"officer"},
    "rooms.release": {"officer"},
    "rooms.see-booking": {"officer"},
    "rooms.change-booking": set(),
    "rooms.join-session": SIGNED_IN,
    "rooms.host-session": {"officer"},
}


@pytest.mark.parametrize("role", ["citizen", *Grant.Role.values])
def test_roles_may_what_the_table_says(
    room: Resource, twin_room: Resource, member: Person, officer: Person, role: str
) -> None:
    booking = book_one(room=room, plan=rooms.plan(), by=member)
    window = open_window(room=room, twin_room=twin_room, by=officer)
    occurrence = Occurrence.objects.get()
    things = {
        "rooms.answer": occurrence,
        "rooms.release": occurrence,
        "rooms.join-session": occurrence,
        "rooms.host-session": occurrence,
        "rooms.see-booking": booking,
        "rooms.change-booking": booking,
        "rooms.change-window": window,
    }
    scope = booking.uri if role in Grant.SCOPED else ""  # of something else
    person = None if role == "citizen" else directory.person(role, scope=scope)
    if person is not None:
        person.grants.exclude(role=role).delete()
        person.forget_roles()
    found = {verb for verb in TABLE if may(person, verb, things.get(verb, room))}

    assert found == {verb for verb, allowed in TABLE.items() if role in allowed}
    assert {verb for verb in TABLE if may(member, verb, things.get(verb, room))} >= {
        "rooms.see-booking", "rooms.change-booking", "rooms.release", "rooms.host-session",
    }  # fmt: skip


def test_editor_runs_the_rooms_of_the_organisation(officer: Person) -> None:
    ours = directory.organisation()
    room = rooms.room(officer, organisation=ours)
    editor = directory.person("organisation-editor", scope=ours.uri)
    book_one(room=room, plan=rooms.plan(), by=officer)

    for verb in ("rooms.change-room", "rooms.import-calendar", "rooms.open-window"):
        assert may(editor, verb, room)
        assert not may(editor, verb, rooms.room(officer))
    assert may(editor, "rooms.release", Occurrence.objects.get())


def test_every_verb_is_in_the_table() -> None:
    assert {verb for verb in policy() if verb.startswith("rooms.")} >= set(TABLE)


def test_nobody_runs_a_room_of_the_other_city(twin_room: Resource, officer: Person) -> None:
    allowed = {verb for verb in TABLE if may(officer, verb, twin_room)}

    assert allowed & {"rooms.change-room", "rooms.answer", "rooms.import-calendar"} == set()
