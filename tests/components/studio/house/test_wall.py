"""The wall before clients: they see what the studio shows them, and nothing else answers."""

import pytest
from django.test import Client

from jumelage.components.studio.errors import ClientSeatError
from jumelage.components.studio.models import Annotation, Attachment, Comment, Production, Version
from jumelage.components.studio.models.values import PlaylistItem
from jumelage.components.studio.selectors.media import address_of
from jumelage.components.studio.services.review.comments import change_comment, comment
from jumelage.components.studio.services.review.playlists import (
    change_playlist,
    make_playlist,
    withdraw_playlist,
)
from jumelage.components.studio.services.seats import change_role
from jumelage.components.studio.services.versions import publish_version, withdraw_version
from jumelage.directory.models import Person
from jumelage.directory.policy import may
from jumelage.kit import clock
from tests.components.studio.house.canaries import Aviary
from tests.components.studio.house.conftest import As
from tests.components.studio.house.test_matrix import (
    MISSING,
    STUDIO,
    address,
    kind_of,
    things,
    told,
)
from tests.factories import studio
from tests.factories.studio import NOON

__all__ = ("things",)
pytestmark = pytest.mark.promise("P13")

OPEN = {
    # what a client gets of a thing that is shown, by the end of its address
    "productions/<str:uri>/", "productions/<str:uri>/playlists/",
    "productions/<str:uri>/watermark.svg", "playlists/<str:uri>/", "playlists/<str:uri>/notes.otio",
    "versions/<str:uri>/", "versions/<str:uri>/review.json", "versions/<str:uri>/frames/",
    "versions/<str:uri>/notes.otio", "versions/<str:uri>/say/",
    "versions/<str:uri>/frames.zip", "playlists/<str:uri>/frames.zip",
}  # fmt: skip


def words(birds: Aviary, things: dict[str, str]) -> dict[str, str]:
    """Return the words of addresses for what is shown, where something of its kind is."""
    seen = {"version": birds.shown.uri, "playlist": birds.playlist.uri, "comment": birds.said.uri}
    return {**things, **seen}


def test_of_all_addresses_a_client_reads_those_of_what_is_shown(
    birds: Aviary, things: dict[str, str], client: Client
) -> None:
    found, of = set(), words(birds, things)
    for route in STUDIO:
        word = of.get(kind_of(route) or "", "")
        if not word:
            continue
        nothing = MISSING["pk" if word.isdecimal() else "uri"]
        with clock.fixed(NOON):  # every page shows the time
            there = told(client, "GET", address(route, word), word)
            none = told(client, "GET", address(route, nothing), nothing)
        if there[0] != 405 and there != none:
            found.add(route.path.removeprefix("en/studio/"))
    assert found == OPEN


@pytest.mark.parametrize("of", ["hidden", "apart"])
def test_a_version_that_is_not_shown_answers_a_client_like_nothing(
    birds: Aviary, of: str, client: Client
) -> None:
    word, nothing = getattr(birds, of).uri, MISSING["uri"]
    routes = [route for route in STUDIO if kind_of(route) == "version"]
    for route in routes:
        for method in ("GET", "POST"):
            with clock.fixed(NOON):
                there = told(client, method, address(route, word), word)
                none = told(client, method, address(route, nothing), nothing)
            assert there == none, route.path
    assert Comment.objects.count() == 3


def test_no_answer_to_a_client_holds_what_is_hidden(
    birds: Aviary, things: dict[str, str], client: Client
) -> None:
    of = words(birds, things)
    named = [address(route, of.get(kind_of(route) or "", "-")) for route in STUDIO]
    page = birds.shown.get_absolute_url()
    rows = [birds.dailies.uri, birds.playlist.uri, str(birds.task.entity.parent_id)]
    for place in [*named, *(f"{page}?in={uri}" for uri in rows)]:
        answer = client.get(place)
        asked = place.partition("?in=")[2] or "-"
        text = "" if answer.streaming else answer.content.decode(errors="replace")
        text = text.replace(asked, "-")  # where one signs in again says where one was
        assert [trace for trace in birds.traces if trace in text] == [], place


