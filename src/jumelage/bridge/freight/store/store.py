"""The store of a node: its blobs, the index of their chunks, who needs them, what is arriving."""

import errno
import fcntl
import os
import secrets
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from xxhash import xxh3_128

from jumelage.bridge.freight.errors import (
    DamagedBlobError,
    DiskFullError,
    FolderFullError,
    StoreError,
)
from jumelage.bridge.freight.packing import names
from jumelage.bridge.freight.packing.lists import File, Heading, PackingList, lengths_of
from jumelage.bridge.freight.packing.packing import assemble, pack_file
from jumelage.bridge.freight.packing.roots import ROW
from jumelage.bridge.freight.store import reading
from jumelage.bridge.freight.store.blobs import BUCKETS, Blobs, Part
from jumelage.bridge.freight.store.database import note_suffix, suffix_of
from jumelage.bridge.freight.store.files import copy_file, room
from jumelage.bridge.freight.store.index import Index, Place
from jumelage.bridge.freight.store.local import Folder
from jumelage.bridge.freight.store.objects import Bucket
from jumelage.bridge.freight.store.quarantine import Quarantine, folder_name
from jumelage.bridge.freight.store.references import NO_LIMIT, Needed, Quota, References

FLOOR = 1024**3
"""Bytes of the disk that freight leaves free, so that the node itself can go on."""
INCOMING = "incoming"
COMING = "incoming:"
"""Begins the names that hold a content while it is being added; a crash leaves them behind."""


