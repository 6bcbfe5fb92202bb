"""Originals are saved from the page of files by those who make things, and by nobody else."""

from io import BytesIO
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from jumelage.bridge.api import Node, open_kind
from jumelage.bridge.records import DeliveryOffered
from jumelage.components.studio.media.reading.sequences import name_of
from jumelage.components.studio.models import (
    Holding,
    MediaFile,
    Membership,
    Production,
    Shipment,
    Task,
    Version,
    View,
)
from jumelage.components.studio.models.values import Media, Stored
from jumelage.components.studio.records import CopiesHeld, VersionPublished
from jumelage.components.studio.selectors.media import address_of
from jumelage.components.studio.selectors.seats import forget_seats
from jumelage.components.studio.services.media import attach, original_here, path_of, zipped
from jumelage.components.studio.services.media.crossing import say_held, ship
from jumelage.components.studio.services.media.keeping import AT_ONCE, keep_frames
from jumelage.components.studio.services.productions import change_production
from jumelage.components.studio.services.seats import end_seat
from jumelage.components.studio.services.versions import publish_version, state_media
from jumelage.directory.models import Person
from tests.components.studio.house.conftest import stored
from tests.components.studio.media.conftest import Aged
from tests.factories import directory, studio
from tests.factories.bridge import Peer
from tests.factories.studio import NOON, arrive

SCENE = b"a scene, which no browser shows"
FRAMES = {f"sh010.{number}.exr": b"frame %d" % number * 1000 for number in (1001, 1002, 1004)}


@pytest.fixture
def scene(task: Task, producer: Person) -> Version:
    """Return a version whose file has no picture."""
    published = publish_version(task=task, by=producer, name="Décor 1.blend")
    kept = stored(SCENE, "application/octet-stream")
    version = state_media(version=published, media=Media(kind="file", original=kept))
    say_held(version)
    return version


@pytest.fixture
def sequence(task: Task, producer: Person) -> Version:
    """Return a version whose original is a listing of frames."""
    published = publish_version(task=task, by=producer, name="sh010.1001.exr")
    kept = keep_frames({name: BytesIO(data) for name, data in FRAMES.items()})
    told = Stored(hash=kept.hash, size=kept.size, type=kept.type)
    return state_media(version=published, media=Media(kind="sequence", original=told, frames=3))


def browser(person: Person) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(person.user)
    return client


def to(name: str, version: Version) -> str:
    return reverse(f"studio:{name}", kwargs={"uri": version.uri})


def saved(client: Client, version: Version) -> HttpResponse:
    """Return the answer at the address that the page's link leads to."""
    return client.get(client.get(to("original", version))["Location"])  # type: ignore[return-value]


def whole(answer: HttpResponse) -> bytes:
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]  # of a stream


def test_maker_saves_the_original_under_its_own_name(
    scene: Version, film: Production, producer: Person
) -> None:
    artist = studio.member(film, "artist", producer)
    client = browser(artist)

    page = client.get(to("preparation", scene)).content.decode()
    answer = saved(client, scene)

    assert f'href="{to("original", scene)}"' in page
    assert (answer.status_code, whole(answer)) == (200, SCENE)
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''D%C3%A9cor%201.blend"
    seen = View.objects.get()
    assert (seen.what, seen.name, seen.person) == ("original", "original", artist)


@pytest.mark.promise("P13")
def test_who_only_looks_gets_no_original(
    scene: Version, film: Production, producer: Person
) -> None:
    person = studio.member(film, "observer", producer)
    client = browser(person)

    page = client.get(to("preparation", scene))

    assert (page.status_code, b"Download the original" in page.content) == (200, False)
    assert b"Download the original" not in client.get(scene.get_absolute_url()).content
    assert client.get(to("original", scene)).status_code == 404
    assert client.get(address_of(scene, "original", person)).status_code == 404
    assert not View.objects.filter(what="original").exists()


