"""What is arriving: files that nobody sees until each of their chunks is verified and on disk.

Theory of operation. Each content of the packing list that the store lacks is one file in
`quarantine/<name>`. A chunk is hashed before it is written, and written to every place where
the list names it, so nothing travels twice. `durable` puts the files on the disk first and
then says so in the journal, 12 bytes a run of chunks: what the journal names survived whatever
happens next. When the last chunk of a content is there its root is known to be right without
reading it again; `settle` moves it into the store. After a cut or a crash all begins with a new
`Quarantine` over the same folder.
"""

import os
import re
import shutil
import struct
import threading
import zlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from jumelage.bridge.freight.errors import (
    DamagedChunkError,
    StoreError,
    UnknownBlobError,
)
from jumelage.bridge.freight.packing.handles import Handle, Handles
from jumelage.bridge.freight.packing.lists import Blob, PackingList
from jumelage.bridge.freight.packing.parcels import Bitmap, runs, spans
from jumelage.bridge.freight.packing.roots import chunk_hash
from jumelage.bridge.freight.packing.source import wrong_rows
from jumelage.bridge.freight.store.blobs import Part
from jumelage.bridge.freight.store.files import sync_files, sync_folders
from jumelage.bridge.freight.store.index import Place
from jumelage.bridge.freight.store.reading import AT_ONCE

if TYPE_CHECKING:
    from jumelage.bridge.freight.store.store import Store

RUN = struct.Struct("<III")
"""One line of the journal: the first row, how many, and a check sum that covers the list too."""
SETTLE_AT_ONCE = 10_000
LOOKED_UP_AT_ONCE = 50_000
WRITING = os.O_WRONLY | os.O_CREAT
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


def folder_name(name: str) -> str:
    """Return the folder of the quarantine *name*.

    Raises: StoreError when it is no name for a folder.
    """
    if not NAME.fullmatch(name):
        raise StoreError(reason=f"quarantine {name!r}")
    return name


