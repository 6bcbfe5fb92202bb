"""What another city's node may say over the live line, and what it may not."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connections
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from benchmarks.live.people import Person
from jumelage.bridge.api import close_bridge, live_log, refusals
from jumelage.bridge.identity import signatures
from jumelage.bridge.identity.keys import SigningKey
from jumelage.bridge.identity.signatures import Message
from jumelage.bridge.models import Node
from jumelage.kit import clock
from jumelage.kit.uris import new_id
from tests.bridge.live.conftest import Served, until
from tests.factories.bridge import Peer

AT = datetime(2026, 5, 31, 12, tzinfo=UTC).isoformat()


@pytest.fixture
def peer(served: Served, here: Node) -> Peer:
    """Return another city, which takes part in the table."""
    found = Peer()
    found.introduce()
    facts = served.table.tables[served.uri]
    served.table.tables[served.uri] = replace(facts, cities=(here.origin, found.origin))
    return found


def signed(peer: Peer, key: SigningKey | None = None) -> dict[str, str]:
    """Return the headers of a handshake of *peer*."""
    return signatures.sign(
        Message("GET", "http://127.0.0.1:8075/bridge/live", signatures.content_digest(b"")),
        key=key or peer.key,
        keyid=peer.origin,
        created=int(clock.now().timestamp()),
        nonce=new_id(),
    )


@asynccontextmanager
async def line(served: Served, headers: dict[str, str]) -> AsyncIterator[Person]:
    """Connect as a node does."""
    url = f"ws://127.0.0.1:{served.port}/bridge/live"
    async with connect(
        url, additional_headers=headers, proxy=None, compression=None, close_timeout=1
    ) as socket:
        yield Person(socket)


def somebody(peer: Peer, name: str = "zoe") -> dict[str, str]:
    """Return a participant of *peer*."""
    return {"id": new_id(), "person": name, "city": peer.origin, "role": "boss", "label": name}


def act(served: Served, peer: Peer, number: int = 1, **changed: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return an act as *peer* sends it."""
    told = {"origin": peer.origin, "number": number, "stamp": 100 + number, "at": AT, "by": "zoe"}
    kind = {"city": peer.origin, "kind": "chip", "body": {"n": number}}
    return {"session": served.uri, **told, **kind, **changed}


async def sit_down(served: Served, node: Person, *people: dict[str, str]) -> dict[str, Any]:
    """Share the table over the line; return what the host answers."""
    sync = {"session": served.uri, "kind": "table", "vector": {}, "people": list(people)}
    await node.say(type="sync", **sync)
    return await node.next("sync")


async def barrier(node: Person) -> None:
    """Wait until the node has read everything that was said."""
    sent = float(len(node.heard))
    await node.say(type="ping", sent=sent)
    await node.next("pong", sent=sent)


def reasons(peer: Peer) -> list[str]:
    """Return what was refused of *peer*, and why."""
    return sorted(refusal.reason for refusal in refusals(origin=peer.origin))


def test_line_is_for_paired_nodes_that_sign(served: Served, peer: Peer) -> None:
    async def refuse(headers: dict[str, str]) -> None:
        with pytest.raises(InvalidStatus) as error:
            async with line(served, headers):
                pass
        assert error.value.response.status_code == 403

    async def work() -> None:
        await refuse({})
        await refuse(signed(Peer()))
        await refuse(signed(peer, SigningKey.make()))
        once = signed(peer)
        async with line(served, once):
            await refuse(once)

    asyncio.run(work())
    assert reasons(peer) == ["replay", "signature"]


def test_guests_come_in_act_and_hear_and_their_claims_are_claims(
    served: Served, peer: Peer
) -> None:
    async def work() -> None:
        async with served.person("ann") as (ann, _), line(served, signed(peer)) as node:
            zoe = somebody(peer)
            answer = await sit_down(served, node, zoe)
            assert {one["label"] for one in answer["people"]} == {"Ann", "zoe"}
            entered = (await ann.next("entered"))["participant"]
            assert entered == zoe | {"role": "player"}
            await node.say(type="acts", session=served.uri, acts=[act(served, peer)])
            assert (await ann.next("act", kind="chip"))["city"] == peer.origin
            ask = {"member": zoe["id"], "wish": "w", "kind": "dealt", "body": {"cards": 1}}
            await node.say(type="ask", session=served.uri, **ask)
            assert (await node.next("refused"))["code"] == "not-your-turn"
            said = {"sender": zoe["id"], "kind": "nod", "body": {"a": 1}}
            await node.say(type="said", session=served.uri, **said)
            assert (await ann.next("said"))["from"] == zoe["id"]
            await node.say(type="ping", sent=5.0)
            assert (await node.next("pong", sent=5.0))["time"] > 0
        until(lambda: not served.live.lines.up)

    asyncio.run(work())
    assert reasons(peer) == []


