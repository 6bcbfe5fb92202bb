"""A room in each city in one act: what each step leaves behind, whatever the other city does."""

from datetime import timedelta

import pytest

from jumelage.bridge.api import Node
from jumelage.bridge.models import Entry, Refusal
from jumelage.components.rooms import errors
from jumelage.components.rooms.models import Booking, Occurrence, Pair
from jumelage.components.rooms.records import AnswerWord, PairDecided, VerdictWord
from jumelage.components.rooms.services import answer, release
from jumelage.directory.calendars.times import Span
from jumelage.directory.models import Busy, Person, Reservation, Resource
from jumelage.kit import clock
from jumelage.kit.errors import NotAllowedError
from tests.factories import directory, rooms
from tests.factories.bridge import Peer
from tests.factories.rooms import NOON

HOUR = timedelta(hours=1)


@pytest.fixture
def booking(room: Resource, twin_room: Resource, member: Person) -> Booking:
    """Return an hour asked for in both cities."""
    return rooms.asked(room, twin_room, member, title="Canari titre")


@pytest.fixture
def pair(booking: Booking) -> Pair:
    """Return what the other city is told of it."""
    return Pair.objects.get(uri=booking.uri)


def test_asking_holds_the_own_room_and_asks_the_other_city(
    booking: Booking, room: Resource, here: Node
) -> None:
    assert rooms.states(booking.uri) == ["asked"]
    assert rooms.taken(room) == 4
    assert rooms.own_words(booking.uri, here.origin) == {"1": "held"}
    assert Busy.objects.live().filter(resource=room).count() == 1


def test_other_city_holds_then_both_are_confirmed(
    there: Peer, pair: Pair, twin_room: Resource, room: Resource
) -> None:
    rooms.arrive(there, rooms.answered_there(there, pair, twin_room.uri))
    assert rooms.states(pair.uri) == ["held"]

    rooms.do_duties()

    assert rooms.states(pair.uri) == ["confirmed"]
    assert Reservation.objects.get(resource=room).state == "confirmed"


def test_other_city_refuses_then_the_own_room_is_free(
    there: Peer, pair: Pair, twin_room: Resource, room: Resource
) -> None:
    said = rooms.answered_there(there, pair, twin_room.uri, word="refused")
    rooms.arrive(there, said)
    rooms.do_duties()

    assert rooms.states(pair.uri) == ["refused"]
    assert rooms.taken(room) == 0
    assert Busy.objects.live().count() == 0


def test_silence_until_the_time_is_over_releases(pair: Pair, room: Resource) -> None:
    with clock.fixed(pair.answer_by - timedelta(seconds=1)):
        rooms.do_duties()
        assert rooms.taken(room) == 4
    with clock.fixed(pair.answer_by):
        rooms.do_duties()

    assert rooms.states(pair.uri) == ["released"]
    assert Occurrence.objects.get().reason == "late"
    assert rooms.taken(room) == 0


def test_answer_after_the_time_is_over_changes_nothing(
    there: Peer, pair: Pair, twin_room: Resource, room: Resource
) -> None:
    with clock.fixed(pair.answer_by):
        rooms.do_duties()
    rooms.arrive(there, rooms.answered_there(there, pair, twin_room.uri))
    rooms.do_duties()

    assert rooms.states(pair.uri) == ["released"]
    assert rooms.taken(room) == 0


def test_this_city_answers_for_a_room_it_gives_at_once(
    there: Peer, room: Resource, here: Node
) -> None:
    asked = rooms.asked_there(there, room, there.uri())
    rooms.arrive(there, asked)
    rooms.do_duties()

    assert rooms.states(asked.uri) == ["asked"]
    assert rooms.own_words(asked.uri, here.origin) == {"1": "held"}
    assert rooms.taken(room) == 4


def decided(there: Peer, asked: object, word: str = "confirmed") -> PairDecided:
    """Return a decision of the city *there*."""
    return PairDecided(
        uri=there.uri(),
        created_at=NOON,
        pair=asked.uri,  # type: ignore[attr-defined]  # a pair
        terms=asked.terms,  # type: ignore[attr-defined]  # a pair
        words=(VerdictWord(number=1, word=word),),  # type: ignore[arg-type]  # a word
    )


