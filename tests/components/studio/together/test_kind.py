"""The kind of session, and the log it leaves: attendance, exports, the page to step through."""

import csv
import io
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import opentimelineio
import pytest
from django.test import Client

from jumelage.bridge.api import Node, open_kind
from jumelage.bridge.live.log import store
from jumelage.components.studio.models import ReviewSession, SessionHeld, Task, Version
from jumelage.components.studio.records import SessionWasHeld
from jumelage.components.studio.review.deciding import say
from jumelage.components.studio.services.review.sessions import call_session, close_session
from jumelage.components.studio.services.versions import publish_version
from jumelage.components.studio.together.attendance import attendance
from jumelage.components.studio.together.errors import SessionOverError
from jumelage.components.studio.together.kind import Review
from jumelage.components.studio.together.telling import Line, Telling, as_csv, as_json, as_otio
from jumelage.directory.models import Person
from jumelage.kit.component import session_kinds
from jumelage.kit.live import Act, Participant
from tests.components.studio.review.conftest import sequence
from tests.factories import studio
from tests.factories.bridge import Peer
from tests.factories.studio import NOON

ROOT = Path(__file__).parents[4]
BEGUN = datetime(2031, 3, 4, 17, 30, tzinfo=UTC)


class Log:
    """Makes the acts of one session, one a minute unless told."""

    def __init__(self, session: ReviewSession) -> None:
        """Begin."""
        self.session, self.acts = session, list[Act]()

    def act(self, kind: str, by: str, city: str, minute: int, **body: Any) -> None:  # noqa: ANN401  # JSON
        """Add an act."""
        number = len(self.acts) + 1
        self.acts.append(
            Act(
                session=self.session.uri, origin=self.session.origin, number=number, stamp=number,
                at=BEGUN + timedelta(minutes=minute), by=by, city=city, kind=kind, body=body,
            )
        )  # fmt: skip

    def keep(self) -> None:
        """Write the acts as the machinery does."""
        facts = Review().facts(self.session.uri)
        assert facts
        store.open_session(facts)
        store.append([store.Written(act) for act in self.acts])


@pytest.fixture
def session(joint: Any, task: Any, producer: Person) -> ReviewSession:  # noqa: ANN401  # fixtures
    """Return a session of both cities with one version."""
    version = publish_version(task=task, by=producer)
    return call_session(
        production=joint, name="Dailies", begins=NOON, versions=[version], by=producer
    )


@pytest.fixture
def held(session: ReviewSession, producer: Person, here: Node, there: Peer) -> Log:
    """Keep the log of a session that both cities attended for 20 minutes, with one note."""
    version = Version.objects.get(uri=session.items[0])
    note = say(version=version, by=producer, text="=Hold it.", span=(1001, 1004))
    log, seat = Log(session), studio.sits(producer, session.production).uri
    log.act("joined", "ada", here.origin, 0, participant="a", role="presenter")
    log.act("seated", "ada", here.origin, 0, seat=seat)
    log.act("joined", "bob", there.origin, 5, participant="b", role="annotator")
    transport = {"item": 0, "version": version.uri, "hash": "", "frame": 1010, "speed": 1}
    transport |= {"playing": False, "at": 0, "loop": True, "revision": 1}
    log.act("transport", "ada", here.origin, 6, **transport)
    log.act(
        "noted", "ada", here.origin, 7, uri=note.uri, version=version.uri, first=1001, last=1004
    )
    log.act("left", "bob", there.origin, 25, participant="b", reason="left")
    log.act("left", "ada", here.origin, 30, participant="a", reason="left")
    log.keep()
    return log


def test_kind_is_declared_and_its_words_are_apart(db: None) -> None:
    kind = session_kinds()["review"]

    assert isinstance(kind, Review)
    assert not kind.shared & kind.hosted
    assert not kind.passing & (kind.shared | kind.hosted)


def test_what_passes_is_what_the_protocol_names_and_browsers_say() -> None:
    told = (ROOT / "docs/protocol/review.md").read_text("utf-8")
    line = next(line for line in told.splitlines() if line.startswith("Passing: "))
    sources = (ROOT / "frontend/src/together").glob("*.ts")
    said = "".join(path.read_text("utf-8") for path in sources)

    assert {word.split()[0] for word in re.findall(r"`([^`]+)`", line)} == Review.passing
    assert set(re.findall(r"connection\.say\(\s*\"(\w+)\"", said)) == Review.passing


