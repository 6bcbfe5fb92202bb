"""Freight over the emulated ocean: share of the line in every cell, beside rsync, curl, aria2, rclone, uftp, iroh.

150 ms, 1 GB, 200 and 400 Mbit/s, loss 0, 0.1 and 1 %, cubic and BBR, buffers as Debian ships them and
tuned; besides bursts of 20 and 1 Gbit/s. Both ends are carriers with files and BLAKE3, without the node around them;
the clock runs from the start of the sender's process to its end. The peers run in the cells of 400 Mbit/s, for 16 s
each: what they moved until then, verified or not, is compared with what of ours was verified in the same seconds. rsync
runs where there is a bar against it; uftp and iroh do not use the kernel's TCP, so they run once for each loss, uftp
to its end: what it lost it sends in a second pass. About 34 minutes.

`python -m benchmarks.freight_line whole` runs every peer in every cell to its end or for a minute (four hours).
`python -m benchmarks.freight_line short` measures two cells with 300 MB and one peer in a minute, without bars for
what such a run cannot show. `python -m benchmarks.freight_line cells 400M 0.01 cubic tuned` runs those that fit.
"""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from itertools import product
from pathlib import Path

from benchmarks.freight.cells import (
    LATE,
    PEERS,
    Cell,
    Measured,
    absent_programs,
    measure,
    scratch,
)
from benchmarks.lines import ocean_is_possible
from benchmarks.result import Result, say
from tools import environments

PROMISE = "freight-line"
WHOLE, STEADY = 0.85, 0.93
CPU = {"tls": 5.0, "udp": 9.0}
RSYNC = {("0.01", "cubic"): 100.0, ("0.01", "bbr"): 7.0, ("0", "stock"): 3.5}

PEER_SECONDS = 16
OWN_TRANSPORT = ("uftp-aes", "iroh")

FULL = [
    Cell(rate, loss, cc, buffers, cap=60)
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


def bars(cell: Cell) -> list[float]:
    """Return the bars against rsync in *cell*."""
    return [
        bar
        for (loss, kind), bar in RSYNC.items()
        if cell.loss == loss and kind in {cell.cc, cell.buffers}
    ]


def kept(found: Measured) -> bool:
    """Tell whether every bar of a cell is met."""
    measured = "rsync-ssh" in found.peers
    ratios = [found.times("rsync-ssh") >= bar for bar in bars(found.cell) if measured]
    cheap = found.cpu <= CPU.get(found.carrier, 9.0)
    line = found.share >= WHOLE and found.steady >= STEADY
    first = all(found.times(peer) >= 1.0 for peer in found.peers)
    return found.same and line and cheap and first and all(ratios) and not found.broken


def beside(cell: Cell) -> Sequence[str]:
    """Return the peers that run in *cell* in the usual form."""
    if cell.rate != "400M":
        return ()
    first = (cell.cc, cell.buffers) == ("cubic", "tuned")
    return [
        peer
        for peer in PEERS
        if not (peer == "rsync-ssh" and not bars(cell))
        and not (peer in OWN_TRANSPORT and not first)
    ]


def chosen(words: Sequence[str]) -> tuple[list[Measured], list[Measured], list[str]]:
    """Measure what *words* ask for: cells with bars, cells that are stated, what is absent."""
    form = words[0] if words else ""
    absent = without_iroh() + [
        f"{peer}: {', '.join(names)} not installed" for peer, names in absent_programs().items()
    ]
    for reason in absent:
        say(reason)
    gone = {reason.partition(":")[0] for reason in absent}
    with tempfile.TemporaryDirectory(prefix="jumelage-bench-") as name, scratch(Path(name)) as line:

        def run(cell: Cell, peers: Sequence[str], cap: int) -> Measured:
            return measure(cell, line, [p for p in peers if p not in gone], cap)

        if form == "short":
            return [run(cell, ("curl-tls",), 0) for cell in SHORT], [], absent
        if form == "cells":
            wanted = [cell for cell in (*FULL, *STATED) if _fits(cell, words[1:])]
            return [run(cell, beside(cell), PEER_SECONDS) for cell in wanted], [], absent
        if form == "whole":
            found = [run(cell, PEERS, 0) for cell in FULL]
            return found, [run(cell, PEERS, 0) for cell in STATED], absent
        found = [run(cell, beside(cell), PEER_SECONDS) for cell in FULL]
        _share_out(found)
        return found, [run(cell, (), 0) for cell in STATED], absent


def _fits(cell: Cell, words: Sequence[str]) -> bool:
    usual = cell.burst == "1" or "bursts" in words
    return usual and set(words) <= set(cell.name.split())


def _share_out(found: list[Measured]) -> None:
    """Give what peers of their own transport reached to the other cells of that rate and loss."""
    for one, other in product(found, found):
        if (one.cell.rate, one.cell.loss) == (other.cell.rate, other.cell.loss):
            for peer in OWN_TRANSPORT:
                if peer in one.peers and peer not in other.peers:
                    other.peers[peer] = one.peers[peer]
                    other.begun[peer] = one.begun[peer] * other.share / one.share


def without_iroh() -> list[str]:
    """Say why iroh is absent; nothing when it is here."""
    try:
        environments.made("iroh")
    except (OSError, subprocess.CalledProcessError) as error:
        return [f"iroh: its environment could not be made ({type(error).__name__})"]
    return []


def main() -> int:
    """Run the benchmark; print its line."""
    if not ocean_is_possible():
        say("The emulated line needs root, its script and a C compiler: nothing was measured.")
        return Result(
            PROMISE, 0.0, "share", WHOLE, ok=False, conditions={"skipped": "no line"}
        ).finish()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the line is taken down
    short = sys.argv[1:2] == ["short"]
    cells, stated, absent = chosen(sys.argv[1:])
    honest = all(found.late < LATE for found in cells)
    good = all(found.same for found in cells) if short else all(map(kept, cells))
    first = cells[0]
    return Result(
        PROMISE, round(min(found.share for found in cells), 3), "share of the line, least cell",
        WHOLE, ok=good and honest, peers={**first.peers},
        conditions={
            "line": "two network namespaces, 150 ms round trip", "form": sys.argv[1:] or "usual",
            "peers_of": first.cell.name, "late_enough_to_count": honest,
            "cells": [found.told() | {"kept": kept(found)} for found in cells],
            "stated": [found.told() for found in stated],
            "least_steady": min(found.steady for found in cells), "load_before": os.getloadavg()[2],
            "absent": absent,
            "peers": f"stopped after {PEER_SECONDS} s in the usual form; ours compared over the same time",
            "real": "carriers with files and BLAKE3; opening the session is not in the clock",
        },
    ).finish()  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
