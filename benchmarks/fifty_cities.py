"""Fifty cities: one real node with 49 others, each of which says something every second.

The node is real: its processes, its database, its worker and its web server. The other 49 are
`benchmarks.cities`: real keys, feeds and HTTP signatures, in one process and without databases.
The lag is measured both ways: from a city's record to its commit in the node, and from the
node's commit to the moment a city has verified it. Everything shares this machine.
"""

import os
import resource
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any, cast

from benchmarks.nodes import RealNode
from benchmarks.result import Result, say

PROMISE = "P17"
CITIES = 49
WARM, SECONDS = 15.0, 30.0
BAR = 5.0
_RUN = "from benchmarks.cities import run\nanswer = run({folder!r}, {count}, {warm}, {seconds})"
_COUNT = """
from jumelage.bridge.models import Contact, Feed, Refusal
answer = [Feed.objects.filter(node__is_self=False).count(), Refusal.objects.count(),
          Contact.objects.filter(line_up=True).count()]
"""


def processes(node: RealNode) -> list[int]:
    """Return the processes of a running *node*: the supervisor and what it forked."""
    parents: dict[int, int] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(status.parent.name)] = int(
                status.read_text().rpartition(") ")[2].split()[1]
            )
        except OSError:
            continue
    found = [node.process.pid] if node.process else []
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def memory(node: RealNode) -> float:
    """Return the megabytes of memory all processes of *node* have, shared pages once."""
    total = 0
    for pid in processes(node):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1])
    return round(total / 1024, 1)


def used(node: RealNode) -> float:
    """Return the seconds of processor time that the processes of *node* have used."""
    ticks = 0
    for pid in processes(node):
        numbers = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
        ticks += int(numbers[11]) + int(numbers[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def sample(node: RealNode, found: dict[str, float]) -> None:
    """Note memory and processor time of *node* while the cities talk."""
    time.sleep(WARM + 8)
    began, before = time.monotonic(), used(node)
    time.sleep(SECONDS - 20)
    found["memory_mb"] = memory(node)
    found["processes"] = len(processes(node))
    found["cores_used"] = round((used(node) - before) / (time.monotonic() - began), 2)


def lags(found: list[float]) -> dict[str, float]:
    """Return median, 95th percentile and longest of *found* in seconds."""
    ordered = sorted(found)
    p95 = ordered[int(len(ordered) * 0.95)]
    return {"p50_s": round(statistics.median(ordered) / 1000, 3), "p95_s": round(p95 / 1000, 3),
            "most_s": round(ordered[-1] / 1000, 3), "records": len(ordered)}  # fmt: skip


def main() -> int:
    """Run the benchmark; print its line."""
    # Each city keeps a few connections on both sides.
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(8192, hard), hard))
    with tempfile.TemporaryDirectory(prefix="jumelage-bench-") as name:
        node = RealNode(Path(name) / "node", "paris-demo", "Europe/Paris")
        node.init()
        node.start()
        idle = memory(node)
        say(f"{CITIES} cities talk for {WARM + SECONDS:.0f} s")
        busy: dict[str, float] = {}
        sampler = threading.Thread(target=sample, args=(node, busy))
        sampler.start()
        code = _RUN.format(folder=str(node.folder), count=CITIES, warm=WARM, seconds=SECONDS)
        found = cast("dict[str, Any]", node.python(code))
        sampler.join()
        counted = node.python(_COUNT)
        node.stop()
    inward, outward = lags(found["inward"]), lags(found["outward"])
    p95 = max(inward["p95_s"], outward["p95_s"])
    whole = not found["refused"] and cast("list[int]", counted)[:2] == [CITIES, 0]
    return Result(
        PROMISE, p95, "s", BAR, ok=whole and p95 <= BAR,
        conditions={
            "others": CITIES, "records_per_second_each": 1, "seconds": SECONDS,
            "processes": busy.get("processes"),
            "from_others": inward, "to_others": outward,
            "memory_of_the_node_mb": busy.get("memory_mb"), "memory_alone_mb": idle,
            "cores_used_by_the_node": busy.get("cores_used"),
            "refused": found["refused"], "feeds_refusals_lines_up": counted,
            "real": "one node with its processes and database; the others: keys, feeds, HTTP, "
                    "signatures and checks in one process, without databases",
            "database": "SQLite, synchronous=FULL",
        },
    ).finish()  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
