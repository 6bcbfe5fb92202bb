"""Two cities come to one table at once: as many sit as there are chairs, whoever is quicker."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from benchmarks.live.pair import Tables, tables
from benchmarks.live.people import Person, connected, joined
from benchmarks.nodes import RealNode

pytestmark = pytest.mark.promise("capacity")
CHAIRS, MORE, TURNS = 6, 10, 20
ONE_WAY = 0.03
"""Seconds over the line."""


@dataclass
class Watch:
    """What somebody who sits there all the time sees: who is in besides."""

    present: Counter[str] = field(default_factory=Counter)
    most: int = 0
    came: Counter[str] = field(default_factory=Counter)

    async def watch(self, person: Person) -> None:
        """Count until cancelled."""
        where: dict[str, str] = {}
        while True:
            frame = await person.hear()
            if frame["type"] == "entered":
                one = frame["participant"]
                where[one["id"]] = one["city"]
                self.came[one["city"]] += 1
            elif frame["type"] == "left":
                where.pop(frame["id"], None)
            self.present = Counter(where.values())
            self.most = max(self.most, len(where))

    async def alone(self) -> None:
        """Wait until everybody else has left."""
        async with asyncio.timeout(30):
            while self.present:  # noqa: ASYNC110  # plain
                await asyncio.sleep(0.02)


async def _come(
    between: Tables,
    node: RealNode,
    name: str,
    *,
    late: float,
    go: asyncio.Event,
    done: asyncio.Event,
) -> str:
    """Try to sit down, so much *late*r than others; stay until *done*; return what came of it."""
    async with connected(node.url) as person:
        ticket = between.ticket(node, name)
        await go.wait()
        await asyncio.sleep(late)
        await person.say(type="join", ticket=ticket)
        frame = await person.hear()
        while frame["type"] not in {"welcome", "refused"}:
            frame = await person.hear()
        if frame["type"] == "refused":
            return str(frame["code"])
        await done.wait()
        await person.say(type="leave")
        await person.closed()
        return "welcome"


async def _turn(between: Tables, turn: int) -> Counter[str]:
    """Let too many come at the same moment, half from each city.

    The moment is the host's: in every second turn its own people wait as long as the line takes.
    """
    go, done = asyncio.Event(), asyncio.Event()
    late = 2 * ONE_WAY if turn % 2 else 0.0
    nodes = ((between.paris, late), (between.sf, 0.0))
    coming = [
        asyncio.create_task(
            _come(
                between,
                nodes[each % 2][0],
                f"p{turn}-{each}",
                late=nodes[each % 2][1],
                go=go,
                done=done,
            )
        )
        for each in range(CHAIRS + MORE)
    ]
    await asyncio.sleep(0.3)
    go.set()
    async with asyncio.timeout(30):
        while sum(one.done() for one in coming) < MORE:  # noqa: ASYNC110  # plain
            await asyncio.sleep(0.02)
    await asyncio.sleep(0.2)
    done.set()
    return Counter(await asyncio.gather(*coming))


async def _evening(between: Tables) -> tuple[list[Counter[str]], Watch]:
    watch = Watch()
    async with joined(between.paris.url, between.ticket(between.paris, "ann")) as (ann, _):
        watching = asyncio.create_task(watch.watch(ann))
        alive = asyncio.create_task(_alive(ann))
        found = []
        for turn in range(TURNS):
            found.append(await _turn(between, turn))
            await watch.alone()
        for task in (watching, alive):
            task.cancel()
    return found, watch


async def _alive(person: Person) -> None:
    while True:
        await person.say(type="clock", sent=0)
        await asyncio.sleep(5)


def test_of_both_cities_exactly_as_many_sit_as_there_are_chairs(tmp_path: Path) -> None:
    with tables(tmp_path, capacity=CHAIRS + 1, one_way=ONE_WAY) as between:
        found, watch = asyncio.run(_evening(between))
    assert found == [Counter({"welcome": CHAIRS, "table-full": MORE})] * TURNS
    assert watch.most == CHAIRS
    assert watch.came.total() == CHAIRS * TURNS
    assert set(watch.came) == set(between.origins.values())
