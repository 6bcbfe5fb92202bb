"""P13 in the studio: every address x everybody outside a production, and every verb x every seat.

Who has no seat in a production gets, for each of its addresses, the bytes that an address of
nothing gets, whatever their roles on the node or seats elsewhere, and nothing is written. What
a seat lets somebody do stands in `TABLE`; a verb or an address this module cannot fill fails.
"""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.test import Client

from jumelage.bridge.api import Node
from jumelage.bridge.models import Entry
from jumelage.components.studio.models import (
    Application,
    Attachment,
    GuestLink,
    KeptCut,
    Production,
    Seat,
    StudioRow,
    Task,
    Version,
)
from jumelage.components.studio.models.values import PlaylistItem
from jumelage.components.studio.records import (
    ChangeRequested,
    CommentMade,
    EntityPlanned,
    PlaylistMade,
    ProductionOpened,
    SeatGiven,
    SessionCalled,
    TaskSet,
    VersionPublished,
)
from jumelage.components.studio.services.review.comments import comment
from jumelage.components.studio.services.review.playlists import make_playlist
from jumelage.components.studio.services.review.sessions import call_session
from jumelage.components.studio.services.seats import end_seat
from jumelage.directory.models import Grant, Person
from jumelage.directory.policy import may, policy
from jumelage.kit import clock
from tests.components.studio.house.conftest import As
from tests.contracts.addresses import NAMED, OURS, Route
from tests.factories import directory, studio
from tests.factories.bridge import Peer
from tests.factories.studio import NOON, arrive

pytestmark = pytest.mark.promise("P13")

STUDIO = [route for route in OURS if route.path.startswith("en/studio/")]
OF_A_PRODUCTION = {
    # the beginning of an address: what of a production its word names
    "productions/": "production",
    "seats/": "seat",
    "entities/": "shot",
    "tasks/": "task",
    "comments/": "comment",
    "requests/": "request",
    "versions/": "version",
    "playlists/": "playlist",
    "sequences/": "sequence",
    "cuts/": "cut",
    "guests/": "guest",
    "sessions/": "session",
    "access/<int:pk>/": "application",
    "attachments/": "attachment",
}
OF_EVERYBODY = {
    # addresses that name nothing of a production: who may, of those outside
    "": "everybody",
    "usage/": "everybody",
    "data.json": "members",
    "my-work/": "members",
    "my-work/data.json": "members",
    "new/": "openers",
    "access/": "signed in",
    "access/applications/": "admitters",
    "access/applications/<int:pk>/": "admitters",
}
MISSING = {"uri": f"jumelage:{'a' * 32}:{'b' * 26}", "pk": "987654"}
TOKEN = re.compile(rb'(name="csrfmiddlewaretoken" value|nonce)="[^"]*"')


@dataclass(frozen=True)
class Outside:
    """Somebody without a seat in the productions that are asked for."""

    name: str
    person: Person | None


@pytest.fixture
def things(film: Production, task: Task, shown: Version, producer: Person) -> dict[str, str]:
    """Return the words of addresses for everything of a production of this city."""
    shot = task.entity
    said = comment(task=task, text="Hold it.", by=producer)
    playlist = make_playlist(production=film, name="dailies", by=producer)
    called = call_session(
        production=film, name="dailies", begins=NOON, versions=[shown], by=producer
    )
    # Numbers that stand nowhere else on a page.
    kept = KeptCut.objects.create(
        pk=876501, production=film, name="reel", file_name="reel.edl", hash="0" * 64, events=0, frames=0,
        contents={"name": "reel", "rate": "24", "start": 0, "events": []},
    )  # fmt: skip
    link = GuestLink.objects.create(
        pk=876502, production=film, digest="0" * 64, name="A client", expires_at=clock.now()
    )
    beside = Attachment.objects.create(
        pk=876504, comment=said, uuid=uuid4(), name="sketch.svg", size=1, file="0" * 64
    )
    return {
        "production": film.uri,
        "seat": studio.sits(producer, film).uri,
        "shot": shot.uri,
        "sequence": str(shot.parent_id),
        "task": task.uri,
        "comment": said.uri,
        "version": shown.uri,
        "playlist": playlist.uri,
        "session": called.uri,
        "cut": str(kept.pk),
        "guest": str(link.pk),
        "attachment": str(beside.pk),
        "application": str(_application(directory.person(), pk=876503).pk),
        "request": "",
    }


