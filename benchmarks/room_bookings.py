"""5,000 racing attempts from both cities at the same rooms: no overlap, never one room of two.

Two real nodes, 150 ms apart, list rooms. Three processes in each city ask for pairs of rooms and
book single ones, at random times of two days that hardly hold a tenth of what is asked for, and
cancel some. The workers of both nodes answer, decide and carry out meanwhile. When no record is
on its way any more, every reservation of every room is compared with every other one, and every
occurrence of a pair with what the other city holds.
"""

import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.lines import Relays
from benchmarks.nodes import RealNode
from benchmarks.result import Result, say
from benchmarks.trust import introduce
from tools import postgresql

PROMISE = "two-rooms"
ATTEMPTS = 5_000
PROCESSES = 3
"""In each city."""
SETTLE_SECONDS = 180

SET_UP = """
from jumelage.kit.i18n import Bilingual
from tests.factories import directory, rooms
rooms.open_rooms()
officer = directory.person("officer")
answer = [rooms.room(officer, name=f"Room {{number}}").uri for number in range({rooms})]
"""
KNOWN = """
from jumelage.directory.models import Resource
answer = Resource.objects.count()
"""
ATTEMPT = """
import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from django.db import OperationalError
from jumelage.bridge.api import me
from jumelage.components.rooms.models import Occurrence
from jumelage.components.rooms.services import ask_pair, book_one, release
from jumelage.directory.calendars.recurring import Plan
from jumelage.directory.models import Person, Resource
from jumelage.kit.errors import JumelageError
chance, person = random.Random({seed}), Person.objects.order_by("pk")[0]
rooms = list(Resource.objects.order_by("uri"))
ours = [room for room in rooms if room.origin == me().origin]
theirs = [room for room in rooms if room.origin != me().origin]
first = (datetime.now(UTC) + timedelta(days=30)).replace(hour=0, minute=0, second=0, microsecond=0)
told = Counter()
for _ in range({attempts}):
    starts = (first + timedelta(minutes=15 * chance.randrange(192))).replace(tzinfo=None)
    plan = Plan(zone="UTC", starts=starts, minutes=15 * chance.randint(1, 8))
    room, both = chance.choice(ours), chance.random() < 0.8
    try:
        if both:
            made = ask_pair(room=room, twin_room=chance.choice(theirs), plan=plan, by=person)
        else:
            made = book_one(room=room, plan=plan, by=person)
        told["asked" if both else "booked"] += 1
        if chance.random() < 0.3:
            release(occurrences=list(Occurrence.objects.filter(series=made.uri)), by=person)
            told["cancelled"] += 1
    except JumelageError as error:
        told[error.code] += 1
    except OperationalError:
        told["database busy: nothing done"] += 1
answer = told
"""
LOOK = """
from jumelage.bridge.models import Feed, Refusal
from jumelage.components.rooms.models import Occurrence
from jumelage.directory.models import Reservation, Slot
kept = Reservation.objects.order_by("resource", "starts_at", "ends_at")
answer = {
    "heads": {f"{f.node.slug}/{f.name}": f.head_seq for f in Feed.objects.select_related("node")
              if not f.name.startswith("home")},
    "kept": [[k.resource_id, k.starts_at.timestamp(), k.ends_at.timestamp(), k.for_uri, k.state]
             for k in kept],
    "quarters": Slot.objects.count(),
    "pairs": dict(Occurrence.objects.filter(twin_room__isnull=False).values_list("uri", "state")),
    "refusals": Refusal.objects.count(),
}
"""
WAITING = ("asked", "held")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found when everything had settled."""

    attempts: int
    told: dict[str, int]
    overlaps: int
    halves: list[str]
    flaws: list[str]
    states: dict[str, int]
    conditions: dict[str, Any] = field(default_factory=dict)

    @property
    def right(self) -> bool:
        """Whether nothing overlaps, nothing is half booked, nothing else is wrong."""
        return not (self.overlaps or self.halves or self.flaws)


def race(
    folder: Path, attempts: int, urls: Sequence[str] = (), *, rooms: int = 2, one_way: float = 0.075
) -> Outcome:
    """Let both cities attempt *attempts* bookings together; compare when all has settled."""
    environments = [{"JUMELAGE_DATABASE_URL": url} for url in urls] or [{}, {}]
    paris = RealNode(folder / "paris", "paris-demo", "Europe/Paris", environment=environments[0])
    sf = RealNode(folder / "sf", "sf-demo", "America/Los_Angeles", environment=environments[1])
    nodes = (paris, sf)
    with Relays([paris.port, sf.port], one_way=one_way) as relays:
        paris.public_url, sf.public_url = relays.urls
        for node in nodes:
            node.init()
        introduce(paris, sf)
        for node in nodes:
            node.python(SET_UP.format(rooms=rooms))
        try:
            for node in nodes:
                node.start()
            _until_known(nodes, 2 * rooms)
            began = time.monotonic()
            told = _attempt(nodes, attempts)
            took = time.monotonic() - began
            seen = _settled(nodes)
        finally:
            for node in nodes:
                node.stop()
    return _compare(attempts, told, seen, took)


def _until_known(nodes: Sequence[RealNode], rooms: int) -> None:
    end = time.monotonic() + 60
    while any(node.python(KNOWN) != rooms for node in nodes):
        if time.monotonic() > end:
            message = "the rooms did not arrive"
            raise TimeoutError(message)
        time.sleep(0.5)


def _attempt(nodes: Sequence[RealNode], attempts: int) -> dict[str, int]:
    """Run every process at once; return how often each thing was told."""
    share = -(-attempts // (len(nodes) * PROCESSES))
    jobs = [(node, number) for number in range(PROCESSES) for node in nodes]
    with ThreadPoolExecutor(len(jobs)) as threads:
        told = threads.map(
            lambda job: job[0].python(
                ATTEMPT.format(seed=repr(f"{job[0].slug} {job[1]}"), attempts=share)
            ),
            jobs,
        )
    found: dict[str, int] = {}
    for one in told:
        for name, count in one.items():
            found[name] = found.get(name, 0) + count
    return found


def _settled(nodes: Sequence[RealNode]) -> list[Any]:
    """Wait until nothing is asked or held any more and both hold the same heads."""
    end = time.monotonic() + SETTLE_SECONDS
    while True:
        seen: list[Any] = [node.python(LOOK) for node in nodes]
        waiting = [u for one in seen for u, state in one["pairs"].items() if state in WAITING]
        held = [k for one in seen for k in one["kept"] if k[4] == "held"]
        alike = seen[0]["heads"] == seen[1]["heads"] and seen[0]["pairs"] == seen[1]["pairs"]
        if (alike and not waiting and not held) or time.monotonic() > end:
            return seen
        time.sleep(1)


def _compare(attempts: int, told: dict[str, int], seen: Sequence[Any], took: float) -> Outcome:
    flaws = [] if seen[0]["pairs"] == seen[1]["pairs"] else ["the cities see different states"]
    flaws += [f"{one['refusals']} refusals" for one in seen if one["refusals"]]
    states: dict[str, int] = {}
    for uri, state in seen[0]["pairs"].items():
        states[state] = states.get(state, 0) + 1
        flaws += [f"{uri} is still {state}"] if state in WAITING else []
    kept = [{k[3]: k[4] for k in one["kept"]} for one in seen]
    halves = [
        uri
        for uri, state in seen[0]["pairs"].items()
        if [one.get(uri) for one in kept]
        != (["confirmed"] * 2 if state == "confirmed" else [None] * 2)
    ]
    for one in seen:
        quarters = sum((k[2] - k[1]) / 900 for k in one["kept"])
        flaws += [] if quarters == one["quarters"] else ["quarters do not fit the reservations"]
    return Outcome(
        attempts,
        told,
        sum(_overlaps(one["kept"]) for one in seen),
        halves,
        flaws[:5],
        states,
        {"seconds": round(took, 1), "a second": round(attempts / took, 1)},
    )


def _overlaps(kept: Sequence[Any]) -> int:
    """Count the reservations of a room that begin before an earlier one ends."""
    ends: dict[str, float] = {}
    found = 0
    for room, start, end, _uri, _state in kept:
        found += start < ends.get(room, 0)
        ends[room] = max(end, ends.get(room, 0))
    return found


def on_sqlite(attempts: int) -> Outcome:
    """Hold the race on SQLite."""
    with tempfile.TemporaryDirectory(prefix="jumelage-rooms-") as name:
        return race(Path(name), attempts)


def on_postgresql(attempts: int, programs: Path) -> Outcome:
    """Hold the race on two PostgreSQL servers."""
    with tempfile.TemporaryDirectory(prefix="jumelage-rooms-") as name, ExitStack() as stack:
        urls = [stack.enter_context(postgresql.server(programs)) for _ in range(2)]
        return race(Path(name), attempts, urls)


def main() -> int:
    """Race on each database; print one line."""
    programs = postgresql.programs()
    outcomes = {"SQLite": on_sqlite(ATTEMPTS)}
    say(f"SQLite: {outcomes['SQLite']}")
    if programs is not None:
        outcomes["PostgreSQL"] = on_postgresql(ATTEMPTS, programs)
        say(f"PostgreSQL: {outcomes['PostgreSQL']}")
    bad = sum(o.overlaps + len(o.halves) + len(o.flaws) for o in outcomes.values())
    return Result(
        PROMISE, bad, "overlaps and half bookings", 0,
        ok=bad == 0 and all(o.states.get("confirmed", 0) > 0 for o in outcomes.values()),
        conditions={
            name: {
                "attempts": o.attempts, "told": o.told, "states": o.states,
                "overlaps": o.overlaps, "halves": len(o.halves), "flaws": o.flaws, **o.conditions,
            }
            for name, o in outcomes.items()
        },
    ).finish()  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
