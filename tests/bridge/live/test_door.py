"""What comes to the door of live sessions and is not let in, or not for long."""

import asyncio
import json
import socket
import time
from contextlib import AsyncExitStack

import pytest
from websockets.exceptions import InvalidStatus

from benchmarks.live.people import Person, connected, joined
from jumelage.bridge.live.door import browser, threshold
from jumelage.bridge.live.tickets import live_ticket
from jumelage.kit import clock
from tests.bridge.live.conftest import Served

BAD, NO_TICKET, REFUSED, TOO_LARGE, TOO_MUCH = 4400, 4401, 4403, 4413, 4429
MOST_HELD_BY_KERNELS = 20_000_000


async def refused(served: Served, *said: str | bytes) -> int:
    """Connect, send *said*, and return the code the node closes with."""
    async with connected(served.address) as person:
        for frame in said:
            await person.socket.send(frame)
        return await person.closed()


def join(ticket: str) -> str:
    return json.dumps({"type": "join", "ticket": ticket})


def test_door_knows_only_fresh_tickets_of_its_own_and_each_once(served: Served) -> None:
    async def work() -> None:
        ticket = served.ticket()
        stale = live_ticket(kind="table", uri=served.uri, person="ann", role="player", label="Ann")
        async with joined(served.address, ticket):
            assert await refused(served, join(ticket)) == NO_TICKET
        assert await refused(served, join(stale[:-2] + "xx")) == NO_TICKET
        assert await refused(served, join("")) == NO_TICKET
        assert await refused(served, join("x" * 5_000)) == NO_TICKET
        assert await refused(served, '{"type":"clock","sent":1}') == NO_TICKET

    asyncio.run(work())


def test_ticket_is_void_after_two_minutes_and_before_the_process_began(served: Served) -> None:
    async def work() -> None:
        old = served.ticket()
        served.live.tickets.since = time.time() + 1
        assert await refused(served, join(old)) == NO_TICKET
        served.live.tickets.since = 0.0
        served.live.tickets.lasts = 0
        ticket = served.ticket()
        await asyncio.sleep(1.1)
        assert await refused(served, join(ticket)) == NO_TICKET

    asyncio.run(work())


def test_strangers_who_say_nothing_keep_nobody_out(served: Served) -> None:
    async def work() -> None:
        async with AsyncExitStack() as strangers:
            come = [
                await strangers.enter_async_context(connected(served.address))
                for _ in range(threshold.MOST + 20)
            ]
            assert [await one.closed() for one in come[:20]] == [TOO_MUCH] * 20
            assert len(served.live.threshold) == threshold.MOST
            async with served.person() as (_, welcome):
                assert welcome["type"] == "welcome"
                assert await come[20].closed() == TOO_MUCH
                assert len(served.live.threshold) == threshold.MOST - 1

    asyncio.run(work())


def test_door_answers_pages_of_its_own_site_only(served: Served) -> None:
    async def work() -> None:
        for page in ("https://evil.example", "null", "http://127.0.0.1:1"):
            with pytest.raises(InvalidStatus) as error:
                async with connected(served.address, origin=page):
                    pass
            assert error.value.response.status_code == 403

    asyncio.run(work())


