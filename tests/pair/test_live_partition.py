"""A session of two cities through a cut of 30 seconds, with a restart in the middle of it."""

import asyncio
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import WebSocketException

from benchmarks.live.pair import Tables, tables
from benchmarks.live.people import connected
from benchmarks.nodes import RealNode

pytestmark = pytest.mark.promise("live-log")
CUT_SECONDS = 30.0
EVERY_SECONDS = 0.25


@dataclass
class Player:
    """Somebody whose page does what the product's page does: it comes back, and says again."""

    tables: Tables
    node: RealNode
    name: str
    wishes: dict[str, int] = field(default_factory=dict)
    done: dict[str, tuple[str, int]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    vector: dict[str, int] = field(default_factory=dict)
    over: bool = False

    async def play(self) -> None:
        """Take part until told that it is over, however often the connection breaks."""
        while not self.over:
            try:
                await self._take_part()
            except (OSError, WebSocketException, TimeoutError):
                await asyncio.sleep(0.3)

    async def _take_part(self) -> None:
        async with connected(self.node.url) as person:
            ticket = self.tables.ticket(self.node, self.name)
            await person.say(type="join", ticket=ticket, seen=self.vector)
            await person.next("welcome")
            for wish, number in self.wishes.items():
                await person.say(type="act", id=wish, kind="chip", body={"n": number})
            throwing = asyncio.create_task(self._throw(person))
            try:
                while not self.over:
                    self._take(await asyncio.wait_for(person.hear(), 2))
            finally:
                throwing.cancel()

    async def _throw(self, person: Any) -> None:  # noqa: ANN401
        for number in itertools.count(len(self.done) + len(self.wishes)):
            wish = f"{self.name}-{number}"
            if wish not in self.done:
                self.wishes[wish] = number
                await person.say(type="act", id=wish, kind="chip", body={"n": number})
            await person.say(type="clock", sent=0)
            await asyncio.sleep(EVERY_SECONDS)

    def _take(self, frame: dict[str, Any]) -> None:
        if frame["type"] == "refused":
            self.refused.append(frame["code"])
        elif frame["type"] == "act" and "id" in frame:
            self.wishes.pop(frame["id"], None)
            self.done[frame["id"]] = (frame["origin"], frame["number"])


def test_both_cities_go_on_through_a_cut_and_a_restart_and_converge(
    tmp_path: Path, until: Callable[..., None]
) -> None:
    with tables(tmp_path, one_way=0.03) as between:
        everybody = [
            Player(between, node, f"{node.slug}-{number}")
            for node in (between.paris, between.sf)
            for number in range(2)
        ]
        asyncio.run(_evening(between, everybody))
        until(lambda: _is_shared(between), 30)
        paris, sf = (between.log(node) for node in (between.paris, between.sf))
    assert paris["acts"] == sf["acts"]
    assert paris["refusals"] == sf["refusals"] == []
    logged = {(origin, number) for _, origin, number, *_ in paris["acts"]}
    for player in everybody:
        assert player.refused == []
        assert set(player.done.values()) <= logged
        assert len(player.done) > CUT_SECONDS / EVERY_SECONDS / 2
    chips = [act for act in paris["acts"] if act[5] == "chip"]
    done = sum(len(player.done) for player in everybody)
    on_the_way = sum(len(player.wishes) for player in everybody)
    assert done <= len(chips) <= done + on_the_way
    cuts = [act[6]["up"] for act in paris["acts"] if act[5] == "line"]
    assert cuts[:1] == [False]
    assert cuts[-1:] == [True]


async def _evening(between: Tables, everybody: list[Player]) -> None:
    playing = [asyncio.create_task(player.play()) for player in everybody]
    await _all_have(everybody, 8)
    relays = between.relays
    assert relays is not None
    await asyncio.to_thread(relays.cut)
    cut_at = time.monotonic()
    await _all_have(everybody, 20)
    await asyncio.to_thread(between.sf.stop)
    await asyncio.to_thread(between.sf.start)
    await asyncio.sleep(max(0.0, cut_at + CUT_SECONDS - time.monotonic()))
    await asyncio.to_thread(relays.mend)
    before = max(len(player.done) for player in everybody)
    await _all_have(everybody, before + 8)
    for player in everybody:
        player.over = True
    await asyncio.wait_for(asyncio.gather(*playing), 30)


async def _all_have(everybody: list[Player], count: int) -> None:
    """Wait until each has so many chips on the table."""
    async with asyncio.timeout(90):
        while min(len(player.done) for player in everybody) < count:  # noqa: ASYNC110  # plain
            await asyncio.sleep(0.1)


def _is_shared(between: Tables) -> bool:
    paris, sf = (between.log(node) for node in (between.paris, between.sf))
    return bool(paris["shared"] and sf["shared"] and len(paris["acts"]) == len(sf["acts"]))