class Quarantine:
    """The arriving contents of one packing list; `take` may be called from several threads."""

    def __init__(self, store: "Store", name: str, packing_list: PackingList, *, peer: str) -> None:
        self.list = packing_list
        self.folder = store.home / "quarantine" / folder_name(name)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._store, self._holder, self._peer = store, name, peer
        self._lock, self._syncing = threading.Lock(), threading.Lock()
        self._settling = threading.Lock()
        self._handles = Handles(WRITING)
        self._written: list[int] = []
        self._touched: set[int] = set()
        self.had = Bitmap(len(packing_list.lengths))
        self._groups = _groups(packing_list)
        self._journal = Journal(self.folder / "journal", packing_list.list_hash)
        self._left: list[int] = []
        self._settled: set[int] = set()
        self._leaving: set[int] = set()
        self._begin()

    # How far it is.

    def lacking(self) -> Bitmap:
        """Return the chunks that must still come: each content once, however often it is named."""
        rows = range(len(self.list.lengths))
        return Bitmap.of(len(rows), (row for row in rows if self._lacks(row)))

    def _lacks(self, row: int) -> bool:
        """Tell whether the chunk in *row* must come for this row, and not for one before it."""
        if row in self.had:
            return False
        before = (other for other in self._groups.get(row, ()) if other < row)
        return all(other in self.had for other in before)

    @property
    def complete(self) -> bool:
        """Whether every content is in the store."""
        return len(self._settled) == len(self.list.blobs)

    @property
    def had_bytes(self) -> int:
        """Bytes of the contents that are here, verified."""
        return sum(self.list.lengths[row] for row in self.had)

    # What comes.

    def take(self, rows: Sequence[int], data: memoryview) -> None:
        """Verify the chunks *rows* (ascending), which *data* holds one after the other; write them.

        Raises: DamagedChunkError, and nothing is written; DiskFullError.
        """
        if sum(self.list.lengths[row] for row in rows) != len(data):
            raise DamagedChunkError(number=rows[0] if rows else 0)
        if wrong := wrong_rows(self.list, rows, data):
            raise DamagedChunkError(number=wrong[0])
        self._write_all(rows, data)

    def fill(
        self,
        *,
        progress: Callable[[int], None] = lambda _bytes: None,
        stop: threading.Event | None = None,
    ) -> int:
        """Copy what other contents of the store hold already; return the bytes that need not come.

        *progress* is told the bytes so far; *stop* ends it early.
        """
        wanted = array("I", self.lacking())
        filled = 0
        for start in range(0, len(wanted), LOOKED_UP_AT_ONCE):
            for run, place in self._held(wanted[start : start + LOOKED_UP_AT_ONCE]):
                if stop is not None and stop.is_set():
                    break
                filled += self._copy(run, place)
                progress(filled)
        self.durable()
        return filled

    def durable(self) -> None:
        """Return when every chunk taken before this call is on the disk."""
        with self._syncing:
            with self._lock:
                written, self._written = self._written, []
                touched, self._touched = self._touched, set()
            try:
                gone = self._settled | self._leaving  # durable before they left
                sync_files([self._place(number) for number in touched - gone])
                sync_folders([self.folder])
                self._journal.append(runs(sorted(written)))
            except OSError as error:
                with self._lock:  # nothing of it is certain: try again
                    self._written += written
                    self._touched |= touched
                raise self._store.refusal(error) from error

    def settle(self) -> Sequence[Blob]:
        """Move every content whose last chunk has come into the store; return those.

        Chunks may go on arriving meanwhile, however long a distant store takes.

        Raises: DiskFullError; StoreError; what was not moved is tried again the next time.
        """
        found: list[Blob] = []
        with self._settling:
            while ready := self._ready():
                self.durable()
                self._leaving.update(ready)
                try:
                    self._adopt(ready)
                except OSError as error:
                    raise self._store.refusal(error) from error
                finally:
                    self._leaving.difference_update(ready)
                found += [self.list.blobs[number] for number in ready]
        return found

    def _adopt(self, numbers: Sequence[int]) -> None:
        """Let the store take contents, all of whose chunks are on the disk."""
        for number in numbers:
            self._handles.let_go(self._place(number))
        blobs = [self.list.blobs[number] for number in numbers]
        parts = [
            Part(blob.root, self._place(number), self.list.table_of(blob))
            for number, blob in zip(numbers, blobs, strict=True)
        ]
        self._store.adopt(parts, name=self._holder, peer=self._peer)
        self._settled.update(numbers)

    def drop(self) -> None:
        """Forget what arrived and is not settled."""
        self._handles.let_go_of_all()
        shutil.rmtree(self.folder, ignore_errors=True)

    # How it is done.

    def _held(self, rows: Sequence[int]) -> Iterator[tuple[Sequence[int], Place]]:
        """Yield those of *rows* that the store holds, in runs, and where each run begins."""
        found = self._store.where([self.list.hash_at(row) for row in rows])
        places = {row: found[name] for row in rows if (name := self.list.hash_at(row)) in found}
        for run in self._held_runs(places):
            yield run, places[run[0]]

    def _held_runs(self, places: Mapping[int, Place]) -> Iterator[Sequence[int]]:
        """Yield rows that follow each other here and where they are held: one read each."""
        run: list[int] = []
        size = 0
        for row, place in places.items():
            last = places[run[-1]] if run else place
            adjoins = (last.root, last.offset + last.length) == (place.root, place.offset)
            if run and not (adjoins and row == run[-1] + 1 and size + place.length <= AT_ONCE):
                yield run
                run, size = [], 0
            run.append(row)
            size += place.length
        if run:
            yield run

    def _copy(self, rows: Sequence[int], place: Place) -> int:
        """Write those of *rows* that really lie at *place* and after it; return their bytes."""
        lengths = [self.list.lengths[row] for row in rows]
        try:
            data = memoryview(self._store.blobs.read(place.root, place.offset, sum(lengths)))
        except UnknownBlobError:
            return 0
        copied = 0
        for row, length in zip(rows, lengths, strict=True):
            if chunk_hash(data[:length]) == self.list.hash_at(row):
                self._write_all([row], data[:length])
                copied += length
            data = data[length:]
        return copied

    def _begin(self) -> None:
        """Find out what is here: in the store, and in the folder by the journal."""
        blobs = self.list.blobs
        there = set(self._store.sizes(blob.root for blob in blobs))
        said = self._journal.read(len(self.list.lengths))
        parts = _sizes(self.folder)
        there |= {blob.root for blob in blobs if self._left_in_a_crash(blob, said, there)}
        self._keep([blob for blob in blobs if blob.root in there])
        for number, blob in enumerate(blobs):
            size = parts.get(f"{blob.root.hex()}.part", 0)
            left = 0
            for row in blob.rows:
                end = self.list.offsets[row] + self.list.lengths[row]
                if blob.root in there or (row in said and end <= size):
                    self.had.add(row)
                else:
                    left += 1
            self._left.append(left)
            if blob.root in there:
                self._settled.add(number)

    def _left_in_a_crash(self, blob: Blob, said: Bitmap, there: set[bytes]) -> bool:
        """Tell whether a content is in the store, although only the journal knows of it."""
        return (
            blob.root not in there
            and blob.count > 0
            and all(row in said for row in blob.rows)
            and not (self.folder / f"{blob.root.hex()}.part").exists()
            and self._store.found(blob.root)
        )

    def _keep(self, blobs: Sequence[Blob]) -> None:
        if blobs:
            self._store.hold(self._holder, [blob.root for blob in blobs], peer=self._peer)

    def _ready(self) -> list[int]:
        with self._lock:
            ready = (n for n, left in enumerate(self._left) if not left and n not in self._settled)
            found = [number for number, _ in zip(ready, range(SETTLE_AT_ONCE), strict=False)]
        for number in found:
            if not self.list.blobs[number].count:  # an empty file has no chunk to write
                Path(self._place(number)).touch()
        return found

    def _write_all(self, rows: Sequence[int], data: memoryview) -> None:
        """Write verified chunks to every place where the list names them; once."""
        done: list[int] = []
        rest = data
        for _blob, run in spans(self.list, rows):
            size = sum(self.list.lengths[row] for row in run)
            if any(row not in self.had for row in run):
                done += self._write(self.list.owners[run[0]], run, rest[:size])
            rest = rest[size:]
        place = 0
        for row in rows:
            length = self.list.lengths[row]
            for other in self._groups.get(row, ()):
                if other != row and other not in self.had:
                    number = self.list.owners[other]
                    done += self._write(number, [other], data[place : place + length])
            place += length
        with self._lock:
            for row in done:
                if row not in self.had:
                    self.had.add(row)
                    self._left[self.list.owners[row]] -= 1
                    self._written.append(row)

    def _write(self, number: int, rows: Sequence[int], data: memoryview) -> Sequence[int]:
        """Write adjoining *rows* of content *number*, unless it is in the store already."""
        if number in self._settled or number in self._leaving:
            return ()
        alone = self.list.blobs[number].count == 1
        try:
            part = Handle(self._place(number), WRITING) if alone else self._part(number)
            _write_at(part.number, data, self.list.offsets[rows[0]])
        except OSError as error:
            raise self._store.refusal(error, len(data)) from error
        with self._lock:
            self._touched.add(number)
        return rows

    def _part(self, number: int) -> Handle:
        return self._handles.of(self._place(number))

    def _place(self, number: int) -> str:
        return f"{self.folder}/{self.list.blobs[number].root.hex()}.part"


