"""The other city lies on the live line: about whose act it is, about time, about who said what."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from benchmarks.live.people import Person, connected
from jumelage.bridge.api import live_log
from jumelage.bridge.live.line import frames
from jumelage.bridge.live.log import history as histories
from jumelage.bridge.live.log import store
from jumelage.bridge.models import LiveSession, Node, Recovery
from jumelage.kit import clock
from jumelage.kit.uris import Uri, new_id
from tests.bridge.live.conftest import Served, until
from tests.bridge.live.test_line import (
    act,
    barrier,
    line,
    peer,
    reasons,
    signed,
    sit_down,
    somebody,
)
from tests.factories.bridge import Peer

__all__ = ["peer"]  # the fixture


@pytest.fixture
def abroad(served: Served, peer: Peer, here: Node) -> str:
    """Return a table that the other city hosts."""
    uri = str(Uri(peer.origin, new_id()))
    facts = served.table.tables[served.uri]
    cities = (peer.origin, here.origin)
    served.table.tables[uri] = replace(facts, uri=uri, host=peer.origin, cities=cities)
    return uri


@asynccontextmanager
async def guest(
    served: Served, uri: str, node: Person, name: str = "ann"
) -> AsyncIterator[tuple[Person, dict[str, Any]]]:
    """Let somebody of this city come to the table *uri* of *node*, which lets them in."""
    async with connected(served.address) as person:
        await person.say(type="join", ticket=served.ticket(name, uri=uri))
        await node.next("sync", session=uri)
        await node.say(type="sync", session=uri, kind="table", vector={}, people=[])
        entering = (await node.next("enter", session=uri))["person"]
        await node.say(type="entered", session=uri, person=entering)
        await person.next("welcome")
        yield person, entering


def of_host(peer: Peer, uri: str, number: int = 1, **changed: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return an act of the table's host."""
    at = datetime(2026, 5, 31, 12, tzinfo=UTC).isoformat()
    told = {"origin": peer.origin, "number": number, "stamp": number, "at": at, "by": ""}
    kind = {"city": peer.origin, "kind": "dealt", "body": {"cards": 1}}
    return {"session": uri, **told, **kind, **changed}


def test_nobody_forges_an_act_of_this_city(served: Served, peer: Peer, here: Node) -> None:
    async def work() -> None:
        async with served.person("ann") as (ann, _), line(served, signed(peer)) as node:
            await sit_down(served, node, somebody(peer))
            await ann.say(type="act", id="1", kind="chip", body={"n": 1})
            last = await ann.next("act", id="1")
            forged = act(
                served, peer, origin=here.origin, city=here.origin, number=last["number"] + 1,
                stamp=last["stamp"] + 1, kind="dealt", body={"cards": 52},
            )  # fmt: skip
            await node.say(type="acts", session=served.uri, acts=[forged])
            await barrier(node)
            await ann.say(type="act", id="2", kind="chip", body={"n": 2})
            assert (await ann.next("act", id="2"))["number"] == last["number"] + 1

    asyncio.run(work())
    assert reasons(peer) == ["forged-act"]
    assert "dealt" not in {one.kind for one in live_log(served.uri)}


def test_a_host_forges_no_act_of_its_guests_city(
    served: Served, peer: Peer, here: Node, abroad: str
) -> None:
    async def work() -> None:
        async with line(served, signed(peer)) as node, guest(served, abroad, node) as (ann, _):
            forged = of_host(
                peer, abroad, origin=here.origin, city=here.origin, kind="chip", body={"n": 666}
            )
            await node.say(type="acts", session=abroad, acts=[forged])
            await barrier(node)
            await ann.say(type="act", id="1", kind="chip", body={"n": 1})
            assert (await ann.next("act", id="1"))["number"] == 1

    asyncio.run(work())
    assert reasons(peer) == ["forged-act"]
    assert [one.body for one in live_log(abroad) if one.kind == "chip"] == [{"n": 1}]