def test_door_does_not_know_sessions_that_no_component_knows(served: Served) -> None:
    async def work() -> None:
        other = served.uri[:-1] + ("a" if served.uri[-1] != "a" else "b")
        async with connected(served.address) as person:
            await person.say(type="join", ticket=served.ticket(uri=other))
            assert (await person.next("refused"))["code"] == "session-unknown"
            assert await person.closed() == REFUSED

    asyncio.run(work())


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("not json", BAD),
        ("[" * 5_000 + "]" * 5_000, BAD),
        ('{"type":"say","kind":"nod","body":' + '{"a":' * 40 + "1" + "}" * 41, BAD),
        ('{"type":"say","kind":"nod","body":{"a":1,"a":2}}', BAD),
        ('{"type":"act","id":"","kind":"chip","body":{}}', BAD),
        ('{"type":"act","id":"1","kind":"CHIP!","body":{}}', BAD),
        ('{"type":"act","id":"1","kind":"chip","body":[]}', BAD),
        ('{"type":"clock","sent":99999999999999999999}', BAD),
        ('{"type":"join","ticket":"again"}', BAD),
        ('{"type":"unheard-of"}', BAD),
        (json.dumps({"type": "say", "kind": "nod", "body": {"a": "x" * 70_000}}), TOO_LARGE),
    ],
)
def test_frames_that_break_the_rules_end_the_connection(
    served: Served, frame: str, code: int
) -> None:
    async def work() -> None:
        async with served.person() as (person, _):
            await person.socket.send(frame)
            assert await person.closed() == code
        async with served.person("bob") as (_, welcome):
            assert [one["label"] for one in welcome["present"]] == ["Bob"]

    asyncio.run(work())


def test_huge_messages_are_not_read_to_their_end(served: Served) -> None:
    async def work() -> None:
        async with served.person() as (person, _):
            await person.socket.send(b"x" * 2_000_000)
            assert await person.closed() == 1009

    asyncio.run(work())


def test_who_floods_is_held_up_and_then_let_go(served: Served) -> None:
    async def work() -> None:
        async with served.person("ann") as (ann, _), served.person("bob") as (bob, _):
            flooding = asyncio.create_task(_flood(ann))
            before = time.monotonic()
            await bob.say(type="clock", sent=1)
            await bob.next("clock")
            assert time.monotonic() - before < 5
            assert (await bob.next("left"))["reason"] == "lost"
            flooding.cancel()
            assert len(bob.heard) < 3_000

    asyncio.run(work())


async def _flood(person: Person) -> None:
    big = json.dumps({"type": "say", "kind": "nod", "body": {"a": "x" * 60_000}})
    try:
        while True:
            await person.socket.send(big)
    except Exception:  # noqa: BLE001  # it is let go
        return


def test_who_does_not_read_is_let_go_and_holds_up_nobody(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser, "BYTES_A_SECOND", 100 * browser.MOST_WAITING_BYTES)
    body = {"n": {"a": "x" * 50_000}}

    async def work() -> None:
        async with served.person("ann") as (ann, _), served.person("bob") as (bob, _):
            line = bob.socket.transport.get_extra_info("socket")
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
            bob.socket.transport.pause_reading()
            for number in range(MOST_HELD_BY_KERNELS // 50_000):
                await ann.say(type="act", id=str(number), kind="chip", body=body)
                await ann.next("act", id=str(number))
                left = [told["reason"] for told in ann.heard if told["type"] == "left"]
                if left:
                    break
            assert left == ["lost"]

    asyncio.run(work())


def test_acts_nobody_knows_or_may_do_are_refused_with_a_sentence(served: Served) -> None:
    async def work() -> None:
        async with served.person("ann") as (ann, _):
            for frame, code in (
                ({"kind": "stolen", "body": {}}, "unknown-act"),
                ({"kind": "joined", "body": {}}, "unknown-act"),
                ({"kind": "dealt", "body": {"cards": 1}}, "not-your-turn"),
                ({"kind": "chip", "body": {}}, "act-not-understood"),
            ):
                await ann.say(type="act", id="w", **frame)
                told = await ann.next("refused", id="w")
                assert told["code"] == code
                assert told["en"]
                assert told["fr"]
            await ann.say(type="say", kind="shouted", body={})
            assert (await ann.next("refused"))["code"] == "unknown-act"

    asyncio.run(work())


def test_silence_is_gone(served: Served) -> None:
    async def work() -> None:
        async with connected(served.address) as person:
            assert await person.closed() == NO_TICKET

    browser_patience = browser.JOIN_SECONDS
    assert browser_patience <= 10
    before = clock.now()
    asyncio.run(work())
    assert (clock.now() - before).total_seconds() < browser_patience + 5