class Journal:
    """Which chunks are on the disk: runs of rows, appended, of one packing list only."""

    def __init__(self, path: Path, list_hash: bytes) -> None:
        self._path, self._list_hash = path, list_hash

    def append(self, rows: Iterable[Sequence[int]]) -> None:
        """Add runs of *rows*; on the disk when this returns."""
        lines = b"".join(self._line(run[0], len(run)) for run in rows)
        if not lines:
            return
        handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            torn = os.fstat(handle).st_size % RUN.size
            os.ftruncate(handle, os.fstat(handle).st_size - torn)  # a crash cut the last line off
            while lines:
                lines = lines[os.write(handle, lines) :]
            os.fsync(handle)
        finally:
            os.close(handle)

    def read(self, size: int) -> Bitmap:
        """Return the rows below *size* that are on the disk; lines of another list do not count."""
        found = Bitmap(size)
        try:
            data = self._path.read_bytes()
        except FileNotFoundError:
            return found
        for first, count, _check in RUN.iter_unpack(data[: len(data) - len(data) % RUN.size]):
            if self._line(first, count)[8:] == RUN.pack(first, count, _check)[8:]:
                for row in range(first, min(first + count, size)):
                    found.add(row)
        return found

    def _line(self, first: int, count: int) -> bytes:
        check = zlib.crc32(struct.pack("<II", first, count) + self._list_hash)
        return RUN.pack(first, count, check)


def _write_at(handle: int, data: memoryview, place: int) -> None:
    while data:
        count = os.pwrite(handle, data, place)
        data, place = data[count:], place + count


def _sizes(folder: Path) -> dict[str, int]:
    """Return the bytes of each file in *folder*, by name."""
    with os.scandir(folder) as entries:
        return {entry.name: entry.stat().st_size for entry in entries}


def _groups(packing_list: PackingList) -> dict[int, Sequence[int]]:
    """Return, for every row whose chunk occurs more than once, all rows with that chunk."""
    found: dict[int, Sequence[int]] = {}
    for first, others in packing_list.twins.items():
        rows = (first, *others)
        found |= dict.fromkeys(rows, rows)
    return found
