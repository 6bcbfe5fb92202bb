"""Turns at the one writer of SQLite: who wants to write says so, long work lets it go first.

SQLite has no queue. Who finds the database locked sleeps for up to 100 ms and tries again, so a
reader that applies page after page would keep a person's click waiting for seconds. Here each
ordinary transaction holds a shared lock on a file beside the database, from before it begins
until it has ended; long work tries the exclusive lock between two pieces, and rests while it
cannot have it. The kernel drops the locks of a process that dies.
"""

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SUFFIX = "-turn"
LONGEST_REST = 0.25
"""Seconds that long work rests at most between two pieces, however many others write."""
LOOK_SECONDS = 0.002

_long_work = threading.local()


class Turn:
    """What one connection says about itself at the door of the database *database*."""

    def __init__(self, database: Path) -> None:
        """Open the door file; nothing is said yet."""
        self._file = os.open(f"{database}{SUFFIX}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def take(self) -> None:
        """Say that this connection wants to write, unless it belongs to long work."""
        if not getattr(_long_work, "here", False):
            fcntl.flock(self._file, fcntl.LOCK_SH)

    def give(self) -> None:
        """Say that it has written."""
        fcntl.flock(self._file, fcntl.LOCK_UN)

    def close(self) -> None:
        """Close the door file, which says the same."""
        os.close(self._file)


@contextmanager
def long_work() -> Iterator[None]:
    """Let this thread's transactions be those that others need not wait for."""
    _long_work.here = True
    try:
        yield
    finally:
        _long_work.here = False


def somebody_waits(database: Path) -> bool:
    """Tell whether another connection writes to *database* or wants to."""
    file = os.open(f"{database}{SUFFIX}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(file)
    return False


def let_others_go_first(database: Path) -> None:
    """Rest while others write, at most `LONGEST_REST`."""
    end = time.monotonic() + LONGEST_REST
    while somebody_waits(database) and time.monotonic() < end:
        time.sleep(LOOK_SECONDS)
