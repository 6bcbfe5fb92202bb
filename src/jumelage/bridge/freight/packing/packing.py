"""Packs files where they lie: one pass over each, nothing copied, nothing read twice.

Theory of operation. A file is read in pieces of 8 MiB. While the next piece is read, threads
hash the chunks of the last one (BLAKE3) and the whole file (xxh128, for the manifest); both
libraries release the interpreter lock, as reading does. Small files are packed side by side
instead. Files are read and not memory mapped: a mapped file that somebody shortens kills the
process that looks at it.
"""

import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from unicodedata import normalize

import msgspec
from django.utils.translation import gettext_lazy as _
from xxhash import xxh3_128

from jumelage.bridge.freight.errors import (
    ChangedSinceError,
    NothingToPackError,
    NotPackableError,
)
from jumelage.bridge.freight.packing import names
from jumelage.bridge.freight.packing.chunking import LOOK, Cutter, Kind, kind_of
from jumelage.bridge.freight.packing.lists import (
    LARGEST,
    File,
    Head,
    Heading,
    PackingList,
    blobs_of,
)
from jumelage.bridge.freight.packing.roots import ROW, root_of, rows

PIECE = 8 * 1024 * 1024
LEFT_OUT = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
"""What file managers leave in folders; nobody means to send it."""

Progress = Callable[[int, int], None]
"""Told the bytes read and the bytes in all; what it raises stops the packing."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A packing list, and where on this machine each path of it lies."""

    packing_list: PackingList
    places: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Found:
    """A file to pack: its path in the delivery, its place, what the disk says of it."""

    path: str
    place: Path
    size: int


def pack(
    paths: Iterable[Path] | Mapping[str, Path],
    *,
    heading: Heading,
    progress: Progress = lambda _done, _all: None,
) -> Packed:
    """Return the packing list of the files and folders at *paths*, sorted by path.

    A folder keeps its own name in front, unless *paths* says under which path of the delivery
    each is to go; links, devices and empty folders are not delivered.

    Raises: NotPackableError, UnsafeNameError, NothingToPackError, ChangedSinceError.
    """
    wanted = _wanted(paths)
    found = sorted(_walk(wanted), key=lambda one: one.path)
    if not found:
        raise NothingToPackError(paths=", ".join(str(place) for _path, place in wanted))
    names.check_together(one.path for one in found)
    packed = list(_packed(found, progress))
    files = [file for file, _table in packed]
    packing_list = assemble(heading, files, {file.root: table for file, table in packed})
    return Packed(packing_list, {one.path: str(one.place) for one in found})


def pack_file(place: Path, *, named: str) -> tuple[File, bytes]:
    """Return what a list says of the file at *place* under the path *named*, and its chunk table.

    Raises: NotPackableError, ChangedSinceError.
    """
    with ThreadPoolExecutor(2) as hashing:
        return _pack_one(_Found(named, place, place.stat().st_size), hashing)


def assemble(heading: Heading, files: Sequence[File], tables: dict[str, bytes]) -> PackingList:
    """Return the list of *files*, whose chunk *tables* are given by root."""
    blobs = tuple(blobs_of(files))
    head = Head(
        **msgspec.structs.asdict(heading),
        files=len(files),
        bytes=sum(file.size for file in files),
        blobs=len(blobs),
        chunks=sum(blob.count for blob in blobs),
    )
    return PackingList(head, tuple(files), b"".join(tables[blob.root.hex()] for blob in blobs))


def _wanted(paths: Iterable[Path] | Mapping[str, Path]) -> list[tuple[str, Path]]:
    """Return the path in the delivery and the place of each of *paths*."""
    if isinstance(paths, Mapping):
        return [(name, _whole(place)) for name, place in paths.items()]
    return [(place.name, place) for place in map(_whole, paths)]


def _whole(place: Path) -> Path:
    return Path(os.path.abspath(place))  # noqa: PTH100  # resolve() would follow links


def _walk(wanted: Iterable[tuple[str, Path]]) -> Iterator[_Found]:
    for path, place in wanted:
        try:
            yield from _walk_one(place, path)
        except OSError as error:
            raise NotPackableError(path=error.filename or place, reason=error.strerror) from error