def test_held_room_waits_for_the_coordinator_for_ever(there: Peer, room: Resource) -> None:
    asked = rooms.asked_there(there, room, there.uri())
    rooms.arrive(there, asked)
    rooms.do_duties()
    with clock.fixed(NOON + timedelta(days=300)):
        rooms.do_duties()

    assert rooms.taken(room) == 4


def test_decision_of_the_other_city_is_carried_out(there: Peer, room: Resource) -> None:
    asked = rooms.asked_there(there, room, there.uri())
    twin = asked.rooms[0]
    rooms.arrive(there, asked, rooms.answered_there(there, asked, twin))
    rooms.do_duties()
    rooms.arrive(there, decided(there, asked))
    rooms.do_duties()
    assert rooms.states(asked.uri) == ["confirmed"]
    assert Reservation.objects.get(resource=room).state == "confirmed"

    rooms.arrive(there, decided(there, asked, "released"))  # a second decision counts for nothing
    rooms.do_duties()

    assert rooms.states(asked.uri)[0] in {"confirmed", "released"}


def test_cancelling_gives_both_rooms_back(
    there: Peer, pair: Pair, twin_room: Resource, room: Resource, member: Person
) -> None:
    rooms.arrive(there, rooms.answered_there(there, pair, twin_room.uri))
    rooms.do_duties()

    release(occurrences=list(Occurrence.objects.all()), by=member)

    assert rooms.states(pair.uri) == ["released"]
    assert Occurrence.objects.get().decision == "released"
    assert rooms.taken(room) == 0
    assert Booking.objects.get().sequence == 1
    with pytest.raises(errors.OverAlreadyError):
        release(occurrences=list(Occurrence.objects.all()), by=member)


def test_manager_of_the_other_city_takes_the_room_back(
    there: Peer, pair: Pair, twin_room: Resource, room: Resource
) -> None:
    said = rooms.answered_there(there, pair, twin_room.uri)
    rooms.arrive(there, said)
    rooms.do_duties()
    words = (AnswerWord(number=1, word="released", reason="overridden"),)
    taken_back = rooms.answered_there(there, pair, twin_room.uri, uri=said.uri, words=words)
    rooms.arrive(there, taken_back, rev=2)
    assert rooms.states(pair.uri) == ["released"]

    rooms.do_duties()

    assert rooms.taken(room) == 0
    assert Occurrence.objects.get().decision == "released"
    assert Occurrence.objects.get().reason == "overridden"


def test_manager_here_takes_the_room_back(there: Peer, room: Resource, officer: Person) -> None:
    asked = rooms.asked_there(there, room, there.uri())
    rooms.arrive(there, asked)
    rooms.do_duties()

    release(occurrences=list(Occurrence.objects.all()), by=officer)

    assert rooms.taken(room) == 0
    assert rooms.states(asked.uri) == ["released"]


def test_given_back_room_stays_given_back(there: Peer, room: Resource, officer: Person) -> None:
    """A city that asked cannot have a room again that was given back, whatever it says."""
    asked = rooms.asked_there(there, room, there.uri())
    rooms.arrive(there, asked, rooms.answered_there(there, asked, asked.rooms[0]))
    rooms.do_duties()
    verdict = decided(there, asked, "released")
    rooms.arrive(there, verdict)
    rooms.do_duties()
    assert rooms.taken(room) == 0

    again = PairDecided(
        uri=verdict.uri,
        created_at=NOON,
        pair=asked.uri,
        terms=asked.terms,
        words=(VerdictWord(number=1, word="confirmed"),),
    )
    rooms.arrive(there, again, rev=2)
    rooms.do_duties()

    assert rooms.states(asked.uri) == ["released"]
    assert rooms.taken(room) == 0


def test_room_over_which_somebody_decides_waits(there: Peer, officer: Person, here: Node) -> None:
    room = rooms.room(officer, approval="by-hand")
    asked = rooms.asked_there(there, room, there.uri())
    rooms.arrive(there, asked)
    rooms.do_duties()
    assert rooms.taken(room) == 0

    with pytest.raises(NotAllowedError):
        answer(series=asked.uri, by=directory.person())
    answer(series=asked.uri, by=officer)

    assert rooms.taken(room) == 4
    with pytest.raises(errors.AlreadyAnsweredError):
        answer(series=asked.uri, by=officer)


