"""Kill -9, 200 times a side, while both cities write and copy: nothing acknowledged is lost.

Paris and San Francisco publish without end and copy each other. On each side a process is
killed at a random moment, again and again: the writer, the worker, the web server, sometimes
the whole tree; on PostgreSQL also a backend, and the server is stopped as by a power cut
(`pg_ctl stop -m immediate`). Afterwards every record whose publication had returned must be
once in its owner and once in the copy, as entry and as row; both sides must have the same
heads, and every chain must verify from its stored bytes.
"""

import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.mortal_nodes import MortalNode
from benchmarks.result import Result, say
from benchmarks.trust import introduce
from tools import postgresql

PROMISE = "P1"
KILLS = 200
SETTLE_SECONDS = 120
VICTIMS = {"writer": 10, "worker": 7, "web": 3, "supervisor": 1}
"""How often each process of a tree is chosen."""
DATABASE_VICTIMS = {"backend": 2, "database": 1}

Wound = Callable[[], bool]


@dataclass
class Side:
    """One city and what can be killed of it."""

    node: MortalNode
    wounds: dict[str, Wound]
    weights: dict[str, int]
    tally: dict[str, int] = field(default_factory=dict)

    def suffer(self, kills: int, chance: random.Random) -> None:
        """Kill *kills* processes of this side, each after a random moment of work."""
        while sum(self.tally.values()) < kills:
            time.sleep(chance.uniform(0.05, 0.6))
            name = chance.choices(list(self.weights), list(self.weights.values()))[0]
            if self.wounds[name]():
                self.tally[name] = self.tally.get(name, 0) + 1


def side(node: MortalNode, server: postgresql.Server | None) -> Side:
    """Return *node* with everything that can be killed of it."""

    def tree() -> bool:
        node.kill("supervisor")
        time.sleep(0.2)
        node.start()
        return True

    names = ("writer", "worker", "web")
    wounds: dict[str, Wound] = {name: lambda name=name: node.kill(name) for name in names}  # type: ignore[misc]  # the name of each
    wounds["supervisor"] = tree
    if server is None:
        return Side(node, wounds, dict(VICTIMS))
    wounds |= {"backend": server.kill_backend, "database": server.fall_over}
    return Side(node, wounds, VICTIMS | DATABASE_VICTIMS)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found after the kills; every list names records or flaws."""

    acknowledged: int
    lost: Sequence[str]
    doubled: Sequence[str]
    flaws: Sequence[str]
    kills: dict[str, dict[str, int]]

    @property
    def whole(self) -> bool:
        """Whether nothing was lost, doubled or broken."""
        return not (self.lost or self.doubled or self.flaws)


def ordeal(
    folder: Path, kills: int, urls: Sequence[str] = (), servers: Sequence[Any] = ()
) -> Outcome:
    """Let two cities write while processes are killed, *kills* on each side; compare."""
    nodes = [
        MortalNode(folder / slug, slug, zone, environment=environment)
        for slug, zone, environment in zip(
            ("paris-demo", "sf-demo"),
            ("Europe/Paris", "America/Los_Angeles"),
            [{"JUMELAGE_DATABASE_URL": url} for url in urls] or [{}, {}],
            strict=True,
        )
    ]
    for node in nodes:
        node.init()
    introduce(*nodes)
    sides = [side(n, s) for n, s in zip(nodes, servers or (None, None), strict=True)]
    try:
        for node in nodes:
            node.start()
        with ThreadPoolExecutor() as threads:
            ends = [
                threads.submit(one.suffer, kills, random.Random(number))  # noqa: S311
                for number, one in enumerate(sides)
            ]
        for end in ends:
            end.result()  # what broke a side breaks the ordeal
        seen = _settled(nodes)
    finally:
        for node in nodes:
            node.stop()
    return _compare(nodes, seen, {one.node.slug: one.tally for one in sides})


def _settled(nodes: Sequence[MortalNode]) -> list[Any]:
    """Stop the writers, start the trees again, and wait until both hold the same heads."""
    for node in nodes:
        node.kill("supervisor")
        node.writes = False
        node.start()
    end = time.monotonic() + SETTLE_SECONDS
    while True:
        seen = [node.look() for node in nodes]
        if seen[0]["heads"] == seen[1]["heads"] or time.monotonic() > end:
            return seen
        time.sleep(1)


def _compare(nodes: Sequence[MortalNode], seen: Sequence[Any], kills: dict[str, Any]) -> Outcome:
    lost, doubled, flaws = [], [], []
    acknowledged = [uri for node in nodes for uri in node.acknowledged()]
    for node, facts in zip(nodes, seen, strict=True):
        rows = set(facts["rows"])
        lost += [
            f"{node.slug} {u}" for u in acknowledged if u not in facts["uris"] or u not in rows
        ]
        doubled += [f"{node.slug} {uri}" for uri, times in facts["uris"].items() if times != 1]
        flaws += [f"{node.slug} {flaw}" for flaw in facts["flaws"]]
        flaws += [] if facts["sound"] else [f"{node.slug}: the database is damaged"]
        flaws += [f"{node.slug}: {facts['refusals']} refusals"] if facts["refusals"] else []
    if seen[0]["heads"] != seen[1]["heads"]:
        flaws.append("the heads differ")
    return Outcome(len(acknowledged), lost, doubled, flaws, kills)


def on_sqlite(kills: int) -> Outcome:
    """Hold the ordeal on SQLite."""
    with tempfile.TemporaryDirectory(prefix="jumelage-kill-") as name:
        return ordeal(Path(name), kills)


def on_postgresql(kills: int, programs: Path) -> Outcome:
    """Hold the ordeal on two durable PostgreSQL servers, which are killed as well."""
    with tempfile.TemporaryDirectory(prefix="jumelage-kill-") as name, ExitStack() as stack:
        servers = [
            stack.enter_context(postgresql.running(programs, postgresql.DURABLE)) for _ in range(2)
        ]
        return ordeal(Path(name), kills, [server.url for server in servers], servers)


def main() -> int:
    """Kill 200 times a side on each database; print one line."""
    programs = postgresql.programs()
    outcomes = {}
    for database in ("SQLite", *(["PostgreSQL"] if programs else [])):
        say(f"{KILLS} kills a side on {database}")
        outcome = on_sqlite(KILLS) if database == "SQLite" else on_postgresql(KILLS, programs)  # type: ignore[arg-type]  # it was found
        say(f"{outcome.acknowledged:,} acknowledged, {outcome.lost[:3]} lost, {outcome.flaws[:3]}")
        outcomes[database] = outcome
    bad = sum(len(o.lost) + len(o.doubled) + len(o.flaws) for o in outcomes.values())
    complete = all(sum(t.values()) >= KILLS for o in outcomes.values() for t in o.kills.values())
    return Result(
        PROMISE, bad, "records lost or doubled, flaws", 0,
        ok=bad == 0 and complete and len(outcomes) == 2,
        conditions={
            name: {
                "acknowledged": o.acknowledged, "lost": len(o.lost), "doubled": len(o.doubled),
                "flaws": list(o.flaws[:5]), "kills": o.kills,
            }
            for name, o in outcomes.items()
        },
    ).finish()  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