def _walk_one(place: Path, path: str) -> Iterator[_Found]:
    facts = place.lstat()
    if stat.S_ISREG(facts.st_mode):
        name = normalize("NFC", path)
        names.check(name)
        yield _Found(name, place, facts.st_size)
    elif stat.S_ISDIR(facts.st_mode):
        for inner in sorted(place.iterdir(), key=attrgetter("name")):
            if inner.name not in LEFT_OUT:
                yield from _walk_one(inner, f"{path}/{inner.name}")
    elif stat.S_ISLNK(facts.st_mode):
        raise NotPackableError(path=place, reason=_("it is a link; send what it points at"))
    else:
        raise NotPackableError(path=place, reason=_("it is neither a file nor a folder"))


def _packed(found: Sequence[_Found], progress: Progress) -> Iterator[tuple[File, bytes]]:
    """Yield each file and its chunk table, in order; a few files are under way at a time."""
    whole, done = sum(one.size for one in found), 0
    workers = min(8, (os.cpu_count() or 1) + 1)
    with ThreadPoolExecutor(workers) as files, ThreadPoolExecutor(workers) as hashing:
        waiting: list[Future[tuple[File, bytes]]] = []
        try:
            for place, one in enumerate(found):
                waiting += [
                    files.submit(_pack_one, other, hashing)
                    for other in found[place + len(waiting) : place + 4 * workers]
                ]
                yield waiting.pop(0).result()
                done += one.size
                progress(done, whole)
        finally:
            files.shutdown(wait=True, cancel_futures=True)


def _pack_one(one: _Found, hashing: ThreadPoolExecutor) -> tuple[File, bytes]:
    try:
        handle = os.open(one.place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise NotPackableError(path=one.place, reason=error.strerror) from error
    with open(handle, "rb", buffering=0) as file:  # noqa: PTH123  # opened without following links
        before = os.fstat(handle)
        if not stat.S_ISREG(before.st_mode):
            raise NotPackableError(path=one.place, reason=_("it is neither a file nor a folder"))
        kind = kind_of(one.path, os.pread(handle, LOOK, 0))
        table, whole, size = _read(file.fileno(), kind, before.st_size, hashing)
        after = os.fstat(handle)
    if (size, after.st_size, after.st_mtime_ns) != (
        before.st_size, before.st_size, before.st_mtime_ns,
    ):  # fmt: skip
        raise ChangedSinceError(path=one.place)
    return File(
        path=one.path,
        size=size,
        root=root_of(table).hex(),
        xxh128=whole,
        modified=max(-LARGEST, min(before.st_mtime_ns // 1000, LARGEST)),
        kind=kind.name,
        chunks=len(table) // ROW.size,
    ), table


def _read(
    handle: int, kind: Kind, size: int, hashing: ThreadPoolExecutor
) -> tuple[bytes, str, int]:
    """Return the chunk table, the xxh128 and the size of the open file, read once."""
    if size > PIECE:
        return _read_in_pieces(handle, kind, size, hashing)
    view = memoryview(bytearray(size))
    view = view[: _fill(handle, view)]
    return rows(Cutter(kind).cut(view, last=True)), xxh3_128(view).hexdigest(), len(view)


def _read_in_pieces(
    handle: int, kind: Kind, size: int, hashing: ThreadPoolExecutor
) -> tuple[bytes, str, int]:
    whole, cutter = xxh3_128(), Cutter(kind)
    tables: list[Future[bytes]] = []
    summing: Future[None] | None = None
    carried, total, ended = memoryview(b""), 0, False
    while not ended:
        piece = memoryview(bytearray(len(carried) + min(PIECE, size - total)))
        piece[: len(carried)] = carried
        count = _fill(handle, piece[len(carried) :])
        piece, fresh = piece[: len(carried) + count], piece[len(carried) :][:count]
        total += count
        ended = total >= size or not count
        chunks = list(cutter.cut(piece, last=ended))
        carried = piece[sum(map(len, chunks)) :]
        if summing is not None:
            summing.result()  # the order of the pieces counts
        summing = hashing.submit(whole.update, fresh)
        tables.append(hashing.submit(rows, chunks))
        if len(tables) > 2:
            tables[-3].result()  # no more than three pieces are in memory
    if summing is not None:
        summing.result()
    return b"".join(table.result() for table in tables), whole.hexdigest(), total


def _fill(handle: int, view: memoryview) -> int:
    """Read until *view* is full or the file ends; return the bytes read."""
    filled = 0
    while filled < len(view) and (count := os.readv(handle, [view[filled:]])):
        filled += count
    return filled
