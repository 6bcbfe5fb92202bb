"""What a client could draw from the dialect, from uploads and from the other city: nothing hidden."""

import asyncio
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client as Browser
from django.urls import reverse

from jumelage.bridge.api import Node
from jumelage.components.studio.kitsu.entrance import tokens
from jumelage.components.studio.kitsu.events.audience import audience_of
from jumelage.components.studio.kitsu.events.log import Mark, mark, since
from jumelage.components.studio.kitsu.ids import person_id, uid
from jumelage.components.studio.models import Comment, Version
from jumelage.components.studio.models.values import PlaylistItem, WordDefinition
from jumelage.components.studio.records import AnnotationDrawn, PlaylistMade, ProductionOpened
from jumelage.components.studio.selectors.media import address_of
from jumelage.components.studio.services.productions import change_production, open_to
from jumelage.components.studio.services.review.comments import comment, withdraw_comment
from jumelage.components.studio.services.review.playlists import change_playlist
from jumelage.components.studio.services.seats import end_seat, give_seat
from jumelage.components.studio.services.versions import publish_version, withdraw_version
from jumelage.directory.models import Person
from jumelage.node.run.limits import LARGEST_BODY, Scope
from jumelage.node.uploads.studio import allowance
from tests.components.studio.house.canaries import DOT, Aviary
from tests.components.studio.house.conftest import As
from tests.components.studio.kitsu.answers.asking import BOUNDARY, Client, part, signed_in
from tests.factories import studio
from tests.factories.bridge import Peer
from tests.factories.studio import NOON, arrive

pytestmark = pytest.mark.promise("P13")


@pytest.fixture(autouse=True)
def _no_attempts() -> None:
    cache.clear()


@pytest.fixture
def client(birds: Aviary) -> Client:
    """Return the program of a client."""
    return signed_in(birds.client)


def _listed(birds: Aviary, by: Person, *versions: Version) -> None:
    items = [PlaylistItem(entity=one.task.entity_id, version=one.uri) for one in versions]
    change_playlist(playlist=birds.playlist, changes={"items": items}, by=by)


def test_a_version_does_not_name_the_secret_it_was_published_with(
    birds: Aviary, client: Client, producer: Person
) -> None:
    made = publish_version(task=birds.task, by=producer, comment=birds.secret)
    _listed(birds, producer, birds.shown, made)
    told = [one.get(f"data/preview-files/{uid(made.uri)}") for one in (client, signed_in(producer))]
    assert [answer.json["comments"] for answer in told] == [[], [uid(birds.secret.uri)]]
    for place in ("data/preview-files", f"data/tasks/{uid(birds.task.uri)}/previews"):
        assert uid(birds.secret.uri) not in client.get(place).body.decode()


def test_a_playlist_names_no_version_that_is_gone(
    birds: Aviary, client: Client, producer: Person
) -> None:
    _listed(birds, producer, birds.shown, birds.hidden)
    withdraw_version(version=birds.hidden, by=producer)
    address = f"data/playlists/{uid(birds.playlist.uri)}"
    theirs, ours = (one.get(address).json["shots"] for one in (client, signed_in(producer)))
    assert [one["preview_file_id"] for one in theirs] == [uid(birds.shown.uri), None]
    assert [one["preview_file_id"] for one in ours] == [uid(birds.shown.uri), uid(birds.hidden.uri)]
    listed = client.get(f"data/projects/{uid(birds.film.uri)}/playlists").json
    assert [one["first_preview_file_id"] for one in listed] == [uid(birds.shown.uri)]


def test_a_production_keeps_its_facts_from_clients(
    birds: Aviary, client: Client, producer: Person
) -> None:
    facts = {"member_quota": 7, "client": "CANARY"}
    change_production(production=birds.film, changes={"data": facts}, by=producer)
    one = f"data/projects/{uid(birds.film.uri)}"
    for place in (one, "data/projects", "data/projects/open", "data/user/context"):
        assert "CANARY" not in client.get(place).body.decode()
    assert signed_in(producer).get(one).json["data"] == facts


def test_nobody_is_known_again_from_another_production(
    birds: Aviary, client: Client, producer: Person
) -> None:
    """A client who makes another film with the same people finds no names for what they said."""
    other = studio.production(producer)
    give_seat(production=other, person=birds.client, role="artist", by=producer)
    here = other.origin
    known = [one["id"] for one in client.get("data/persons").json]
    assert person_id(producer.pk, here) in known
    client.post(f"actions/tasks/{uid(birds.task.uri)}/comment", {"comment": "Mine"})
    said = client.get(f"data/tasks/{uid(birds.task.uri)}/comments").json
    own = person_id(birds.client.pk, here)
    assert [one["person_id"] == own for one in said] == [True, False]
    assert said[1]["person_id"] == uid(birds.said.seat_id)
    shown = client.get(f"data/preview-files/{uid(birds.shown.uri)}").json
    assert shown["person_id"] not in known


def test_a_hidden_drawing_cannot_be_felt_for(birds: Aviary, client: Client) -> None:
    address = f"actions/preview-files/{uid(birds.shown.uri)}/update-annotations"
    for wish in ("deletions", "updates"):
        answers = [
            client.put(address, {wish: [{"id": drawn, "time": 0, "drawing": {"objects": []}}]})
            for drawn in (uid(birds.drawn.uri), str(uuid4()))
        ]
        assert answers[0] == answers[1], wish
        assert answers[0].status == 404


