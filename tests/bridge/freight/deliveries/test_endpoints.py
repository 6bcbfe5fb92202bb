"""What a paired city, and nobody else, may ask of freight through the web port."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client

from jumelage.bridge.freight.deliveries import services, shelf
from jumelage.bridge.freight.deliveries.door import Door, ask
from jumelage.bridge.freight.deliveries.sending.offering import pack_and_offer
from jumelage.bridge.freight.errors import FreightAsleepError, SessionRefusedError
from jumelage.bridge.freight.packing.parcels import Bitmap, parcels
from jumelage.bridge.identity.requests import Signer
from jumelage.bridge.models import Delivery, Node
from tests.factories.bridge import Peer

pytestmark = pytest.mark.django_db(transaction=True)  # threads look with connections of their own

SESSION = "5" * 32
HOST = "http://127.0.0.1:8075"


@pytest.fixture
def sent(opened: None, city: Node, media: Path) -> Delivery:
    """Return a delivery that was offered to the paired city."""
    made = services.send(paths=[media], to=city, by="machine:test")
    pack_and_offer(made, lambda: False)
    return services.delivery(made.uri)


def get(client: Client, path: str, peer: Peer, **headers: str) -> HttpResponse:
    """Ask for *path* as *peer* does."""
    signed = Signer(peer.origin, peer.key).headers("GET", f"{HOST}{path}")
    answer = client.get(path, headers={**signed, **headers})
    assert isinstance(answer, HttpResponse) or answer.streaming
    return answer  # type: ignore[return-value]  # streamed answers are read alike


def test_the_list_is_given_to_the_city_it_was_offered_to(
    client: Client, sent: Delivery, peer: Peer
) -> None:
    path = f"/bridge/freight/lists/{sent.slug}"

    assert get(client, path, peer).content == shelf.list_data(sent.slug)


def test_the_list_is_given_to_nobody_else(client: Client, sent: Delivery, peer: Peer) -> None:
    other = Peer(slug="lyon-demo")
    other.introduce()
    path = f"/bridge/freight/lists/{sent.slug}"

    assert get(client, path, other).status_code == 404
    assert get(client, "/bridge/freight/lists/" + "a" * 26, peer).status_code == 404
    assert client.get(path).status_code == 401
    services.cancel(sent, by="machine:test")
    assert get(client, path, peer).status_code == 404


def test_parcels_are_fetched_by_ranges(client: Client, sent: Delivery, peer: Peer) -> None:
    held = shelf.packing_list(sent)
    lacking = Bitmap.of(len(held.lengths), range(len(held.lengths)))
    Delivery.objects.update(state="carrying")
    path = f"/bridge/freight/parcels/{sent.slug}/{SESSION}"
    assert get(client, path, peer, Range="bytes=0-9").status_code == 404  # no session at all
    shelf.keep_stretch(sent.slug, "6" * 32, lacking.packed())
    assert get(client, path, peer, Range="bytes=0-9").status_code == 503  # not this one yet
    shelf.keep_stretch(sent.slug, SESSION, lacking.packed())
    for asked in (
        "",
        "bytes=9-2",
        "bytes=999999999-",
        "bytes=999999999-9999999999",
        "bytes=0-1,5-6",
    ):
        assert get(client, path, peer, Range=asked).status_code == 422

    length = sum(parcels(held, lacking).sizes)
    answer = get(client, path, peer, Range=f"bytes=10-{length - 1}")
    assert answer.status_code == 206
    assert answer["Content-Range"] == f"bytes 10-{length - 1}/{length}"


def test_a_session_needs_the_freight_process(client: Client, sent: Delivery, peer: Peer) -> None:
    body = json.dumps({"delivery": sent.uri}).encode()
    path = "/bridge/freight/sessions"
    signed = Signer(peer.origin, peer.key).headers("POST", f"{HOST}{path}", body)
    answer = client.post(path, body, content_type="application/json", headers=signed)

    assert answer.status_code == 503
    assert answer.json()["error"]["code"] == "freight-asleep"


def test_the_door_passes_answers_and_refusals(here: Node) -> None:
    def answer(said: object) -> dict[str, object]:
        if said == {"fail": True}:
            raise SessionRefusedError(reason="not now", code="preparing")
        return {"heard": said}

    door = Door(answer)
    try:
        assert ask({"a": 1}) == {"heard": {"a": 1}}
        with pytest.raises(SessionRefusedError) as refused:
            ask({"fail": True})
        assert refused.value.facts["code"] == "preparing"
    finally:
        door.close()
    with pytest.raises(FreightAsleepError):
        ask({"a": 1})


def test_hostile_questions_are_refused_by_name(
    here: Node, peer: Peer, outgoing: Callable[..., Delivery]
) -> None:
    from jumelage.bridge.freight.deliveries import conversation  # noqa: PLC0415  # only here

    good = {"delivery": "x", "list_hash": "0" * 64, "key": "A" * 43 + "=", "carriers": ["tls"]}
    for bad in (
        b"", b"[]", b"\xff", json.dumps({**good, "key": "short"}).encode(),
        json.dumps({**good, "list_hash": "../" * 20}).encode(),
        json.dumps({**good, "carriers": ["tls"] * 99}).encode(),
    ):  # fmt: skip
        with pytest.raises(SessionRefusedError) as refused:
            conversation.read(bad, conversation.Question)
        assert refused.value.facts["code"] == "unreadable"