class Store:
    """One node's store; usable from several threads and processes.

    *home* is a folder of this machine: for the index, the references and the quarantine, and
    for the blobs too unless they are kept elsewhere. The place of the blobs names the store: kept
    elsewhere it is another one, with an index and references of its own, also in the same home.
    """

    def __init__(
        self, home: Path, blobs: Blobs, *, quota: Quota = NO_LIMIT, floor: int = FLOOR
    ) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self.home, self.blobs, self.quota, self.floor = home, blobs, quota, floor
        with self._alone():
            known = blobs.identity()
            name = known or secrets.token_hex(16)
            suffix = suffix_of(home, name)
            self.index = Index(home / f"index{suffix}.sqlite3")
            self.index.claim(name)
            self.references = References(home / f"references{suffix}.sqlite3", name)
            if known is None:
                self._begin()
            note_suffix(home, suffix)

    @classmethod
    def open(
        cls, where: str, home: Path, *, quota: Quota = NO_LIMIT, floor: int = FLOOR
    ) -> "Store":
        """Return the store that the setting `freight_store` names: a folder or `s3://…`.

        *home* is the folder used without a setting, and what is kept here beside a bucket.
        """
        if where.startswith(BUCKETS):
            return cls(home, Bucket(where), quota=quota, floor=floor)
        folder = Path(where) if where else home
        return cls(folder, Folder(folder), quota=quota, floor=floor)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other processes from making this store at the same time."""
        with (self.home / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _begin(self) -> None:
        """Name the place that is used first; what lies there already may be needed."""
        if next(self.blobs.walk(), None) is None:
            self.references.claim()
        self.blobs.identify(self.references.identity)

    # What is there.

    def sizes(self, roots: Iterable[bytes]) -> dict[bytes, int]:
        """Return the size of each content of *roots* that is held whole."""
        return self.index.sizes(roots)

    def where(self, hashes: Sequence[bytes]) -> dict[bytes, Place]:
        """Return the place of each chunk of *hashes* that is held; `read_chunk` verifies it."""
        return self.index.where(hashes)

    def read_chunk(self, place: Place, name: bytes) -> bytes | None:
        """Return the chunk *name* from *place*, or None when it does not lie there any more."""
        return reading.read_chunk(self.blobs, place.root, place.offset, place.length, name)

    def read(self, root: bytes, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """Yield the bytes *start* to *stop* of a content, verified chunk by chunk.

        Raises: UnknownBlobError; DamagedBlobError.
        """
        return reading.read(self.blobs, root, start, stop)

    def table(self, root: bytes) -> bytes:
        """Return the chunk table of a content, verified.

        Raises: UnknownBlobError; DamagedBlobError.
        """
        return reading.table_of(self.blobs, root)

    def listed(self, named: Mapping[str, bytes], *, heading: Heading, modified: int) -> PackingList:
        """Return the packing list of contents that are held, under the paths *named*.

        *modified* is what the list says of each of them, in microseconds of 1970. They are read
        once, for the manifest; `reading.Stored` reads them on their way.

        Raises: UnsafeNameError; UnknownBlobError; DamagedBlobError.
        """
        names.check_together(named)
        files, tables = [], {}
        for path, root in sorted(named.items()):
            names.check(path)
            table = tables[root.hex()] = self.table(root)
            whole, size = xxh3_128(), 0
            for piece in self.read(root):
                whole.update(piece)
                size += len(piece)
            files.append(
                File(
                    path=path,
                    size=size,
                    root=root.hex(),
                    xxh128=whole.hexdigest(),
                    modified=modified,
                    kind="held",
                    chunks=len(table) // ROW.size,
                )
            )
        return assemble(heading, files, tables)

    # What comes and goes.

    def adopt(self, parts: Sequence[Part], *, name: str, peer: str) -> None:
        """Make blobs of verified *parts*, needed by *name*; durable and found when this returns.

        They are needed before they are there, so that no sweep comes in between.
        """
        sizes = {part.root: sum(lengths_of(part.table)) for part in parts}
        self.references.hold(name, list(sizes), peer=peer, sizes=lambda _roots: sizes)
        self.blobs.adopt(parts)
        self.index.add((part.root, part.table) for part in parts)

    def add(self, path: Path, *, name: str, peer: str = "") -> bytes:
        """Copy the file *path* into the store, needed by *name*; return its root.

        Raises: NotPackableError; DiskFullError; QuotaError.
        """
        size = path.stat().st_size
        self.check_room(size)
        self.references.demand(size, peer=peer, quota=self.quota, held=self.index.totals()[1])
        folder = self.home / INCOMING
        folder.mkdir(exist_ok=True)
        copy = folder / secrets.token_hex(16)
        try:
            copy_file(path, copy)
            file, table = pack_file(copy, named=path.name)
            root = bytes.fromhex(file.root)
            self.adopt([Part(root, copy, table)], name=f"{COMING}{copy.name}", peer=peer)
            self.hold(name, [root], peer=peer)
        except OSError as error:
            raise self.refusal(error, size) from error
        finally:
            copy.unlink(missing_ok=True)
            self.release(f"{COMING}{copy.name}")
        return root

    def check_out(self, root: bytes, target: Path) -> None:
        """Write a content to the new file *target*, and read it again to be sure of it.

        Raises: UnknownBlobError; DamagedBlobError; FileExistsError.
        """
        table = self.table(root)
        self.blobs.copy(root, target)
        try:
            reading.verify_file(target, root, table)
        except BaseException:
            target.unlink(missing_ok=True)
            raise

    def is_at(self, root: bytes, target: Path) -> bool:
        """Tell whether the file *target* holds a content; it is read and verified.

        Raises: UnknownBlobError; DamagedBlobError when the store damaged what tells it.
        """
        table = self.table(root)
        try:
            reading.verify_file(target, root, table)
        except (DamagedBlobError, OSError):
            return False
        return True

    def check_target(self, folder: Path, wanted: int) -> None:
        """Compare *wanted* bytes to be copied out with what is free where *folder* is.

        Raises: FolderFullError.
        """
        here = folder.stat().st_dev == self.home.stat().st_dev
        floor = self.floor if here else 0
        free = room(folder)
        if wanted > 0 and free - floor < wanted and not self.blobs.shares(folder):
            raise FolderFullError(folder=folder, wanted=wanted, free=free, floor=floor)

    def found(self, root: bytes) -> bool:
        """Tell whether a content lies here that a crash kept out of the index; take it up."""
        if self.blobs.size(root) is None:
            return False
        try:
            self.index.add([(root, self.table(root))])
        except DamagedBlobError:
            return False
        return True

    def hold(self, name: str, roots: Sequence[bytes], *, peer: str = "") -> None:
        """Let *name* need the contents *roots*, on the account of *peer*, besides what it has.

        Raises: UnknownBlobError.
        """
        self.references.hold(name, roots, peer=peer, sizes=self.index.sizes)

    def release(self, name: str) -> None:
        """Let *name* need nothing any more; the next sweep after the grace time frees it."""
        self.references.release(name)

    def count_anew(self, needed: Iterable[Needed]) -> list[bytes]:
        """Let the references hold what the product *needed*; they are trusted afterwards.

        Returns the contents that are not held. For a store whose references were lost, and for
        one whose contents were copied from elsewhere. What holds a content already goes on.
        """
        if not self.references.database.sound():
            self.references.database.begin_again()
        missing: list[bytes] = []
        for need in needed:
            there = self.index.sizes(need.roots)
            missing += [root for root in need.roots if root not in there]
            known = set(self.references.roots(need.name))
            if fresh := [root for root in need.roots if root in there and root not in known]:
                self.hold(need.name, fresh, peer=need.peer)
        self.references.claim()
        return missing

    def reserve(self, name: str, wanted: int, *, peer: str) -> None:
        """Promise room for *wanted* bytes to *name*, in the place of what it had before.

        Raises: QuotaError; DiskFullError.
        """
        self.check_room(wanted - self.references.reservations().get(name, 0))
        held = self.index.totals()[1]
        self.references.reserve(name, wanted, peer=peer, quota=self.quota, held=held)

    def check_quota(self, wanted: int, *, peer: str) -> None:
        """Refuse *wanted* bytes that would not even fit if everything else were released.

        Raises: QuotaError.
        """
        held = self.index.totals()[1]
        self.references.demand_possible(wanted, peer=peer, quota=self.quota, held=held)

    def check_room(self, wanted: int) -> None:
        """Compare *wanted* bytes with what is free on the disk and not yet promised.

        Raises: DiskFullError.
        """
        available = room(self.home)
        if wanted > 0 and available - self._outstanding() - self.floor < wanted:
            raise DiskFullError(wanted=wanted, free=available, floor=self.floor)

    def refusal(self, error: OSError, wanted: int = 0) -> StoreError:
        """Return what a person reads when the disk did not do something with *wanted* bytes."""
        if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
            return StoreError(reason=error.strerror or str(error))
        return DiskFullError(wanted=wanted, free=room(self.home), floor=self.floor)

    def _outstanding(self) -> int:
        """Return the bytes promised that are not on the disk yet."""
        return sum(
            max(0, promised - self._arrived(name))
            for name, promised in self.references.reservations().items()
        )

    def _arrived(self, name: str) -> int:
        folder = self.home / "quarantine" / folder_name(name)
        if not folder.is_dir():
            return 0
        with os.scandir(folder) as entries:
            return sum(entry.stat().st_blocks * 512 for entry in entries)

    def quarantine(self, name: str, packing_list: PackingList, *, peer: str) -> Quarantine:
        """Open what is arriving for *name*, as far as it came before."""
        return Quarantine(self, name, packing_list, peer=peer)

    def now(self) -> int:
        """Return the time that ages are counted from, in seconds of 1970."""
        return int(time.time())
