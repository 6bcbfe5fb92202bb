"""Where every chunk lies: a file of its own, made from the blobs, which can make it again.

Theory of operation. A chunk is found by the first eight bytes of its hash, as the row number of
an SQLite table: about 30 bytes a chunk and no second index, where whole hashes cost three times
as much. Two chunks that share those bytes (by design of an enemy; by chance once in ten thousand
stores of 6 TB) hide each other, which costs a transfer and nothing else: what is read from a
place is always hashed before it is used.
It says which store it speaks of, so that no other is believed to hold what this one does.
The file is never synchronised on purpose. After a crash of the machine it may lack its last
blobs; `fsck` adds them.
"""

import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice
from pathlib import Path
from typing import TypeVar

from jumelage.bridge.freight.errors import StoreError
from jumelage.bridge.freight.packing.lists import hashes_of, lengths_of
from jumelage.bridge.freight.store.database import Database

SCHEMA = """
    CREATE TABLE IF NOT EXISTS store (id TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS blob (
        id INTEGER PRIMARY KEY, root BLOB NOT NULL UNIQUE, size INTEGER NOT NULL,
        chunks INTEGER NOT NULL, since INTEGER NOT NULL);
    CREATE TABLE IF NOT EXISTS chunk (
        key INTEGER PRIMARY KEY, blob INTEGER NOT NULL, at INTEGER NOT NULL,
        length INTEGER NOT NULL);
"""
BATCH = 10_000
Given = TypeVar("Given")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a chunk should lie: a blob, and bytes of it."""

    root: bytes
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Indexed:
    """What the index knows of a blob; *since* is in seconds of 1970, UTC."""

    root: bytes
    size: int
    chunks: int
    since: int


def key(name: bytes) -> int:
    """Return the row number of the chunk hash *name*."""
    return int.from_bytes(name[:8], "big", signed=True)


class Index:
    """The chunk index in the file *path*; usable from several threads and processes."""

    def __init__(self, path: Path) -> None:
        self.database = Database(path, SCHEMA, synchronous="NORMAL")

    def claim(self, identity: str) -> None:
        """Say whose chunks these are; what it knows of another store's is forgotten."""
        try:
            known = self.database.read("SELECT id FROM store")
        except StoreError:
            return  # it is broken: `fsck` makes it again
        if known == [(identity,)]:
            return
        if known:
            self.empty()
        with self.database.writing() as connection:
            connection.execute("DELETE FROM store")
            connection.execute("INSERT INTO store VALUES (?)", (identity,))

    def where(self, hashes: Sequence[bytes]) -> dict[bytes, Place]:
        """Return the place of each chunk of *hashes* that is held; verify what you read there."""
        found: dict[bytes, Place] = {}
        for names in _batches(hashes, BATCH):
            wanted = {key(name): name for name in names}
            rows = self.database.read(
                "SELECT chunk.key, root, at, length"  # noqa: S608  # integers only
                " FROM chunk JOIN blob ON blob.id = chunk.blob"
                f" WHERE chunk.key IN ({','.join(map(str, sorted(wanted)))})"  # integers
            )
            found |= {wanted[row[0]]: Place(*row[1:]) for row in rows}
        return found

    def sizes(self, roots: Iterable[bytes]) -> dict[bytes, int]:
        """Return the size of each blob of *roots* that is held."""
        found: dict[bytes, int] = {}
        for names in _batches(roots, BATCH):
            marks = ",".join("?" * len(names))
            rows = self.database.read(f"SELECT root, size FROM blob WHERE root IN ({marks})", names)  # noqa: S608  # marks
            found |= dict(rows)
        return found

    def add(self, contents: Iterable[tuple[bytes, bytes]], since: int | None = None) -> None:
        """Take up blobs, given as root and chunk table; one already there is fresh again."""
        now = int(time.time()) if since is None else since
        with self.database.writing() as connection:
            for some in _batches(contents, BATCH):
                _add(connection, some, now)

    def remove(self, contents: Iterable[tuple[bytes, bytes | None]]) -> None:
        """Forget blobs and the chunks found in them, given as root and, to be quick, chunk table."""
        with self.database.writing() as connection:
            for root, table in contents:
                row = connection.execute("SELECT id FROM blob WHERE root = ?", (root,)).fetchone()
                if row is None:
                    continue
                if table is None:
                    connection.execute("DELETE FROM chunk WHERE blob = ?", row)
                else:
                    keys = sorted((key(name), row[0]) for name in hashes_of(table))
                    connection.executemany("DELETE FROM chunk WHERE key = ? AND blob = ?", keys)
                connection.execute("DELETE FROM blob WHERE id = ?", row)

    def blobs(self) -> Iterator[Indexed]:
        """Yield every blob, by root."""
        last = b""
        while rows := self.database.read(
            "SELECT root, size, chunks, since FROM blob WHERE root > ? ORDER BY root LIMIT ?",
            (last, BATCH),
        ):
            yield from (Indexed(*row) for row in rows)
            last = rows[-1][0]

    def totals(self) -> tuple[int, int]:
        """Return the number of blobs and their bytes."""
        rows = self.database.read("SELECT COUNT(*), COALESCE(SUM(size), 0) FROM blob")
        return int(rows[0][0]), int(rows[0][1])

    def empty(self) -> None:
        """Forget everything, to be made again from the blobs."""
        try:
            with self.database.writing() as connection:
                connection.execute("DELETE FROM chunk")
                connection.execute("DELETE FROM blob")
        except StoreError:
            self.database.begin_again()


def _add(connection: sqlite3.Connection, contents: Sequence[tuple[bytes, bytes]], now: int) -> None:
    """Take up blobs, and their chunks in the order of the keys."""
    lengths = {root: lengths_of(table) for root, table in contents}
    connection.executemany(
        "INSERT INTO blob (root, size, chunks, since) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (root) DO UPDATE SET since = excluded.since",
        [(root, sum(lengths[root]), len(lengths[root]), now) for root in lengths],
    )
    marks = ",".join("?" * len(lengths))
    question = f"SELECT root, id FROM blob WHERE root IN ({marks})"  # noqa: S608  # marks
    known = dict(connection.execute(question, list(lengths)).fetchall())
    rows = (
        (key(name), known[root], at, length)
        for root, table in contents
        for name, at, length in _places(table, lengths[root])
    )
    while batch := sorted(islice(rows, BATCH)):
        connection.executemany(
            "INSERT INTO chunk (key, blob, at, length) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (key) DO UPDATE SET blob = excluded.blob, at = excluded.at,"
            " length = excluded.length",
            batch,
        )


def _places(table: bytes, lengths: Sequence[int]) -> Iterator[tuple[bytes, int, int]]:
    """Yield the hash, the beginning and the length of each chunk of a blob."""
    return zip(hashes_of(table), accumulate(lengths, initial=0), lengths, strict=False)


def _batches(names: Iterable[Given], size: int) -> Iterator[list[Given]]:
    remaining = iter(names)
    while batch := list(islice(remaining, size)):
        yield batch
