"""Looks at everything the store holds, puts right what can be, names what cannot.

It reads every blob and compares each chunk with its table and each table with its root. A
damaged chunk is taken from another blob that holds it too; a lost table is found again by
cutting the content anew. What stays damaged is set aside, so that the next delivery brings it
again, and is named together with those who need it. The index is compared with the blobs and
made again where it differs; references that were lost are then counted anew from what the product
needs; what was left behind in quarantine by nobody's delivery is removed.
"""

import secrets
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import accumulate
from pathlib import Path

from jumelage.bridge.freight.errors import DamagedBlobError, UnknownBlobError
from jumelage.bridge.freight.packing.chunking import FILE, KINDS, Cutter
from jumelage.bridge.freight.packing.lists import hashes_of, lengths_of
from jumelage.bridge.freight.packing.roots import ROW, chunk_hash, root_of, rows
from jumelage.bridge.freight.store import reading
from jumelage.bridge.freight.store.blobs import ALONE, Held, Part
from jumelage.bridge.freight.store.index import Place
from jumelage.bridge.freight.store.quarantine import NAME
from jumelage.bridge.freight.store.references import Needed
from jumelage.bridge.freight.store.store import COMING, INCOMING, Store

LEFTOVER_SECONDS = 24 * 3600
"""How long an unclaimed folder in quarantine is left alone."""


