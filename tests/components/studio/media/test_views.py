"""Files are handed out under addresses for one person, in ranges, and to nobody else."""

from pathlib import Path

import pytest
from django.test import Client
from django.utils.translation import override
from pytest_django import Settings

from jumelage.components.studio.models import Membership, Production, Task, Version
from jumelage.components.studio.selectors import media
from jumelage.components.studio.selectors.seats import forget_seats
from jumelage.components.studio.services import versions
from jumelage.components.studio.services.media import attach, path_of, preparing
from jumelage.components.studio.services.seats import end_seat
from jumelage.directory.models import Person
from tests.components.studio.media import made
from tests.components.studio.media.conftest import Aged
from tests.factories import directory, studio


@pytest.fixture
def version(film: Production, producer: Person, task: Task, tmp_path: Path) -> Version:
    published = versions.publish_version(task=task, by=producer)
    attach(version=published, by=producer, file=made.movie(tmp_path / "a.mp4", frames=6))
    preparing.run(published.uri)
    published.refresh_from_db()
    return published


def _bytes(version: Version, name: str) -> bytes:
    kept = media.rendition(version, name)
    assert kept is not None
    return path_of(kept.hash).read_bytes()


def test_file_comes_whole_and_in_ranges_without_a_cookie(
    version: Version, producer: Person, client: Client
) -> None:
    address, whole = media.address_of(version, "hd", producer), _bytes(version, "hd")

    answer = client.get(address)
    part = client.get(address, headers={"range": "bytes=10-19"})
    tail = client.get(address, headers={"range": "bytes=-5"})
    beyond = client.get(address, headers={"range": f"bytes={len(whole)}-"})
    again = client.get(address, headers={"if-none-match": answer["ETag"]})

    assert (answer.status_code, b"".join(answer.streaming_content)) == (200, whole)  # type: ignore[attr-defined]
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("video/mp4", "nosniff")
    assert (part.status_code, b"".join(part.streaming_content)) == (206, whole[10:20])  # type: ignore[attr-defined]
    assert part["Content-Range"] == f"bytes 10-19/{len(whole)}"
    assert b"".join(tail.streaming_content) == whole[-5:]  # type: ignore[attr-defined]
    assert (beyond.status_code, beyond["Content-Range"]) == (416, f"bytes */{len(whole)}")
    assert again.status_code == 304


def test_small_picture_is_found_from_an_address_that_stays(
    version: Version, producer: Person, client: Client
) -> None:
    path = f"/en/studio/versions/{version.uri}/thumbnail/"
    assert client.get(path).status_code == 302  # to the sign-in page
    client.force_login(producer.user)

    answer = client.get(path)

    assert answer["Cache-Control"] == "private, max-age=300"
    picture = client.get(answer["Location"])
    assert b"".join(picture.streaming_content) == _bytes(version, "thumbnail")  # type: ignore[attr-defined]
    client.force_login(directory.stranger().user)
    assert client.get(path).status_code == 404


def test_original_is_saved_and_never_shown(
    version: Version, producer: Person, client: Client
) -> None:
    answer = client.get(media.address_of(version, "original", producer))

    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"] == 'attachment; filename="a.mp4"'


def test_address_dies_with_the_seat_and_opens_nothing_for_others(
    version: Version, film: Production, producer: Person, client: Client
) -> None:
    artist = studio.member(film, "artist", producer)
    address = media.address_of(version, "light", artist)
    assert client.get(address).status_code == 200

    client.force_login(directory.person().user)
    assert client.get(address).status_code == 404
    client.logout()

    seat = Membership.objects.get(person=artist).seat
    end_seat(seat=seat, by=producer)
    forget_seats(artist)
    assert client.get(address).status_code == 404


def test_address_lives_ten_minutes_and_cannot_be_forged(
    version: Version, producer: Person, client: Client, aged: Aged
) -> None:
    address = media.address_of(version, "hd", producer)
    *lead, token, name = address.rsplit("/", 2)

    forged = token[:-1] + ("a" if token[-1] != "a" else "b")
    assert client.get("/".join([*lead, forged, name])).status_code == 404
    assert client.get("/".join([*lead, token, "original.mp4"])).status_code == 404
    old = aged(token)
    assert client.get("/".join([*lead, old, name])).status_code == 404


def test_page_tells_how_far_it_is_and_where_the_copies_are(
    version: Version, producer: Person, client: Client
) -> None:
    client.force_login(producer.user)
    address = f"/en/studio/versions/{version.uri}/file/"

    page = client.get(address)
    told = client.get(f"{address}data.json").json()

    assert page.status_code == 200
    assert (told["state"], told["percent"], told["trouble"]) == ("ready", 100, "")
    assert set(told["holdings"].values()) == {"here"}
    client.force_login(directory.person().user)
    assert client.get(address).status_code == 404
    assert client.get(f"{address}data.json").status_code == 404


def test_cancel_and_again_are_plain_forms(
    version: Version, producer: Person, client: Client
) -> None:
    client.force_login(producer.user)
    address = f"/en/studio/versions/{version.uri}/file/"

    assert client.post(f"{address}cancel/").status_code == 302
    assert client.post(f"{address}again/").status_code == 302
    assert client.get(f"{address}data.json").json()["state"] == "waiting"


def test_film_has_a_host_of_its_own_where_no_cookie_goes(
    version: Version, producer: Person, client: Client, settings: Settings
) -> None:
    settings.MEDIA_ORIGIN = "http://films.example:8443"
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "films.example"]
    there = {"host": "films.example:8443", "origin": settings.NODE.public_url}
    client.force_login(producer.user)
    address = media.address_of(version, "hd", producer)
    path = address.removeprefix(settings.MEDIA_ORIGIN)

    seen = client.get(path, headers={**there, "range": "bytes=0-9"})
    asked = client.options(path, headers={**there, "access-control-request-headers": "range"})

    assert address != path
    assert (seen.status_code, b"".join(seen.streaming_content)) == (206, _bytes(version, "hd")[:10])  # type: ignore[attr-defined]
    assert seen["Access-Control-Allow-Origin"] == settings.NODE.public_url
    assert seen["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Access-Control-Allow-Credentials" not in seen
    assert not seen.cookies
    assert "no-store" not in seen["Cache-Control"]  # nobody's session was read
    assert (asked.status_code, asked["Access-Control-Allow-Headers"]) == (204, "Range")
    assert client.get(path).status_code == 404
    assert client.get("/en/studio/").status_code == 200
    assert client.get("/en/studio/", headers=there).status_code == 404
    assert client.get("/nothing/", headers=there).status_code == 404


@pytest.mark.parametrize("language", ["en", "fr"])
def test_film_has_its_host_in_every_language(
    version: Version, producer: Person, client: Client, settings: Settings, language: str
) -> None:
    settings.MEDIA_ORIGIN = "http://films.example:8443"
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "films.example"]
    with override(language):
        path = media.address_of(version, "hd", producer).removeprefix(settings.MEDIA_ORIGIN)

    assert path.startswith(f"/{language}/")
    assert client.get(path, headers={"host": "films.example:8443"}).status_code == 200
    assert client.get(path).status_code == 404
