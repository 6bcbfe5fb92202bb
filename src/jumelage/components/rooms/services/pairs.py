"""Book a room in each city in one act; answer, invite, rename, release."""

from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F

from jumelage.bridge.api import me, new_uri, publish_all
from jumelage.components.rooms.errors import (
    AlreadyAnsweredError,
    ConflictsError,
    NothingFreeError,
    NotTwinRoomsError,
    OverAlreadyError,
    PastTimeError,
    RoomGoneError,
)
from jumelage.components.rooms.models import Booking, Engine, Invitation, Occurrence, Pair, Purpose
from jumelage.components.rooms.records import PairAsked, Time
from jumelage.components.rooms.selectors.asked import unanswered
from jumelage.components.rooms.selectors.proposing import Proposed, propose
from jumelage.components.rooms.services.duties import settle_rooms
from jumelage.components.rooms.services.single import answer_single, release_single
from jumelage.components.rooms.services.words import (
    answer_for,
    locked,
    own_room_id,
    rule,
    say,
)
from jumelage.components.rooms.states import Decision, Reason, Word
from jumelage.directory.calendars.local_times import in_words
from jumelage.directory.calendars.recurring import Plan
from jumelage.directory.models import Person, Resource
from jumelage.directory.policy import ensure
from jumelage.kit import clock
from jumelage.kit.i18n import Bilingual

WAITS = timedelta(days=3)
"""How long the other city is waited for, unless somebody says otherwise."""
SHOWN = 5
"""Conflicts named in an error."""


@transaction.atomic
def ask_pair(
    *,
    room: Resource,
    twin_room: Resource,
    plan: Plan,
    by: Person,
    title: str = "",
    note: str = "",
    purpose: Purpose = Purpose.MEETING,
    engine: Engine = Engine.ANY,
    all_or_nothing: bool = True,
    open_title: bool = False,
    wait: timedelta = WAITS,
    invited: Collection[Person] = (),
) -> Booking:
    """Ask for *room*, of this city, and *twin_room*, of the other, at every time of *plan*.

    This city's room is held at once where nobody has to decide over it. The other city is told
    the times and the purpose; the *title* only with *open_title*. Without *all_or_nothing* the
    times that cannot be had are left out. An answer is waited for until the first time begins, or
    for *wait*, whichever is sooner.

    Raises:
        NotTwinRoomsError: not one room of each city.
        RoomGoneError: a room is not offered any more.
        PastTimeError: a time has passed.
        ConflictsError: a time cannot be had, and all were asked or none.
        NothingFreeError: no time can be had.
        Also as `recurring.expand`.
    """
    ensure(by, "rooms.book")
    _check_rooms(room, twin_room)
    wanted = _wanted(propose(rooms=[room, twin_room], plan=plan), all_or_nothing=all_or_nothing)
    record = PairAsked(
        uri=new_uri(),
        created_at=clock.now(),
        rooms=(room.uri, twin_room.uri),
        times=_times(wanted),
        zone=plan.zone,
        starts_local=f"{plan.starts:%Y-%m-%dT%H:%M}",
        minutes=plan.minutes,
        rule=plan.rule,
        purpose=purpose.value,  # type: ignore[arg-type]  # one of its words
        engine=engine.value,  # type: ignore[arg-type]  # one of its words
        all_or_nothing=all_or_nothing,
        answer_by=min(clock.now() + wait, wanted[0].planned.span.start),
        title=_opened(title) if open_title else Bilingual(),
    )
    publish_all([record], audience=f"twin:{twin_room.origin}")
    booking = _booking(record, by, title, note)
    invite(booking=booking, people=invited, by=by)
    _hold_own(Pair.objects.get(uri=record.uri), room)
    return booking


def _check_rooms(room: Resource, twin_room: Resource) -> None:
    here = me().origin
    if room.origin != here or twin_room.origin == here:
        raise NotTwinRoomsError
    for each in (room, twin_room):
        if each.withdrawn_at is not None:
            raise RoomGoneError(name=str(each))


def _wanted(proposed: Sequence[Proposed], *, all_or_nothing: bool) -> Sequence[Proposed]:
    """Return the times to ask for.

    Raises:
        PastTimeError, ConflictsError, NothingFreeError: see `ask_pair`.
    """
    free = [each for each in proposed if each.is_free]
    if proposed[0].past:
        raise PastTimeError
    if all_or_nothing and len(free) < len(proposed):
        taken = [each for each in proposed if not each.is_free]
        words = [in_words(each.planned.span, _zone(each)) for each in taken[:SHOWN]]
        more = ["…"] if len(taken) > SHOWN else []
        raise ConflictsError(when="; ".join([*words, *more]))
    if not free:
        raise NothingFreeError
    return free


