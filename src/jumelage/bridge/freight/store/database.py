"""An SQLite file of the store, and whose it is: one connection a thread, again after a fork."""

import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Literal

from jumelage.bridge.freight.errors import DiskFullError, StoreError
from jumelage.bridge.freight.store.files import room, write_whole

WAIT_SECONDS = 60
"""How long one writer waits for another."""
IN_USE = "in-use"
NAMES = ("references", "index")
"""The files that a store keeps beside its blobs."""


def suffix_of(home: Path, identity: str) -> str:
    """Return what the files of the store *identity* are called by, after their names, in *home*.

    The first store of a folder has the plain names. One that takes its place, when the contents
    are kept elsewhere from now on, has files of its own: so each finds its own again.

    Raises: StoreError when a file is locked.
    """
    own = f"-{identity}"
    if any((home / f"{name}{own}.sqlite3").exists() for name in NAMES):
        return own
    claims = {_owner(home / f"{name}.sqlite3") for name in NAMES} - {None}
    return own if claims and identity not in claims else ""


def note_suffix(home: Path, suffix: str) -> None:
    """Note which files of *home* are in use, for those who only look."""
    if suffix_in_use(home) != suffix:
        write_whole(home / IN_USE, suffix.encode())


def suffix_in_use(home: Path) -> str:
    """Return what the files in use are called by, after their names."""
    try:
        return (home / IN_USE).read_text()
    except FileNotFoundError:
        return ""


def _owner(path: Path) -> str | None:
    """Return the store whose file *path* is; None when it does not say, or cannot be read."""
    if not path.exists():
        return None
    question = "SELECT 1 FROM sqlite_master WHERE name = 'store'"
    try:
        with closing(sqlite3.connect(path, timeout=WAIT_SECONDS)) as connection:
            told = connection.execute(question).fetchone()
            row = connection.execute("SELECT id FROM store").fetchone() if told else None
    except sqlite3.OperationalError as error:
        raise StoreError(reason=str(error)) from error
    except sqlite3.DatabaseError:
        return None
    return row[0] if row else None


class Database:
    """The file *path* with the tables of *schema*.

    One that cannot be read at all is set aside as `….damaged` and begun again, empty.
    """

    def __init__(self, path: Path, schema: str, *, synchronous: Literal["FULL", "NORMAL"]) -> None:
        self.path, self._schema, self._synchronous = path, schema, synchronous
        self._local = threading.local()
        try:
            self.connection()
        except sqlite3.OperationalError as error:
            raise self._refusal(error) from error
        except sqlite3.DatabaseError:
            self.begin_again()

    def connection(self) -> sqlite3.Connection:
        """Return this thread's connection."""
        if getattr(self._local, "process", None) != os.getpid():
            self._local.connection = self._opened()
            self._local.process = os.getpid()
        found: sqlite3.Connection = self._local.connection
        return found

    def read(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a question.

        Raises: StoreError.
        """
        try:
            return self.connection().execute(sql, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise self._refusal(error) from error

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Write alone until the block ends; all of it or nothing.

        Raises: DiskFullError; StoreError when another process writes for more than a minute.
        """
        connection = self.connection()
        try:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")
        except sqlite3.DatabaseError as error:
            raise self._refusal(error) from error
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")

    def _refusal(self, error: sqlite3.DatabaseError) -> StoreError:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
            return DiskFullError(wanted=0, free=room(self.path.parent), floor=0)
        return StoreError(reason=str(error))

    def sound(self) -> bool:
        """Tell whether the file can be read as a whole."""
        try:
            return self.read("PRAGMA quick_check") == [("ok",)]
        except StoreError:
            return False

    def begin_again(self) -> None:
        """Set the file aside and make it anew, empty."""
        self.close()
        for suffix in ("-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
        if self.path.exists():
            self.path.replace(self.path.with_name(self.path.name + ".damaged"))
        self.connection()

    def close(self) -> None:
        """Close this thread's connection."""
        if getattr(self._local, "process", None) == os.getpid():
            self._local.connection.close()
        self._local.process = None

    def _opened(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=WAIT_SECONDS, isolation_level=None)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA synchronous = {self._synchronous}")
        connection.execute("PRAGMA cache_size = -32768")
        connection.executescript(self._schema)
        return connection
