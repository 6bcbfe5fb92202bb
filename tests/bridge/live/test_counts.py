"""How many messages one act costs: one to each who takes part, and one over the line."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from benchmarks.live.people import Person
from tests.bridge.live.conftest import Served
from tests.bridge.live.test_liars import abroad, guest, of_host
from tests.bridge.live.test_line import barrier, line, peer, signed, sit_down, somebody
from tests.factories.bridge import Peer

__all__ = ["abroad", "peer"]  # fixtures
pytestmark = pytest.mark.promise("live-log")
ACTS = 20
KEPT_UP = frozenset({"ping", "pong", "clock"})
"""What is said all the time, whatever happens."""


async def _quiet(node: Person, *people: Person) -> None:
    """Wait until everything that is on its way has come, then forget it."""
    await barrier(node)
    for each in people:
        await each.say(type="clock", sent=1)
        await each.next("clock", sent=1.0)
    for each in (node, *people):
        each.heard.clear()


def _count(*people: Person) -> Counter[str]:
    """Return what was told, by type."""
    told = [frame for each in people for frame in each.heard if not _is_of_coming(frame)]
    return Counter(frame["type"] for frame in told if frame["type"] not in KEPT_UP)


def _is_of_coming(frame: dict[str, Any]) -> bool:
    """Tell whether *frame* tells who came or went: that is durable a moment later than said."""
    acts = frame.get("acts", [frame])
    return bool(acts) and all(act.get("kind") in {"joined", "left", "line"} for act in acts)


async def _settle(node: Person, *people: Person) -> None:
    await barrier(node)
    for each in people:
        await each.say(type="clock", sent=2)
        await each.next("clock", sent=2.0)


def test_an_act_at_its_host_is_told_each_participant_once_and_the_line_once(
    served: Served, peer: Peer
) -> None:
    async def work() -> None:
        async with (
            served.person("ann") as (ann, _),
            served.person("bob") as (bob, _),
            line(served, signed(peer)) as node,
        ):
            await sit_down(served, node, somebody(peer))
            await _quiet(node, ann, bob)
            for number in range(ACTS):
                await ann.say(type="act", id=str(number), kind="chip", body={"n": number})
                await ann.next("act", id=str(number))
                await bob.next("act", kind="chip")
            await _settle(node, ann, bob)
            assert _count(ann, bob) == {"act": 2 * ACTS}
            assert _count(node) == {"acts": ACTS}

    asyncio.run(work())


def test_an_act_at_a_guests_node_is_told_each_participant_once_and_the_line_once(
    served: Served, peer: Peer, abroad: str
) -> None:
    async def work() -> None:
        async with line(served, signed(peer)) as node, guest(served, abroad, node) as (ann, me):
            await _quiet(node, ann)
            for number in range(ACTS):
                await ann.say(type="act", id=str(number), kind="chip", body={"n": number})
                await ann.next("act", id=str(number))
            await _settle(node, ann)
            assert _count(ann) == {"act": ACTS}
            assert _count(node) == {"acts": ACTS}
            await _quiet(node, ann)
            for number in range(1, ACTS + 1):  # what only the host orders: the wish goes there
                await ann.say(type="act", id=f"w{number}", kind="dealt", body={"cards": 1})
                await node.next("ask", wish=f"w{number}")
                dealt = of_host(peer, abroad, number, stamp=ACTS + number)
                wishes = [[number, me["id"], f"w{number}"]]
                await node.say(type="acts", session=abroad, acts=[dealt], wishes=wishes)
                await ann.next("act", id=f"w{number}")
            await _settle(node, ann)
            assert _count(ann) == {"act": ACTS}
            assert _count(node) == {"ask": ACTS}

    asyncio.run(work())
