"""A hostile other city: everything it sends is refused by name, or changes nothing here."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from jumelage.bridge.api import BridgeError, Node
from jumelage.bridge.boundary.policy import allowed_fields
from jumelage.bridge.feeds.receive import receive
from jumelage.bridge.feeds.wire import encode_body
from jumelage.bridge.models import Refusal
from jumelage.components.rooms.models import Booking, Occurrence, Pair, Window
from jumelage.components.rooms.records import (
    PairAsked,
    PairDecided,
    SessionHeld,
    VerdictWord,
    WindowOpened,
)
from jumelage.components.rooms.selectors import pane
from jumelage.components.rooms.services import open_window
from jumelage.directory.calendars.records import BusyStated, Hours
from jumelage.directory.calendars.selectors import busy
from jumelage.directory.calendars.times import Span
from jumelage.directory.models import Busy, Person, Reservation, Resource
from jumelage.kit.component import Record
from jumelage.kit.uris import Uri, new_id
from tests.factories import rooms
from tests.factories.bridge import Peer
from tests.factories.rooms import NOON

pytestmark = pytest.mark.promise("two-rooms")

HOUR = timedelta(hours=1)
THIRD = "c" * 32


def send(there: Peer, here: Node, record: Record, **changes: Any) -> None:  # noqa: ANN401  # JSON
    """Let the bytes of *record* with *changes* arrive, whatever they say."""
    audience = next(iter(record.audiences))
    feed = f"twin:{here.origin}" if audience == "twin" else audience
    body = msgspec.json.decode(encode_body(record, allowed_fields(type(record), feed)))
    uri = Uri.parse(record.uri)
    line = there.say_bytes(record.kind, uri.id, msgspec.json.encode({**body, **changes}), feed=feed)
    receive(Node.objects.get(origin=there.origin), feed, [line], there.checkpoint(feed))


def times(*spans: tuple[int, object, object]) -> list[Mapping[str, object]]:
    """Return times as JSON."""
    return [{"number": n, "start": start, "end": end} for n, start, end in spans]


@pytest.fixture
def asked(there: Peer, room: Resource) -> PairAsked:
    """Return what an honest city would ask."""
    return rooms.asked_there(there, room, there.uri())


def refused() -> int:
    """Return how many records were refused."""
    return sum(Refusal.objects.values_list("count", flat=True))


SOON = "2026-12-01T10:00:00Z"
BAD_TIMES = {
    "none": times(),
    "backwards": times((1, "2026-12-01T11:00:00Z", SOON)),
    "empty": times((1, SOON, SOON)),
    "of a day and more": times((1, SOON, "2026-12-09T10:00:00Z")),
    "off the quarter": times((1, "2026-12-01T10:07:00Z", "2026-12-01T11:07:00Z")),
    "of a second": times((1, SOON, "2026-12-01T10:00:01Z")),
    "of the past century": times((1, "1926-12-01T10:00:00Z", "1926-12-01T11:00:00Z")),
    "of the year 9999": times((1, "9999-12-31T22:00:00Z", "9999-12-31T23:00:00Z")),
    "without a zone": times((1, "2026-12-01T10:00:00", "2026-12-01T11:00:00")),
    "number 0": times((0, SOON, "2026-12-01T11:00:00Z")),
    "number -1": times((-1, SOON, "2026-12-01T11:00:00Z")),
    "number 2**63": times((2**63, SOON, "2026-12-01T11:00:00Z")),
    "numbered alike": times(
        (1, SOON, "2026-12-01T11:00:00Z"), (1, "2026-12-02T10:00:00Z", "2026-12-02T11:00:00Z")
    ),
    "overlapping": times(
        (1, SOON, "2026-12-01T11:00:00Z"), (2, "2026-12-01T10:45:00Z", "2026-12-01T11:45:00Z")
    ),
    "10,000": times(
        *(
            (n, (NOON + n * HOUR).isoformat(), (NOON + (n + 1) * HOUR).isoformat())
            for n in range(1, 10_001)
        )
    ),
}


@pytest.mark.parametrize("said", BAD_TIMES.values(), ids=BAD_TIMES.keys())
def test_wrong_times_are_refused(
    there: Peer, here: Node, asked: PairAsked, room: Resource, said: object
) -> None:
    with suppress(BridgeError):  # too large for a page: refused before it is read
        send(there, here, asked, times=said)
        assert refused() == 1
    rooms.do_duties()

    assert not Pair.objects.exists()
    assert rooms.taken(room) == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"zone": "Mars/Olympus"},
        {"zone": "../../etc/localtime"},
        {"answer_by": "9999-12-31T00:00:00Z"},
        {"answer_by": "2026-01-01T00:00:00Z"},
        {"purpose": "canary"},
        {"rooms": []},
        {"rooms": ["x", "y"]},
        {"title": {"fr": "x" * 300_000}},
        {"minutes": "sixty"},
        {"starts_local": "x" * 200},
        {"rule": "x" * 500},
    ],
    ids=lambda changes: f"{next(iter(changes))} {str(next(iter(changes.values())))[:20]}",
)
def test_wrong_facts_are_refused(
    there: Peer, here: Node, asked: PairAsked, room: Resource, changes: Mapping[str, object]
) -> None:
    with suppress(BridgeError):  # too large for a page: refused before it is read
        send(there, here, asked, **changes)
        assert refused() == 1
    rooms.do_duties()
    assert rooms.taken(room) == 0


def test_own_room_cannot_be_asked_for_in_our_name(
    there: Peer, here: Node, asked: PairAsked, room: Resource
) -> None:
    for said in ([room.uri, asked.rooms[0]], [room.uri, room.uri], [asked.rooms[0]] * 2):
        send(there, here, asked, rooms=said)

    assert refused() == 3
    assert rooms.taken(room) == 0


def test_room_of_a_third_city_moves_nothing(there: Peer, here: Node, asked: PairAsked) -> None:
    send(there, here, asked, rooms=[asked.rooms[0], str(Uri(THIRD, new_id()))])
    rooms.do_duties()

    assert rooms.states(asked.uri) == ["asked"]
    assert Reservation.objects.count() == 0


def test_room_nobody_listed_moves_nothing(there: Peer, here: Node, asked: PairAsked) -> None:
    send(there, here, asked, rooms=[asked.rooms[0], str(Uri(here.origin, new_id()))])
    rooms.do_duties()

    assert Reservation.objects.count() == 0


def test_answer_for_our_room_is_refused(
    there: Peer, here: Node, room: Resource, twin_room: Resource, member: Person
) -> None:
    booking = rooms.asked(room, twin_room, member)
    pair = Pair.objects.get(uri=booking.uri)
    said = rooms.answered_there(there, pair, twin_room.uri, word="released")
    send(there, here, said, room=room.uri)
    rooms.do_duties()

    assert refused() == 1
    assert rooms.states(booking.uri) == ["asked"]
    assert rooms.taken(room) == 4


def test_answer_for_another_room_of_theirs_counts_for_nothing(
    there: Peer, here: Node, room: Resource, twin_room: Resource, member: Person
) -> None:
    booking = rooms.asked(room, twin_room, member)
    pair = Pair.objects.get(uri=booking.uri)
    rooms.arrive(there, rooms.answered_there(there, pair, there.uri()))
    rooms.do_duties()

    assert rooms.states(booking.uri) == ["asked"]


@pytest.mark.parametrize("terms", ["", "0" * 64, "x" * 64])
def test_answer_to_other_terms_counts_for_nothing(
    there: Peer, room: Resource, twin_room: Resource, member: Person, terms: str
) -> None:
    booking = rooms.asked(room, twin_room, member)
    pair = Pair.objects.get(uri=booking.uri)
    rooms.arrive(there, rooms.answered_there(there, pair, twin_room.uri, terms=terms))
    rooms.do_duties()

    assert rooms.states(booking.uri) == ["asked"]


def decided(there: Peer, pair: Pair | PairAsked, word: str = "confirmed") -> PairDecided:
    """Return a decision in the name of the city *there*."""
    return PairDecided(
        uri=there.uri(),
        created_at=NOON,
        pair=str(Uri(there.origin, new_id())),
        terms=pair.terms,
        words=(VerdictWord(number=1, word=word),),  # type: ignore[arg-type]  # a word
    )


@pytest.mark.parametrize("word", ["confirmed", "released"])
def test_decision_of_who_did_not_ask_is_refused(  # noqa: PLR0917  # fixtures
    there: Peer, here: Node, room: Resource, twin_room: Resource, member: Person, word: str
) -> None:
    booking = rooms.asked(room, twin_room, member)
    pair = Pair.objects.get(uri=booking.uri)
    send(there, here, decided(there, pair, word), pair=pair.uri)
    rooms.do_duties()

    assert refused() == 1
    assert rooms.states(booking.uri) == ["asked"]


def test_decision_without_our_word_confirms_nothing(
    there: Peer, here: Node, asked: PairAsked, room: Resource
) -> None:
    send(there, here, decided(there, asked), pair=asked.uri)
    rooms.arrive(there, asked, rooms.answered_there(there, asked, asked.rooms[0]))
    rooms.do_duties()

    assert rooms.states(asked.uri) == ["asked"]
    assert Reservation.objects.filter(state="confirmed").count() == 0


def test_asks_that_overlap_get_the_room_once(there: Peer, room: Resource) -> None:
    first, second = (
        rooms.asked_there(there, room, there.uri(), [Span(NOON + n * HOUR, NOON + (n + 2) * HOUR)])
        for n in (24, 25)
    )
    rooms.arrive(there, first, second)
    rooms.do_duties()

    words = [said.word or said.twin_word for said in Occurrence.objects.all()]
    assert sorted(words) == ["held", "refused"]
    assert rooms.taken(room) == 8


def test_ask_that_grows_afterwards_has_to_ask_again(
    there: Peer, here: Node, room: Resource
) -> None:
    """Widening what was held or confirmed is asking for something else."""
    asked = rooms.asked_there(there, room, there.uri())
    twin = asked.rooms[0]
    rooms.arrive(there, asked, rooms.answered_there(there, asked, twin))
    rooms.do_duties()
    verdict = decided(there, asked)
    send(there, here, verdict, pair=asked.uri)
    rooms.do_duties()
    assert rooms.states(asked.uri) == ["confirmed"]

    start = asked.times[0].start
    taken = rooms.asked_there(there, room, there.uri(), [Span(start + 2 * HOUR, start + 3 * HOUR)])
    rooms.arrive(there, taken)
    rooms.do_duties()
    wider = rooms.asked_there(there, room, twin, [Span(start, start + 4 * HOUR)], uri=asked.uri)
    rooms.arrive(there, wider, rev=2)
    rooms.do_duties()

    assert rooms.states(asked.uri) == ["refused"]
    assert rooms.own_words(taken.uri, here.origin) == {"1": "held"}
    assert rooms.taken(room) == 4


def test_shifted_ask_holds_only_what_it_asks_for_now(there: Peer, room: Resource) -> None:
    asked = rooms.asked_there(there, room, there.uri())
    rooms.arrive(there, asked)
    rooms.do_duties()
    start = asked.times[0].start + timedelta(days=1)
    shifted = rooms.asked_there(
        there, room, asked.rooms[0], [Span(start, start + HOUR)], uri=asked.uri
    )
    rooms.arrive(there, shifted, rev=2)
    rooms.do_duties()

    kept = Reservation.objects.get(resource=room)
    assert (kept.starts_at, kept.ends_at) == (start, start + HOUR)
    assert rooms.taken(room) == 4
    assert Busy.objects.live().count() == 1


def test_withdrawn_and_erased_asks_free_the_room(there: Peer, room: Resource) -> None:
    asked = rooms.asked_there(there, room, there.uri())
    rooms.arrive(there, asked)
    rooms.do_duties()
    assert rooms.taken(room) == 4
    feed = next(feed for feed in there.heads if feed.startswith("twin:"))
    line = there.say_bytes(
        asked.kind, Uri.parse(asked.uri).id, b"{}", feed=feed, rev=2, op="withdraw"
    )
    receive(Node.objects.get(origin=there.origin), feed, [line], there.checkpoint(feed))
    rooms.do_duties()

    assert rooms.taken(room) == 0
    Pair.objects.all().delete()
    Occurrence.objects.all().delete()
    rooms.do_duties()
    assert Reservation.objects.count() == 0


def test_word_about_our_calendar_is_refused(there: Peer, here: Node, room: Resource) -> None:
    said = BusyStated(uri=there.uri(), resource=there.uri(), start=NOON, end=NOON + HOUR)
    send(there, here, said, resource=room.uri)
    send(there, here, said, start="0001-01-01T00:00:00Z")
    send(there, here, said, end="2026-11-22T11:00:00Z")

    assert refused() == 3
    assert busy(room, Span(NOON, NOON + HOUR)) == []


def test_window_of_our_room_is_refused(
    there: Peer, here: Node, room: Resource, twin_room: Resource
) -> None:
    said = WindowOpened(uri=there.uri(), created_at=NOON, rooms=(twin_room.uri, room.uri))
    send(there, here, said, rooms=[room.uri, twin_room.uri])
    send(there, here, said, answers=there.uri())
    send(there, here, said, quiet=[{"day": 9, "opens": "00:00", "closes": "24:00"}])
    assert refused() == 3

    rooms.arrive(there, said)

    alone = pane(said.uri)
    assert alone is not None
    assert not alone.is_agreed
    assert Window.objects.count() == 1


def test_answer_to_a_window_with_another_room_opens_nothing(
    there: Peer, here: Node, room: Resource, twin_room: Resource, officer: Person
) -> None:
    ours = open_window(room=room, twin_room=twin_room, by=officer)
    other = rooms.room_there(there, name="Other room")
    said = WindowOpened(
        uri=there.uri(),
        created_at=NOON,
        rooms=(other.uri, room.uri),
        quiet=(Hours(day=0, opens="00:00", closes="24:00"),),
        answers=ours.uri,
    )
    rooms.arrive(there, said)

    found = pane(ours.uri)
    assert found is not None
    assert not found.is_agreed


@pytest.mark.parametrize(
    "changes",
    [
        {"attendance": {"a" * 32: 3}},
        {"attendance": {"a" * 32: -1}},
        {"attendance": {"nobody": 9}},
        {"attendance": {letter * 32: 9 for letter in "abcdefg"}},
        {"minutes": 10_000},
        {"minutes": -1},
        {"calls": 2**40},
        {"loss": -1},
        {"ended_at": "2027-12-22T12:00:00Z"},
        {"ended_at": "2026-11-22T11:00:00Z"},
        {"engine": "canary"},
        {"session": "nothing"},
    ],
    ids=str,
)
def test_false_evidence_is_refused(there: Peer, here: Node, changes: Mapping[str, object]) -> None:
    said = SessionHeld(
        uri=there.uri(),
        created_at=NOON,
        session=there.uri(),
        began_at=NOON,
        ended_at=NOON + HOUR,
        minutes=60,
    )
    send(there, here, said, **changes)

    assert refused() == 1


def test_nothing_hostile_makes_a_booking(there: Peer, here: Node, asked: PairAsked) -> None:
    rooms.arrive(there, asked)
    rooms.do_duties()

    assert not Booking.objects.exists()
