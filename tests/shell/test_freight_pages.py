"""The pages of deliveries: what they say, in both languages, and how often they ask."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.http import StreamingHttpResponse
from django.test import Client
from django.utils.translation import override
from pytest_django import Settings

from jumelage.bridge.api import freight
from jumelage.bridge.boundary.policy import open_kind
from jumelage.bridge.freight.deliveries import shelf
from jumelage.bridge.freight.deliveries.listing.arriving import ListArrival
from jumelage.bridge.freight.deliveries.listing.parts import PART
from jumelage.bridge.freight.deliveries.receiving.storing import open_store
from jumelage.bridge.freight.packing.lists import Heading
from jumelage.bridge.freight.packing.packing import pack
from jumelage.bridge.models import Delivery, DeliveryFile, DeliveryReceipt, FreightLimit, Node
from jumelage.bridge.records import DeliveryOffered
from jumelage.kit import clock
from jumelage.kit.uris import Uri, new_id
from jumelage.node.config import NodeConfig
from jumelage.node.operations import freight as told
from tests.factories import directory
from tests.factories.bridge import Peer

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


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


def test_the_packing_list_is_seen_on_its_way(client: Client, peer: Peer) -> None:
    one = delivery(peer, "offered", direction="in", done=0)
    with ListArrival(one.slug, "0" * 64, 5 * PART) as arrival:
        arrival.keep(3, bytes(PART))
        arrival.keep(0, bytes(PART))

    assert "packing list: 40%" in page(client, "")
    seen = page(client, f"{one.slug}/")
    assert 'value="0.4000"' in seen
    assert "Share of the packing list that has crossed" in seen
    (held,) = freight.all_progress([one])
    assert told.sentence(held).endswith(", packing list: 40%")
    assert (told.facts(held)["list_share"], told.bar(held)) == (0.4, (400, 1000))
    before = freight.progress_word()
    with ListArrival(one.slug, "0" * 64, 5 * PART) as arrival:
        arrival.keep(1, bytes(PART))
    assert freight.progress_word() != before


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
    with django_assert_num_queries(16):  # type: ignore[operator]  # pytest-django's own
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


def test_page_says_why_this_carrier_and_what_the_line_is_taken_to_carry(
    client: Client, peer: Peer
) -> None:
    one = delivery(peer, carrier="udp", carrier_why="long", began_at=NOON, rtt_ms=150)
    seen = page(client, f"{one.slug}/")
    for words in ("on a long line they are at full speed", "estimated at 208 Mbit/s", "96%"):
        assert words in seen
    assert "The freight process of this node does not run" in seen

    Delivery.objects.update(line=None)
    assert "what it can carry is not known here yet" in page(client, f"{one.slug}/")
    FreightLimit.objects.create(rate=2_500_000, set_by="x", set_at=NOON)
    assert "a limit of 20 Mbit/s holds now" in page(client, f"{one.slug}/")
    FreightLimit.objects.update(rate=0)
    assert "a limit lets nothing leave now" in page(client, f"{one.slug}/")
    assert "une limite ne laisse rien partir" in page(client, f"{one.slug}/", "fr")


def test_command_speaks_as_the_page_does(peer: Peer) -> None:
    one = delivery(peer, carrier="udp", carrier_why="long", began_at=NOON)
    with clock.fixed(NOON), override("fr"):
        held = told.now(one)
        said = " ".join([told.sentence(held), *told.details(held)])
    said = said.replace("\xa0", " ").replace("\u202f", " ")

    for words in ("1,0 Go sur 2,0 Go", "200 Mbit/s", "96 %", "40 s", "13:00 Port Demo"):
        assert words in said
    assert "GB" not in said


# Sending from the browser.


@pytest.fixture
def opened(peer: Peer) -> None:
    """Open deliveries to the other city."""
    instrument = f"jumelage:{Node.objects.get(is_self=True).origin}:x"
    kind = DeliveryOffered.kind
    open_kind(kind=kind, audience="twin", article="annex", instrument=instrument)


def begin(client: Client, peer: Peer) -> Delivery:
    """Begin a delivery as an officer does."""
    client.force_login(directory.person("officer").user)
    told = {"title": "Dailies", "peer": peer.origin, "priority": "normal", "production": "odyssey"}
    answer = client.post("/en/bridge/deliveries/send/", told)
    made = Delivery.objects.get()
    assert answer["Location"] == f"/en/bridge/deliveries/{made.slug}/gather/"
    return made


def send_piece(client: Client, made: Delivery, data: bytes, **said: object) -> Any:  # noqa: ANN401  # the answer of Django's client
    """Send a piece of a file as the page does."""
    head = {"Upload-Path": "day%201/%C3%A9.mov", "Upload-At": 0, "Upload-Size": len(data), **said}
    return client.post(
        f"/en/bridge/deliveries/{made.slug}/piece/", data, "application/octet-stream",
        headers={"Accept": "application/json", **{name: str(value) for name, value in head.items()}},
    )  # fmt: skip


def test_files_are_uploaded_in_pieces_and_sent(client: Client, peer: Peer, opened: None) -> None:
    made = begin(client, peer)
    half = {"Upload-Size": 6}
    assert send_piece(client, made, b"abc", **half).json() == {"here": 3}
    again = send_piece(client, made, b"abc", **half)
    assert (again.status_code, again.json()["error"]["facts"]["here"]) == (409, 3)
    seen = client.get(f"/en/bridge/deliveries/{made.slug}/gather/").content.decode()
    assert "choose it again to go on" in seen
    assert send_piece(client, made, b"def", **half, **{"Upload-At": 3}).json() == {"here": 6}

    answer = client.post(f"/en/bridge/deliveries/{made.slug}/send/")
    assert answer["Location"] == f"/en/bridge/deliveries/{made.slug}/"
    sent = Delivery.objects.get()
    assert (sent.state, sent.production) == ("packing", "odyssey")
    assert (Path(sent.sources[0]) / "é.mov").read_bytes() == b"abcdef"
    assert send_piece(client, made, b"late").status_code == 404


def test_pieces_that_cannot_be_are_refused_in_words(
    client: Client, peer: Peer, opened: None
) -> None:
    made = begin(client, peer)
    refused = [
        send_piece(client, made, b"x", **{"Upload-Path": "../evil"}),
        send_piece(client, made, b"x", **{"Upload-Size": "many"}),
        send_piece(client, made, b"x", **{"Upload-Size": 10**15}),
    ]
    assert [answer.status_code for answer in refused] == [422, 422, 413]
    room = {"Upload-Left": str(10**15), "Accept": "application/json"}
    path = f"/en/bridge/deliveries/{made.slug}/piece/"
    assert client.get(path, headers=room).status_code == 413


def test_uploaded_file_is_left_out_again(client: Client, peer: Peer, opened: None) -> None:
    made = begin(client, peer)
    send_piece(client, made, b"abc")
    client.post(f"/en/bridge/deliveries/{made.slug}/leave-out/", {"path": "day 1/é.mov"})
    assert "No file is here yet" in page(client, f"{made.slug}/gather/")


@pytest.mark.parametrize("role", ["member", "observer", "commitment-owner"])
def test_only_who_may_uploads(client: Client, peer: Peer, opened: None, role: str) -> None:
    made = begin(client, peer)
    client.force_login(directory.person(role).user)
    assert client.get("/en/bridge/deliveries/send/").status_code == 403
    assert client.get(f"/en/bridge/deliveries/{made.slug}/gather/").status_code == 404
    assert send_piece(client, made, b"abc").status_code == 404


# What came, taken from the browser.


@pytest.fixture
def came(peer: Peer, tmp_path: Path) -> tuple[Delivery, bytes]:
    """Return a delivery that came, and what its only file holds."""
    data = bytes(range(256)) * 10_000
    (tmp_path / "plate é.mov").write_bytes(data)
    made = delivery(peer, "delivered", uri=peer.uri(), direction="in", ended_at=NOON)
    heading = Heading(id=made.slug, origin=peer.origin, to="here", created="2026-11-22T12:00:00Z")
    held = pack([tmp_path / "plate é.mov"], heading=heading).packing_list
    open_store().add(tmp_path / "plate é.mov", name=made.slug)
    shelf.keep_list(made.slug, held.data)
    file = held.files[0]
    DeliveryFile.objects.create(
        delivery=made, number=0, path=file.path, size=file.size, root=file.root, verified_at=NOON
    )
    return made, data


def test_file_that_came_is_downloaded_by_its_name(
    client: Client, came: tuple[Delivery, bytes]
) -> None:
    made, data = came
    client.force_login(directory.person("officer").user)
    answer = client.get(f"/en/bridge/deliveries/{made.slug}/files/0/")
    assert isinstance(answer, StreamingHttpResponse)

    assert b"".join(answer) == data
    assert answer["Content-Length"] == str(len(data))
    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''plate%20%C3%A9.mov"
    assert client.get(f"/en/bridge/deliveries/{made.slug}/files/1/").status_code == 404
    Delivery.objects.update(released_at=NOON)
    assert client.get(f"/en/bridge/deliveries/{made.slug}/files/0/").status_code == 410


@pytest.mark.parametrize("role", ["member", "observer"])
def test_only_who_may_downloads(client: Client, came: tuple[Delivery, bytes], role: str) -> None:
    client.force_login(directory.person(role).user)
    path = f"/en/bridge/deliveries/{came[0].slug}/"
    assert client.get(path).status_code == 200
    assert client.get(f"{path}files/0/").status_code == 404


# The store, and what is given up.


def test_contents_that_came_are_given_up_after_asking(
    client: Client, came: tuple[Delivery, bytes]
) -> None:
    path = f"/en/bridge/deliveries/{came[0].slug}/"
    assert "Give up its contents" in page(client, f"{came[0].slug}/")
    assert "deleted a day later" in page(client, f"{came[0].slug}/release/")
    assert Delivery.objects.get().released_at is None

    assert client.post(f"{path}release/")["Location"] == path
    assert Delivery.objects.get().released_at is not None
    assert open_store().references.roots(came[0].slug) == []
    seen = page(client, f"{came[0].slug}/")
    assert "Contents given up here" in seen
    assert "What can be done" not in seen
    assert "files/0/" not in seen
    assert client.post(f"{path}release/").status_code == 404


@pytest.mark.parametrize("facts", [{"direction": "out"}, {"state": "asking"}])
def test_only_what_came_whole_is_given_up(
    client: Client, came: tuple[Delivery, bytes], facts: dict[str, str]
) -> None:
    Delivery.objects.update(**facts)
    client.force_login(directory.person("administrator").user)
    path = f"/en/bridge/deliveries/{came[0].slug}/release/"
    assert [client.get(path).status_code, client.post(path).status_code] == [404, 404]


@pytest.mark.parametrize("role", ["member", "observer", "commitment-owner"])
def test_only_who_may_gives_up_contents_and_sees_the_store(
    client: Client, came: tuple[Delivery, bytes], role: str
) -> None:
    client.force_login(directory.person(role).user)
    path = f"/en/bridge/deliveries/{came[0].slug}/"
    assert client.post(f"{path}release/").status_code == 404
    assert Delivery.objects.get().released_at is None
    assert "The store" not in client.get("/en/bridge/deliveries/").content.decode()
    assert "Give up its contents" not in client.get(path).content.decode()


def test_list_says_how_full_the_store_is(
    client: Client, came: tuple[Delivery, bytes], tmp_path: Path, settings: Settings
) -> None:
    settings.NODE = NodeConfig(data=tmp_path, freight_quota=0)
    seen = page(client, "")
    for words in ("The store", "2.6 MB", "1 content", "none is set", "Free on the disk"):
        assert words in seen

    settings.NODE = NodeConfig(data=tmp_path, freight_quota=1)
    open_store().references.reserve("d2", 500_000_000, peer="", quota=open_store().quota, held=0)
    seen = page(client, "", "fr")
    for words in ("50 %", "503 Mo", "1,0 Go", 'value="0.5026"'):
        assert words in seen
    held = freight.store_totals()
    assert told.store_facts(held)["reserved"] == 500_000_000
    with override("en"):
        said = " ".join(told.store_lines(held)).replace("\xa0", " ")
    assert "1 contents are held, 2.6 MB." in said
    assert "That is 50% of the quota of 1.0 GB." in said


def test_store_that_cannot_be_read_says_what_to_do(
    client: Client, came: tuple[Delivery, bytes], tmp_path: Path
) -> None:
    for file in (tmp_path / "freight/store").glob("index.sqlite3*"):
        file.unlink()
    (tmp_path / "freight/store/index.sqlite3").write_bytes(b"no database")
    assert "jumelage freight fsck" in page(client, "")
    assert told.store_facts(freight.store_totals()) == {}
    assert "jumelage freight fsck" in told.store_lines(None)[0]


def test_bucket_does_not_tell_what_is_free(
    client: Client, peer: Peer, tmp_path: Path, settings: Settings
) -> None:
    settings.NODE = NodeConfig(data=tmp_path, freight_store="s3://plates/odyssey")
    seen = page(client, "")
    assert "a bucket does not tell" in seen
    assert len(told.store_lines(freight.store_totals())) == 3
