"""The pages of cuts, access, guests and views, as people use them."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jumelage.bridge.api import Node
from jumelage.components.studio.models import (
    Application,
    Entity,
    GuestLink,
    KeptCut,
    Production,
    Version,
    View,
)
from jumelage.components.studio.services.house.guests import make_link
from jumelage.components.studio.services.review.playlists import make_playlist
from jumelage.directory.models import Person
from jumelage.kit import clock
from tests.components.studio.house.conftest import As
from tests.components.studio.house.edls import edl
from tests.factories import directory, studio

WEEK = timedelta(days=7)
FIRST = [("sh910_v001.mov", 48), ("sh920_v001.mov", 36)]


def address(name: str, *args: object) -> str:
    return reverse(f"studio:{name}", args=args)


def bring(client: Client, film: Production, clips: list[tuple[str, int]]) -> Any:  # noqa: ANN401  # a test response
    file = SimpleUploadedFile("a.edl", edl(clips).encode())
    return client.post(address("bring-cut", film.uri), {"file": file})


def test_a_cut_is_brought_looked_at_and_applied(
    film: Production, producer: Person, as_: As
) -> None:
    client = as_(producer)
    assert client.get(address("cuts", film.uri)).status_code == 200
    answer = bring(client, film, FIRST)
    kept = KeptCut.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, kept.get_absolute_url())
    page = client.get(kept.get_absolute_url()).content.decode()
    assert page.count("<rect") == 2
    assert client.post(address("settle-cut", kept.pk), {"cancels": "on"}).status_code == 302
    assert Entity.objects.filter(production=film, type="shot", name__startswith="sh9").count() == 2
    again = bring(client, film, FIRST[:1])
    assert "sh920 is cancelled" in client.get(again["Location"]).content.decode()


def test_a_refused_file_says_what_to_do_and_keeps_nothing(
    film: Production, producer: Person, as_: As
) -> None:
    file = SimpleUploadedFile("a.mov", b"x")
    answer = as_(producer).post(address("bring-cut", film.uri), {"file": file})
    assert answer.status_code == 422
    assert "Export an EDL" in answer.content.decode()
    assert not KeptCut.objects.exists()


def test_a_cut_is_put_aside(film: Production, producer: Person, as_: As) -> None:
    client = as_(producer)
    bring(client, film, FIRST)
    kept = KeptCut.objects.get()
    assert client.post(address("settle-cut", kept.pk), {"aside": "1"}).status_code == 302
    assert client.post(address("settle-cut", kept.pk), {"aside": "1"}).status_code == 422


def test_a_cut_is_taken_along_with_the_media_kept_here(
    film: Production, producer: Person, shown: Version, as_: As
) -> None:
    client = as_(producer)
    name = shown.task.entity.name
    bring(client, film, [(f"{name}_v001.mov", 48)])
    kept = KeptCut.objects.get()
    assert client.get(address("cut-otio", kept.pk)).json()["OTIO_SCHEMA"] == "Timeline.1"
    bundle = b"".join(client.get(address("cut-otioz", kept.pk)).streaming_content)  # type: ignore[attr-defined]  # a file response
    assert bundle.count(b"not really a movie") == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_cuts_asks_the_same_questions_for_many(
    film: Production, producer: Person, as_: As, rows: int
) -> None:
    client = as_(producer)
    for _ in range(rows):
        bring(client, film, FIRST)
    client.get(address("cuts", film.uri))
    with CaptureQueriesContext(connection) as asked:
        client.get(address("cuts", film.uri))
    assert sum("studio_keptcut" in one["sql"] for one in asked.captured_queries) == 2


def test_somebody_applies_and_is_admitted(
    film: Production, producer: Person, here: Node, as_: As
) -> None:
    person = directory.person(name="Applicant")
    client = as_(person)
    given = {"category": "student", "purpose": "A film", "new_organisation": "École (fictive)"}
    assert client.post(address("access"), given).status_code == 302
    application = Application.objects.get()
    assert "A film" in as_(producer).get(address("application", application.pk)).content.decode()
    assert as_(producer).get(address("applications")).status_code == 200
    answered = as_(producer).post(
        address("application", application.pk),
        {"admit": "1", "lists": "on", "production": film.uri, "role": "student"},
    )
    application.refresh_from_db()
    assert (answered.status_code, application.state) == (302, "admitted")
    assert studio.sits(person, film).role == "student"
    assert client.get(address("access")).status_code == 200


def test_a_refusal_without_a_reason_is_not_sent(producer: Person, here: Node, as_: As) -> None:
    as_(directory.person()).post(address("access"), {"category": "artist", "purpose": "A film"})
    application = Application.objects.get()
    page = address("application", application.pk)
    assert as_(producer).post(page, {"refuse": "1"}).status_code == 422
    assert as_(producer).post(page, {"refuse": "1", "answer": "Full."}).status_code == 302


def test_an_application_is_withdrawn_by_its_person_only(here: Node, as_: As) -> None:
    person = directory.person()
    as_(person).post(address("access"), {"category": "artist", "purpose": "A film"})
    page = address("withdraw-application", Application.objects.get().pk)
    assert as_(directory.person()).post(page).status_code == 404
    assert as_(person).post(page).status_code == 302


def test_usage_is_public_and_the_running_month_is_not(
    film: Production, producer: Person, shown: Version, as_: As
) -> None:
    assert "This month so far" not in as_(None).get(address("usage")).content.decode()
    assert "This month so far" in as_(producer).get(address("usage")).content.decode()


def invited(client: Client, film: Production) -> str:
    made = client.post(
        address("invite-guest", film.uri), {"name": "A client", "days": "7", "watermark": "on"}
    )
    found = re.search(r"http://[^<]*/look/[^<]*", made.content.decode())
    assert found is not None
    return found[0].removeprefix("http://testserver")


def movie_of(client: Client, page: str) -> str:
    """Return the address of the movie that *page* plays."""
    source = re.search(r'<source[^>]*src="([^"]+)"', client.get(page).text)
    assert source is not None
    return source[1]


def test_a_guest_looks_and_is_noted(
    film: Production, producer: Person, shown: Version, as_: As
) -> None:
    page, guest = invited(as_(producer), film), as_(None)
    listed = guest.get(page)
    assert (listed.status_code, listed["Referrer-Policy"]) == (200, "no-referrer")
    source = movie_of(guest, f"{page}{shown.uri}/")
    movie = guest.get(source)
    assert b"".join(movie.streaming_content) == b"not really a movie"  # type: ignore[attr-defined]  # a file response
    assert "A client" in guest.get(f"{page}watermark.svg").content.decode()
    noted = View.objects.order_by("what").values_list("what", "name", "category", "guest__name")
    assert list(noted) == [
        ("page", "", "guest", "A client"),
        ("rendition", "hd", "guest", "A client"),
    ]


def test_a_link_taken_back_closes_pages_and_media_at_once(
    film: Production, producer: Person, shown: Version, as_: As
) -> None:
    page, guest = invited(as_(producer), film), as_(None)
    source = movie_of(guest, f"{page}{shown.uri}/")
    link = GuestLink.objects.get()
    assert as_(producer).post(address("revoke-guest", link.pk)).status_code == 302
    for gone in (page, f"{page}{shown.uri}/", f"{page}watermark.svg", source):
        assert guest.get(gone).status_code == 404


def test_a_withdrawn_production_shows_guests_nothing_more(
    film: Production, producer: Person, shown: Version, as_: As
) -> None:
    page, guest = invited(as_(producer), film), as_(None)
    source = movie_of(guest, f"{page}{shown.uri}/")
    Production.objects.filter(pk=film.pk).update(withdrawn_at=clock.now())
    for gone in (page, f"{page}{shown.uri}/", source):
        assert guest.get(gone).status_code == 404


def test_an_expired_link_and_an_old_address_open_nothing(
    film: Production, producer: Person, shown: Version, as_: As
) -> None:
    page, guest = invited(as_(producer), film), as_(None)
    with clock.fixed(clock.now() + timedelta(days=8)):
        assert guest.get(page).status_code == 404


def test_a_guest_of_a_playlist_sees_nothing_else(
    film: Production, producer: Person, shown: Version, as_: As
) -> None:
    playlist = make_playlist(production=film, name="dailies", by=producer)
    _, token = make_link(
        production=film, name="A client", lasts=WEEK, playlist=playlist, by=producer
    )
    assert as_(None).get(address("look-at", token, shown.uri)).status_code == 404


def test_the_log_is_shown_and_saved(
    film: Production, producer: Person, shown: Version, as_: As
) -> None:
    page = invited(as_(producer), film)
    as_(None).get(f"{page}{shown.uri}/")
    assert "A client" in as_(producer).get(address("views", film.uri)).content.decode()
    saved = as_(producer).get(address("views-file", film.uri))
    assert saved["Content-Type"] == "text/csv; charset=utf-8"
    assert [line.split(",")[2] for line in saved.content.decode().splitlines()] == [
        "viewer",
        "A client",
    ]


def test_a_member_sees_their_name_over_the_picture(
    film: Production, producer: Person, as_: As
) -> None:
    mark = as_(producer).get(address("watermark", film.uri))
    assert (mark["Content-Type"], str(producer) in mark.content.decode()) == (
        "image/svg+xml",
        True,
    )


def test_members_see_their_name_over_the_pictures_when_the_production_asks(
    film: Production, producer: Person, shown: Version, as_: As
) -> None:
    client, over = as_(producer), address("watermark", film.uri)
    assert over not in client.get(shown.get_absolute_url()).content.decode()
    assert client.post(address("mark-members", film.uri)).status_code == 302
    film.refresh_from_db()
    assert film.data == {"watermark": True}
    assert over in client.get(shown.get_absolute_url()).content.decode()


def test_pages_and_files_of_the_review_are_noted(
    film: Production, producer: Person, shown: Version, as_: As
) -> None:
    client = as_(producer)
    assert client.get(movie_of(client, shown.get_absolute_url())).status_code == 200
    noted = View.objects.order_by("what").values_list("what", "name", "person")
    assert list(noted) == [("page", "", producer.pk), ("rendition", "hd", producer.pk)]
