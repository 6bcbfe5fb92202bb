"""What a paired city, and nobody else, may ask of freight through the web port."""

import asyncio
import gzip
import json
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client

from jumelage.bridge.freight.deliveries import services, serving, shelf
from jumelage.bridge.freight.deliveries.door import Door, ask
from jumelage.bridge.freight.deliveries.limits import set_limit
from jumelage.bridge.freight.deliveries.listing import files, parts
from jumelage.bridge.freight.deliveries.progress import progress
from jumelage.bridge.freight.deliveries.sending.offering import pack_and_offer
from jumelage.bridge.freight.errors import FreightAsleepError, SessionRefusedError
from jumelage.bridge.freight.packing.parcels import Bitmap, parcels
from jumelage.bridge.identity.requests import Signer
from jumelage.bridge.models import Delivery, FreightLimit, Node
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
    answer = get(client, path, peer)

    assert isinstance(answer, StreamingHttpResponse)
    assert async_to_sync(_whole)(answer) == shelf.list_data(sent.slug)
    assert answer["Content-Length"] == str(len(shelf.list_data(sent.slug)))


async def _whole(answer: StreamingHttpResponse) -> bytes:
    return b"".join([piece async for piece in answer])


def test_the_list_is_given_in_parts_packed_where_it_pays(
    client: Client, sent: Delivery, peer: Peer
) -> None:
    data = os.urandom(parts.PART) + b"lines of files " * 10_000
    shelf.keep_list(sent.slug, data)
    path = f"/bridge/freight/lists/{sent.slug}?part="
    first, second = (get(client, f"{path}{n}", peer, **{"Accept-Encoding": "gzip"}) for n in (0, 1))

    assert (first[parts.HEADER], first.headers.get("Content-Encoding")) == ("0", None)
    assert (second[parts.HEADER], second["Content-Encoding"]) == ("1", "gzip")
    assert first.content + gzip.decompress(second.content) == data
    assert get(client, f"{path}1", peer).content == data[parts.PART :]
    assert get(client, f"{path}2", peer).status_code == 404
    assert get(client, f"{path}{10**14}", peer).status_code == 404
    assert get(client, f"{path}-1", peer).status_code == 422
    assert files.share(sent) == 1.0


def test_the_sender_sees_how_far_its_list_has_crossed(
    client: Client, sent: Delivery, peer: Peer
) -> None:
    shelf.keep_list(sent.slug, bytes(5 * parts.PART))
    assert files.share(sent) is None
    for number in (1, 3, 3):
        get(client, f"/bridge/freight/lists/{sent.slug}?part={number}", peer)

    assert files.share(sent) == 0.4
    assert progress(sent).why == "packing list: 40%"


def test_a_part_is_given_where_the_disk_does_not_take_that_it_was(
    client: Client, sent: Delivery, peer: Peer
) -> None:
    files.given(sent.slug).mkdir()
    answer = get(client, f"/bridge/freight/lists/{sent.slug}?part=0", peer)

    assert (answer.status_code, answer.content) == (200, shelf.list_data(sent.slug))


