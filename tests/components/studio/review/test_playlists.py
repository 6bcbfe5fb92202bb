"""Playlists by pages: made, put in order, changed by two people at once, taken back."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from jumelage.components.studio.models import Entity, Playlist, Production, Task, Version
from jumelage.components.studio.services import entities
from jumelage.components.studio.services.review import playlists
from jumelage.directory.models import Person
from tests.factories import studio


@pytest.fixture
def client(producer: Person) -> Client:
    signed_in = Client(headers={"accept-language": "en"})
    signed_in.force_login(producer.user)
    return signed_in


@pytest.fixture
def shots(task: Task, producer: Person) -> list[Entity]:
    """Return the shot of *task* and two more of its sequence, by name."""
    parent = task.entity.parent
    assert parent is not None
    plans = [entities.Plan(type="shot", name=name, parent=parent) for name in ("sh8", "sh9")]
    entities.plan_entities(production=task.production, plans=plans, by=producer)
    return list(Entity.objects.filter(parent=parent, type="shot").order_by("name"))


def page(name: str, thing: Production | Playlist) -> str:
    return reverse(f"studio:{name}", kwargs={"uri": thing.uri})


def listed(shots: list[Entity], by: Person) -> Playlist:
    items: Any = [{"entity": shot.uri, "version": None} for shot in shots]
    return playlists.make_playlist(
        production=shots[0].production, name="Dailies", items=items, by=by
    )


def typed(playlist: Playlist, order: list[int], **more: object) -> dict[str, object]:
    places = {f"place-{index}": place for index, place in enumerate(order)}
    return {"name": playlist.name, "revision": playlist.rev, **places, **more}


def test_playlist_is_made_of_a_sequence_and_of_versions(
    client: Client, film: Production, shots: list[Entity], version: Version
) -> None:
    said = {"name": "Dailies", "sequence": shots[0].parent_id, "versions": [version.uri]}

    answer = client.post(page("make-playlist", film), said)

    made = Playlist.objects.get()
    assert answer["Location"] == made.get_absolute_url()
    assert [item["entity"] for item in made.items] == [
        *(shot.uri for shot in shots),
        version.task.entity_id,
    ]
    assert [item["version"] for item in made.items] == [None, None, None, version.uri]
    assert "Dailies" in client.get(page("playlists", film)).text
    assert not client.get(page("playlists", film), {"q": "rushes"}).context["page"].object_list


def test_places_are_put_in_order_and_show_the_version_that_was_chosen(
    client: Client, shots: list[Entity], version: Version, producer: Person
) -> None:
    playlist = listed(shots, producer)
    index = [shot.uri for shot in shots].index(version.task.entity_id)
    said = typed(playlist, [3, 2, 1], **{f"version-{index}": version.uri, "out-1": "on"})

    answer = client.post(page("change-playlist", playlist), said)

    assert answer.status_code == 302
    playlist.refresh_from_db()
    assert [item["entity"] for item in playlist.items] == [shots[2].uri, shots[0].uri]
    chosen = {item["entity"]: item["version"] for item in playlist.items}
    assert chosen[version.task.entity_id] == version.uri


def test_what_somebody_changed_meanwhile_is_not_lost(
    client: Client, shots: list[Entity], producer: Person
) -> None:
    playlist = listed(shots[:2], producer)
    said = typed(playlist, [2, 1])
    playlists.add_to_playlist(playlist=playlist, shown=[(shots[2], None)], by=producer)

    answer = client.post(page("change-playlist", playlist), said)

    assert answer.status_code == 422
    assert "Somebody changed this playlist meanwhile" in answer.text
    playlist.refresh_from_db()
    assert len(playlist.items) == 3


def test_shots_that_are_not_here_yet_keep_their_place(
    client: Client, shots: list[Entity], producer: Person
) -> None:
    away = f"jumelage:{'a' * 32}:{'b' * 26}"
    items: Any = [{"entity": uri, "version": None} for uri in (shots[0].uri, away, shots[1].uri)]
    playlist = playlists.make_playlist(
        production=shots[0].production, name="Dailies", items=items, by=producer
    )
    said = {**typed(playlist, [3]), "place-2": 1}

    assert client.post(page("change-playlist", playlist), said).status_code == 302

    playlist.refresh_from_db()
    assert [item["entity"] for item in playlist.items] == [shots[1].uri, away, shots[0].uri]


@pytest.mark.parametrize("place", ["", "0", "many", "1001"])
def test_a_place_that_is_none_is_refused_by_name(
    place: str, client: Client, shots: list[Entity], producer: Person
) -> None:
    playlist = listed(shots[:1], producer)
    said = {**typed(playlist, []), "place-0": place}

    answer = client.post(page("change-playlist", playlist), said)

    assert answer.status_code == 422
    assert f"Place of {shots[0]}" in answer.text


def test_playlist_is_taken_back_after_asking(
    client: Client, shots: list[Entity], producer: Person
) -> None:
    playlist = listed(shots, producer)
    asked = client.get(page("withdraw-playlist", playlist))
    assert "Take the playlist back?" in asked.text

    client.post(page("withdraw-playlist", playlist))

    assert not Playlist.objects.live().exists()
    assert client.get(page("playlist", playlist)).status_code == 404


def test_members_who_make_nothing_read_playlists_and_change_none(
    film: Production, shots: list[Entity], producer: Person
) -> None:
    playlist, reader = listed(shots, producer), Client()
    reader.force_login(studio.member(film, "observer", producer).user)

    assert reader.get(page("playlist", playlist)).status_code == 200
    assert reader.get(page("playlists", film)).status_code == 200
    for closed in (page("change-playlist", playlist), page("make-playlist", film)):
        assert reader.get(closed).status_code == 404


def test_session_is_called_with_a_playlist(
    client: Client, film: Production, shots: list[Entity], version: Version, producer: Person
) -> None:
    playlist = listed(shots, producer)

    form = client.get(page("call-session", film), {"playlist": playlist.uri}).text

    assert f'<option value="{playlist.uri}" selected>' in form
    assert version.uri in form
