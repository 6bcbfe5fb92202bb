"""Rooms of one's own city, windows, evidence, figures, suggestions."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from jumelage.bridge.api import Node
from jumelage.bridge.models import Entry
from jumelage.components.rooms import errors
from jumelage.components.rooms.component import component
from jumelage.components.rooms.models import Booking, Occurrence, Pair, Session
from jumelage.components.rooms.records import SessionHeld, WindowOpened
from jumelage.components.rooms.selectors import (
    bookings_of,
    incoming,
    pane,
    propose,
    week,
    windows,
)
from jumelage.components.rooms.selectors import rooms as listed_rooms
from jumelage.components.rooms.services import (
    answer,
    book_one,
    change_room,
    change_window,
    close_window,
    open_window,
    register_room,
    release,
    state_session,
    withdraw_room,
)
from jumelage.components.rooms.services.rooms import described
from jumelage.directory.calendars.records import BusyStated, Closure, Hours
from jumelage.directory.calendars.suggesting import suggest
from jumelage.directory.models import Busy, Person, Reservation, Resource
from jumelage.kit import clock
from jumelage.kit.dates import Period
from jumelage.kit.errors import InvalidRecordError, NotAllowedError
from jumelage.kit.i18n import Bilingual
from tests.factories import directory, rooms
from tests.factories.bridge import Peer
from tests.factories.rooms import NOON

HOUR = timedelta(hours=1)
YEAR = Period.year(2026)


def test_room_of_ones_own_city_is_booked_at_once(
    room: Resource, member: Person, here: Node
) -> None:
    booking = book_one(room=room, plan=rooms.plan(), by=member, title="Canari titre")
    said = b"".join(bytes(e.body or b"") for e in Entry.objects.filter(feed__node=here))

    assert rooms.states(booking.uri) == ["confirmed"]
    assert Busy.objects.live().count() == 1
    assert b"Canari" not in said
    assert booking.uri.encode() not in said
    assert bookings_of(member) == [booking]


def test_second_booking_of_the_same_quarter_is_refused(room: Resource, member: Person) -> None:
    book_one(room=room, plan=rooms.plan(), by=member)
    with pytest.raises(errors.ConflictsError):
        book_one(room=room, plan=rooms.plan(minutes=15), by=member)
    later = book_one(
        room=room,
        plan=rooms.plan(minutes=15, rule="FREQ=DAILY;COUNT=2"),
        by=member,
        all_or_nothing=False,
    )

    assert list(Occurrence.objects.filter(series=later.uri).values_list("number", flat=True)) == [2]
    assert rooms.taken(room) == 5


def test_nothing_of_a_refused_booking_stays(room: Resource, member: Person) -> None:
    book_one(room=room, plan=rooms.plan(), by=member)
    before = (Booking.objects.count(), Reservation.objects.count(), Busy.objects.count())
    with pytest.raises(errors.ConflictsError):
        book_one(room=room, plan=rooms.plan(rule="FREQ=DAILY;COUNT=9"), by=member)

    assert (Booking.objects.count(), Reservation.objects.count(), Busy.objects.count()) == before


@pytest.mark.parametrize("accepted", [True, False])
def test_room_over_which_somebody_decides(
    officer: Person, member: Person, *, accepted: bool
) -> None:
    room = rooms.room(officer, approval="by-hand")
    booking = book_one(room=room, plan=rooms.plan(), by=member)
    assert rooms.states(booking.uri) == ["asked"]
    [waiting] = incoming()
    assert (waiting.room, waiting.booking, waiting.pair) == (room, booking, None)

    answer(series=booking.uri, by=officer, held=None if accepted else set())

    assert rooms.states(booking.uri) == ["confirmed" if accepted else "refused"]
    assert rooms.taken(room) == (4 if accepted else 0)
    assert list(incoming()) == []


def test_pair_waits_in_the_list_of_what_is_asked(there: Peer, officer: Person) -> None:
    room = rooms.room(officer, approval="by-hand")
    asked = rooms.asked_there(there, room, there.uri())
    rooms.arrive(there, asked)
    [waiting] = incoming()

    assert waiting.pair is not None
    assert (waiting.pair.uri, waiting.booking, waiting.room) == (asked.uri, None, room)
    with clock.fixed(asked.times[0].start):
        assert list(incoming()) == []


def test_cancelled_room_is_free_again(room: Resource, member: Person, officer: Person) -> None:
    booking = book_one(room=room, plan=rooms.plan(), by=member)
    with pytest.raises(NotAllowedError):
        release(occurrences=list(Occurrence.objects.all()), by=directory.person())
    release(occurrences=list(Occurrence.objects.all()), by=officer)

    assert rooms.states(booking.uri) == ["released"]
    assert rooms.taken(room) == 0
    assert Busy.objects.live().count() == 0


def test_room_of_the_other_city_is_not_booked_alone(twin_room: Resource, member: Person) -> None:
    with pytest.raises(errors.NotYourRoomError):
        book_one(room=twin_room, plan=rooms.plan(), by=member)


def test_week_shows_open_taken_and_closed(officer: Person, member: Person) -> None:
    room = rooms.room(
        officer,
        hours=rooms.OFFICE,
        closures=(
            Closure(
                first=date(2026, 12, 3), last=date(2026, 12, 3), reason=Bilingual(fr="Travaux")
            ),
        ),
    )
    book_one(room=room, plan=rooms.plan(starts=datetime(2026, 12, 1, 9)), by=member)  # noqa: DTZ001  # on the wall clock
    found = week(room, date(2026, 11, 30))

    assert [each.kind for each in found] == [
        "open", "confirmed", "open", "open", "closed", "open",
    ]  # fmt: skip
    assert str(found[4].reason) == "Travaux"


def test_week_of_the_other_city_is_busy_and_no_more(
    room: Resource, twin_room: Resource, there: Peer
) -> None:
    start = datetime(2026, 12, 1, 18, tzinfo=UTC)
    rooms.arrive(
        there, BusyStated(uri=there.uri(), resource=twin_room.uri, start=start, end=start + HOUR)
    )
    kinds = {each.kind for each in week(twin_room, date(2026, 11, 30))}

    assert kinds == {"open", "busy"}
    starts = datetime(2026, 12, 1, 19)  # noqa: DTZ001  # on the wall clock
    [proposed] = propose(rooms=[room, twin_room], plan=rooms.plan(starts=starts))
    assert not proposed.is_free


def test_room_is_described_again_and_withdrawn(
    room: Resource, officer: Person, member: Person
) -> None:
    assert change_room(resource=room, room=described(room), by=officer).rev == 2
    booking = book_one(room=room, plan=rooms.plan(), by=member)
    with pytest.raises(errors.BookedRoomError):
        withdraw_room(resource=room, by=officer)
    release(occurrences=list(Occurrence.objects.filter(series=booking.uri)), by=member)
    withdraw_room(resource=room, by=officer)

    assert listed_rooms() == []
    with pytest.raises(NotAllowedError):
        withdraw_room(resource=Resource.objects.get(), by=officer)
    with pytest.raises(errors.RoomGoneError):
        book_one(room=Resource.objects.get(), plan=rooms.plan(), by=member)


@pytest.mark.parametrize(
    "facts",
    [
        {"capacity": 0},
        {"capacity": 10**9},
        {"time_zone": "Mars"},
        {"name": Bilingual()},
        {"hours": (Hours(day=7, opens="09:00", closes="10:00"),)},
        {"hours": (Hours(day=0, opens="9", closes="10:00"),)},
        {"hours": (Hours(day=0, opens="10:00", closes="09:00"),)},
        {"hours": (Hours(day=0, opens="09:00", closes="10:00"),) * 71},
        {"closures": (Closure(first=date(2026, 2, 2), last=date(2026, 2, 1)),)},
    ],
    ids=str,
)
def test_room_nobody_could_use_is_refused(
    room: Resource, officer: Person, facts: dict[str, object]
) -> None:
    with pytest.raises(InvalidRecordError):
        register_room(room=replace(described(room), **facts), by=officer)  # type: ignore[arg-type]  # facts


# Windows.


def test_window_needs_the_word_of_both_cities(
    room: Resource, twin_room: Resource, officer: Person, there: Peer
) -> None:
    night = (Hours(day=0, opens="00:00", closes="08:00"),)
    ours = open_window(room=room, twin_room=twin_room, by=officer, quiet=night)
    with pytest.raises(errors.WindowExistsError):
        open_window(room=room, twin_room=twin_room, by=officer)
    [alone] = windows()
    assert not alone.is_agreed
    said = WindowOpened(
        uri=there.uri(), created_at=NOON, rooms=(twin_room.uri, room.uri), answers=ours.uri
    )
    rooms.arrive(there, said)

    agreed = pane(ours.uri)
    assert agreed is not None
    assert agreed.is_agreed
    assert agreed.quiet_at(datetime(2026, 11, 23, 6, 59, tzinfo=UTC))  # 7:59 on Monday in Paris
    assert not agreed.quiet_at(datetime(2026, 11, 23, 7, tzinfo=UTC))

    changed = change_window(window=ours, quiet=(), by=officer)
    assert changed.quiet == []
    close_window(window=changed, by=officer)
    assert windows() == []


def test_window_of_the_other_city_is_answered(
    room: Resource, twin_room: Resource, officer: Person, there: Peer
) -> None:
    said = WindowOpened(uri=there.uri(), created_at=NOON, rooms=(twin_room.uri, room.uri))
    rooms.arrive(there, said)
    [theirs] = windows()
    other = rooms.room(officer, name="Autre")
    with pytest.raises(errors.NotTwinRoomsError):
        open_window(room=other, twin_room=twin_room, by=officer, answers=theirs.first)
    open_window(room=room, twin_room=twin_room, by=officer, answers=theirs.first)

    assert [each.is_agreed for each in windows()] == [True]


# Evidence.


def held(**more: object) -> Session:
    """State a session of an hour."""
    facts = {
        "session": "jumelage:" + "a" * 32 + ":" + "s" * 26,
        "began_at": NOON,
        "ended_at": NOON + HOUR,
        "minutes": 60,
        "people": {},
        **more,
    }
    return state_session(**facts)  # type: ignore[arg-type]  # facts of a session


def figure(name: str, origin: str | None = None) -> Decimal:
    """Return a figure of the year."""
    [found] = [each for each in component.indicators if each.name == name]
    return found.measure(YEAR, origin)


def test_few_people_are_withheld(here: Node, there: Peer) -> None:
    stated = held(people={here.origin: 4, there.origin: 5})

    assert stated.attendance == {here.origin: None, there.origin: 5}
    assert figure("joint-sessions") == 1
    assert figure("attendance") == 5


def test_session_stated_twice_counts_once(here: Node, there: Peer) -> None:
    stated = held(people={here.origin: 6})
    again = held(people={here.origin: 7}, minutes=30)
    theirs = SessionHeld(
        uri=there.uri(),
        created_at=NOON,
        session=stated.session,
        began_at=NOON,
        ended_at=NOON + HOUR,
        minutes=45,
        attendance={there.origin: None},
    )
    rooms.arrive(there, theirs)

    assert again.uri == stated.uri
    assert figure("calls-held") == 1
    assert figure("calls-held", there.origin) == 1
    assert figure("hours-open") == Decimal("0.8")
    assert figure("joint-sessions") == 1
    assert figure("attendance") == 7


def test_session_of_one_city_is_not_joint(here: Node) -> None:
    held(people={here.origin: 9}, is_window=True)

    assert figure("joint-sessions") == figure("calls-held") == 0
    assert figure("hours-open") == 1


def test_confirmed_pairs_are_counted(
    room: Resource, twin_room: Resource, member: Person, there: Peer, here: Node
) -> None:
    booking = rooms.asked(room, twin_room, member)
    assert figure("rooms-booked") == 0
    pair = Pair.objects.get(uri=booking.uri)
    rooms.arrive(there, rooms.answered_there(there, pair, twin_room.uri))
    rooms.do_duties()

    assert figure("rooms-booked") == figure("rooms-booked", here.origin) == 1
    assert figure("rooms-booked", there.origin) == 0


# Suggestions.


def test_no_common_hour_is_said_and_the_best_is_offered(
    room: Resource, twin_room: Resource
) -> None:
    found = suggest(rooms=[room, twin_room], first=date(2026, 12, 1), days=5, minutes=60)

    assert not found.has_common
    assert len(found.best) == 6
    best = found.best[0]
    assert (best.score, best.outside) == (90, (30, 30))
    assert [f"{each.at:%H:%M}" for each in best.starts] == ["17:30", "08:30"]


def test_weeks_of_eight_hours_have_a_common_hour(room: Resource, twin_room: Resource) -> None:
    found = suggest(rooms=[room, twin_room], first=date(2027, 3, 15), days=5, minutes=60)

    assert found.has_common
    assert [f"{each.at:%H:%M}" for each in found.best[0].starts] == ["17:00", "09:00"]
    assert found.best[0].unusual


def test_taken_and_closed_times_are_not_suggested(
    room: Resource, twin_room: Resource, member: Person
) -> None:
    book_one(room=room, plan=rooms.plan(starts=datetime(2026, 12, 1, 17)), by=member)  # noqa: DTZ001  # on the wall clock
    found = suggest(rooms=[room, twin_room], first=date(2026, 12, 1), days=1, minutes=60)
    shut = rooms.room(name="Bureau", hours=rooms.OFFICE)

    assert [f"{each.starts[0].at:%H:%M}" for each in found.best] == ["18:00", "16:00"]
    assert suggest(rooms=[shut, twin_room], first=date(2026, 12, 5), days=2, minutes=60).best == []
    assert suggest(rooms=[room, twin_room], first=date(2026, 11, 1), days=1, minutes=60).best == []