def test_a_list_leaves_as_fast_as_the_limits_allow(
    client: Client, sent: Delivery, peer: Peer
) -> None:
    shelf.keep_list(sent.slug, bytes(4 * parts.PART))
    path = f"/bridge/freight/lists/{sent.slug}?part="
    set_limit(rate=parts.PART // 10, by="machine:test")
    serving.counter.forget()
    assert get(client, f"{path}0", peer).status_code == 200
    late = get(client, f"{path}1", peer)
    assert (late.status_code, 5 < int(late["Retry-After"]) <= 10) == (429, True)

    set_limit(rate=0, by="machine:test")
    serving.counter.forget()
    assert get(client, f"{path}0", peer).status_code == 200
    never = get(client, f"{path}1", peer)
    assert never.status_code == 409
    assert json.loads(never.content)["error"]["facts"]["code"] == "limit-sender"

    set_limit(rate=2 * parts.PART, by="machine:test")
    serving.counter.forget()
    began = time.monotonic()
    for number in (1, 2, 3):
        assert get(client, f"{path}{number}", peer).status_code == 200
    assert time.monotonic() - began >= 0.9  # the third when two are paid
    FreightLimit.objects.all().delete()
    serving.counter.forget()


def test_who_asks_again_and_again_for_the_first_part_takes_nothing_from_the_others(
    client: Client, sent: Delivery, peer: Peer
) -> None:
    shelf.keep_list(sent.slug, bytes(2 * parts.PART))
    path = f"/bridge/freight/lists/{sent.slug}?part="
    set_limit(rate=parts.PART // 10, by="machine:test")
    serving.counter.forget()
    for _time in range(5):
        assert get(client, f"{path}0", peer).status_code == 200

    assert 0 < int(get(client, f"{path}1", peer)["Retry-After"]) <= 10
    _lift()


@pytest.mark.parametrize("kind", ["lists", "parcels"])
def test_what_a_limit_holds_back_takes_no_thread_of_the_web_process(
    client: Client, sent: Delivery, peer: Peer, kind: str
) -> None:
    path, headers = f"/bridge/freight/lists/{sent.slug}", {}
    if kind == "lists":
        shelf.keep_list(sent.slug, bytes(2 * parts.PART))
    else:
        path, headers = carried(sent), {"Range": "bytes=0-9"}
    set_limit(rate=0, by="machine:test")
    serving.counter.forget()
    answer = get(client, path, peer, **headers)
    assert isinstance(answer, StreamingHttpResponse)
    assert async_to_sync(_free_while_read)(answer)


async def _free_while_read(answer: StreamingHttpResponse) -> bool:
    """Tell whether the only thread is free while *answer* is read, and the reader may leave."""
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(1))
    reading = asyncio.create_task(_whole(answer))
    await asyncio.wait([reading], timeout=1)
    asked = asyncio.ensure_future(loop.run_in_executor(None, lambda: None))
    done, _waiting = await asyncio.wait([asked], timeout=1)
    await sync_to_async(_lift)()
    reading.cancel()
    with suppress(asyncio.CancelledError):
        await asyncio.wait_for(reading, 5)
    return asked in done


def _lift() -> None:
    FreightLimit.objects.all().delete()
    serving.counter.forget()
    serving.counter._reload()  # also for whoever waits in a thread


def carried(sent: Delivery) -> str:
    """Return where all of *sent* is fetched through the web port, in a session that is open."""
    held = shelf.packing_list(sent)
    lacking = Bitmap.of(len(held.lengths), range(len(held.lengths)))
    Delivery.objects.update(state="carrying")
    shelf.keep_stretch(sent.slug, SESSION, lacking.packed())
    return f"/bridge/freight/parcels/{sent.slug}/{SESSION}"


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


def test_a_sender_asks_how_fast_its_delivery_may_come(
    client: Client, here: Node, city: Node, peer: Peer, outgoing: Callable[..., Delivery]
) -> None:
    uri = peer.uri()
    outgoing("carrying", uri=uri, direction="in", production="odyssey")
    path = f"/bridge/freight/rates/{uri.rpartition(':')[2]}"
    other = Peer(slug="lyon-demo")
    other.introduce()
    assert get(client, path, other).status_code == 404
    assert json.loads(get(client, path, peer).content) == {"delivery": uri, "rate": None}

    set_limit(rate=9000, by="machine:test", direction="in", production="odyssey")
    set_limit(rate=5, by="machine:test", direction="out")
    serving.counter.forget()
    assert json.loads(get(client, path, peer).content) == {"delivery": uri, "rate": 9000}
    Delivery.objects.update(limit_there=3000)  # its part, beside another one
    assert json.loads(get(client, path, peer).content) == {"delivery": uri, "rate": 3000}
    Delivery.objects.update(state="paused")
    assert get(client, path, peer).status_code == 404


@pytest.mark.parametrize(
    ("stuck", "told"),
    [("", {}), ("disk", {"stuck": "disk"}), ("quota", {"stuck": "quota"}), ("line", {})],
)
def test_a_sender_that_asks_hears_that_there_is_no_room(  # noqa: PLR0917
    client: Client, here: Node, city: Node, peer: Peer, outgoing: Callable[..., Delivery],
    stuck: str, told: dict[str, str],
) -> None:  # fmt: skip
    uri = peer.uri()
    outgoing("ready", uri=uri, direction="in", stuck=stuck)
    path = f"/bridge/freight/rates/{uri.rpartition(':')[2]}"
    assert json.loads(get(client, path, peer).content) == {"delivery": uri, "rate": None, **told}


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