class Fault(StrEnum):
    """What can be wrong."""

    DAMAGED = "damaged"
    TABLE_LOST = "table-lost"
    MISSING = "missing"
    NOT_INDEXED = "not-indexed"
    INDEXED_ONLY = "indexed-only"
    INDEX_BROKEN = "index-broken"
    REFERENCES_LOST = "references-lost"
    STRAY_TABLE = "stray-table"
    LEFTOVER = "leftover"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault: of which content or file, whether it was put right, and who needs it."""

    fault: Fault
    what: str
    repaired: bool
    needed_by: tuple[str, ...] = ()


@dataclass(slots=True)
class Report:
    """What was looked at and what was found."""

    blobs: int = 0
    bytes: int = 0
    finished: bool = False
    findings: list[Finding] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether all was looked at and nothing was wrong."""
        return self.finished and not self.findings

    @property
    def lost(self) -> list[Finding]:
        """What could not be put right."""
        return [one for one in self.findings if not one.repaired]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is, in bytes."""

    done: int
    whole: int


class _StoppedError(Exception):
    """Somebody asked to stop."""


def check(
    store: Store,
    *,
    repair: bool = True,
    needs: Callable[[], Iterable[Needed]] | None = None,
    progress: Callable[[Progress], None] = lambda _progress: None,
    stop: threading.Event | None = None,
) -> Report:
    """Look at all of *store*; with *repair* put right what can be. May run beside deliveries.

    *needs* is asked what the product needs, so that references can be counted anew.
    Cancelled by *stop* the report is not `finished`, and what was found so far stands in it.
    """
    work = _Check(store, repair=repair, progress=progress, stop=stop or threading.Event())
    try:
        work.index()
        work.blobs()
        work.references(needs)
        work.needed()
        work.tables()
        work.quarantine()
    except _StoppedError:
        return work.report
    work.report.finished = True
    return work.report


class _Check:
    """One run of `check`."""

    def __init__(
        self,
        store: Store,
        *,
        repair: bool,
        progress: Callable[[Progress], None],
        stop: threading.Event,
    ) -> None:
        self.report = Report()
        self._known = store.references.database.sound()
        self._awaited: set[str] = set()
        self._lacked: dict[bytes, set[str]] = {}
        self._store, self._repair, self._progress, self._stop = store, repair, progress, stop

    def references(self, needs: Callable[[], Iterable[Needed]] | None) -> None:
        """Look at what must be kept; it cannot be made again from the blobs, but from *needs*."""
        lost = not self._store.references.trusted()
        if self._repair and needs is not None:
            self._count(list(needs()))
        if lost:
            path = str(self._store.references.database.path)
            self._found(Fault.REFERENCES_LOST, path, repaired=self._store.references.trusted())

    def _count(self, needed: Sequence[Needed]) -> None:
        """Let every content be held by those who need it, and find out which they lack."""
        missing = set(self._store.count_anew(needed))
        self._known = True
        self._awaited = {need.name for need in needed if need.arriving}
        for need in needed:
            for root in () if need.arriving else missing.intersection(need.roots):
                self._lacked.setdefault(root, set()).add(need.name)

    def index(self) -> None:
        """Look at the file of the index, and make it again when it is broken."""
        if not self._store.index.database.sound():
            if self._repair:
                self._store.index.empty()
            self._found(Fault.INDEX_BROKEN, "index.sqlite3", repaired=self._repair)

    def blobs(self) -> None:
        """Read every blob; compare each with its table, its root and the index."""
        whole = self._store.index.totals()[1]
        leaving = self._store.references.leaving() if self._known else set()
        for held in self._store.blobs.walk():
            self._go_on()
            if held.root in leaving:
                continue  # the next sweep frees it
            try:
                self._blob(held)
            except UnknownBlobError:
                continue  # swept meanwhile
            self.report.blobs += 1
            self.report.bytes += held.size
            self._progress(Progress(self.report.bytes, max(whole, self.report.bytes)))

    def needed(self) -> None:
        """Find what the index or a name speaks of and nobody holds."""
        for one in self._store.index.blobs():
            self._go_on()
            if self._store.blobs.size(one.root) is None and self._still(one.root):
                if self._repair:
                    self._store.index.remove([(one.root, None)])
                self._found(Fault.INDEXED_ONLY, one.root.hex(), repaired=self._repair)
        held = self._store.references.all_roots() if self._known else set()
        for root in sorted(held | self._lacked.keys()):
            self._go_on()
            names = {name for name in self._names(root) if not self._arriving(name)}
            names |= self._lacked.get(root, set())
            if names and self._store.blobs.size(root) is None:
                self._found(Fault.MISSING, root.hex(), needed_by=tuple(sorted(names)))

    def tables(self) -> None:
        """Remove the tables of blobs that never came to be."""
        leaving = self._store.references.leaving() if self._known else set()
        for root in self._store.blobs.tables() if self._known else ():
            self._go_on()
            if root in leaving:
                continue
            if self._store.blobs.size(root) is None and not self._names(root):
                if self._repair:
                    self._store.blobs.remove(root)
                self._found(Fault.STRAY_TABLE, root.hex(), repaired=self._repair)

    def quarantine(self) -> None:
        """Remove what a delivery left behind that nobody waits for any more."""
        if not self._known:
            return
        for path in self._unclaimed():
            self._go_on()
            if self._repair:
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
            self._found(Fault.LEFTOVER, path.name, repaired=self._repair)
        before = self._store.now() - LEFTOVER_SECONDS
        for name in self._store.references.begun(COMING, before):
            if self._repair:
                self._store.release(name)
            self._found(Fault.LEFTOVER, name, repaired=self._repair)

    # One blob.

    def _blob(self, held: Held) -> None:
        table = self._table(held)
        if table is None:
            return
        wrong = list(_wrong_chunks(self._store, held.root, table))
        if sum(lengths_of(table)) != held.size or wrong:
            self._damaged(held.root, table, wrong)
        elif held.root not in self._store.index.sizes([held.root]):
            if self._repair:
                self._store.index.add([(held.root, table)])
            self._found(Fault.NOT_INDEXED, held.root.hex(), repaired=self._repair)

    def _table(self, held: Held) -> bytes | None:
        """Return the table of a blob, found again if it was lost; None when it cannot be."""
        try:
            return reading.table_of(self._store.blobs, held.root)
        except DamagedBlobError:
            table = _cut_anew(self._store, held)
        if table is None:
            self._set_aside(held.root)
            return None
        if self._repair and len(table) > ALONE * ROW.size:
            self._store.blobs.keep_table(held.root, table)
        self._found(Fault.TABLE_LOST, held.root.hex(), repaired=self._repair)
        return table

    def _damaged(self, root: bytes, table: bytes, wrong: list[int]) -> None:
        """Make the blob again with chunks of other blobs, or set it aside."""
        whole = self._repair and _mended(self._store, root, table, set(wrong))
        if whole:
            self._found(Fault.DAMAGED, root.hex(), repaired=True)
        else:
            self._set_aside(root)

    def _set_aside(self, root: bytes) -> None:
        names = tuple(self._names(root))
        if self._repair:
            self._store.index.remove([(root, None)])
            self._store.blobs.set_aside(root)
        self._found(Fault.DAMAGED, root.hex(), needed_by=names)

    # What it asks.

    def _names(self, root: bytes) -> list[str]:
        return self._store.references.names(root) if self._known else []

    def _arriving(self, name: str) -> bool:
        """Tell whether the blobs that *name* needs may still be on their way."""
        folder = self._store.home / "quarantine"
        if name.startswith(COMING) or name in self._awaited:
            return True
        return name in self._store.references.reservations() or (
            NAME.fullmatch(name) is not None and (folder / name).is_dir()
        )

    def _still(self, root: bytes) -> bool:
        """Tell whether the index still speaks of a blob that was not found."""
        return bool(self._store.index.sizes([root]))

    def _unclaimed(self) -> Iterator[Path]:
        before = self._store.now() - LEFTOVER_SECONDS
        promised = self._awaited.union(self._store.references.reservations())
        for folder in ("quarantine", INCOMING):
            for path in sorted((self._store.home / folder).glob("*")):
                if path.name not in promised and path.stat().st_mtime < before:
                    yield path

    def _go_on(self) -> None:
        if self._stop.is_set():
            raise _StoppedError

    def _found(
        self, fault: Fault, what: str, *, repaired: bool = False, needed_by: tuple[str, ...] = ()
    ) -> None:
        self.report.findings.append(Finding(fault, what, repaired, needed_by))


def _wrong_chunks(store: Store, root: bytes, table: bytes) -> Iterator[int]:
    """Yield the numbers of the chunks of a blob that are not what its table names."""
    place = 0
    names, lengths = list(hashes_of(table)), lengths_of(table)
    step = max(1, reading.AT_ONCE // (max(lengths, default=1)))
    for start in range(0, len(names), step):
        size = sum(lengths[start : start + step])
        data = memoryview(store.blobs.read(root, place, size))
        place += size
        at = 0
        for number in range(start, min(start + step, len(names))):
            if chunk_hash(data[at : at + lengths[number]]) != names[number]:
                yield number
            at += lengths[number]


def _cut_anew(store: Store, held: Held) -> bytes | None:
    """Return the table of a content by cutting it in each way we cut; None when none fits."""
    for how in (FILE, next(kind for kind in KINDS if kind.cut != FILE.cut)):
        table = b"".join(_rows(store, held, Cutter(how, held.size)))
        if root_of(table) == held.root:
            return table
    return None


def _rows(store: Store, held: Held, cutter: Cutter) -> Iterator[bytes]:
    """Yield the rows of a content as *cutter* cuts it."""
    carried = b""
    for place in range(0, held.size, reading.AT_ONCE):
        data = memoryview(carried + store.blobs.read(held.root, place, reading.AT_ONCE))
        chunks = list(cutter.cut(data, last=place + reading.AT_ONCE >= held.size))
        carried = bytes(data[sum(map(len, chunks)) :])
        yield rows(chunks)


def _mended(store: Store, root: bytes, table: bytes, wrong: set[int]) -> bool:
    """Make the blob *root* again, its *wrong* chunks from other blobs; tell whether that worked."""
    names, place = list(hashes_of(table)), 0
    folder = store.home / INCOMING
    folder.mkdir(exist_ok=True)
    copy = folder / secrets.token_hex(16)
    try:
        with copy.open("wb") as file:
            for number, length in enumerate(lengths_of(table)):
                if number in wrong:
                    data = _elsewhere(store, root, names[number], length)
                else:
                    data = store.read_chunk(Place(root, place, length), names[number])
                if data is None:
                    return False
                file.write(data)
                place += length
        store.blobs.adopt([Part(root, copy, table)])
    finally:
        copy.unlink(missing_ok=True)
    return True


def _elsewhere(store: Store, root: bytes, name: bytes, length: int) -> bytes | None:
    """Return the chunk *name* from any other blob than *root*, by the index or by all tables."""
    for place in (*store.where([name]).values(), *_places(store, name, length)):
        if place.root != root and (data := store.read_chunk(place, name)) is not None:
            return data
    return None


def _places(store: Store, name: bytes, length: int) -> Iterator[Place]:
    """Yield where the tables of all blobs say that the chunk *name* lies."""
    for one in store.index.blobs():
        if one.chunks == ALONE and one.size == length:
            yield Place(one.root, 0, length)
        elif one.chunks > ALONE:
            table = store.blobs.table(one.root) or b""
            lengths = lengths_of(table[: len(table) - len(table) % ROW.size])
            starts = accumulate(lengths, initial=0)
            yield from (
                Place(one.root, at, length)
                for other, at in zip(hashes_of(table), starts, strict=False)
                if other == name
            )
