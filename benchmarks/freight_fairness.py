"""What freight leaves to others: a CUBIC flow on the same line, and a page of the city's own site.

200 Mbit/s, 150 ms, two real nodes. One CUBIC flow alone; beside a delivery in the `background`; beside the
same delivery as `normal`. Then, while the delivery has the line to itself, somebody in San Francisco asks for a page
of Paris, whose answer shares the queue with the freight.
"""

import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.freight import deliveries
from benchmarks.lines import Pair, long_line, ocean_is_possible
from benchmarks.nodes import RealNode
from benchmarks.result import Result, say

PROMISE = "freight-fairness"
RATE, SIZE = "200M", 3_000_000_000
BACKGROUND, NORMAL, PAGE = 0.8, 0.5, 2.0
PORT, SAMPLES = 9520, 30
CUBIC = "benchmarks.freight.cubic"


@dataclass
class Flow:
    """A CUBIC flow from Paris to San Francisco, and what has come of it."""

    seen: list[tuple[float, int]] = field(default_factory=list)

    def rate(self, seconds: float) -> float:
        """Return the Mbit/s of the last *seconds*."""
        last = self.seen[-1]
        first = next(one for one in self.seen if one[0] >= last[0] - seconds)
        return (last[1] - first[1]) * 8 / (last[0] - first[0]) / 1e6

    def listen(self, process: "subprocess.Popen[str]") -> None:
        """Take down what the receiver tells."""
        for line in process.stdout or ():
            at, total = line.split()
            self.seen.append((float(at), int(total)))


def _run(node: RealNode, *words: str) -> "subprocess.Popen[str]":
    command = [*node.within, sys.executable, "-m", CUBIC, *words]
    return subprocess.Popen(command, env=node.env, stdout=subprocess.PIPE, text=True)  # noqa: S603


@contextmanager
def somebody_else(pair: Pair) -> Iterator[Flow]:
    """Let a CUBIC flow use the line."""
    flow = Flow()
    receiver = _run(pair.sf, "receive", pair.sf.host, str(PORT))
    listener = threading.Thread(target=flow.listen, args=(receiver,), daemon=True)
    listener.start()
    time.sleep(1)
    sender = _run(pair.paris, "send", pair.sf.host, str(PORT), "600")
    try:
        yield flow
    finally:
        for process in (sender, receiver):
            process.terminate()
            process.wait(10)


def page_times(pair: Pair) -> Sequence[float]:
    """Return the seconds that a page of Paris takes for somebody in San Francisco."""
    words = ["curl", "-s", "-o", "/dev/null", "-w", "%{time_total}", f"{pair.paris.url}/en/"]
    found = []
    for _ in range(SAMPLES):
        done = subprocess.run(  # noqa: S603
            [*pair.sf.within, *words], capture_output=True, text=True, check=True
        )
        found.append(float(done.stdout))
        time.sleep(0.1)
    return found


def p95(times: Sequence[float]) -> float:
    """Return what 95 % of *times* do not exceed."""
    return statistics.quantiles(times, n=20)[-1]


def rates(pair: Pair, media: Path) -> tuple[dict[str, float], str]:
    """Return what the CUBIC flow gets: alone, beside `background`, beside `normal`; the delivery."""
    found = {}
    with somebody_else(pair) as flow:
        time.sleep(18)
        found["alone"] = flow.rate(8)
        delivery = deliveries.send(pair.paris, str(media), "--priority", "background")
        deliveries.until_share(pair.sf, delivery, 0.0001, 60)
        time.sleep(25)
        found["background"] = flow.rate(20)
        say(f"  {found}")
        before, at = deliveries.look(pair.sf, delivery)["done"], time.monotonic()
        pair.paris.command("freight", "priority", delivery, "normal")
        time.sleep(30)
        found["normal"] = flow.rate(25)
        done = deliveries.look(pair.sf, delivery)["done"] - before
        found["freight as normal"] = done * 8 / (time.monotonic() - at) / 1e6
    say(f"  {found}")
    return found, delivery


def main() -> int:
    """Run it and print the result."""
    if not ocean_is_possible():
        say("The emulated line needs root, its script and a C compiler: nothing was measured.")
        return Result(
            PROMISE, 0.0, "times idle", PAGE, ok=False, conditions={"skipped": "no line"}
        ).finish()
    with long_line(rate=RATE) as pair:
        media = pair.paris.folder.parent / "plate.mov"
        with media.open("wb") as file:
            for _ in range(SIZE // 10**7):
                file.write(os.urandom(10**7))
        pair.start()
        idle = p95(page_times(pair))
        found, delivery = rates(pair, media)
        time.sleep(5)
        began, before = time.monotonic(), deliveries.look(pair.sf, delivery)["done"]
        busy = p95(page_times(pair))
        seen = deliveries.look(pair.sf, delivery)
        carried = (seen["done"] - before) * 8 / (time.monotonic() - began) / 1e6
    kept = {name: round(found[name] / found["alone"], 3) for name in ("background", "normal")}
    value = round(busy / idle, 2)
    fair = kept["background"] >= BACKGROUND and kept["normal"] >= NORMAL
    return Result(
        PROMISE, value, "times the idle time of a page (95 %)", PAGE,
        ok=fair and value <= PAGE and seen["state"] != "delivered",
        conditions={
            "line": pair.line, "page_idle_s": round(idle, 3), "page_busy_s": round(busy, 3),
            "a CUBIC flow keeps": kept, "bars": {"background": BACKGROUND, "normal": NORMAL},
            "mbit_s": {name: round(rate, 1) for name, rate in found.items()},
            "freight_beside_the_page_mbit_s": round(carried, 1), "carrier": seen["carrier"],
        },
    ).finish()  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