@pytest.mark.promise("P13")
def test_address_of_an_original_opens_nothing_for_others_or_later(
    scene: Version, film: Production, producer: Person, client: Client, aged: Aged
) -> None:
    artist = studio.member(film, "artist", producer)
    address = address_of(scene, "original", artist)
    *lead, token, name = address.rsplit("/", 2)
    stranger = browser(directory.person("administrator"))

    assert client.get(address).status_code == 200
    assert client.get("/".join([*lead, aged(token), name])).status_code == 404
    assert stranger.get(address).status_code == 404
    assert stranger.get(to("original", scene)).status_code == 404
    end_seat(seat=Membership.objects.get(person=artist).seat, by=producer)
    forget_seats(artist)
    assert client.get(address).status_code == 404


def test_link_leads_to_the_host_of_films(
    scene: Version, producer: Person, settings: Settings
) -> None:
    settings.MEDIA_ORIGIN = "http://films.example:8443"

    answer = browser(producer).get(to("original", scene))

    assert answer["Location"].startswith("http://films.example:8443/")
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    ("names", "called"),
    [
        (["sky.1001.exr", "sky.1002.exr", "sky.1048.exr"], "sky.[1001-1048].exr"),
        (["camera.txt", "sky_0009.DPX", "sky_0010.DPX"], "sky_[0009-0010].DPX"),
        (["a-1.png", "a-2.png"], "a-[1-2].png"),
        (["-1.png", "0.png"], "[-1-0].png"),
        (["sky.1001.exr"], "sky.1001.exr"),
        (["scene.blend", "notes.txt"], "scene.blend"),
        ([], ""),
    ],
)
def test_sequence_is_called_by_its_numbers(names: list[str], called: str) -> None:
    assert name_of(names) == called


def test_zip_of_a_sequence_has_its_name_without_numbers(sequence: Version) -> None:
    sequence.name = "sh010_v2.[1001-1004].exr"

    held = original_here(sequence)

    assert held is not None
    assert held.name == "sh010_v2.zip"


def test_page_of_a_file_without_pictures_offers_it_and_nothing_to_watch(
    scene: Version, producer: Person
) -> None:
    page = browser(producer).get(to("preparation", scene)).content.decode()

    assert "A file without pictures: there is nothing to watch. It is kept as it came." in page
    assert ("Watch it" in page, "Download the original" in page) == (False, True)


def test_frames_of_a_sequence_come_in_one_zip(sequence: Version, producer: Person) -> None:
    client = browser(producer)

    page = client.get(to("preparation", sequence)).content.decode()
    answer = saved(client, sequence)
    asked = client.head(client.get(to("original", sequence))["Location"])

    assert "3 frames in a zip" in page
    assert answer["Content-Type"] == "application/zip"
    assert answer["Content-Disposition"] == 'attachment; filename="sh010.zip"'
    assert (asked.status_code, asked.content) == (200, b"")
    with ZipFile(BytesIO(whole(answer))) as packed:
        assert packed.testzip() is None
        assert {name: packed.read(name) for name in packed.namelist()} == FRAMES
        assert {entry.compress_type for entry in packed.infolist()} == {ZIP_STORED}


def test_zip_is_made_piece_by_piece(task: Task, producer: Person, tmp_path: Path) -> None:
    paths = {f"long.{number}.dpx": tmp_path / f"{number}" for number in (1, 2)}
    for path in paths.values():
        path.write_bytes(path.name.encode() * (3 * AT_ONCE + 7))
    version = publish_version(task=task, by=producer)
    attach(version=version, by=producer, frames=list(paths.items()))
    held = original_here(version)
    assert held is not None
    assert held.frames is not None

    sizes = [len(piece) for piece in zipped(held.frames)]

    assert held.bytes == 2 * (3 * AT_ONCE + 7)
    assert 0 < min(sizes) <= max(sizes) < AT_ONCE + 1000
    assert len(sizes) == 9


