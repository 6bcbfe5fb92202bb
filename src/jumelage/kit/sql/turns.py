"""Turns at the one writer of SQLite: who wants to write says so, long work lets it go first.

SQLite has no queue. Who finds the database locked sleeps for up to 100 ms and tries again, so a
reader that applies page after page would keep a person's click waiting for seconds. Here each
ordinary transaction holds a shared lock on a file beside the database (the door), from before
it begins until it has ended; long work tries the exclusive lock between two pieces, and rests
while it cannot have it. During a piece long work locks a second file (the room), so that who
comes meanwhile finds its end at once. The kernel drops the locks of the dead; for a process that
hangs in its piece nobody waits longer than `LONGEST_WAIT`: then SQLite itself says whether it is
locked.
"""

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DOOR, ROOM = "-turn", "-work"
LONGEST_REST = 0.25
"""Seconds that long work rests at most between two pieces, however many others write."""
LONGEST_WAIT = 1.0
"""Seconds that an ordinary transaction waits at most for a piece, which ends after one page."""
LOOK_SECONDS = 0.002

_long_work = threading.local()


class Turn:
    """What one connection says about itself at the door of the database *database*."""

    def __init__(self, database: Path) -> None:
        """Open both files; nothing is said yet."""
        self._door, self._room = _open(database, DOOR), _open(database, ROOM)

    def take(self) -> None:
        """Say that this connection wants to write, and wait for the end of a piece of long work.

        At most `LONGEST_WAIT`. Long work itself says nothing.
        """
        if getattr(_long_work, "here", False):
            return
        end = time.monotonic() + LONGEST_WAIT
        _shared(self._door, end)
        if _shared(self._room, end):
            fcntl.flock(self._room, fcntl.LOCK_UN)

    def give(self) -> None:
        """Say that it has written."""
        fcntl.flock(self._door, fcntl.LOCK_UN)

    def close(self) -> None:
        """Close the files, which says the same."""
        os.close(self._door)
        os.close(self._room)


def _shared(file: int, end: float) -> bool:
    """Lock *file* with others, until *end* on the monotonic clock; tell whether it was had."""
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= end:
                return False
            time.sleep(LOOK_SECONDS)
        else:
            return True


def _open(database: Path, suffix: str) -> int:
    return os.open(f"{database}{suffix}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


@contextmanager
def long_work() -> Iterator[None]:
    """Let this thread's transactions be those that others need not wait for."""
    _long_work.here = True
    try:
        yield
    finally:
        _long_work.here = False


@contextmanager
def piece(database: Path) -> Iterator[None]:
    """Let who wants to write to *database* wait until this piece of long work is done."""
    file = _open(database, ROOM)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
    finally:
        os.close(file)


def somebody_waits(database: Path) -> bool:
    """Tell whether another connection writes to *database* or wants to."""
    file = _open(database, DOOR)
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