def test_restored_node_takes_back_what_it_logged_before(
    served: Served, peer: Peer, here: Node
) -> None:
    now = clock.now()
    Recovery.objects.create(began_at=now, ended_at=now, stage=Recovery.Stage.DONE)
    own = {"origin": here.origin, "city": here.origin, "by": "ann"}
    before = (now - timedelta(minutes=1)).isoformat()
    after = (now + timedelta(minutes=1)).isoformat()

    async def work() -> None:
        async with line(served, signed(peer)) as node:
            await sit_down(served, node)
            lost = [act(served, peer, 1, **own, at=before), act(served, peer, 2, **own, at=after)]
            await node.say(type="acts", session=served.uri, acts=lost)
            await barrier(node)

    asyncio.run(work())
    assert reasons(peer) == ["forged-act"]
    until(lambda: [one.body for one in live_log(served.uri) if one.kind == "chip"] == [{"n": 1}])


def test_stamps_far_ahead_do_not_use_up_the_clock(served: Served, peer: Peer) -> None:
    async def work() -> None:
        async with served.person("ann") as (ann, _), line(served, signed(peer)) as node:
            await sit_down(served, node, somebody(peer))
            for stamp in (100 * histories.MOST_ACTS, 5_000):
                far = act(served, peer, stamp=stamp)
                await node.say(type="acts", session=served.uri, acts=[far])
            await barrier(node)
            await ann.say(type="act", id="1", kind="chip", body={"n": 1})
            assert (await ann.next("act", id="1"))["stamp"] < 10

    asyncio.run(work())
    assert reasons(peer) == ["forged-act"]


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59-12:00"])
def test_acts_of_no_time_are_refused(served: Served, peer: Peer, at: str) -> None:
    async def work() -> None:
        async with served.person("ann"), line(served, signed(peer)) as node:
            await sit_down(served, node, somebody(peer))
            await node.say(type="acts", session=served.uri, acts=[act(served, peer, at=at)])
            await barrier(node)

    asyncio.run(work())
    assert reasons(peer) == ["live-frame"]
    assert "chip" not in {one.kind for one in live_log(served.uri)}


@pytest.mark.parametrize("told", [1e300, -1e300, 0.0, 4e12])
def test_a_host_that_lies_about_its_clock_is_not_believed(
    served: Served, peer: Peer, abroad: str, told: float
) -> None:
    async def work() -> None:
        async with line(served, signed(peer)) as node, guest(served, abroad, node) as (ann, _):
            for sent in ((await node.next("ping"))["sent"], -1e300):
                await node.say(type="pong", sent=sent, time=told)
            await barrier(node)
            await ann.say(type="act", id="1", kind="chip", body={"n": 1})
            at = datetime.fromisoformat((await ann.next("act", id="1"))["at"])
            assert abs(at - datetime.now(UTC)) < timedelta(minutes=1)

    asyncio.run(work())
    assert [one.body for one in live_log(abroad) if one.kind == "chip"] == [{"n": 1}]


def test_a_city_that_fills_the_log_takes_no_room_from_the_other(served: Served, peer: Peer) -> None:
    most = histories.MOST_ACTS_OF_A_CITY
    store.open_session(served.table.tables[served.uri])
    full = [frames.SaidAct(**act(served, peer, n, at=clock.now(), kind="quiet")).read()
            for n in range(1, most + 1)]  # fmt: skip
    store.append([store.Written(one) for one in full])

    async def work() -> None:
        async with served.person("ann") as (ann, _), line(served, signed(peer)) as node:
            await sit_down(served, node, somebody(peer))
            one_more = act(served, peer, most + 1)
            await node.say(type="acts", session=served.uri, acts=[one_more])
            await barrier(node)
            await ann.say(type="act", id="1", kind="chip", body={"n": 1})
            await ann.next("act", id="1")

    asyncio.run(work())
    assert reasons(peer) == ["live-limit"]


def test_guests_say_only_what_their_part_allows(served: Served, peer: Peer) -> None:
    served.table.silent = frozenset({"zoe"})

    async def work() -> None:
        async with served.person("ann") as (ann, _), line(served, signed(peer)) as node:
            zoe, yan = somebody(peer), somebody(peer, "yan")
            await sit_down(served, node, zoe, yan)
            for sender in (zoe, yan):
                said = {"sender": sender["id"], "kind": "nod", "body": {}}
                await node.say(type="said", session=served.uri, **said)
            assert (await ann.next("said"))["from"] == yan["id"]

    asyncio.run(work())
    assert reasons(peer) == []