def test_sequence_that_lacks_a_frame_is_not_offered(sequence: Version, producer: Person) -> None:
    held = original_here(sequence)
    assert held is not None
    assert held.frames is not None
    MediaFile.objects.filter(pk=held.frames[1].hash).delete()

    client = browser(producer)

    assert original_here(sequence) is None
    assert b"Download the original" not in client.get(to("preparation", sequence)).content
    assert client.get(to("original", sequence)).status_code == 404


def test_original_is_saved_before_anything_was_made_of_it(
    task: Task, producer: Person, tmp_path: Path
) -> None:
    version = publish_version(task=task, by=producer)
    file = tmp_path / "take.mov"
    file.write_bytes(b"no movie at all")
    attach(version=version, by=producer, file=file)

    answer = saved(browser(producer), version)

    assert whole(answer) == b"no movie at all"
    assert answer["Content-Disposition"] == 'attachment; filename="take.mov"'


def test_file_that_was_lost_is_nothing(scene: Version, producer: Person) -> None:
    address = address_of(scene, "original", producer)
    kept = original_here(scene)
    assert kept is not None
    path_of(kept.file.hash).unlink()

    assert browser(producer).get(address).status_code == 404
    assert not View.objects.exists()


def test_review_page_of_a_file_without_picture_leads_to_it(
    scene: Version, producer: Person
) -> None:
    page = browser(producer).get(scene.get_absolute_url()).content.decode()

    assert "This file has no picture." in page
    assert f'href="{to("original", scene)}"' in page


def test_original_of_the_other_city_is_asked_for(
    joint: Production, task: Task, here: Node, there: Peer, producer: Person
) -> None:
    seat = studio.seat_there(there, joint)
    published = VersionPublished(
        uri=there.uri(), created_at=NOON, production=joint.uri, task=task.uri, seat=seat.uri,
        revision=1, media=Media(kind="file", original=Stored(hash="a" * 64, size=9)),
    )  # fmt: skip
    held = CopiesHeld(
        uri=there.uri(), created_at=NOON, production=joint.uri, version=published.uri,
        renditions=("original",),
    )  # fmt: skip
    arrive(there, here, seat, published, held)
    version, client = Version.objects.get(), browser(producer)

    before = client.get(to("preparation", version)).content.decode()
    client.post(to("share-original", version))
    after = client.get(to("preparation", version)).content.decode()

    assert "Ask for the original" in before
    assert Holding.objects.get(origin=here.origin).wanted == ["original"]
    assert "This city has asked for it" in after
    assert "Ask for the original" not in after
    assert client.get(to("original", version)).status_code == 404


def set_rule(client: Client, production: Production, rule: str) -> None:
    """Fill in the settings of *production* as they stand, and this rule for originals."""
    page = reverse("studio:settings", kwargs={"uri": production.uri})
    initial = client.get(page).context["form"].initial
    told = {name: value for name, value in initial.items() if value is not None}
    assert client.post(page, told | {"originals": rule}).status_code == 302


def test_settings_say_whether_originals_follow_by_themselves(
    film: Production, producer: Person
) -> None:
    client = browser(producer)
    change_production(production=film, changes={"data": {"watermark": True}}, by=producer)

    set_rule(client, film, "always")
    film.refresh_from_db()
    chosen = client.get(reverse("studio:settings", kwargs={"uri": film.uri})).context["form"]
    assert film.data == {"watermark": True, "originals": "always"}
    assert chosen["originals"].value() == "always"

    set_rule(client, film, "")
    film.refresh_from_db()
    assert film.data == {"watermark": True}


@pytest.mark.parametrize(("rule", "sent"), [("", []), ("always", [["original"]])])
def test_original_goes_by_itself_only_where_the_production_says_so(
    scene: Version, joint: Production, producer: Person, rule: str, sent: list[list[str]]
) -> None:
    open_kind(kind=DeliveryOffered.kind, audience="twin", article="annex", instrument="test")
    set_rule(browser(producer), joint, rule)

    ship(Version.objects.select_related("production").get(pk=scene.pk))

    assert [shipment.renditions for shipment in Shipment.objects.all()] == sent