def test_what_is_shown_is_there_with_the_notes_for_the_client(
    birds: Aviary, client: Client, as_: As, producer: Person
) -> None:
    page = client.get(birds.shown.get_absolute_url()).text
    assert "For your eyes." in page
    assert "Visible to the client" not in page
    assert "Cut 1" in client.get(birds.film.get_absolute_url()).text
    for place in (birds.film, birds.playlist):
        assert client.get(place.get_absolute_url()).status_code == 200
    ours = as_(producer).get(birds.shown.get_absolute_url()).text
    assert "The client sees it" in ours
    assert ours.count("Visible to the client") == 1
    hidden = as_(producer).get(birds.hidden.get_absolute_url()).text
    assert "Not shown to the client" in hidden
    task = as_(producer).get(birds.task.get_absolute_url()).text
    assert task.count("Visible to the client") == task.count("the client sees it") == 1


def test_a_note_of_a_hidden_version_says_when_the_client_reads_it(
    birds: Aviary, client: Client, as_: As, producer: Person
) -> None:
    said = {"text": "Softer.", "for_client": "on", "first_frame": 1003, "last_frame": 1003}
    as_(producer).post(f"{birds.hidden.get_absolute_url()}say/", said)
    for page in (birds.hidden.get_absolute_url(), f"{birds.hidden.get_absolute_url()}frames/"):
        ours = as_(producer).get(page).text
        assert ours.count("Visible to the client") == 1, page
        assert "once a version is shown" not in ours
    assert "Softer." in client.get(birds.shown.get_absolute_url()).text
    withdraw_playlist(playlist=birds.playlist, by=producer)
    assert "once a version is shown" in as_(producer).get(birds.hidden.get_absolute_url()).text


def test_a_client_speaks_and_reads_what_is_answered(
    birds: Aviary, client: Client, producer: Person
) -> None:
    page = f"{birds.shown.get_absolute_url()}say/"
    assert client.post(page, {"text": "Warmer, please."}).status_code == 302
    said = Comment.objects.get(text="Warmer, please.")
    comment(task=birds.task, text="We will.", reply_to=said, by=producer)
    shown = client.get(birds.shown.get_absolute_url()).text
    assert "Warmer, please." in shown
    assert "We will." in shown
    assert said.for_client is False
    taken = client.post(f"/en/studio/comments/{said.uri}/withdraw/")
    assert taken.headers["Location"] == birds.film.get_absolute_url()
    assert not Comment.objects.live().filter(uri=said.uri).exists()


def test_clients_read_each_other_and_their_drawings(
    birds: Aviary, client: Client, as_: As, producer: Person
) -> None:
    other = as_(studio.member(birds.film, "client", producer))
    body = {
        "hash": birds.shown.media["original"]["hash"],  # type: ignore[index]  # it has media
        "wishes": [{"add": {"id": "b" * 26, "first_frame": 1002, "last_frame": 1002, "strokes": [
            {"tool": "pen", "points": [[0.1, 0.1], [0.2, 0.2]]}]}}],
    }  # fmt: skip
    place = f"{birds.shown.get_absolute_url()}drawings/"
    answer = client.post(place, body, content_type="application/json").json()
    assert answer["refused"] == []
    assert [one["first_frame"] for one in answer["annotations"]] == [1002]
    seen = other.get(f"{birds.shown.get_absolute_url()}review.json").json()
    assert [one["first_frame"] for one in seen["annotations"]] == [1002]
    assert Annotation.objects.count() == 2


def test_media_open_for_what_is_shown_as_long_as_it_is(
    birds: Aviary, client: Client, producer: Person
) -> None:
    shown, hidden = (address_of(one, "hd", birds.client) for one in (birds.shown, birds.hidden))
    assert client.get(shown).status_code == 200
    assert client.get(hidden).status_code == 404
    assert client.get(address_of(birds.shown, "original", birds.client)).status_code == 404
    withdraw_playlist(playlist=birds.playlist, by=producer)
    assert client.get(shown).status_code == 404
    assert client.get(birds.shown.get_absolute_url()).status_code == 404


