"""The memory of requests already seen, shared by every process of the node.

A file of its own, beside the database: a nonce is written for each request, and a write to
the node's database would wait for the disk (0.4 to 3.5 ms) and for every other writer, while
a power cut that loses the last nonces costs nothing. SQLite bounds the file itself.
"""

import sqlite3
import threading
from functools import cache
from pathlib import Path

from django.conf import settings

from jumelage.bridge.identity.errors import ReplayError, TooManyRequestsError

FILE = "nonces.sqlite3"
PAGES = 8192
"""4 KiB each: at most 32 MiB, about 400,000 requests in the time they are remembered."""
PRUNE_EVERY = 500

_SCHEMA = """
CREATE TABLE IF NOT EXISTS seen (
    created INTEGER, keyid TEXT, nonce TEXT, PRIMARY KEY (created, keyid, nonce)
) WITHOUT ROWID
"""


class NonceMemory:
    """Requests seen, by the time they were signed, their signer and their nonce."""

    def __init__(self, path: Path, pages: int = PAGES) -> None:
        """Open or make the file at *path*, bounded to *pages* of 4 KiB."""
        self._lock = threading.Lock()
        self._count = 0
        self._file = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._file.execute("PRAGMA journal_mode=WAL")
        self._file.execute("PRAGMA synchronous=OFF")
        self._file.execute(f"PRAGMA max_page_count={int(pages)}")
        self._file.execute(_SCHEMA)

    def remember(self, *, created: int, keyid: str, nonce: str, forget_before: int) -> None:
        """Keep a request; times in UNIX seconds; what is older than *forget_before* goes.

        Raises:
            ReplayError: the request was seen before.
            TooManyRequestsError: the memory is full, so a replay could not be told.
        """
        try:
            with self._lock:
                self._prune(forget_before)
                self._file.execute("INSERT INTO seen VALUES (?, ?, ?)", (created, keyid, nonce))
        except sqlite3.IntegrityError as error:
            raise ReplayError from error
        except sqlite3.OperationalError as error:
            raise TooManyRequestsError from error

    def _prune(self, before: int) -> None:
        if self._count % PRUNE_EVERY == 0:
            self._file.execute("DELETE FROM seen WHERE created < ?", (before,))
        self._count += 1


_open_once = cache(NonceMemory)


def memory() -> NonceMemory:
    """Return this node's memory, opened once per process."""
    return _open_once(Path(settings.DATA) / FILE)
