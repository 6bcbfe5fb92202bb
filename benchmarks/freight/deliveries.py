"""What the benchmarks of whole deliveries share: sending, looking, killing."""

import json
import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.nodes import RealNode

COLUMNS = "state, bytes, done, moved, held, files, files_done, carrier, carried_ms, stuck"


def send(node: RealNode, *arguments: str) -> str:
    """Send from *node* to San Francisco; return the short name of the delivery."""
    done = node.command("freight", "send", *arguments, "--to", "sf-demo", "--no-wait", "--json")
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    return str(json.loads(done.stdout)["id"])


def look(node: RealNode, delivery: str) -> Mapping[str, Any]:
    """Return how *delivery* stands in the database of *node*; empty when it is not known there."""
    with sqlite3.connect(f"file:{node.folder / 'node.sqlite3'}?mode=ro", uri=True) as database:
        database.row_factory = sqlite3.Row
        question = f"SELECT {COLUMNS} FROM bridge_delivery WHERE uri LIKE ?"  # noqa: S608  # our own columns
        row = database.execute(question, (f"%:{delivery}",)).fetchone()
    return dict(row) if row else {}


def until_share(node: RealNode, delivery: str, share: float, seconds: float) -> None:
    """Wait until *share* of the bytes are verified, or the delivery has ended.

    Raises:
        TimeoutError: it takes longer than *seconds*.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        seen = look(node, delivery)
        if seen and (seen["state"] == "delivered" or seen["done"] >= share * seen["bytes"] > 0):
            return
        time.sleep(0.2)
    late = f"{delivery}: {seen}"
    raise TimeoutError(late)


def list_seconds(node: RealNode, delivery: str, seconds: float) -> float:
    """Return how long the packing list of *delivery* is on its way to *node*, to 20 ms.

    Raises:
        TimeoutError: it takes longer than *seconds*, or never begins.
    """
    folder, began = node.folder / "freight" / "lists", 0.0
    end = time.monotonic() + seconds
    while (now := time.monotonic()) < end:
        if (folder / f"{delivery}.list").exists():
            return now - (began or now)
        if not began and (folder / f"{delivery}.parts").exists():
            began = now
        time.sleep(0.02)
    late = f"the list of {delivery}"
    raise TimeoutError(late)


def kill_freight(node: RealNode) -> int:
    """Kill the freight process of *node* with SIGKILL; return its pid, 0 when none was found."""
    pid = freight_process(node)
    if pid:
        os.kill(pid, signal.SIGKILL)
    return pid


def freight_process(node: RealNode) -> int:
    """Return the pid of the freight process of *node*, 0 when none was found."""
    if node.process is None:
        return 0
    found = [pid for pid in _children(node.process.pid) if _carries(pid)]
    return found[0] if found else 0


def _children(pid: int) -> Sequence[int]:
    """Return the processes below *pid*."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    direct = [int(child) for child in listed]
    return [*direct, *(below for child in direct for below in _children(child))]


def _carries(pid: int) -> bool:
    """Tell whether *pid* is a freight process: only there the chunker is loaded."""
    try:
        return "pyfastcdc" in Path(f"/proc/{pid}/maps").read_text()
    except OSError:
        return False


def line_bytes(node: RealNode) -> int | None:
    """Return the bytes that *node* received over the emulated line, headers and all."""
    counter = "/sys/class/net/oc0/statistics/rx_bytes"
    if not node.within:
        return None
    done = subprocess.run(  # noqa: S603  # our own command
        [*node.within, "cat", counter], capture_output=True, text=True, check=False
    )
    return int(done.stdout) if done.returncode == 0 else None