@pytest.fixture
def theirs(here: Node, there: Peer) -> dict[str, str]:
    """Return the same of a production of the other city that is open to this one."""
    production = ProductionOpened(
        uri=there.uri(), created_at=NOON, name="Fog", type="short-film", opened_to=here.origin
    )
    of: Any = {"created_at": NOON, "production": production.uri}
    seat = SeatGiven(uri=there.uri(), role="supervisor", number=1, **of)
    sequence = EntityPlanned(uri=there.uri(), type="sequence", name="sq1", **of)
    shot = EntityPlanned(uri=there.uri(), type="shot", name="sh1", parent=sequence.uri, **of)
    task = TaskSet(uri=there.uri(), entity=shot.uri, task_type="animation", **of)
    said = CommentMade(uri=there.uri(), task=task.uri, seat=seat.uri, text="Fog", **of)
    version = VersionPublished(uri=there.uri(), task=task.uri, seat=seat.uri, revision=1, **of)
    asked = ChangeRequested(
        uri=there.uri(), seat=seat.uri, target=f"jumelage:{here.origin}:{'c' * 26}",
        changes={"frames": 3}, **of,
    )  # fmt: skip
    called = SessionCalled(uri=there.uri(), seat=seat.uri, name="Fog", begins=NOON, **of)
    listed = PlaylistMade(uri=there.uri(), seat=seat.uri, name="Fog", **of)
    arrive(
        there, here, production, seat, sequence, shot, task, said, version, asked, called, listed
    )
    words = {"production": production, "seat": seat, "shot": shot, "sequence": sequence}
    more = {"task": task, "comment": said, "version": version, "request": asked, "session": called}
    more |= {"playlist": listed}
    return {kind: record.uri for kind, record in {**words, **more}.items()}


def _application(person: Person, pk: int | None = None) -> Application:
    return Application.objects.create(pk=pk, person=person, category="student", purpose="A film")


def outsiders(producer: Person) -> list[Outside]:
    """Return somebody of every role, and everybody who sits in another production."""
    roles = [
        Outside(role, directory.person(role, scope="x" if role in Grant.SCOPED else ""))
        for role in Grant.Role.values
    ]
    other = studio.production(producer)
    seats = [Outside(role, studio.member(other, role, producer)) for role in Seat.Role.values]
    return [Outside("citizen", None), Outside("stranger", directory.stranger()), *roles, *seats]


FEW = {"citizen", "stranger", "officer", "administrator", "coordinator", "artist", "observer"}
"""Those whom the slow tests ask for: each way somebody may be outside."""


def kind_of(route: Route) -> str | None:
    """Return what of a production the address names; None: nothing of one."""
    path = route.path.removeprefix("en/studio/")
    if path in OF_EVERYBODY:
        return None
    return next(kind for start, kind in OF_A_PRODUCTION.items() if path.startswith(start))


def address(route: Route, word: str) -> str:
    """Return the address with *word* for what it names; other words are settled."""
    words = {"frame": "1001"}
    return "/" + NAMED.sub(lambda match: words.get(match[2], word), route.path)


def told(client: Client, method: str, path: str, word: str) -> tuple[int, str, bytes]:
    """Return the answer without the word that was asked for, and without tokens."""
    answer = client.generic(method, path)
    body = b"" if answer.streaming else TOKEN.sub(b"", answer.content)
    place = answer.headers.get("Location", "")
    for written in (word, quote(word), quote(word, safe="")):
        place, body = place.replace(written, "-"), body.replace(written.encode(), b"-")
    return answer.status_code, place, body


def faults(client: Client, who: str, things: dict[str, str]) -> list[str]:
    """Ask for everything of a production, and return what is not told like nothing."""
    found = []
    for route in STUDIO:
        kind = kind_of(route)
        word = things.get(kind or "", "")
        if not word or (kind == "application" and who == "citizen"):
            continue
        nothing = MISSING["pk" if word.isdecimal() else "uri"]
        for method in ("GET", "POST"):
            with clock.fixed(NOON):  # every page shows the time
                there = told(client, method, address(route, word), word)
                none = told(client, method, address(route, nothing), nothing)
            if there != none or there[0] not in {302, 404, 405}:
                found.append(f"{who} {method} {route.path}: {there[:2]} but {none[:2]}")
    return found


def test_every_address_is_known() -> None:
    strange = [
        route.path
        for route in STUDIO
        if route.path.removeprefix("en/studio/") not in OF_EVERYBODY
        and not route.path.removeprefix("en/studio/").startswith(tuple(OF_A_PRODUCTION))
    ]
    assert strange == []


def test_a_production_of_this_city_answers_strangers_like_nothing(
    things: dict[str, str], producer: Person, as_: As
) -> None:
    outside = [one for one in outsiders(producer) if one.name in FEW]
    before = Entry.objects.count()
    found = [f for one in outside for f in faults(as_(one.person), one.name, things)]
    assert found == []
    assert Entry.objects.count() == before


def test_a_production_of_the_other_city_answers_strangers_like_nothing(
    theirs: dict[str, str], producer: Person, as_: As
) -> None:
    outside = [one for one in outsiders(producer) if one.name in FEW - {"officer"}]
    before = Entry.objects.count()
    found = [f for one in outside for f in faults(as_(one.person), one.name, theirs)]
    assert found == []
    assert Entry.objects.count() == before


def test_an_officer_may_only_name_who_coordinates_what_nobody_does(
    theirs: dict[str, str], producer: Person, as_: As
) -> None:
    found = faults(as_(producer), "officer", theirs)
    assert [fault.partition(":")[0] for fault in found] == [
        "officer GET en/studio/productions/<str",
        "officer POST en/studio/productions/<str",
    ]
    assert all("coordinator/" in fault for fault in found)