def test_files_beside_a_comment_open_with_the_comment(birds: Aviary, client: Client) -> None:
    rows = {
        said: Attachment.objects.create(
            comment=said, uuid=said.uuid, name="a", size=1, file="0" * 64
        )
        for said in (birds.said, birds.secret)
    }
    assert [may(birds.client, "studio.see", row) for row in rows.values()] == [True, False]
    assert client.get(f"/en/studio/attachments/{rows[birds.secret].pk}/").status_code == 404


def test_a_place_whose_version_was_taken_back_shows_no_other(
    birds: Aviary, client: Client, producer: Person
) -> None:
    withdraw_version(version=birds.shown, by=producer)
    sheet = client.get(birds.playlist.get_absolute_url())
    assert sheet.status_code == 200
    assert [trace for trace in birds.traces if trace in sheet.text] == []
    assert client.get(birds.hidden.get_absolute_url()).status_code == 404


def test_a_place_without_a_version_shows_the_newest(
    birds: Aviary, client: Client, producer: Person
) -> None:
    items = [PlaylistItem(entity=birds.task.entity_id)]
    change_playlist(playlist=birds.playlist, changes={"items": items}, by=producer)
    newest = publish_version(task=birds.task, by=producer)
    assert client.get(newest.get_absolute_url()).status_code == 200
    assert client.get(birds.shown.get_absolute_url()).status_code == 404


def test_a_mark_is_given_and_taken_on_pages(
    birds: Aviary, client: Client, as_: As, producer: Person
) -> None:
    ours, page = as_(producer), birds.shown.get_absolute_url()
    ours.post(f"{page}say/", {"text": "See the sky.", "for_client": "on"})
    ours.post(f"/en/studio/tasks/{birds.task.uri}/say/", {"text": "Grain.", "for_client": "on"})
    marked = Comment.objects.filter(for_client=True).values_list("text", flat=True)
    assert set(marked) == {"For your eyes.", "See the sky.", "Grain."}
    assert "See the sky." in client.get(page).text
    said = Comment.objects.get(text="See the sky.")
    ours.post(f"/en/studio/comments/{said.uri}/change/", {"text": said.text})
    assert "See the sky." not in client.get(page).text
    change_comment(comment=said, changes={"for_client": True}, by=producer)
    assert "See the sky." in client.get(page).text
    assert 'name="for_client"' not in client.get(page).text
    assert 'name="for_client"' in ours.get(page).text


def test_lists_of_ones_own_hold_no_tasks_of_the_client(
    birds: Aviary, client: Client, producer: Person
) -> None:
    assert client.get("/en/studio/my-work/data.json").json()["tasks"] == []
    listed = client.get("/en/studio/data.json").json()["productions"]
    assert [(each["uri"], "tasks" in each) for each in listed] == [(birds.film.uri, False)]
    assert "you see a part of it" in client.get("/en/studio/").text


def test_the_french_page_shows_the_same(birds: Aviary, client: Client) -> None:
    for place in (birds.film, birds.playlist, birds.shown):
        page = client.get(place.get_absolute_url().replace("/en/", "/fr/", 1))
        assert (page.status_code, '<html lang="fr"' in page.text) == (200, True)
        assert [trace for trace in birds.traces if trace in page.text] == []


@pytest.mark.parametrize(("held", "wanted"), [("client", "artist"), ("artist", "client")])
def test_a_seat_does_not_pass_the_wall(
    film: Production, producer: Person, held: str, wanted: str
) -> None:
    seat = studio.sits(studio.member(film, held, producer), film)
    with pytest.raises(ClientSeatError):
        change_role(seat=seat, role=wanted, by=producer)


def test_what_nothing_is_shown_of_has_a_page_that_says_so(
    film: Production, shown: Version, producer: Person, as_: As
) -> None:
    client = as_(studio.member(film, "client", producer))
    assert "Nothing yet." in client.get(film.get_absolute_url()).text
    make_playlist(production=film, name="Soon", for_client=True, by=producer)
    assert "Soon" in client.get(film.get_absolute_url()).text
    assert client.get(shown.get_absolute_url()).status_code == 404