def test_a_host_says_nothing_in_the_name_of_its_guests(
    served: Served, peer: Peer, abroad: str
) -> None:
    async def work() -> None:
        async with line(served, signed(peer)) as node, guest(served, abroad, node) as (ann, me):
            for sender in (me["id"], "host"):
                said = {"sender": sender, "kind": "nod", "body": {}, "to": me["id"]}
                await node.say(type="said", session=abroad, **said)
            assert (await ann.next("said"))["from"] == "host"

    asyncio.run(work())
    assert reasons(peer) == ["live-frame"]


def test_names_from_the_other_city_are_one_plain_line(served: Served, peer: Peer) -> None:
    async def work() -> None:
        async with served.person("ann") as (ann, _), line(served, signed(peer)) as node:
            await sit_down(served, node, somebody(peer) | {"label": "\u202eevE\n\tof  Paris\x00"})
            assert (await ann.next("entered"))["participant"]["label"] == "evE of Paris"

    asyncio.run(work())


@pytest.mark.parametrize("by", ["\x00", "zoe\n", "x" * 65])
def test_acts_by_nobody_that_can_be_are_refused(served: Served, peer: Peer, by: str) -> None:
    async def work() -> None:
        async with served.person("ann"), line(served, signed(peer)) as node:
            await sit_down(served, node, somebody(peer))
            await node.say(type="acts", session=served.uri, acts=[act(served, peer, by=by)])
            await barrier(node)

    asyncio.run(work())
    assert reasons(peer) == ["live-frame"]


def test_a_host_that_never_answers_fills_no_memory(served: Served, peer: Peer, abroad: str) -> None:
    async def work() -> None:
        async with line(served, signed(peer)) as node, guest(served, abroad, node) as (ann, me):
            gathering = served.live.gatherings.open[abroad]
            for number in range(150):
                await ann.say(type="act", id=str(number), kind="dealt", body={"cards": 1})
            assert (await ann.next("refused"))["code"] == "too-many"
            wishes = [[1, me["id"], f"never-{number}"] for number in range(100)]
            dealt = of_host(peer, abroad)
            await node.say(type="acts", session=abroad, acts=[dealt], wishes=wishes)
            await ann.next("act", kind="dealt")
            assert len(gathering._expected) <= 1  # what could grow

    asyncio.run(work())


def test_a_session_that_closes_for_hundreds_lets_all_of_them_go(served: Served, peer: Peer) -> None:
    facts = served.table.tables[served.uri]
    served.table.tables[served.uri] = replace(facts, capacity=None)

    async def work() -> None:
        async with line(served, signed(peer)) as node:
            await sit_down(served, node, *[somebody(peer, f"p{each}") for each in range(600)])
            async with served.person("ann") as (ann, _):
                await ann.say(type="act", id="1", kind="swept", body={})
                assert await ann.closed() == 1000

    asyncio.run(work())
    until(lambda: LiveSession.objects.get(uri=served.uri).present == {})
    assert [one.kind for one in live_log(served.uri)].count("left") == 601


def test_a_city_that_sends_more_than_is_written_is_read_more_slowly(
    served: Served, peer: Peer
) -> None:
    most = 8_000

    async def work() -> None:
        async with served.person("ann") as (ann, _), line(served, signed(peer)) as node:
            await sit_down(served, node, somebody(peer))
            for first in range(1, most + 1, 2_000):
                some = [
                    act(served, peer, n, kind="chip", body={}) for n in range(first, first + 2_000)
                ]
                await node.say(type="acts", session=served.uri, acts=some)
            await barrier(node)
            await ann.say(type="act", id="1", kind="chip", body={"n": 1})
            await ann.next("act", id="1")

    asyncio.run(work())
    assert reasons(peer) == []
    assert len([one for one in live_log(served.uri) if one.origin == peer.origin]) == most
