"""Keeps a few files open for many threads: the ones used last."""

import os
import threading
from collections import OrderedDict

MOST = 64


class Handle:
    """An open file that closes when the last thread lets go of it."""

    def __init__(self, path: str, flags: int) -> None:
        self.number = os.open(path, flags | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)

    def __del__(self) -> None:
        """Close it."""
        number = getattr(self, "number", None)
        if number is not None:
            os.close(number)


class Handles:
    """Files opened with *flags*, at most `MOST` besides those still in use; links are refused."""

    def __init__(self, flags: int) -> None:
        self._flags = flags
        self._lock = threading.Lock()
        self._open: OrderedDict[str, Handle] = OrderedDict()

    def of(self, path: str) -> Handle:
        """Return the file at *path*, open as long as somebody holds what is returned.

        Raises: OSError.
        """
        with self._lock:
            handle = self._open.get(path) or Handle(path, self._flags)
            self._open[path] = handle
            self._open.move_to_end(path)
            while len(self._open) > MOST:
                self._open.popitem(last=False)
            return handle

    def let_go(self, path: str) -> None:
        """Forget the file at *path*."""
        with self._lock:
            self._open.pop(path, None)

    def let_go_of_all(self) -> None:
        """Forget every file."""
        with self._lock:
            self._open.clear()
