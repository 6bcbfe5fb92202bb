"""The pages of erasures: find a record, read what goes, erase it, see who has confirmed."""

from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries, Settings

from jumelage.bridge import api as bridge
from jumelage.bridge.identity import genesis
from jumelage.bridge.models import ErasureReceipt
from jumelage.components.practices.records import PracticeShared
from jumelage.kit import clock
from jumelage.kit.i18n import Bilingual
from jumelage.shell.bridge_pages.erasures import record_at
from tests.factories import directory
from tests.factories.bridge import Peer, demo_city

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def here(tmp_path: Path, settings: Settings) -> bridge.Node:
    """Make this node, which may share its practices."""
    settings.DATA = tmp_path
    node = genesis.initialise(city=demo_city(), url="http://127.0.0.1:9242")
    bridge.open_kind(kind=PracticeShared.kind, audience="public", article="a", instrument="i")
    return node


@pytest.fixture
def peer() -> bridge.Node:
    """Return a city that reads the public feed."""
    return Peer().introduce()


@pytest.fixture
def officer() -> Client:
    """Return the browser of a city officer."""
    client = Client()
    client.force_login(directory.person("officer").user)
    return client


def shared(title: str = "Quiet streets") -> str:
    """Publish a sheet and return its identifier."""
    text = Bilingual(en="Text", fr="Texte")
    record = PracticeShared(
        uri=bridge.new_uri(), title=Bilingual(en=title), problem=text, action=text, result=text,
        contact_role=text, shared_on=date(2026, 3, 20),
    )  # fmt: skip
    bridge.publish(record)
    return record.uri


def to(name: str, language: str = "en") -> str:
    """Return the address of a page of the bridge."""
    with override(language):
        return reverse(f"shell:line:{name}")


def text(client: Client, address: str) -> str:
    """Return the page at *address*."""
    answer = client.get(address)
    assert answer.status_code == 200
    return str(answer.content, "utf-8")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_officer_erases_what_they_have_read(
    officer: Client, peer: bridge.Node, language: str
) -> None:
    uri = shared()
    page = text(officer, f"{to('erase', language)}?record={uri}")
    assert "Quiet streets" in page
    assert str(peer) in page

    address = f"{to('erase', language)}?record={uri}"
    answer = officer.post(address, {"ground": "art-17"}, follow=True)

    assert answer.redirect_chain == [(to("erasures", language), 302)]
    listed = str(answer.content, "utf-8")
    assert uri in listed
    assert "Quiet streets" not in listed
    erasure = bridge.erasures().get()
    assert (erasure.ground, erasure.asked_by[:7]) == ("art-17", "person:")
    assert "Quiet streets" not in text(officer, address)


def test_nothing_is_erased_without_a_reason(officer: Client) -> None:
    answer = officer.post(f"{to('erase')}?record={shared()}", {})

    assert answer.status_code == 200
    assert not bridge.erasures().exists()


@pytest.mark.parametrize("asked", ["", "nonsense", "/en/nowhere/", "/en/bridge/", "\0", "é" * 600])
def test_address_that_is_no_record_is_explained(officer: Client, asked: str) -> None:
    answer = officer.get(to("erase"), {"record": asked})

    assert answer.status_code == 200
    assert 'aria-invalid="true"' in str(answer.content, "utf-8")


def test_record_of_another_city_is_refused_with_its_reason(officer: Client) -> None:
    foreign = Peer().uri()

    assert "belongs to another city" in text(officer, f"{to('erase')}?record={foreign}")


def test_record_is_found_by_the_address_of_its_page() -> None:
    sheet, organisation = shared(), directory.organisation()
    host = "https://paris.example"
    with override("fr"):
        pages = {
            sheet: host + reverse("practices:detail", kwargs={"uri": sheet}),
            organisation.uri: host
            + reverse("directory:organisation", kwargs={"slug": organisation.slug}),
        }

    assert {uri: record_at(page) for uri, page in pages.items()} == {uri: uri for uri in pages}


def test_list_shows_who_has_confirmed(officer: Client, peer: bridge.Node) -> None:
    uri = shared()
    bridge.erase(uri=uri, by="person:1", ground="mistake")
    assert "no answer yet" in text(officer, to("erasures"))
    ErasureReceipt.objects.create(
        uri="jumelage:r", origin=peer.origin, erased=uri, applied_at=clock.now(),
        recorded_at=clock.now(),
    )  # fmt: skip

    page = text(officer, to("erasures"))

    assert "no answer yet" not in page
    assert "confirmed" in page
    answers = officer.get(to("erasures-data")).json()["erasures"]
    assert [held["answer"] for held in answers[0]["holders"]] == ["given"]


def test_list_is_filtered_and_sorted(officer: Client, peer: bridge.Node) -> None:
    for ground in ("mistake", "art-17"):
        bridge.erase(uri=shared(), by="person:1", ground=ground)

    def rows(query: str) -> int:
        return text(officer, f"{to('erasures')}?{query}").count('<th scope="row">')

    assert rows("") == 2
    assert rows("ground=art-17") == 1
    assert rows("state=waiting&sort=-kind") == 2
    assert rows("state=uncleaned&sort=erased_at") == 2
    assert rows(f"origin={peer.origin}") == 0
    assert rows("origin=nobody&sort=password&page=9") == 2


@pytest.mark.parametrize("number", [1, 3])
def test_list_takes_the_same_queries_for_any_number(
    officer: Client,
    peer: bridge.Node,
    number: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(number):
        bridge.erase(uri=shared(), by="person:1", ground="mistake")
    officer.get(to("erasures"))

    with django_assert_num_queries(18):
        officer.get(to("erasures"))
