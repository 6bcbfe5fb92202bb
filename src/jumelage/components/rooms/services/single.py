"""Book a room of one's own city alone."""

from collections.abc import Collection, Iterable
from functools import partial

from django.db import transaction

from jumelage.bridge.api import me, new_uri
from jumelage.components.rooms.errors import (
    AlreadyAnsweredError,
    ConflictsError,
    NothingFreeError,
    NotYourRoomError,
    PastTimeError,
    RoomGoneError,
)
from jumelage.components.rooms.models import Booking, Engine, Invitation, Occurrence, Purpose
from jumelage.components.rooms.records.settling import occurrence_uri
from jumelage.components.rooms.selectors.proposing import propose
from jumelage.components.rooms.states import Reason, State
from jumelage.directory.calendars import services as calendars
from jumelage.directory.calendars.errors import OverlapError
from jumelage.directory.calendars.local_times import in_words
from jumelage.directory.calendars.recurring import Plan, Planned
from jumelage.directory.models import Person, Reservation, Resource
from jumelage.directory.policy import ensure, may
from jumelage.kit import clock

SOURCE = "single"
"""What reservations for single rooms say they are from."""


@transaction.atomic
def book_one(
    *,
    room: Resource,
    plan: Plan,
    by: Person,
    title: str = "",
    note: str = "",
    purpose: Purpose = Purpose.MEETING,
    engine: Engine = Engine.ANY,
    all_or_nothing: bool = True,
    invited: Collection[Person] = (),
) -> Booking:
    """Book *room*, of this city, at every time of *plan*; the other city only learns it is busy.

    Where somebody decides over the room by hand it is held until they do.

    Raises:
        NotYourRoomError: the room is the other city's.
        RoomGoneError, PastTimeError, ConflictsError, NothingFreeError: as `ask_pair`.
        Also as `recurring.expand`.
    """
    ensure(by, "rooms.book")
    if room.origin != me().origin:
        raise NotYourRoomError
    if room.withdrawn_at is not None:
        raise RoomGoneError(name=str(room))
    booking = Booking.objects.create(
        uri=new_uri(),
        person=by,
        title=title.strip(),
        note=note.strip(),
        purpose=purpose,
        engine=engine,
        zone=plan.zone,
        starts_local=f"{plan.starts:%Y-%m-%dT%H:%M}",
        minutes=plan.minutes,
        rule=plan.rule,
    )
    Invitation.objects.bulk_create(Invitation(booking=booking, person=one) for one in invited)
    waits = room.approval == Resource.Approval.BY_HAND and not may(by, "rooms.answer", room)
    _take(booking, room, plan, waits=waits, all_or_nothing=all_or_nothing)
    return booking


def _take(
    booking: Booking, room: Resource, plan: Plan, *, waits: bool, all_or_nothing: bool
) -> None:
    proposed = propose(rooms=[room], plan=plan)
    if proposed[0].past:
        raise PastTimeError
    state = Reservation.State.HELD if waits else Reservation.State.CONFIRMED
    make = partial(_hold, booking, room, state)
    held = [each.planned for each in proposed if each.is_free and make(each.planned)]
    lost = [each.planned for each in proposed if each.planned not in held]
    if lost and all_or_nothing:
        raise ConflictsError(when="; ".join(in_words(one.span, room.zone) for one in lost[:5]))
    if not held:
        raise NothingFreeError
    Occurrence.objects.bulk_create(
        Occurrence(
            uri=occurrence_uri(booking.uri, each.number),
            series=booking.uri,
            number=each.number,
            room=room,
            starts_at=each.span.start,
            ends_at=each.span.end,
            state=State.ASKED if waits else State.CONFIRMED,
        )
        for each in held
    )
    uris = [occurrence_uri(booking.uri, each.number) for each in held]
    calendars.tell_busy(list(Reservation.objects.filter(resource=room, for_uri__in=uris)))


def _hold(booking: Booking, room: Resource, state: Reservation.State, planned: Planned) -> bool:
    uri = occurrence_uri(booking.uri, planned.number)
    try:
        calendars.hold(resource=room, span=planned.span, for_uri=uri, state=state, source=SOURCE)
    except OverlapError:
        return False
    return True


def answer_single(*, series: str, by: Person, held: Collection[int] | None) -> None:
    """Decide over a room that somebody of this city asked for.

    Raises:
        AlreadyAnsweredError: nothing waits for an answer any more.
    """
    waiting = list(
        Occurrence.objects.select_for_update().filter(
            series=series, twin_room=None, state=State.ASKED, starts_at__gt=clock.now()
        )
    )
    if not waiting:
        raise AlreadyAnsweredError
    for each in waiting:
        ensure(by, "rooms.answer", each)
        if held is None or each.number in held:
            calendars.confirm(for_uri=each.uri)
            _become(each, State.CONFIRMED, Reason.NOTHING)
        else:
            calendars.release(for_uri=each.uri)
            _become(each, State.REFUSED, Reason.DECLINED)


def release_single(occurrences: Iterable[Occurrence]) -> None:
    """Give the room of this city back."""
    for each in occurrences:
        calendars.release(for_uri=each.uri)
        _become(each, State.RELEASED, Reason.CANCELLED)


def _become(occurrence: Occurrence, state: State, reason: Reason) -> None:
    occurrence.state, occurrence.reason = state, reason
    occurrence.save(update_fields=["state", "reason"])