def test_forged_acts_are_refused_and_recorded(served: Served, peer: Peer, here: Node) -> None:
    third = "c" * 32
    forged = [
        act(served, peer, origin=here.origin, number=99),
        act(served, peer, city=here.origin),
        act(served, peer, kind="dealt", body={"cards": 52}),
        act(served, peer, kind="joined", body={"participant": "x", "role": "dealer"}),
        act(served, peer, origin=third, city=third),
        act(served, peer, stamp=2**50),
    ]

    async def work() -> None:
        async with served.person("ann") as (ann, _), line(served, signed(peer)) as node:
            await sit_down(served, node, somebody(peer))
            for one in forged:
                await node.say(type="acts", session=served.uri, acts=[one])
            await node.say(type="acts", session=served.uri, acts=[act(served, peer)])
            assert (await ann.next("act", kind="chip"))["number"] == 1
            other = act(served, peer, body={"n": 666})
            await node.say(type="acts", session=served.uri, acts=[other])
            await barrier(node)

    asyncio.run(work())
    assert set(reasons(peer)) == {"act-conflict", "forged-act"}
    kinds = {act.kind for act in live_log(served.uri) if act.origin != here.origin}
    assert kinds == {"chip"}
    chips = [act.body for act in live_log(served.uri) if act.kind == "chip"]
    assert chips == [{"n": 1}]


def test_nonsense_is_refused_and_ends_the_line_when_it_does_not_end(
    served: Served, peer: Peer
) -> None:
    nonsense = [
        "nothing",
        '{"type":"sync"}',
        '{"type":"sync","session":"x","kind":"table","vector":{}}',
        '{"type":"ping","sent":1,"sent":2}',
        "[" * 4_000,
        json.dumps({"type": "rest", "session": served.uri}),
        json.dumps({"type": "said", "session": served.uri, "sender": new_id(), "kind": "nod",
                    "body": {}}),
        json.dumps({"type": "enter", "session": served.uri,
                    "person": somebody(peer) | {"city": "c" * 32}}),
    ]  # fmt: skip

    async def work() -> None:
        async with served.person("ann") as (ann, _), line(served, signed(peer)) as node:
            await sit_down(served, node)
            for _ in range(3):
                for frame in nonsense:
                    await node.socket.send(frame)
            assert await node.closed() == 4400
            await ann.say(type="clock", sent=1)
            await ann.next("clock")

    asyncio.run(work())
    assert reasons(peer) == ["live-frame"]


def test_nodes_learn_nothing_of_sessions_they_take_no_part_in(served: Served, peer: Peer) -> None:
    facts = served.table.tables[served.uri]
    own = served.uri[:-1] + ("a" if served.uri[-1] != "a" else "b")
    served.table.tables[own] = replace(facts, uri=own, cities=facts.cities[:1])
    strange = served.uri[:-2] + "zz"

    async def work() -> None:
        async with line(served, signed(peer)) as node:
            for uri in (own, strange):
                await node.say(type="sync", session=uri, kind="table", vector={}, people=[])
            assert (await node.next("unknown"))["session"] == strange
            await barrier(node)
            assert {frame["type"] for frame in node.heard} <= {"ping", "pong", "unknown"}

    asyncio.run(work())
    assert reasons(peer) == ["not-of-session"]


def _throw_the_switch() -> None:
    close_bridge(by="the operator", reason="a test")
    connections.close_all()  # of this thread, which ends


def test_kill_switch_ends_the_line_and_the_city_goes_on(served: Served, peer: Peer) -> None:
    async def work() -> None:
        async with served.person("ann") as (ann, _), line(served, signed(peer)) as node:
            await sit_down(served, node, somebody(peer))
            await asyncio.to_thread(_throw_the_switch)
            assert await node.closed() == 4403
            assert (await ann.next("line", up=False))["city"] == peer.origin
            await ann.say(type="act", id="1", kind="chip", body={"n": 1})
            await ann.next("act", id="1")
            with pytest.raises(InvalidStatus):
                async with line(served, signed(peer)):
                    pass

    asyncio.run(work())
    until(lambda: "line" in {act.kind for act in live_log(served.uri)})


def test_who_comes_while_the_host_rests_is_brought_to_the_host(
    served: Served, peer: Peer, here: Node
) -> None:
    facts = served.table.tables[served.uri]
    served.table.tables[served.uri] = replace(facts, host=peer.origin)
    empty = {"session": served.uri, "kind": "table", "vector": {}, "people": []}

    async def sit_ann_down(node: Person) -> None:
        """Play the host that lets ann in, until she is gone again."""
        await node.next("sync")
        node.heard.clear()
        await node.say(type="sync", **empty)
        wanted = (await node.next("enter"))["person"]
        await node.say(type="entered", session=served.uri, person=wanted | {"role": "player"})

    async def ann_comes_and_goes() -> None:
        async with served.person("ann"):
            pass

    async def work() -> None:
        async with line(served, signed(peer)) as node:
            await node.say(type="offer", session=served.uri, kind="table")
            await asyncio.gather(sit_ann_down(node), ann_comes_and_goes())
            await node.next("exit")
            joined = act(served, peer, kind="joined", by="ann", city=here.origin,
                         body={"participant": "x", "role": "player"})  # fmt: skip
            await node.say(type="acts", session=served.uri, acts=[joined])
            node.heard.clear()
            await node.say(type="rest", session=served.uri)
            await asyncio.wait_for(asyncio.gather(sit_ann_down(node), ann_comes_and_goes()), 4)

    asyncio.run(work())
    assert reasons(peer) == []
