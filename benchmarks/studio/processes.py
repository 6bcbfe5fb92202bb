"""Processor seconds of servers, read from /proc, with all that they started."""

import ctypes
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
_CHILD_SUBREAPER = 36
"""`PR_SET_CHILD_SUBREAPER` of prctl(2)."""


def adopt() -> None:
    """Become the parent of what servers leave behind, so that `spent` counts it.

    A sandbox ends before the process 1 of its namespace, in which the work was done: nobody of the
    server waits for that one, and its seconds would be nobody's.

    Raises:
        OSError: the kernel does not let it.
    """
    if ctypes.CDLL(None, use_errno=True).prctl(_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "this process cannot adopt")


def spent(roots: Iterable[int]) -> float:
    """Return the processor seconds of *roots* and their descendants, ended children included.

    After `adopt` also of all that was left behind by any server: who measures several measures
    them in turns.
    """
    children: dict[int, list[int]] = defaultdict(list)
    seconds: dict[int, float] = {}
    waiting = list(roots)
    for pid, fields in _stats():
        state, parent = fields[0], int(fields[1])
        children[parent].append(pid)
        seconds[pid] = sum(map(int, fields[11:15])) / TICKS
        if state == "Z" and parent == os.getpid():
            waiting.append(pid)
    found: set[int] = set()
    while waiting:
        pid = waiting.pop()
        if pid not in found:
            found.add(pid)
            waiting += children[pid]
    return sum(seconds.get(pid, 0.0) for pid in found)


def _stats() -> Iterator[tuple[int, list[str]]]:
    """Yield each process, and the fields of its `/proc/PID/stat` from the state on; see proc(5)."""
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            told = (folder / "stat").read_text("utf-8", "replace")
        except OSError:
            continue
        yield int(folder.name), told.rpartition(")")[2].split()
