"""The pages of deliveries: what they say, in both languages, and how often they ask."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from jumelage.bridge.identity import genesis
from jumelage.bridge.models import Delivery, DeliveryFile, DeliveryReceipt, FreightLimit, Node
from jumelage.kit import clock
from jumelage.kit.uris import Uri, new_id
from tests.factories import directory
from tests.factories.bridge import Peer, demo_city

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def peer(db: None, tmp_path: Path, settings: Settings) -> Peer:
    """Return the other city, paired with this node."""
    settings.DATA = tmp_path
    genesis.initialise(city=demo_city(), url="http://127.0.0.1:9121")
    found = Peer()
    found.introduce()
    return found


def delivery(peer: Peer, state: str = "carrying", **facts: object) -> Delivery:
    """Return a delivery to the other city that is half there."""
    told = {
        "uri": str(Uri(Node.objects.get(is_self=True).origin, new_id())),
        "peer": Node.objects.get(origin=peer.origin),
        "direction": "out",
        "title": "Odyssey, shot 10",
        "bytes": 2_000_000_000,
        "done": 1_000_000_000,
        "files": 1,
        "rate": 25_000_000,
        "line": 26_000_000,
        "created_at": NOON,
        "changed_at": NOON,
    }
    return Delivery.objects.create(state=state, **{**told, **facts})


def page(client: Client, path: str, language: str = "en") -> str:
    """Return the words of a page as an administrator reads them."""
    with clock.fixed(NOON):
        client.force_login(directory.person("administrator").user)
        answer = client.get(f"/{language}/bridge/deliveries/{path}")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().replace("\xa0", " ").replace("\u202f", " ").split())


def test_list_says_how_each_delivery_goes(client: Client, peer: Peer) -> None:
    delivery(peer)
    delivery(peer, "ready", title="Late", stuck="line", stuck_words="x")
    seen = page(client, "")

    for words in ("50%", "200 Mbit/s", "96% of the line", "13:00 Port Demo", "04:00 Baie Demo"):
        assert words in seen
    assert "the line to the other city is down" in seen


def test_list_speaks_french(client: Client, peer: Peer) -> None:
    delivery(peer)
    seen = page(client, "", "fr")

    for words in ("Livraisons", "2,0 Go", "50 %", "96 % de la ligne", "en route"):
        assert words in seen


@pytest.mark.parametrize("rows", [1, 3])
def test_list_asks_as_often_for_three_as_for_one(
    client: Client, peer: Peer, rows: int, django_assert_num_queries: object
) -> None:
    for _ in range(rows):
        delivery(peer)
    client.force_login(directory.person("administrator").user)
    client.get("/en/bridge/deliveries/")
    with django_assert_num_queries(13):  # type: ignore[operator]  # pytest-django's own
        client.get("/en/bridge/deliveries/")


def test_page_shows_files_receipt_and_what_can_be_done(client: Client, peer: Peer) -> None:
    one = delivery(peer, "paused", stuck="changed", stuck_words="“a.mov” changed")
    DeliveryFile.objects.create(delivery=one, number=0, path="a.mov", size=9, root="0" * 64)
    seen = page(client, f"{one.slug}/")
    assert "“a.mov” changed" in seen
    assert "not there yet" in seen
    assert "Go on" in seen

    Delivery.objects.update(state="delivered", ended_at=NOON, stuck="")
    DeliveryReceipt.objects.create(
        uri=peer.uri(), origin=peer.origin, recorded_at=NOON, delivery=one.uri, files=1,
        bytes=2_000_000_000, moved=700_000_000, held=1_300_000_000, seconds=84, line_share=910,
        received_at=NOON,
    )  # fmt: skip
    seen = page(client, f"{one.slug}/")
    for words in ("700 MB", "1 min 24 s", "91%", "The receipt"):
        assert words in seen
    assert "What can be done" not in seen


def test_empty_list_says_what_to_do_first(client: Client, peer: Peer) -> None:
    assert "jumelage freight send" in page(client, "")


def test_limit_is_set_and_lifted_in_the_browser(client: Client, peer: Peer) -> None:
    client.force_login(directory.person("administrator").user)
    path = "/en/bridge/deliveries/limits/"
    told = {"rate": "80", "peer": peer.origin, "begins": "22:00", "ends": "06:30"}
    assert client.post(path, {**told, "ends": ""}).status_code == 200
    assert client.post(path, told).status_code == 302

    made = FreightLimit.objects.get()
    assert (made.rate, made.begins, made.ends) == (10_000_000, 1320, 390)
    assert "80 Mbit/s" in page(client, "limits/")
    client.post(f"{path}{made.pk}/lift/")
    assert not FreightLimit.objects.exists()
