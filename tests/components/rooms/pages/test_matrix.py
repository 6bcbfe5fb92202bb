"""P13 in the rooms: every address x everybody x a thing of this city, of the other, of nobody.

Who may not gets the bytes that an address of nothing gets, whatever their role, and nothing is
written. Who may gets an answer. Who that is stands in `MAY`; an address or a verb this module
cannot fill fails.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
from django.test import Client
from pytest_django import Settings

from jumelage.bridge.models import Entry
from jumelage.components.rooms.models import Occurrence, Pair, RecordingState, Screen
from jumelage.components.rooms.records import PairDecided, WindowOpened
from jumelage.components.rooms.records.pairs import VerdictWord
from jumelage.components.rooms.selectors import pane
from jumelage.components.rooms.services import open_window, recordings
from jumelage.components.rooms.services.screens import make_screen
from jumelage.directory.access import PUBLIC
from jumelage.directory.models import Grant, Person, Resource
from jumelage.directory.policy import policy
from jumelage.kit import clock
from jumelage.node.config import NodeConfig
from tests.components.rooms.pages.conftest import browser
from tests.contracts.addresses import NAMED, OURS, Route
from tests.factories import directory
from tests.factories import rooms as make
from tests.factories.bridge import Peer

pytestmark = pytest.mark.promise("P13")

ROOMS = [route for route in OURS if route.path.startswith("en/rooms/")]
KINDS = {
    # the beginning of an address: what its word names
    "rooms/": "room",
    "bookings/": "booking",
    "times/": "time",
    "asked/": "booking",
    "calls/": "time",
    "windows/open/": "room",
    "windows/screens/": "screen",
    "windows/": "window",
    "recordings/": "recording",
    "calendar/": "secret",
}
NOTHING = {"int": "987654", "slug": "nothing-987654", "str": f"jumelage:{'a' * 32}:{'b' * 26}"}
MEMBERS = frozenset(Grant.Role.values) - {"observer"}
INSIDE = MEMBERS | {"observer"}
OFFICER = frozenset({"officer"})
BOOKS = frozenset({"who booked"})
EVERYBODY = INSIDE | BOOKS | {"citizen", "stranger"}
MAY: Mapping[str, Mapping[str, frozenset[str]]] = {
    # verb: who may, by whose the thing is
    "rooms.register-room": {"": OFFICER},
    "rooms.book": {"": MEMBERS},
    "rooms.see-bookings": {"": INSIDE},
    "rooms.see-asked": {"": MEMBERS},
    "rooms.own-feed": {"": INSIDE},
    "rooms.change-room": {"own": OFFICER},
    "rooms.withdraw-room": {"own": OFFICER},
    "rooms.import-calendar": {"own": OFFICER},
    "rooms.open-window": {"own": OFFICER},
    "rooms.see-booking": {"own": OFFICER | BOOKS, "foreign": OFFICER},
    "rooms.change-booking": {"own": BOOKS},
    "rooms.release": {"own": OFFICER | BOOKS, "foreign": OFFICER},
    "rooms.answer": {"own": OFFICER, "foreign": OFFICER},
    "rooms.join-session": {"own": INSIDE, "foreign": INSIDE},
    "rooms.see-window": {"own": INSIDE, "foreign": INSIDE},
    "rooms.answer-window": {"foreign": OFFICER},
    "rooms.change-window": {"own": OFFICER},
    "rooms.revoke-screen": {"own": OFFICER},
    "rooms.see-recording": {"own": OFFICER | BOOKS},
    "rooms.delete-recording": {"own": OFFICER | BOOKS},
}
NOT_ADDRESSED = {"rooms.read", "rooms.host-session"}
"""Verbs that no address of its own asks for."""
MAY_BE_NONE = "minutes.txt"
"""A file that a call has only when somebody wrote."""
TOKEN = re.compile(rb'(name="csrfmiddlewaretoken" value|nonce)="[^"]*"')


@dataclass(frozen=True)
class Somebody:
    """A person with one role, or none."""

    name: str
    person: Person | None

    def browser(self) -> Client:
        """Return their browser."""
        if self.person is None:
            return Client(headers={"accept-language": "en"})
        return browser(self.person)


@pytest.fixture(autouse=True)
def data(settings: Settings, tmp_path: Path) -> None:
    """Keep the node's files in a scratch folder."""
    settings.NODE = NodeConfig(data=tmp_path)


@pytest.fixture
def own(
    room: Resource, twin_room: Resource, there: Peer, member: Person, officer: Person
) -> dict[str, str]:
    """Return the words of addresses for everything of this city."""
    booking = make.asked(room, twin_room, member)
    make.do_duties()
    pair = Pair.objects.get(uri=booking.uri)
    make.arrive(there, make.answered_there(there, pair, twin_room.uri))
    make.do_duties()
    occurrence = Occurrence.objects.get(series=booking.uri)
    window = open_window(room=room, twin_room=twin_room, by=officer)
    opened = pane(window.uri)
    assert opened is not None
    make_screen(pane=opened, name="hall", by=officer)
    Screen.objects.update(id=876501)  # a number that stands nowhere else on a page
    recording = recordings.begin(session=occurrence.uri, by="somebody")
    recording.state, recording.ended_at = RecordingState.READY, clock.now()
    recording.save()
    recordings.path_of(recording).parent.mkdir(parents=True)
    recordings.path_of(recording).write_bytes(b"01234")
    return {
        "room": room.uri,
        "booking": booking.uri,
        "time": occurrence.uri,
        "window": window.uri,
        "screen": "876501",
        "recording": recording.name,
    }