def _zone(proposed: Proposed) -> ZoneInfo:
    return ZoneInfo(proposed.starts[0].zone)


def _times(wanted: Iterable[Proposed]) -> tuple[Time, ...]:
    planned = [each.planned for each in wanted]
    return tuple(
        Time(number=each.number, start=each.span.start, end=each.span.end) for each in planned
    )


def _opened(title: str) -> Bilingual:
    return Bilingual(fr=title, en=title) if title else Bilingual()


def _booking(record: PairAsked, by: Person, title: str, note: str) -> Booking:
    return Booking.objects.create(
        uri=record.uri,
        person=by,
        title=title.strip(),
        note=note.strip(),
        purpose=record.purpose,
        engine=record.engine,
        zone=record.zone,
        starts_local=record.starts_local,
        minutes=record.minutes,
        rule=record.rule,
    )


def _hold_own(pair: Pair, room: Resource) -> None:
    """Hold the room of this city.

    Raises:
        ConflictsError: somebody was faster, and all were asked or none.
    """
    if room.approval == Resource.Approval.BY_HAND:
        return
    answer_for(pair, unanswered(me().origin, by_hand=False).filter(series=pair.uri), room)
    lost = Occurrence.objects.filter(series=pair.uri, word=Word.REFUSED)
    if pair.all_or_nothing and lost.exists():
        raise ConflictsError(when=in_words_of(lost, room))


def in_words_of(occurrences: Iterable[Occurrence], room: Resource) -> str:
    """Return when *occurrences* are, on the clock of *room*, for a sentence."""
    return "; ".join(in_words(each.span, room.zone) for each in occurrences)


@transaction.atomic
def answer(*, series: str, by: Person, held: Collection[int] | None = None) -> None:
    """Decide over this city's room: hold the occurrences *held* (None: all), refuse the others.

    What is taken is refused whatever was decided; a closed room is opened.

    Raises:
        AlreadyAnsweredError: nothing waits for an answer any more.
    """
    pair = locked(series)
    if pair is None:
        answer_single(series=series, by=by, held=held)
        return
    ensure(by, "rooms.answer", pair)
    waiting = list(unanswered(me().origin, by_hand=True).filter(series=series))
    if not waiting:
        raise AlreadyAnsweredError
    wanted = [each for each in waiting if held is None or each.number in held]
    if pair.all_or_nothing and len(wanted) < len(waiting):
        wanted = []
    room = Resource.objects.get(uri=own_room_id(pair))
    refused = [each.number for each in waiting if each not in wanted]
    if wanted:
        answer_for(pair, wanted, room, closed_too=True)
    if refused:
        say(pair, dict.fromkeys(refused, (Word.REFUSED, Reason.DECLINED)))


@transaction.atomic
def release(*, occurrences: Collection[Occurrence], by: Person) -> None:
    """Cancel *occurrences*, of one booking: both rooms are given back, for good.

    Who booked, or who runs the room, of the city that asked decides so; in the other city who
    runs the room takes it back, which releases the whole occurrence in both cities.

    Raises:
        OverAlreadyError: they are over, refused or released already.
    """
    standing = [each for each in occurrences if each.is_standing and each.ends_at > clock.now()]
    if not standing:
        raise OverAlreadyError
    for each in standing:
        ensure(by, "rooms.release", each)
    pair = locked(standing[0].series)
    if pair is None:
        release_single(standing)
        return
    numbers = [each.number for each in standing if each.series == pair.uri]
    if pair.origin == me().origin:
        rule(pair, dict.fromkeys(numbers, (Decision.RELEASED, Reason.CANCELLED)))
    else:
        say(pair, dict.fromkeys(numbers, (Word.RELEASED, Reason.OVERRIDDEN)))
    settle_rooms(pair)
    _count_change(pair.uri)


@transaction.atomic
def rename(*, booking: Booking, title: str, by: Person, note: str = "") -> Booking:
    """Call *booking* otherwise, here; what was opened to the other city is said again."""
    ensure(by, "rooms.change-booking", booking)
    booking.title, booking.note = title.strip(), note.strip()
    booking.save(update_fields=["title", "note"])
    _count_change(booking.uri)
    return booking


def _count_change(uri: str) -> None:
    Booking.objects.filter(uri=uri).update(sequence=F("sequence") + 1)


@transaction.atomic
def invite(*, booking: Booking, people: Collection[Person], by: Person) -> None:
    """Invite *people* of this city to *booking*; who is invited already stays so."""
    ensure(by, "rooms.change-booking", booking)
    Invitation.objects.bulk_create(
        [Invitation(booking=booking, person=person) for person in people], ignore_conflicts=True
    )
