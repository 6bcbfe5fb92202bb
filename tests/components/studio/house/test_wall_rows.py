"""What stands beside something hidden does not betray it: rows, frames of notes, kept addresses."""

from dataclasses import replace
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from jumelage.components.studio.models import Comment, Entity, Playlist, Version
from jumelage.components.studio.models.values import PlaylistItem
from jumelage.components.studio.review.deciding import say
from jumelage.components.studio.review.notes import Notes
from jumelage.components.studio.review.stills.frames import Still, picture
from jumelage.components.studio.selectors.house.guests import versions_for
from jumelage.components.studio.services.entities import change_entity
from jumelage.components.studio.services.house.guests import make_link
from jumelage.components.studio.services.review.annotations import draw
from jumelage.components.studio.services.review.comments import comment
from jumelage.components.studio.services.review.playlists import (
    change_playlist,
    make_playlist,
    withdraw_playlist,
)
from jumelage.components.studio.services.versions import (
    publish_version,
    state_media,
    withdraw_version,
)
from jumelage.directory.models import Person
from jumelage.kit import clock
from tests.components.studio.house.canaries import DOT, Aviary
from tests.components.studio.house.conftest import As, stored
from tests.components.studio.house.test_guests import WEEK
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


@pytest.fixture
def gap(birds: Aviary, producer: Person) -> Version:
    """Return a secret of a shot of which the client's playlist names a version taken back."""
    [entity] = studio.shots(birds.film, producer)
    task = studio.task(entity, producer)
    once, secret = (_taken(birds, publish_version(task=task, by=producer)) for _ in range(2))
    places = [
        PlaylistItem(entity=one.task.entity_id, version=one.uri) for one in (birds.shown, once)
    ]
    change_playlist(playlist=birds.playlist, changes={"items": places}, by=producer)
    withdraw_version(version=once, by=producer)
    return secret


def _taken(birds: Aviary, version: Version) -> Version:
    assert birds.shown.facts is not None
    return state_media(version=version, media=birds.shown.facts)


def _row(browser: Client, version: Version, playlist: Playlist) -> str:
    return browser.get(f"{version.get_absolute_url()}?in={playlist.uri}").text


def test_what_is_not_shown_answers_a_client_like_nothing(
    birds: Aviary, things: dict[str, str], client: Client, producer: Person
) -> None:
    secrets = {"version": birds.hidden, "playlist": birds.dailies, "comment": birds.secret}
    words = {**things, **{kind: row.uri for kind, row in secrets.items()}}
    words["task"] = birds.apart.task_id
    before, found = Comment.objects.count(), []
    for route in STUDIO:
        kind = kind_of(route)
        word = words.get(kind or "", "")
        if not word or kind == "production":
            continue
        nothing = MISSING["pk" if word.isdecimal() else "uri"]
        for method in ("GET", "POST"):
            with clock.fixed(NOON):  # every page shows the time
                there = told(client, method, address(route, word), word)
                none = told(client, method, address(route, nothing), nothing)
            if there != none:
                found.append((method, route.path))
    assert found == []
    assert Comment.objects.count() == before


def test_a_row_leads_a_client_past_what_is_hidden(
    birds: Aviary, gap: Version, client: Client, as_: As, producer: Person
) -> None:
    page = _row(client, birds.shown, birds.playlist)
    assert "1 of 1" in page
    assert gap.uri not in page
    ours = _row(as_(studio.member(birds.film, "observer", producer)), birds.shown, birds.playlist)
    assert "1 of 2" in ours
    assert gap.uri in ours


def test_a_row_of_others_is_none_to_a_client(
    birds: Aviary, client: Client, as_: As, producer: Person
) -> None:
    places = [PlaylistItem(entity=birds.shown.task.entity_id, version=birds.shown.uri)]
    change_playlist(playlist=birds.dailies, changes={"items": places}, by=producer)
    assert "1 of 1" in _row(as_(producer), birds.shown, birds.dailies)
    assert "1 of 1" not in _row(client, birds.shown, birds.dailies)


def test_exports_of_a_playlist_leave_out_what_is_hidden(
    birds: Aviary, gap: Version, client: Client
) -> None:
    for end in ("", "notes.otio"):
        assert gap.uri not in client.get(f"{birds.playlist.get_absolute_url()}{end}").text


def test_a_zip_of_frames_holds_what_a_client_sees_of_what_is_shown(
    birds: Aviary, gap: Version, client: Client, as_: As, producer: Person
) -> None:
    for version in (birds.shown, gap):
        _pictured(version)
        for first, last in ((1002, 1002), (1001, 1003)):
            draw(version=version, first_frame=first, last_frame=last, strokes=[DOT], by=producer)
        say(version=version, text="See.", span=(1002, 1002), for_client=True, by=producer)
    place = f"{birds.playlist.get_absolute_url()}frames.zip"

    theirs, ours = (_frames(browser, place) for browser in (client, as_(producer)))

    [(name, png)] = theirs.items()
    still = Still(Version.objects.get(uri=birds.shown.uri), 1002)
    assert png == picture(still, notes=Notes(still.version, birds.client))
    assert Image.open(BytesIO(png)).info["jumelage:version"] == birds.shown.uri
    assert len(ours) == 4
    assert ours[name] != png  # with what was drawn for nobody but the studio


def _pictured(version: Version) -> None:
    """Let *version* be a picture that is kept here."""
    drawn = BytesIO()
    Image.new("RGB", (64, 36), (90, 90, 90)).save(drawn, "PNG")
    assert version.facts is not None
    kept = {"picture": stored(drawn.getvalue(), "image/png")}
    state_media(version=version, media=replace(version.facts, renditions=kept))