@pytest.fixture
def foreign(room: Resource, twin_room: Resource, there: Peer) -> dict[str, str]:
    """Return the same of what the other city did."""
    asked = make.asked_there(there, room, twin_room.uri)
    window = WindowOpened(uri=there.uri(), created_at=make.NOON, rooms=(twin_room.uri, room.uri))
    make.arrive(there, asked, window)
    make.do_duties()
    decided = PairDecided(
        uri=there.uri(), created_at=make.NOON, pair=asked.uri, terms=asked.terms,
        words=(VerdictWord(number=1, word="confirmed"),),
    )  # fmt: skip
    make.arrive(there, make.answered_there(there, asked, twin_room.uri), decided)
    occurrence = Occurrence.objects.get(series=asked.uri)
    named = {"booking": asked.uri, "time": occurrence.uri, "window": window.uri}
    return {"room": twin_room.uri, **named}


def everybody(member: Person, officer: Person) -> list[Somebody]:
    """Return a citizen, a stranger, one of each role, and who booked."""
    roles = [Somebody(role, only(role)) for role in Grant.Role.values if role != "officer"]
    strangers = [Somebody("citizen", None), Somebody("stranger", directory.stranger())]
    return [*strangers, *roles, Somebody("officer", officer), Somebody("who booked", member)]


def only(role: str) -> Person:
    """Return somebody who has *role* and no other; a role of one record is for something else."""
    person = directory.person(role, scope="x" if role in Grant.SCOPED else "")
    person.grants.exclude(role=role).delete()
    person.forget_roles()
    return person


def kind_of(route: Route) -> str | None:
    """Return what the address names; None: nothing."""
    if not NAMED.search(route.path):
        return None
    path = route.path.removeprefix("en/rooms/")
    return next((kind for start, kind in KINDS.items() if path.startswith(start)), "")


def address(route: Route, word: str) -> str:
    """Return the address of what *word* names; of nothing, when it is empty."""
    return "/" + NAMED.sub(lambda match: word or NOTHING[match[1] or "str"], route.path)


def told(client: Client, method: str, path: str, word: str) -> tuple[int, str, bytes]:
    """Return the answer without the word that was asked for, and without tokens."""
    answer = client.generic(method, path)
    body = b"" if answer.streaming else TOKEN.sub(b"", answer.content)
    place = answer.headers.get("Location", "")
    for written in (word, quote(word), quote(word, safe="")):
        place, body = place.replace(written, "-"), body.replace(written.encode(), b"-")
    return answer.status_code, place, body


def may_at_all(named: frozenset[str]) -> frozenset[str]:
    """Return *named*, with who booked where members may: they are one."""
    return named | BOOKS if "member" in named else named


def faults(who: Somebody, whose: str, words: Mapping[str, str]) -> list[str]:
    """Ask for every address with *words*, and return what is not as the table says."""
    client, found = who.browser(), []
    for route in ROOMS:
        word = words.get(kind_of(route) or "", "")
        if route.verb == PUBLIC or not word:
            continue
        may = who.name in may_at_all(MAY[route.verb].get(whose, frozenset()))
        nothing = NAMED.search(route.path)
        for method in ("GET",) if may else ("GET", "POST"):
            before = Entry.objects.count()
            there = told(client, method, address(route, word), word)
            none_word = NOTHING[(nothing and nothing[1]) or "str"]
            none = told(client, method, address(route, ""), none_word)
            is_like_nothing = there == none and there[0] in {302, 404, 405}
            if not may and (not is_like_nothing or Entry.objects.count() != before):
                found.append(f"{who.name} {method} {route.path}: {there[:2]} but {none[:2]}")
            if may and there[0] not in {200, 302, 405} and not route.path.endswith(MAY_BE_NONE):
                found.append(f"{who.name} may {route.path}: {there[:2]}")
    return found


def test_every_address_and_every_verb_is_known() -> None:
    assert [route.path for route in ROOMS if kind_of(route) == ""] == []
    assert {route.verb for route in ROOMS} == set(MAY) | {PUBLIC}
    stated = {verb for verb in policy() if verb.startswith("rooms.")}
    assert stated == set(MAY) | NOT_ADDRESSED


def test_what_is_of_this_city_opens_to_whom_it_is_for(
    own: dict[str, str], member: Person, officer: Person
) -> None:
    found = [fault for who in everybody(member, officer) for fault in faults(who, "own", own)]
    assert not found, "\n".join(found)


def test_what_is_of_the_other_city_opens_to_whom_it_is_for(
    foreign: dict[str, str], member: Person, officer: Person
) -> None:
    found = [f for who in everybody(member, officer) for f in faults(who, "foreign", foreign)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("path", sorted(r.path for r in ROOMS if not NAMED.search(r.path)))
def test_what_names_nothing_opens_to_whom_it_is_for(
    path: str, member: Person, officer: Person
) -> None:
    verb = next(route.verb for route in ROOMS if route.path == path)
    may = EVERYBODY if verb == PUBLIC else may_at_all(MAY[verb][""])
    answers = {
        who.name: who.browser().get(f"/{path}").status_code for who in everybody(member, officer)
    }
    assert {name for name, status in answers.items() if status == 200} == may
