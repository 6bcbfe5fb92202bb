"""A full house: 200 browsers in one session hear ten messages a second.

Every message takes the product's path on a real node (SQLite with `synchronous=FULL`): read, decided,
numbered, committed, and only then sent to all 200, the sender's receipt among them. The browsers
are websockets of one other process on this machine, whose work is part of the figure; sayings,
which are not kept, are measured beside. Delivered means that each of the 200 heard each message.
"""

import asyncio
import json
import statistics
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.live.pair import Tables, alone
from benchmarks.live.people import Person, joined
from benchmarks.result import Result, say

PROMISE = "live-fan-out"
BROWSERS, A_SECOND, SECONDS = 200, 10, 20
BAR_MS = 150.0
MARK = '"n":'


@dataclass
class Listener:
    """One browser: when it heard each message."""

    person: Person
    heard: dict[int, float] = field(default_factory=dict)

    async def listen(self) -> None:
        """Note the arrival of each message until cancelled."""
        async for message in self.person.socket:
            at = time.perf_counter()
            if isinstance(message, str) and MARK in message:
                number = message.partition(MARK)[2]
                self.heard[int(number[: number.index("}")])] = at


async def _rest(seconds: float) -> None:
    await asyncio.sleep(max(0.0, seconds))


async def _speak(listeners: list[Listener], kind: str, first: int) -> dict[int, float]:
    """Let somebody else speak each time, ten times a second; return when each was said."""
    said = {}
    began = time.perf_counter()
    for number in range(first, first + A_SECOND * SECONDS):
        await _rest(began + (number - first) / A_SECOND - time.perf_counter())
        speaker = listeners[number % len(listeners)].person
        said[number] = time.perf_counter()
        body = {"n": number}
        if kind == "chip":
            await speaker.say(type="act", id=str(number), kind=kind, body=body)
        else:
            await speaker.say(type="say", kind=kind, body=body)
    await asyncio.sleep(3)
    return said


async def _alive(listeners: list[Listener]) -> None:
    """Give the signs of life that pages give."""
    while True:
        for listener in listeners:
            await listener.person.say(type="clock", sent=0)
            await asyncio.sleep(5 / len(listeners))


def _figures(
    listeners: list[Listener], said: dict[int, float], hearers: int
) -> dict[str, float | int]:
    lags = [
        (listener.heard[number] - at) * 1000
        for number, at in said.items()
        for listener in listeners
        if number in listener.heard
    ]
    cuts = statistics.quantiles(lags, n=100)
    expected = len(said) * hearers
    return {"p50": round(cuts[49], 1), "p95": round(cuts[94], 1), "p99": round(cuts[98], 1),
            "delivered": len(lags), "expected": expected}  # fmt: skip


async def _run(house: Tables) -> dict[str, dict[str, float | int]]:
    async with AsyncExitStack() as stack:
        listeners = []
        for number in range(BROWSERS):
            ticket = house.ticket(house.paris, f"person {number}")
            found = await stack.enter_async_context(joined(house.paris.url, ticket))
            listeners.append(Listener(found[0]))
        tasks = [asyncio.create_task(listener.listen()) for listener in listeners]
        tasks.append(asyncio.create_task(_alive(listeners)))
        await asyncio.sleep(2)
        say(f"{BROWSERS} browsers are in")
        acts = _figures(listeners, await _speak(listeners, "chip", 0), BROWSERS)
        say(json.dumps(acts))
        sayings = await _speak(listeners, "nod", 10_000)
        passing = _figures(listeners, sayings, BROWSERS - 1)
        for task in tasks:
            task.cancel()
    return {"acts": acts, "sayings": passing}


def main() -> int:
    """Run the benchmark; print its line."""
    with tempfile.TemporaryDirectory(prefix="jumelage-bench-") as name, alone(Path(name)) as house:
        found = asyncio.run(_run(house))
    acts, sayings = found["acts"], found["sayings"]
    whole = all(one["delivered"] == one["expected"] for one in (acts, sayings))
    return Result(
        PROMISE, acts["p95"], "ms (95 %)", BAR_MS, ok=whole and acts["p95"] <= BAR_MS,
        conditions={"browsers": BROWSERS, "messages_a_second": A_SECOND, "acts": acts,
                    "sayings": sayings, "database": "SQLite, synchronous=FULL"},
    ).finish()  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