def _frames(browser: Client, place: str) -> dict[str, bytes]:
    whole = b"".join(browser.get(place).streaming_content)  # type: ignore[attr-defined]
    with ZipFile(BytesIO(whole)) as held:
        return {name: held.read(name) for name in held.namelist()}


def test_a_place_without_a_version_opens_no_other_place(
    birds: Aviary, gap: Version, client: Client, producer: Person
) -> None:
    """What stands for the shot is shown in one place; the gap of the other shows nothing else."""
    entity: Entity = gap.task.entity
    first, newest = gap, _taken(birds, publish_version(task=gap.task, by=producer))
    change_entity(entity=entity, changes={"main_version": first.uri}, by=producer)
    lost = publish_version(task=gap.task, by=producer)
    places = [PlaylistItem(entity=entity.uri, version=lost.uri), PlaylistItem(entity=entity.uri)]
    change_playlist(playlist=birds.playlist, changes={"items": places}, by=producer)
    withdraw_version(version=lost, by=producer)
    assert client.get(first.get_absolute_url()).status_code == 200
    assert client.get(newest.get_absolute_url()).status_code == 404
    link, _ = make_link(
        production=birds.film, name="A guest", lasts=WEEK, playlist=birds.playlist, by=producer
    )
    assert versions_for(link) == [first]


def test_a_guest_sees_nothing_where_a_version_was_taken_back(
    birds: Aviary, gap: Version, as_: As, producer: Person
) -> None:
    link, token = make_link(
        production=birds.film, name="A guest", lasts=WEEK, playlist=birds.playlist, by=producer
    )
    guest, page = as_(None), f"/en/studio/look/{token}/"
    looked = guest.get(page).text
    assert [trace for trace in (gap.uri, *birds.traces) if trace in looked] == []
    seen = [guest.get(f"{page}{one.uri}/").status_code for one in (birds.shown, gap, birds.hidden)]
    assert seen == [200, 404, 404]
    withdraw_playlist(playlist=birds.playlist, by=producer)
    assert guest.get(f"{page}{birds.shown.uri}/").status_code == 404
    assert versions_for(link) == []


@pytest.mark.parametrize("is_later_hidden", [True, False])
def test_a_note_of_a_client_does_not_tell_whether_a_later_version_is_hidden(
    birds: Aviary, client: Client, producer: Person, is_later_hidden: bool
) -> None:
    if not is_later_hidden:
        withdraw_version(version=birds.hidden, by=producer)
    page = birds.shown.get_absolute_url()
    client.post(f"{page}say/", {"text": "Warmer, please."})
    read = client.get(page).text
    note = read[: read.index("Warmer, please.")].rpartition("<li")[2]
    assert ('data-first-frame="1001"' in note, 'data-last-frame="1048"' in note) == (True, True)
    assert "Warmer, please." in client.get(f"{page}notes.otio").text


@pytest.mark.parametrize("is_later_hidden", [True, False])
def test_a_note_of_the_task_stays_where_a_client_reads_it(
    birds: Aviary, client: Client, producer: Person, is_later_hidden: bool
) -> None:
    if not is_later_hidden:
        withdraw_version(version=birds.hidden, by=producer)
    comment(task=birds.task, text="For you, too.", for_client=True, by=producer)
    assert "For you, too." in client.get(birds.shown.get_absolute_url()).text


def test_lists_asked_for_by_words_and_pages_hold_what_is_shown(
    birds: Aviary, client: Client
) -> None:
    page = f"{birds.film.get_absolute_url()}playlists/"
    for asked in ("?q=dailies", "?sort=name", "?page=2", "?sort=-name&page=9"):
        read = client.get(f"{page}{asked}").text
        assert [trace for trace in birds.traces if trace in read] == [], asked
    found = client.get(f"{birds.shown.get_absolute_url()}review.json").json()
    assert found["others"] == []


def test_a_picture_kept_from_before_opens_no_longer(
    birds: Aviary, client: Client, producer: Person
) -> None:
    drawn = BytesIO()
    Image.new("RGB", (8, 8)).save(drawn, "PNG")
    for text, for_client in (("See it.", True), ("CANARY", False)):
        file = SimpleUploadedFile("see.png", drawn.getvalue())
        comment(task=birds.task, text=text, for_client=for_client, files=[file], by=producer)
    open_, shut = (
        Comment.objects.get(text=text).attachments.get().pk for text in ("See it.", "CANARY")
    )
    assert client.get(f"/en/studio/attachments/{shut}/picture/").status_code == 404
    kept = client.get(f"/en/studio/attachments/{open_}/picture/").headers["Location"]
    first = client.get(kept)
    assert first.status_code == 200
    same = {"if-none-match": first.headers["ETag"]}
    assert client.get(f"/en/studio/attachments/{shut}/", headers=same).status_code == 404
    change_playlist(playlist=birds.playlist, changes={"for_client": False}, by=producer)
    assert client.get(kept).status_code == 404
    assert client.get(kept, headers=same).status_code == 404
    assert client.get(f"/en/studio/attachments/{open_}/").status_code == 404


def test_a_client_makes_and_marks_no_playlist(
    birds: Aviary, client: Client, producer: Person
) -> None:
    made = {"name": "Mine", "for_client": "on"}
    new = client.post(f"{birds.film.get_absolute_url()}playlists/new/", made)
    mine = client.post(f"{birds.dailies.get_absolute_url()}change/", made)
    seat = studio.sits(birds.client, birds.film)
    part = client.post(f"/en/studio/seats/{seat.uri}/part/", {"role": "coordinator"})
    assert [answer.status_code for answer in (new, mine, part)] == [404, 404, 404]
    assert not Playlist.objects.filter(name="Mine").exists()
    make_playlist(production=birds.film, name="Cut 2", for_client=True, by=producer)
    assert Playlist.objects.filter(for_client=True).count() == 2