@pytest.mark.parametrize("role", ["client", "observer"])
def test_a_file_that_may_not_be_sent_tells_nothing_of_quotas(
    birds: Aviary, producer: Person, role: str
) -> None:
    change_production(production=birds.film, changes={"data": {"member_quota": 1}}, by=producer)
    body = part("file", b"x", "a.mov") + f"--{BOUNDARY}--\r\n".encode()
    kind, announced = f"multipart/form-data; boundary={BOUNDARY}", {"content-length": "3000000000"}
    address = f"pictures/preview-files/{uid(birds.shown.uri)}"
    sender = signed_in(studio.member(birds.film, role, producer))
    assert sender.ask("POST", address, body, kind=kind, **announced).status == 403


@pytest.mark.django_db(transaction=True)
def test_the_size_of_a_body_tells_a_client_of_no_task(birds: Aviary, producer: Person) -> None:
    change_production(production=birds.film, changes={"data": {"member_quota": 1}}, by=producer)
    browser = Browser()
    browser.force_login(birds.client.user)
    cookie = "; ".join(f"{name}={one.value}" for name, one in browser.cookies.items()).encode()
    allowed = set()
    for task in (birds.apart.task_id, f"jumelage:{'a' * 32}:{'b' * 26}"):
        path = reverse("studio:publish", kwargs={"uri": task})
        headers = [(b"cookie", cookie), (b"content-length", b"2000000000")]
        scope: Scope = {"type": "http", "method": "POST", "path": path, "headers": headers}
        allowed.add(asyncio.run(allowance(scope)))
    assert len(allowed) == 1
    assert allowed.pop() >= LARGEST_BODY


def test_words_of_strange_productions_are_not_told_to_clients(
    birds: Aviary, client: Client, producer: Person, there: Peer, here: Node
) -> None:
    word = WordDefinition(family="status", slug="canary", name="CANARY word")
    record = ProductionOpened(
        uri=there.uri(), created_at=NOON, name="Fog", type="other", opened_to=here.origin,
        words=(word,),
    )  # fmt: skip
    arrive(there, here, record)
    ours = signed_in(producer).get("data/task-status").json
    assert "CANARY word" in {one["name"] for one in ours}
    theirs = client.get("data/task-status").json
    assert {one["name"] for one in ours} - {one["name"] for one in theirs} == {"CANARY word"}
    assert "CANARY" not in client.get("data/user/context").body.decode()


def test_what_is_of_no_known_production_is_heard_by_nobody(birds: Aviary, producer: Person) -> None:
    gone = comment(task=birds.task, text="Gone", by=producer)
    withdraw_comment(comment=gone, by=producer)
    before = mark()
    Comment.objects.filter(uri=gone.uri).delete()
    heard = since(Mark(before.entry - 1, *before[1:]), before)
    assert heard == []


def test_who_comes_back_as_a_client_has_nothing_left_from_before(
    birds: Aviary, producer: Person, as_: As
) -> None:
    person = studio.member(birds.film, "artist", producer)
    program, browser = signed_in(person), as_(person)
    kept = address_of(birds.hidden, "hd", person)
    place = f"data/preview-files/{uid(birds.hidden.uri)}"
    assert browser.get(kept).status_code == 200
    end_seat(seat=studio.sits(person, birds.film), by=producer)
    give_seat(production=birds.film, person=person, role="client", by=producer)
    assert (browser.get(kept).status_code, program.get(place).status) == (404, 404)
    assert program.get("data/events/last").json == []
    token = tokens.read(program.token)
    assert audience_of({"a": token}).by_production == {}


def test_of_the_other_city_a_client_reads_what_is_for_them(
    birds: Aviary, client: Client, producer: Person, there: Peer, here: Node
) -> None:
    open_to(production=birds.film, city=Node.objects.get(origin=there.origin), by=producer)
    inside, theirs = (studio.seat_there(there, birds.film, role) for role in ("artist", "client"))
    said = [
        studio.comment_there(there, birds.task, seat, 1, text=text, **more)
        for seat, text, more in (
            (inside, "CANARY there", {}),
            (inside, "For you from there.", {"for_client": True}),
            (theirs, "We, too.", {}),
        )
    ]
    drawn = [
        AnnotationDrawn(
            uri=there.uri(), created_at=NOON, production=birds.film.uri, version=version.uri,
            seat=seat.uri, hash="", first_frame=1001, last_frame=1001, drawing=(DOT,),
        )
        for version, seat in ((birds.shown, inside), (birds.hidden, theirs))
    ]  # fmt: skip
    place = PlaylistItem(entity=birds.task.entity_id, version=birds.hidden.uri)
    made = PlaylistMade(
        uri=there.uri(), created_at=NOON, production=birds.film.uri, seat=inside.uri,
        name="CANARY there", items=(place,),
    )  # fmt: skip
    arrive(there, here, inside, theirs, *said, *drawn, made)
    read = client.get(f"data/tasks/{uid(birds.task.uri)}/comments").json
    assert {one["text"] for one in read} == {"For your eyes.", "For you from there.", "We, too."}
    for place_ in ("data/playlists", "data/preview-files", f"data/projects/{uid(birds.film.uri)}"):
        told = client.get(place_).body.decode()
        assert [trace for trace in (*birds.traces, made.uri) if trace in told] == [], place_