@pytest.mark.parametrize("path", sorted(OF_EVERYBODY))
def test_what_belongs_to_no_production_opens_to_whom_it_is_for(
    path: str, film: Production, producer: Person, as_: As
) -> None:
    route = next(route for route in STUDIO if route.path == f"en/studio/{path}")
    number = str(_application(directory.person()).pk)
    answers = {
        one.name: as_(one.person).get(address(route, number)).status_code
        for one in outsiders(producer)
    }
    allowed = {name for name, status in answers.items() if status == 200}
    everybody = set(answers)
    seats, coordinators = set(Seat.Role.values), {"coordinator"}
    assert (
        allowed
        == {
            "everybody": everybody,
            "signed in": everybody - {"citizen"},
            "members": seats,
            "openers": {"officer", "organisation-editor"},
            "admitters": {"officer"} | coordinators,
        }[OF_EVERYBODY[path]]
    )


LEADS = frozenset({"coordinator", "supervisor", "teacher"})
MAKERS = LEADS | {"artist", "student", "researcher", "company"}
INSIDE = MAKERS | {"observer"}
"""Everybody but clients, who see what is shown to them only."""
COORDINATOR = frozenset({"coordinator"})
NOBODY: frozenset[str] = frozenset()
TABLE = {
    # verb about something of one's own city that somebody else said: the seats that may
    "studio.read": INSIDE,
    "studio.see": INSIDE,
    "studio.see-playlists": INSIDE,
    "studio.see-members": INSIDE,
    "studio.change-production": COORDINATOR,
    "studio.open-to-city": COORDINATOR,
    "studio.give-seat": COORDINATOR,
    "studio.end-seat": COORDINATOR,
    "studio.plan": LEADS,
    "studio.change-entity": LEADS,
    "studio.set-task": LEADS,
    "studio.change-task": LEADS,
    "studio.assign": LEADS,
    "studio.comment": MAKERS,
    "studio.answer-comment": MAKERS,
    "studio.change-comment": NOBODY,
    "studio.withdraw-comment": COORDINATOR,
    "studio.publish-version": MAKERS,
    "studio.withdraw-version": LEADS,
    "studio.cancel-preparation": LEADS,
    "studio.fetch-original": MAKERS,
    "studio.share-original": MAKERS,
    "studio.annotate": MAKERS,
    "studio.remove-annotation": COORDINATOR,
    "studio.make-playlist": MAKERS,
    "studio.change-playlist": LEADS,
    "studio.call-session": MAKERS,
    "studio.change-session": LEADS,
    "studio.join-session": INSIDE,
    "studio.request-change": NOBODY,
    "studio.read-requests": LEADS,
    "studio.answer-request": NOBODY,
    "studio.withdraw-request": COORDINATOR,
    "studio.spend-time": MAKERS,
    "studio.read-time": LEADS,
    "studio.invite-guest": COORDINATOR,
    "studio.see-guests": COORDINATOR,
    "studio.revoke-guest": COORDINATOR,
    "studio.see-views": COORDINATOR,
    "studio.name-coordinator": NOBODY,
    "studio.withdraw-application": NOBODY,
}
ABOUT_NOTHING = {
    "studio.read-about", "studio.open-production", "studio.see-own-work", "studio.make-word",
    "studio.apply", "studio.admit",
}  # fmt: skip
"""Verbs about no production; their addresses are asked for above."""


def test_every_verb_of_the_studio_is_in_the_table() -> None:
    stated = {verb for verb in policy() if verb.startswith("studio.")}
    assert stated == set(TABLE) | ABOUT_NOTHING


@pytest.mark.parametrize("role", Seat.Role.values)
def test_a_seat_lets_do_what_the_table_says(
    film: Production, shown: Version, producer: Person, role: str
) -> None:
    person = studio.member(film, role, producer)
    about: dict[str, StudioRow] = {
        "studio.change-production": film,
        "studio.open-to-city": film,
        "studio.invite-guest": film,
    }
    found = {verb for verb in TABLE if may(person, verb, about.get(verb, shown))}
    assert found == {verb for verb, seats in TABLE.items() if role in seats}


def test_a_client_looks_and_speaks_where_something_is_shown(
    film: Production, shown: Version, producer: Person
) -> None:
    person, place = (
        studio.member(film, "client", producer),
        PlaylistItem(entity=shown.task.entity_id),
    )
    make_playlist(production=film, name="x", for_client=True, items=[place], by=producer)
    assert {verb for verb in TABLE if may(person, verb, shown)} == {
        "studio.see", "studio.see-playlists", "studio.comment", "studio.annotate",
    }  # fmt: skip


@pytest.mark.parametrize("role", Seat.Role.values)
def test_a_seat_that_was_taken_back_lets_do_nothing(
    film: Production, shown: Version, producer: Person, role: str
) -> None:
    person = studio.member(film, role, producer)
    end_seat(seat=studio.sits(person, film), by=producer)
    again = Person.objects.get(pk=person.pk)
    assert {verb for verb in TABLE if may(again, verb, shown)} == set()
