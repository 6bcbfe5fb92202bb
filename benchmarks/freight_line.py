"""Freight over the emulated ocean: share of the line in every cell, beside rsync, curl, aria2, rclone, uftp.

150 ms, 1 GB, 200 and 400 Mbit/s, loss 0, 0.1 and 1 %, cubic and BBR, buffers as Debian ships them and
tuned. Both ends are carriers with files and BLAKE3, without the node around them; the clock runs from
the start of the sender's process to its end. The peers run in the cells of 400 Mbit/s (about 50 minutes in
all). `python -m benchmarks.freight_line short` measures two cells
with 300 MB and one peer in a minute, without bars for what such a run cannot show.
"""

import os
import sys
import tempfile
from itertools import product
from pathlib import Path

from benchmarks.freight.cells import LATE, PEERS, Cell, Measured, measure, scratch
from benchmarks.lines import ocean_is_possible
from benchmarks.result import Result, say

PROMISE = "freight-line"
WHOLE, STEADY = 0.85, 0.93
CPU = {"tls": 5.0, "udp": 9.0}
RSYNC = {("0.01", "cubic"): 100.0, ("0.01", "bbr"): 7.0, ("0", "stock"): 3.5}

FULL = [
    Cell(rate, loss, cc, buffers, cap=32 if rate == "400M" else 60)
    for rate, loss, cc, buffers in product(
        ("400M", "200M"), ("0", "0.001", "0.01"), ("cubic", "bbr"), ("tuned", "stock")
    )
]
SHORT = [Cell(loss="0.01", cc=cc, megabytes=300, cap=30) for cc in ("cubic", "bbr")]
STATED = [
    Cell(loss="0.01", burst="20", cc="cubic"),
    Cell(loss="0.01", burst="20", cc="bbr"),
    Cell("1G", "0.0001", "cubic", megabytes=4000),
    Cell("1G", "0.0001", "bbr", megabytes=4000),
]
"""Cells without a bar: what comes out is stated."""


def kept(found: Measured) -> bool:
    """Tell whether every bar of a cell is met."""
    ratios = [
        found.times("rsync-ssh") >= bar
        for (loss, kind), bar in RSYNC.items()
        if found.cell.loss == loss and kind in {found.cell.cc, found.cell.buffers}
        and "rsync-ssh" in found.peers
    ]  # fmt: skip
    best = max(found.peers.values(), default=0.0)
    cheap = found.cpu <= CPU.get(found.carrier, 9.0)
    line = found.share >= WHOLE and found.steady >= STEADY
    return found.same and line and cheap and found.share >= best and all(ratios)


def main() -> int:
    """Run the benchmark; print its line."""
    short = sys.argv[1:2] == ["short"]
    if not ocean_is_possible():
        say("The emulated line needs root, its script and a C compiler: nothing was measured.")
        return Result(
            PROMISE, 0.0, "share", WHOLE, ok=False, conditions={"skipped": "no line"}
        ).finish()
    with tempfile.TemporaryDirectory(prefix="jumelage-bench-") as name, scratch(Path(name)) as line:
        peers = ("curl-tls",) if short else PEERS
        cells = [
            measure(cell, line, peers if cell.rate == "400M" else ())
            for cell in (SHORT if short else FULL)
        ]
        stated = [] if short else [measure(cell, line, ()) for cell in STATED]
    honest = all(found.late < LATE for found in cells)
    least = min(found.share for found in cells)
    good = all(found.same for found in cells) if short else all(map(kept, cells))
    first = cells[0]
    return Result(
        PROMISE, round(least, 3), "share of the line, least cell", WHOLE, ok=good and honest,
        peers={**first.peers},
        conditions={
            "line": "two network namespaces, 150 ms round trip", "short": short,
            "peers_of": first.cell.name, "late_enough_to_count": honest,
            "cells": [found.told() for found in cells],
            "stated": [found.told() for found in stated],
            "least_steady": min(found.steady for found in cells), "load_before": os.getloadavg()[2],
            "absent": ["iroh: not in this runner"],
            "real": "carriers with files and BLAKE3; opening the session is not in the clock",
        },
    ).finish()  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
