"""Who may do what in a production: seat x verb x city; without a seat, nothing."""

import pytest

from jumelage.bridge.api import me
from jumelage.bridge.models import Node
from jumelage.components.studio.models import ChangeRequest, Entity, Production, Seat, Task
from jumelage.components.studio.services import productions
from jumelage.components.studio.services.review import comments
from jumelage.directory.models import Grant, Person
from jumelage.directory.policy import may
from tests.components.studio.test_two_cities import asks, theirs
from tests.factories import directory, studio
from tests.factories.bridge import Peer

ROLES = tuple(Seat.Role.values)
INSIDE = frozenset(ROLES) - {"client"}
"""Everybody but clients, who see what is shown to them only (`house/test_wall.py`)."""
LEADS = frozenset({"coordinator", "supervisor", "teacher"})
MAKERS = LEADS | {"artist", "student", "researcher", "company"}
COORDINATOR = frozenset({"coordinator"})
NOBODY: frozenset[str] = frozenset()

TABLE = {
    # verb: who may to a thing of this city, to one of the other city
    "studio.read": (INSIDE, INSIDE),
    "studio.see": (INSIDE, INSIDE),
    "studio.see-members": (INSIDE, INSIDE),
    "studio.plan": (LEADS, LEADS),
    "studio.set-task": (LEADS, LEADS),
    "studio.assign": (LEADS, LEADS),
    "studio.read-requests": (LEADS, LEADS),
    "studio.read-time": (LEADS, LEADS),
    "studio.change-entity": (LEADS, NOBODY),
    "studio.change-task": (LEADS, NOBODY),
    "studio.change-production": (COORDINATOR, NOBODY),
    "studio.open-to-city": (COORDINATOR, NOBODY),
    "studio.give-seat": (COORDINATOR, COORDINATOR),
    "studio.end-seat": (COORDINATOR, NOBODY),
    "studio.answer-comment": (MAKERS, MAKERS),
    "studio.comment": (MAKERS, MAKERS),
    "studio.annotate": (MAKERS, MAKERS),
    "studio.publish-version": (MAKERS, MAKERS),
    "studio.make-playlist": (MAKERS, MAKERS),
    "studio.call-session": (MAKERS, MAKERS),
    "studio.change-session": (LEADS, NOBODY),
    "studio.join-session": (INSIDE, INSIDE),
    "studio.spend-time": (MAKERS, MAKERS),
    "studio.request-change": (NOBODY, MAKERS),
    "studio.withdraw-comment": (COORDINATOR, NOBODY),
    "studio.remove-annotation": (COORDINATOR, NOBODY),
    "studio.withdraw-version": (LEADS, NOBODY),
    "studio.change-playlist": (LEADS, NOBODY),
    "studio.change-comment": (NOBODY, NOBODY),
}
AFTER_THE_END = {
    "studio.read", "studio.see", "studio.see-members", "studio.join-session", "studio.read-requests", "studio.read-time",
    "studio.change-production", "studio.give-seat", "studio.end-seat",
    "studio.withdraw-comment", "studio.remove-annotation", "studio.withdraw-version",
}  # fmt: skip
"""What may still be done when a production is closed."""


@pytest.fixture
def foreign(here: Node, joint: Production, there: Peer) -> Entity:
    """Return a shot of the other city."""
    planned = theirs(there, joint)
    studio.arrive(there, here, planned)
    return Entity.objects.get(uri=planned.uri)


@pytest.mark.parametrize("role", ROLES)
def test_seats_may_what_the_table_says(
    joint: Production, shot: Entity, foreign: Entity, producer: Person, role: str
) -> None:
    person = studio.member(joint, role, producer)

    found = {verb: (may(person, verb, shot), may(person, verb, foreign)) for verb in TABLE}

    assert found == {verb: (role in ours, role in there) for verb, (ours, there) in TABLE.items()}


@pytest.mark.parametrize("role", ROLES)
def test_closed_production_is_read_only(
    joint: Production, shot: Entity, producer: Person, role: str
) -> None:
    person = studio.member(joint, role, producer)
    productions.close_production(production=joint, by=producer)
    person = Person.objects.get(pk=person.pk)
    ours = Entity.objects.get(uri=shot.uri)

    found = {verb: may(person, verb, ours) for verb in TABLE}

    assert found == {
        verb: role in allowed and verb in AFTER_THE_END for verb, (allowed, _) in TABLE.items()
    }


@pytest.mark.parametrize("role", [None, *Grant.Role.values])
def test_without_a_seat_nothing_is_open(
    joint: Production, shot: Entity, task: Task, role: str | None
) -> None:
    person = directory.person(role) if role else None

    assert [
        verb for verb in TABLE for thing in (joint, shot, task) if may(person, verb, thing)
    ] == []


def test_own_words_may_be_changed_and_taken_back(
    joint: Production, task: Task, producer: Person
) -> None:
    student = studio.member(joint, "student", producer)
    mine = comments.comment(task=task, by=student, text="Mine")
    other = comments.comment(task=task, by=producer, text="Not mine")

    for verb in ("studio.change-comment", "studio.withdraw-comment"):
        assert (may(student, verb, mine), may(student, verb, other)) == (True, False)


def test_withdrawn_thing_cannot_be_changed(joint: Production, task: Task, producer: Person) -> None:
    said = comments.comment(task=task, by=producer, text="Oops")
    comments.withdraw_comment(comment=said, by=producer)

    assert not may(producer, "studio.withdraw-comment", said)


@pytest.mark.parametrize("role", ROLES)
def test_leads_answer_what_the_other_city_asks(
    joint: Production, shot: Entity, there: Peer, producer: Person, role: str
) -> None:
    seat = studio.seat_there(there, joint, "student")
    studio.arrive(there, me(), seat, asks(there, joint, seat.uri, shot.uri, frames=1))
    person = studio.member(joint, role, producer)

    asked = ChangeRequest.objects.get()

    assert may(person, "studio.answer-request", asked) == (role in LEADS)
    assert not may(person, "studio.withdraw-request", asked)


def test_only_officers_name_a_coordinator_and_only_where_there_is_none(
    joint: Production, producer: Person
) -> None:
    unled = studio.production(producer)
    Seat.objects.filter(production=unled).update(role="artist")

    assert may(producer, "studio.name-coordinator", unled)
    assert not may(producer, "studio.name-coordinator", joint)
    assert not may(directory.person("administrator"), "studio.name-coordinator", unled)
