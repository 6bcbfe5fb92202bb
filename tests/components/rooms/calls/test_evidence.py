"""What a call leaves behind: figures of the host city's log, and nobody's name."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from jumelage.bridge.api import Node
from jumelage.bridge.identity import genesis
from jumelage.bridge.live.tickets import Taken
from jumelage.bridge.models import LiveAct, LiveSession
from jumelage.components.rooms.calls import figures, standing
from jumelage.components.rooms.calls.evidence import state_session
from jumelage.components.rooms.engines import desk
from jumelage.components.rooms.models import Occurrence, Session
from jumelage.components.rooms.sessions import Call
from jumelage.components.rooms.windows.session import WindowSession
from jumelage.directory.models import Person
from tests.factories import directory, rooms
from tests.factories.bridge import Peer, demo_city

URI_THERE = "jumelage:" + "z" * 32 + ":" + "c" * 26


@pytest.fixture
def here(db: None, tmp_path: Path, settings: Settings) -> Node:
    """Return this node; its agreement opens the rooms."""
    settings.DATA = tmp_path
    node = genesis.initialise(city=demo_city(), url="http://127.0.0.1:9490")
    rooms.open_rooms()
    return node


@pytest.fixture
def occurrence(here: Node) -> Occurrence:
    """Return a confirmed occurrence that this city hosts."""
    there = Peer()
    there.introduce()
    return held(here.origin)


def held(origin: str) -> Occurrence:
    """Return a confirmed occurrence hosted by the node *origin*."""
    return Occurrence.objects.create(
        uri=f"jumelage:{origin}:{'c' * 26}", series=f"jumelage:{origin}:{'p' * 26}", number=1,
        room=rooms.room(), starts_at=rooms.NOON, ends_at=rooms.NOON + timedelta(hours=1),
        state="confirmed",
    )  # fmt: skip


def logged(occurrence: Occurrence, *acts: tuple[str, str, str, dict[str, object]]) -> None:
    """Log *acts*, each (kind, by, city, body), ten minutes apart."""
    origin = occurrence.uri.split(":")[1]
    session = LiveSession.objects.create(
        uri=occurrence.uri, kind="call", host=origin, cities=[origin], began_at=rooms.NOON
    )
    for number, (kind, by, city, body) in enumerate(acts, 1):
        LiveAct.objects.create(
            session=session, origin=origin, number=number, stamp=number, kind=kind, by=by,
            city=city, at=rooms.NOON + timedelta(minutes=10 * number), body=json.dumps(body),
        )  # fmt: skip


def meeting(here: str, there: str) -> list[tuple[str, str, str, dict[str, object]]]:
    """Return two people who meet for twenty minutes; the line is cut once."""
    return [
        ("joined", "ana", here, {"participant": "1", "role": "host"}),
        ("joined", "bo", there, {"participant": "2", "role": "member"}),
        ("line", "", here, {"up": False, "city": there}),
        ("left", "bo", there, {"participant": "2", "reason": "left"}),
        ("left", "ana", here, {"participant": "1", "reason": "left"}),
    ]


def test_a_call_is_stated_once_with_its_figures_and_without_names(
    occurrence: Occurrence, here: Node
) -> None:
    logged(occurrence, *meeting(here.origin, "t" * 32))
    told = {"participant": "2", "seconds": 5, "roundTrip": 151, "received": 990, "lost": 10,
            "freezes": 2, "frames": 100}  # fmt: skip
    figures.keep(session=occurrence.uri, body=json.dumps({"figures": [told]}).encode())
    Call().ended(occurrence.uri)
    Call().ended(occurrence.uri)

    stated = Session.objects.get(session=occurrence.uri)
    assert (stated.minutes, stated.round_trip, stated.loss, stated.freezes) == (20, 151, 10, 2)
    assert stated.interruptions == 1
    assert stated.attendance == {here.origin: None, "t" * 32: None}  # one to four are withheld
    assert (stated.began_at, stated.engine) == (rooms.NOON + timedelta(minutes=10), "mesh")


def test_who_waits_alone_holds_no_call(occurrence: Occurrence, here: Node) -> None:
    logged(occurrence, ("joined", "ana", here.origin, {"participant": "1", "role": "host"}))
    state_session(occurrence.uri)
    assert Session.objects.count() == 0


def test_the_guest_city_states_nothing(here: Node) -> None:
    occurrence = held("z" * 32)
    logged(occurrence, *meeting("z" * 32, here.origin))
    state_session(occurrence.uri)
    assert Session.objects.count() == 0


def test_the_role_follows_from_the_booking(occurrence: Occurrence) -> None:
    officer: Person = directory.person("officer", name="Officer")
    assert standing.role_of(officer, occurrence) == "host"
    assert standing.role_of(directory.person(name="Somebody"), occurrence) == "waiting"


def test_a_ticket_is_true_as_long_as_the_role_is(occurrence: Occurrence) -> None:
    officer, somebody = directory.person("officer"), directory.person()
    browser = Client()
    browser.force_login(officer.user)
    place = reverse("rooms:call-ticket", args=[occurrence.uri])
    ticket = Taken(since=0).take(browser.post(place).json()["ticket"])
    accounts = {ticket.bearer, str(somebody.pk), "0"}
    assert Call().roles(occurrence.uri, accounts) == {
        ticket.bearer: ticket.role,
        str(somebody.pk): "waiting",
    }
    officer.grants.all().delete()
    assert Call().roles(occurrence.uri, {ticket.bearer}) == {}
    Occurrence.objects.update(state="refused")
    assert Call().roles(occurrence.uri, accounts) == {}


def test_only_what_takes_place_is_a_call(occurrence: Occurrence) -> None:
    facts = Call().facts(occurrence.uri)
    assert facts is not None
    assert (facts.capacity, facts.ends) == (8, rooms.NOON + timedelta(hours=1, minutes=30))
    assert standing.places(facts) == 4  # no engine here
    occurrence.state = "released"
    occurrence.save()
    assert Call().facts(occurrence.uri) is None


def test_calls_and_windows_have_the_desk_that_brings_in_an_engine() -> None:
    assert [kind.desk for kind in (Call(), WindowSession())] == [desk, desk]