def test_room_is_refused_by_hand(there: Peer, officer: Person, here: Node) -> None:
    room = rooms.room(officer, approval="by-hand")
    asked = rooms.asked_there(there, room, there.uri())
    rooms.arrive(there, asked)

    answer(series=asked.uri, by=officer, held=set())

    assert rooms.own_words(asked.uri, here.origin) == {"1": "refused"}
    assert rooms.taken(room) == 0


def test_all_or_nothing_holds_nothing_when_one_is_taken(
    there: Peer, room: Resource, here: Node
) -> None:
    spans = [Span(NOON + timedelta(days=n), NOON + timedelta(days=n) + HOUR) for n in (1, 2)]
    first = rooms.asked_there(there, room, there.uri(), spans[:1])
    both = rooms.asked_there(there, room, there.uri(), spans)
    rooms.arrive(there, first, both)
    rooms.do_duties()

    said = {asked.uri: rooms.own_words(asked.uri, here.origin) for asked in (first, both)}

    assert sorted(said.values(), key=len) == [{"1": "held"}, {"1": "refused", "2": "refused"}] or (
        said == {first.uri: {"1": "refused"}, both.uri: {"1": "held", "2": "held"}}
    )
    assert rooms.taken(room) in {4, 8}


def test_those_that_are_free_are_held(there: Peer, room: Resource, here: Node) -> None:
    spans = [Span(NOON + timedelta(days=n), NOON + timedelta(days=n) + HOUR) for n in (1, 2)]
    rooms.arrive(there, rooms.asked_there(there, room, there.uri(), spans[:1]))
    rooms.do_duties()
    both = rooms.asked_there(there, room, there.uri(), spans, all_or_nothing=False)
    rooms.arrive(there, both)
    rooms.do_duties()

    assert rooms.own_words(both.uri, here.origin) == {"1": "refused", "2": "held"}


def test_conflict_is_said_before_anything_is_asked(
    room: Resource, twin_room: Resource, member: Person, booking: Booking
) -> None:
    with pytest.raises(errors.ConflictsError) as caught:
        rooms.asked(room, twin_room, member)

    assert "17:00-18:00 (Europe/Paris)" in str(caught.value)
    assert Pair.objects.count() == 1


def test_only_the_free_ones_of_a_series_are_asked(
    room: Resource, twin_room: Resource, member: Person, booking: Booking
) -> None:
    weekly = rooms.plan(rule="FREQ=WEEKLY;COUNT=3")

    made = rooms.asked(room, twin_room, member, plan=weekly, all_or_nothing=False)

    assert [t["number"] for t in Pair.objects.get(uri=made.uri).times] == [2, 3]
    assert rooms.states(made.uri) == ["asked", "asked"]


def test_no_name_and_no_title_leaves(booking: Booking, here: Node) -> None:
    said = b"".join(bytes(e.body or b"") for e in Entry.objects.filter(feed__node=here))

    assert b"Canari" not in said


def test_opened_title_leaves(room: Resource, twin_room: Resource, member: Person) -> None:
    made = rooms.asked(room, twin_room, member, title="Jury", open_title=True)

    assert Pair.objects.get(uri=made.uri).title == {"fr": "Jury", "en": "Jury"}


@pytest.mark.parametrize("swapped", [True, False])
def test_both_rooms_of_one_city_are_refused(
    room: Resource, twin_room: Resource, member: Person, *, swapped: bool
) -> None:
    one, other = (twin_room, room) if swapped else (room, room)
    with pytest.raises(errors.NotTwinRoomsError):
        rooms.asked(one, other, member)


def test_past_time_is_refused(room: Resource, twin_room: Resource, member: Person) -> None:
    past = rooms.plan(starts=rooms.MEETING - timedelta(days=40))
    with pytest.raises(errors.PastTimeError):
        rooms.asked(room, twin_room, member, plan=past)


def test_stranger_asks_for_nothing(room: Resource, twin_room: Resource) -> None:
    with pytest.raises(NotAllowedError):
        rooms.asked(room, twin_room, directory.stranger())


def test_nothing_was_refused_by_the_bridge(there: Peer, pair: Pair, twin_room: Resource) -> None:
    rooms.arrive(there, rooms.answered_there(there, pair, twin_room.uri))

    assert Refusal.objects.count() == 0