def test_who_only_looks_on_says_only_what_they_look_at() -> None:
    viewer = Participant(id="v", person="v", city="a" * 32, role="viewer", label="")

    assert [word for word in sorted(Review.passing) if Review().may_say(viewer, word)] == ["ready"]


def test_nobody_enters_a_closed_session(session: ReviewSession, producer: Person) -> None:
    one = Participant(id="a", person="a", city=session.origin, role="annotator", label="")
    facts = Review().facts(session.uri)
    assert facts
    assert Review().admit({}, [], one, facts, BEGUN) == one
    close_session(session=session, by=producer)
    closed = Review().facts(session.uri)
    assert closed
    assert closed.ends
    with pytest.raises(SessionOverError):
        Review().admit({}, [], one, closed, closed.ends)


def test_time_counts_while_both_cities_are_there(held: Log, here: Node, there: Peer) -> None:
    found = attendance(held.acts)

    assert (found.minutes, found.said) == (20, 1)
    assert found.counts == {here.origin: 1, there.origin: 1}


def test_time_beyond_a_cut_line_does_not_count(held: Log, here: Node, there: Peer) -> None:
    cut = Act(
        session="", origin=here.origin, number=99, stamp=5, at=BEGUN + timedelta(minutes=10),
        by="", city=here.origin, kind="line", body={"up": False, "city": there.origin},
    )  # fmt: skip

    assert attendance(sorted([*held.acts, cut], key=lambda act: act.at)).minutes == 5


def test_ended_session_is_stated_by_its_host_once(held: Log, here: Node) -> None:
    open_kind(kind=SessionWasHeld.kind, audience="public", article="annex", instrument="test")
    Review().ended(held.session.uri)
    Review().ended(held.session.uri)

    stated = SessionHeld.objects.get()
    assert (stated.minutes, stated.said, stated.rev) == (20, 1, 1)
    assert set(stated.people.values()) == {None}
    assert stated.held_on == BEGUN.date()


def test_session_of_the_other_city_is_not_stated_here(here: Node, there: Peer) -> None:
    Review().ended(there.uri())

    assert not SessionHeld.objects.exists()


def test_log_tells_who_as_a_seat_what_and_which_frames(held: Log) -> None:
    lines = list(Telling(held.session))

    told = [(line.kind, str(line.voice or ""), line.first, line.last) for line in lines]
    label = str(studio.sits(held.session.seat.memberships.get().person, held.session.production))
    who = f"{label}, Port Demo"
    assert told == [
        ("joined", who, None, None),
        ("joined", "", None, None),
        ("transport", who, 1010, None),
        ("noted", who, 1001, 1004),
        ("left", "", None, None),
        ("left", who, None, None),
    ]


def test_log_as_json_and_table_hold_the_note(held: Log) -> None:
    lines = json.loads(as_json(Telling(held.session)))["lines"]
    rows = list(csv.DictReader(io.StringIO(as_csv(Telling(held.session)))))

    assert [line["text"] for line in lines if line["text"]] == ["=Hold it."]
    (note,) = [row for row in rows if row["text"]]
    assert (note["first_frame"], note["last_frame"], note["text"]) == ("1001", "1004", "'=Hold it.")
    assert note["city"] == "Port Demo"


def test_log_reads_the_numbers_of_a_sequence(task: Task, producer: Person) -> None:
    line = Line(
        number=1, at=BEGUN, voice=None, city="", kind="noted", what="says",
        version=sequence(task, producer), first=1002, last=1003,
    )  # fmt: skip

    assert line.numbers == (1002, 1005)
    assert replace(line, last=None).numbers == (1002, None)
    assert replace(line, version=None, first=None).numbers == (None, 1003)


def test_log_as_markers_has_the_note_on_its_frames(held: Log) -> None:
    text = as_otio(Telling(held.session))

    timeline = opentimelineio.adapters.read_from_string(text, "otio_json")
    (clip,) = timeline.find_clips()
    (marker,) = clip.markers
    assert marker.comment == "=Hold it."
    assert marker.marked_range.start_time.value == 1001
    assert marker.marked_range.duration.value == 4


def test_page_steps_through_the_log(held: Log, producer: Person) -> None:
    client = Client()
    client.force_login(producer.user)
    page = client.get(f"/en/studio/sessions/{held.session.uri}/log/?line=5")

    assert page.status_code == 200
    assert b"=Hold it." in page.content
    assert page.context["line"].number == 5
    assert (page.context["before"], page.context["after"]) == (4, 6)
