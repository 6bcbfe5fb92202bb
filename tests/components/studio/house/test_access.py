"""Somebody asks for access; the coordinator admits them with their organisation, or refuses."""

from typing import Any

import pytest

from jumelage.bridge.api import Node
from jumelage.components.studio.errors import (
    AlreadyAnsweredError,
    AlreadyAppliedError,
    AlreadySeatedError,
    NoReasonError,
)
from jumelage.components.studio.models import Application, Membership, Production
from jumelage.components.studio.selectors.house.access import category_of
from jumelage.components.studio.services.house.access import (
    admit,
    apply_for_access,
    end_access,
    refuse_access,
    withdraw_application,
)
from jumelage.components.studio.services.seats import give_seat
from jumelage.directory.models import Organisation, Person
from jumelage.kit.errors import NotAllowedError
from tests.factories import directory, studio

State = Application.State


@pytest.fixture
def student(here: Node) -> Person:
    return directory.person(name="Someone")


def asked(by: Person, **facts: Any) -> Application:  # noqa: ANN401  # what is asked with
    return apply_for_access(category="student", purpose="A film with friends", by=by, **facts)


def test_a_partner_nobody_lists_yet_is_added_by_the_coordinator(
    film: Production, producer: Person, student: Person
) -> None:
    """A coordinator who is no officer of the city: no developer, no officer is needed."""
    coordinator = studio.member(film, "coordinator", producer)
    application = asked(student, new_organisation="École Démo (fictive)", new_kind="school")
    admit(application=application, by=coordinator, lists=True, production=film, role="student")
    school = Organisation.objects.get(name="École Démo (fictive)")
    seat = studio.sits(student, film)
    student.refresh_from_db()
    assert (application.state, application.organisation) == (State.ADMITTED, school)
    assert (seat.role, seat.organisation_id, student.organisation_id) == (
        "student",
        school.uri,
        school.uri,
    )


def test_who_is_admitted_counts_in_their_category(producer: Person, student: Person) -> None:
    admit(application=asked(student), by=producer)
    assert category_of(student) == "student"


def test_who_never_applied_counts_by_their_seat(film: Production, producer: Person) -> None:
    assert category_of(studio.member(film, "researcher", producer)) == "researcher"
    assert category_of(producer) == "other"


def test_a_refusal_says_why(producer: Person, student: Person) -> None:
    application = asked(student)
    with pytest.raises(NoReasonError):
        refuse_access(application=application, by=producer, answer=" ")
    refused = refuse_access(application=application, by=producer, answer="No seat is free.")
    assert (refused.state, refused.answer) == (State.REFUSED, "No seat is free.")
    assert asked(student).state == State.WAITING


def test_one_application_at_a_time(student: Person) -> None:
    asked(student)
    with pytest.raises(AlreadyAppliedError):
        asked(student)


def test_an_application_is_answered_once(producer: Person, student: Person) -> None:
    application = asked(student)
    admit(application=application, by=producer)
    with pytest.raises(AlreadyAnsweredError):
        admit(application=application, by=producer)
    with pytest.raises(AlreadyAnsweredError):
        withdraw_application(application=application, by=student)


def test_admitting_does_all_or_nothing(film: Production, producer: Person, student: Person) -> None:
    give_seat(production=film, person=student, role="artist", by=producer)
    application = asked(student, new_organisation="Atelier")
    with pytest.raises(AlreadySeatedError):
        admit(application=application, by=producer, lists=True, production=film, role="student")
    application.refresh_from_db()
    assert application.state == State.WAITING
    assert not Organisation.objects.filter(name="Atelier").exists()
    assert Membership.objects.filter(person=student).count() == 1


def test_access_ends(producer: Person, student: Person) -> None:
    application = admit(application=asked(student), by=producer)
    assert end_access(application=application, by=producer).state == State.ENDED
    assert asked(student).state == State.WAITING


def test_who_coordinates_nothing_admits_nobody(
    film: Production, producer: Person, student: Person
) -> None:
    artist = studio.member(film, "artist", producer)
    for verb in (admit, refuse_access, end_access):
        with pytest.raises(NotAllowedError):
            verb(application=Application(person=student), by=artist, answer="x")


def test_nobody_withdraws_the_application_of_another(student: Person, here: Node) -> None:
    with pytest.raises(NotAllowedError):
        withdraw_application(application=asked(student), by=directory.person())
