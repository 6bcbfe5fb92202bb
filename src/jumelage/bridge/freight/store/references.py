"""Who needs which blob, and how much room is promised to whom.

A **reference** is a name that some part of the product gives (`delivery:<id>`, a version of the
studio) with the blobs it needs and the peer on whose account they are. It cannot be made again
from the blobs, so the file is synchronised at each change, is part of a backup, and carries
the identity of its store: where it is missing, nothing is swept.
A blob that is **leaving** is being freed; whoever begins to need it first keeps it.
A **reservation** is room promised to a delivery before its bytes come.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from jumelage.bridge.freight.errors import QuotaError, UnknownBlobError
from jumelage.bridge.freight.store.database import Database

SCHEMA = """
    CREATE TABLE IF NOT EXISTS store (id TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS holder (
        id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, peer TEXT NOT NULL,
        since INTEGER NOT NULL);
    CREATE TABLE IF NOT EXISTS reference (
        holder INTEGER NOT NULL REFERENCES holder, root BLOB NOT NULL, size INTEGER NOT NULL,
        UNIQUE (root, holder));
    CREATE INDEX IF NOT EXISTS reference_holder ON reference (holder);
    CREATE TABLE IF NOT EXISTS leaving (root BLOB PRIMARY KEY);
    CREATE TABLE IF NOT EXISTS reservation (
        name TEXT PRIMARY KEY, peer TEXT NOT NULL, bytes INTEGER NOT NULL,
        since INTEGER NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Needed:
    """What the product needs: under which name, for which peer, which contents.

    Of what is *arriving* some may not be here yet.
    """

    name: str
    peer: str
    roots: Sequence[bytes]
    arriving: bool = False


@dataclass(frozen=True, slots=True)
class Quota:
    """How many bytes the store may hold, in all and for each peer; 0 means no limit."""

    total: int = 0
    peer: int = 0


NO_LIMIT = Quota()


@dataclass(frozen=True, slots=True)
class Usage:
    """Bytes on the account of one peer: held, and promised."""

    held: int
    reserved: int

    @property
    def bytes(self) -> int:
        """What counts against the quota."""
        return self.held + self.reserved


class References:
    """The references and reservations in the file *path*, of the store *identity*."""

    def __init__(self, path: Path, identity: str) -> None:
        self.database = Database(path, SCHEMA, synchronous="FULL")
        self.identity = identity

    def claim(self) -> None:
        """Say whose references these are: from now on they are trusted."""
        with self.database.writing() as connection:
            connection.execute("DELETE FROM store")
            connection.execute("INSERT INTO store VALUES (?)", (self.identity,))

    def trusted(self) -> bool:
        """Tell whether this is all that the store must keep, and it can be read."""
        return self.database.sound() and self.database.read("SELECT id FROM store") == [
            (self.identity,)
        ]

    def hold(
        self,
        name: str,
        roots: Sequence[bytes],
        *,
        peer: str,
        sizes: Callable[[Sequence[bytes]], dict[bytes, int]],
    ) -> None:
        """Let *name* need the blobs *roots*, besides those it needs already.

        *sizes* is asked, while nothing can be swept, which of them are there.

        Raises: UnknownBlobError.
        """
        with self.database.writing() as connection:
            there = sizes(roots)
            for root in roots:
                if root not in there:
                    raise UnknownBlobError(root=root.hex())
            holder = connection.execute(
                "INSERT INTO holder (name, peer, since) VALUES (?, ?, ?)"
                " ON CONFLICT (name) DO UPDATE SET peer = excluded.peer RETURNING id",
                (name, peer, int(time.time())),
            ).fetchone()[0]
            connection.executemany(
                "INSERT OR IGNORE INTO reference (holder, root, size) VALUES (?, ?, ?)",
                [(holder, root, there[root]) for root in roots],
            )
            connection.executemany("DELETE FROM leaving WHERE root = ?", [(r,) for r in roots])

    def release(self, name: str) -> None:
        """Let *name* need nothing any more, neither blobs nor room."""
        with self.database.writing() as connection:
            connection.execute(
                "DELETE FROM reference WHERE holder = (SELECT id FROM holder WHERE name = ?)",
                (name,),
            )
            connection.execute("DELETE FROM holder WHERE name = ?", (name,))
            connection.execute("DELETE FROM reservation WHERE name = ?", (name,))

    def names(self, root: bytes) -> list[str]:
        """Return the names that need the blob *root*."""
        rows = self.database.read(
            "SELECT name FROM reference JOIN holder ON holder.id = holder WHERE root = ?"
            " ORDER BY name",
            (root,),
        )
        return [row[0] for row in rows]

    def roots(self, name: str) -> list[bytes]:
        """Return the blobs that *name* needs."""
        rows = self.database.read(
            "SELECT root FROM reference JOIN holder ON holder.id = holder WHERE name = ?"
            " ORDER BY root",
            (name,),
        )
        return [row[0] for row in rows]

    def all_roots(self) -> set[bytes]:
        """Return every blob that something needs."""
        return {row[0] for row in self.database.read("SELECT DISTINCT root FROM reference")}

    def all_names(self) -> set[str]:
        """Return every name that needs a blob, or that room is promised to."""
        rows = self.database.read("SELECT name FROM holder UNION SELECT name FROM reservation")
        return {row[0] for row in rows}

    def name_pages(self, many: int) -> Iterator[list[str]]:
        """Yield the same names in their order, at most *many* at a time."""
        last = ""
        while rows := self.database.read(
            "SELECT name FROM (SELECT name FROM holder UNION SELECT name FROM reservation)"
            " WHERE name > ? ORDER BY name LIMIT ?",
            (last, many),
        ):
            yield [row[0] for row in rows]
            last = rows[-1][0]

    def leave(self, roots: Iterable[bytes]) -> None:
        """Write down that the blobs *roots* are being freed, so that a crash forgets none."""
        with self.database.writing() as connection:
            connection.executemany(
                "INSERT OR IGNORE INTO leaving (root) SELECT ?1"
                " WHERE NOT EXISTS (SELECT 1 FROM reference WHERE root = ?1)",
                [(root,) for root in roots],
            )

    def leaving(self) -> set[bytes]:
        """Return the blobs that are being freed."""
        return {row[0] for row in self.database.read("SELECT root FROM leaving")}

    def usage(self, peer: str) -> Usage:
        """Return what is on the account of *peer*; a blob two of its names need counts once."""
        held = self.database.read(
            "SELECT COALESCE(SUM(size), 0) FROM (SELECT DISTINCT root, size FROM reference"
            " JOIN holder ON holder.id = holder WHERE peer = ?)",
            (peer,),
        )
        reserved = self.database.read(
            "SELECT COALESCE(SUM(bytes), 0) FROM reservation WHERE peer = ?", (peer,)
        )
        return Usage(int(held[0][0]), int(reserved[0][0]))

    def unreserve(self, name: str) -> None:
        """Take back the room promised to *name*: its bytes are held now, or will not come."""
        with self.database.writing() as connection:
            connection.execute("DELETE FROM reservation WHERE name = ?", (name,))

    def reservations(self) -> dict[str, int]:
        """Return the bytes promised to each name."""
        rows = self.database.read("SELECT name, bytes FROM reservation")
        return dict(rows)

    def reserve(self, name: str, wanted: int, *, peer: str, quota: Quota, held: int) -> None:
        """Promise *wanted* bytes to *name*, in the place of what it was promised before.

        *held* are the bytes of all blobs of the store.

        Raises: QuotaError.
        """
        with self.database.writing() as connection:
            connection.execute("DELETE FROM reservation WHERE name = ?", (name,))
            self.demand(wanted, peer=peer, quota=quota, held=held)
            connection.execute(
                "INSERT INTO reservation VALUES (?, ?, ?, ?)",
                (name, peer, wanted, int(time.time())),
            )

    def demand(self, wanted: int, *, peer: str, quota: Quota, held: int) -> None:
        """Compare *wanted* bytes more with the quota of *peer* and of the whole store.

        Raises: QuotaError.
        """
        used = self.usage(peer).bytes
        if quota.peer and used + wanted > quota.peer:
            raise QuotaError(wanted=wanted, who=peer, quota=quota.peer, used=used)
        used = held + sum(self.reservations().values())
        if quota.total and used + wanted > quota.total:
            who = _("the whole store")
            raise QuotaError(wanted=wanted, who=who, quota=quota.total, used=used)

    def demand_possible(self, wanted: int, *, peer: str, quota: Quota, held: int) -> None:
        """Compare *wanted* bytes with the quotas alone: would they fit if all else were gone?

        Raises: QuotaError.
        """
        if quota.peer and wanted > quota.peer:
            used = self.usage(peer).bytes
            raise QuotaError(wanted=wanted, who=peer, quota=quota.peer, used=used)
        if quota.total and wanted > quota.total:
            who = _("the whole store")
            raise QuotaError(wanted=wanted, who=who, quota=quota.total, used=held)

    def begun(self, prefix: str, before: int) -> list[str]:
        """Return the names with *prefix* that were first given before that second of 1970."""
        rows = self.database.read(
            "SELECT name FROM holder WHERE substr(name, 1, ?) = ? AND since < ?",
            (len(prefix), prefix, before),
        )
        return [row[0] for row in rows]
