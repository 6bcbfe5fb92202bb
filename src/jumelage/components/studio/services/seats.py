"""Giving seats in a production to people of this city, and taking them back."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Max

from jumelage.bridge.api import me, publish_all, withdraw
from jumelage.components.studio.errors import (
    AlreadySeatedError,
    ClientSeatError,
    LastCoordinatorError,
)
from jumelage.components.studio.models import Membership, Production, Seat
from jumelage.components.studio.records import SeatGiven
from jumelage.components.studio.selectors.seats import forget_seats
from jumelage.components.studio.services.saying import revise, voice
from jumelage.directory.models import Organisation, Person
from jumelage.directory.policy import ensure
from jumelage.kit import clock
from jumelage.kit.uris import Uri, new_id


@transaction.atomic
def give_seat(
    *,
    production: Production,
    person: Person,
    role: str,
    by: Person,
    organisation: Organisation | None = None,
) -> Seat:
    """Give *person* of this city a part in *production*.

    Raises:
        AlreadySeatedError: they have a seat there.
    """
    voice(by, "studio.give-seat", production)
    return _seat(production, person, role, organisation)


@transaction.atomic
def give_seats(
    *,
    production: Production,
    people: Sequence[Person],
    role: str,
    by: Person,
    organisation: Organisation | None = None,
) -> list[Seat]:
    """Give each of *people* of this city the same part in *production*: all of them, or none.

    Raises:
        As `give_seat`.
    """
    voice(by, "studio.give-seat", production)
    return [_seat(production, person, role, organisation) for person in people]


@transaction.atomic
def name_coordinator(*, production: Production, person: Person, by: Person) -> Seat:
    """Let *person* coordinate *production* in this city, where nobody does.

    Raises:
        AlreadySeatedError: they have a seat there.
        NotAllowedError: somebody does, or *by* is no officer.
    """
    ensure(by, "studio.name-coordinator", production)
    return _seat(production, person, Seat.Role.COORDINATOR, None)


def _seat(
    production: Production, person: Person, role: str, organisation: Organisation | None
) -> Seat:
    if Membership.objects.filter(person=person, production=production, until=None).exists():
        raise AlreadySeatedError
    here = me().origin
    record = SeatGiven(
        uri=str(Uri(here, new_id())),
        created_at=clock.now(),
        production=production.uri,
        role=role,  # type: ignore[arg-type]  # the record refuses what is no role
        number=_next_number(production, role, here),
        organisation=organisation.uri if organisation else person.organisation_id,
    )
    publish_all([record], audience=production.audience(here))
    Membership.objects.create(person=person, seat_id=record.uri, production=production)
    forget_seats(person)
    return Seat.objects.get(uri=record.uri)


def _next_number(production: Production, role: str, here: str) -> int:
    given = Seat.objects.filter(production=production, role=role, origin=here)
    return (given.aggregate(last=Max("number"))["last"] or 0) + 1


@transaction.atomic
def change_role(*, seat: Seat, role: str, by: Person) -> Seat:
    """Give the seat another role, and a number of that role.

    What was said from a client’s seat is read by clients, and from another it is not: so a seat
    does not pass the wall.

    Raises:
        ClientSeatError: it is a client’s, or would be.
        LastCoordinatorError: nobody would coordinate the production here.
    """
    held = voice(by, "studio.end-seat", seat)
    if (seat.role == Seat.Role.CLIENT) != (role == Seat.Role.CLIENT):
        raise ClientSeatError
    if seat.role == Seat.Role.COORDINATOR:
        _keep_a_coordinator(seat)
    number = _next_number(seat.production, role, held.here)
    changed = revise(held, seat, {"role": role, "number": number}, frozenset({"role", "number"}))
    forget_seats(by)
    return changed


@transaction.atomic
def end_seat(*, seat: Seat, by: Person) -> None:
    """Take the seat back; what was said from it stays.

    Raises:
        LastCoordinatorError: nobody would coordinate the production here.
    """
    held = voice(by, "studio.end-seat", seat)
    if seat.role == Seat.Role.COORDINATOR:
        _keep_a_coordinator(seat)
    withdraw(seat.uri, audience=held.audience)
    Membership.objects.filter(seat=seat, until=None).update(until=clock.now())
    forget_seats(by)


def _keep_a_coordinator(seat: Seat) -> None:
    others = Seat.objects.live().filter(
        production_id=seat.production_id, origin=seat.origin, role=Seat.Role.COORDINATOR
    )
    if not others.exclude(uri=seat.uri).exists():
        raise LastCoordinatorError
