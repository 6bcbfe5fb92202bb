"""A playlist of the other city: asked for by its page, answered with what was asked."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from jumelage.bridge.api import Node
from jumelage.components.studio.models import ChangeRequest, Entity, Playlist, Production, Version
from jumelage.components.studio.models.values import Change
from jumelage.components.studio.records import PlaylistMade
from jumelage.components.studio.services import requests
from jumelage.components.studio.services.review import playlists
from jumelage.directory.models import Person
from tests.components.studio.test_two_cities import asks
from tests.factories import studio
from tests.factories.bridge import Peer


@pytest.fixture
def client(joint: Production, producer: Person) -> Client:
    signed_in = Client(headers={"accept-language": "en"})
    signed_in.force_login(producer.user)
    return signed_in


@pytest.fixture
def shots(joint: Production, producer: Person) -> list[Entity]:
    return studio.shots(joint, producer, many=3)


@pytest.fixture
def theirs(joint: Production, shots: list[Entity], here: Node, there: Peer) -> Playlist:
    """Return a playlist of the other city with two of our shots."""
    seat = studio.seat_there(there, joint, "supervisor")
    items: Any = tuple({"entity": shot.uri, "version": None} for shot in shots[:2])
    listed = PlaylistMade(
        uri=there.uri(),
        created_at=studio.NOON,
        production=joint.uri,
        seat=seat.uri,
        name="Dailies",
        items=items,
    )
    studio.arrive(there, here, seat, listed)
    return Playlist.objects.get(uri=listed.uri)


def page(name: str, playlist: Playlist) -> str:
    return reverse(f"studio:{name}", kwargs={"uri": playlist.uri})


def typed(playlist: Playlist, **more: object) -> dict[str, object]:
    return {"name": playlist.name, "revision": playlist.rev, "place-0": 2, "place-1": 1, **more}


def test_order_of_the_other_citys_playlist_is_asked_for_by_its_page(
    client: Client, theirs: Playlist, shots: list[Entity]
) -> None:
    assert page("ask-for-playlist", theirs) in client.get(page("playlist", theirs)).text
    assert "Ask for a change" in client.get(page("ask-for-playlist", theirs)).text

    answer = client.post(page("ask-for-playlist", theirs), typed(theirs, reason="The storm first"))

    assert answer["Location"] == theirs.get_absolute_url()
    asked = ChangeRequest.objects.get()
    assert (asked.target, asked.reason) == (theirs.uri, "The storm first")
    assert asked.changes == {"items": [shots[1].uri, shots[0].uri]}
    assert "asks for a change" in client.get(page("playlist", theirs)).text
    listed = client.get(reverse("studio:requests", kwargs={"uri": theirs.production_id})).text
    assert f"{shots[1].name}, {shots[0].name}" in listed


def test_asking_for_what_stands_asks_nothing(client: Client, theirs: Playlist) -> None:
    said = typed(theirs) | {"place-0": 1, "place-1": 2}

    answer = client.post(page("ask-for-playlist", theirs), said, follow=True)

    assert "Nothing was changed." in answer.text
    assert not ChangeRequest.objects.exists()


def test_own_playlist_is_not_asked_for_and_theirs_not_changed(
    client: Client, theirs: Playlist, ours: Playlist
) -> None:
    assert client.get(page("ask-for-playlist", ours)).status_code == 404
    assert client.get(page("change-playlist", theirs)).status_code == 404


@pytest.fixture
def ours(joint: Production, producer: Person) -> Playlist:
    return playlists.make_playlist(production=joint, name="Ours", by=producer)


def answered(ours: Playlist, items: Change, here: Node, there: Peer) -> bool:
    """Tell whether the node does what a supervisor of the other city asks of *ours*."""
    seat = studio.seat_there(there, ours.production, "supervisor")
    request = asks(there, ours.production, seat.uri, ours.uri, items=items)
    studio.arrive(there, here, seat, request)
    assert requests.answer_trusted() == 1
    ours.refresh_from_db()
    return ChangeRequest.objects.get().answers.get().accepted


def test_what_a_trusted_role_asks_of_a_playlist_is_done(
    ours: Playlist, shots: list[Entity], version: Version, here: Node, there: Peer
) -> None:
    assert answered(ours, (shots[2].uri, f"{shots[0].uri} {version.uri}"), here, there)

    places = [(item["entity"], item["version"]) for item in ours.items]
    assert places == [(shots[2].uri, None), (shots[0].uri, version.uri)]


@pytest.mark.parametrize("items", ["nothing", 3, {"entity": "x"}])
def test_places_that_are_none_are_refused(
    ours: Playlist, items: Change, here: Node, there: Peer
) -> None:
    assert not answered(ours, items, here, there)
    assert ours.items == []
