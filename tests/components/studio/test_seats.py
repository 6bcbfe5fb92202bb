"""Seats are given on the page of members: one, or to a class at once; changed and taken back."""

import pytest
from django.test import Client

from jumelage.components.studio.models import Production, Seat
from jumelage.directory.models import Person
from tests.components.studio.test_pages import of
from tests.factories import directory, studio


@pytest.fixture
def browser(producer: Person, client: Client) -> Client:
    """Return the producer's browser."""
    client.force_login(producer.user)
    return client


def test_seat_gets_another_part_with_a_number_of_it(browser: Client, film: Production) -> None:
    person = directory.person()
    browser.post(of("members", film), {"emails": person.user.email, "role": "student"})

    browser.post(of("change-role", Seat.objects.get(role="student")), {"role": "artist"})

    assert (
        Seat.objects.live().filter(role="student").count(),
        Seat.objects.get(role="artist").number,
    ) == (0, 1)


def test_part_of_a_client_is_offered_to_clients_alone(
    browser: Client, film: Production, producer: Person
) -> None:
    held = {role: studio.member(film, role, producer) for role in ("artist", "client")}
    seats = {role: studio.sits(person, film) for role, person in held.items()}
    forms = {role: browser.get(of("change-role", seat)) for role, seat in seats.items()}
    offered = {
        role: {slug for slug, _ in page.context["form"].fields["role"].choices}
        for role, page in forms.items()
    }
    assert offered == {"artist": {*Seat.Role.values} - {"client"}, "client": {"client"}}
    assert "take the seat back and give a new one" in forms["artist"].text
    members = browser.get(of("members", film)).text
    assert [of("change-role", seat) in members for seat in seats.values()] == [True, False]
    answer = browser.post(of("change-role", seats["artist"]), {"role": "client"})
    assert (answer.status_code, studio.sits(held["artist"], film).role) == (422, "artist")


def test_last_coordinator_keeps_the_part(browser: Client, film: Production) -> None:
    answer = browser.post(of("change-role", Seat.objects.get()), {"role": "artist"})

    assert (answer.status_code, Seat.objects.get().role) == (422, "coordinator")


def test_seat_is_given_by_address_and_taken_back(browser: Client, film: Production) -> None:
    person = directory.person()
    browser.post(of("members", film), {"emails": person.user.email, "role": "student"})
    seat = Seat.objects.get(role="student")

    browser.post(of("end-seat", seat))

    assert Seat.objects.live().filter(role="student").count() == 0


def test_unknown_address_gets_no_seat(browser: Client, film: Production) -> None:
    person = directory.person()
    typed = f"{person.user.email}\nno@body.example\nnor@this.example"

    answer = browser.post(of("members", film), {"emails": typed, "role": "student"})

    assert (answer.status_code, Seat.objects.count()) == (422, 1)
    assert "account with these addresses: no@body.example, nor@this.example" in answer.text
    assert typed in answer.text


def test_class_gets_its_seats_at_once(browser: Client, film: Production) -> None:
    pupils = [directory.person() for _ in range(3)]
    school = directory.organisation()
    typed = "\r\n".join([f" {pupil.user.email.upper()} " for pupil in pupils] + [""])
    told = {"emails": typed + typed, "role": "student", "organisation": school.pk}

    answer = browser.post(of("members", film), told, follow=True)

    seats = [studio.sits(pupil, film) for pupil in pupils]
    assert [(seat.role, seat.number) for seat in seats] == [("student", n) for n in (1, 2, 3)]
    assert {seat.organisation_id for seat in seats} == {school.uri}
    assert "3 seats are given." in answer.text


def test_nobody_of_a_class_is_seated_if_one_is_already(browser: Client, film: Production) -> None:
    one, other = directory.person(), directory.person()
    browser.post(of("members", film), {"emails": one.user.email, "role": "student"})
    both = f"{other.user.email}\n{one.user.email}"

    answer = browser.post(of("members", film), {"emails": both, "role": "student"})

    assert (answer.status_code, Seat.objects.filter(role="student").count()) == (422, 1)
    assert f"seat in this production already: {one.user.email}" in answer.text


def test_more_than_a_class_is_refused(browser: Client, film: Production) -> None:
    many = "\n".join(f"pupil{n}@school.example" for n in range(101))

    answer = browser.post(of("members", film), {"emails": many, "role": "student"})

    assert (answer.status_code, Seat.objects.count()) == (422, 1)
    assert "At most 100 at once." in answer.text


def test_who_gives_no_seats_learns_nothing_of_accounts(
    film: Production, producer: Person, client: Client
) -> None:
    client.force_login(studio.member(film, "artist", producer).user)

    answers = [
        client.post(of("members", film), {"emails": address, "role": "student"})
        for address in (producer.user.email, "no@body.example")
    ]

    assert [answer.status_code for answer in answers] == [403, 403]
