"""The beat of a process: how others know that the worker, or freight, moves.

Each writes the machine's monotonic time into one small file of its own at every turn of its loop,
always over the same bytes, so that neither a full disk nor a calendar clock that jumps makes it
seem dead. A beat that looks old (another boot, another view of time) is looked at twice: what
changes is alive.
"""

import os
import select
import time
from contextlib import suppress
from pathlib import Path

WORKER, FREIGHT = "worker.beat", "freight.beat"
DEAD_AFTER_SECONDS = 15.0
"""A worker that catches up turns at least this often, on a busy machine as well."""
FREIGHT_DEAD_AFTER_SECONDS = 60.0
"""Freight turns once a second, but removes uploads and waits for the database in a turn."""
_LOOK_AGAIN_SECONDS = 2.5
_NANOSECONDS = 10**9


class Beat:
    """Writes the beat of this process."""

    def __init__(self, folder: Path, name: str = WORKER) -> None:
        """Open the file *name* in *folder*, made if need be."""
        self._file = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def __call__(self) -> None:
        """Beat once; a disk that refuses even this is told of by others."""
        with suppress(OSError):
            os.pwrite(self._file, b"%020d\n" % time.monotonic_ns(), 0)


def silence(
    folder: Path,
    name: str = WORKER,
    *,
    dead_after: float = DEAD_AFTER_SECONDS,
    patience: float = _LOOK_AGAIN_SECONDS,
) -> float | None:
    """Return for how many seconds the process that beats in *name* has not moved; None: it never did.

    Takes up to *patience* seconds when the beat looks old.
    """
    first = _read(folder / name)
    if first is None:
        return None
    seconds = (time.monotonic_ns() - first) / _NANOSECONDS
    if 0 <= seconds < dead_after:
        return seconds
    end = time.monotonic() + patience
    while time.monotonic() < end:
        pause(0.1)
        if _read(folder / name) != first:
            return 0.0
    return max(seconds, dead_after)


def pause(seconds: float) -> None:
    """Wait *seconds*; the kernel counts them, whatever this process is told of the time."""
    select.select([], [], [], seconds)


def _read(file: Path) -> int | None:
    try:
        return int(file.read_bytes())
    except (OSError, ValueError):
        return None
