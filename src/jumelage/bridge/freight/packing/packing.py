"""Packs files where they lie: one pass over each, nothing copied, nothing read twice.

Theory of operation. A file is read in pieces of 8 MiB. While the next piece is read, threads
hash the chunks of the last one (BLAKE3) and the whole file (xxh128, for the manifest); both
libraries release the interpreter lock, as reading does. Other files are packed side by side,
those of one chunk by the hundred: what a thread costs is more than what they cost. Files are
read and not memory mapped: a mapped file that somebody shortens kills the process that looks at it.
"""

import os
import stat
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from unicodedata import normalize

import msgspec
from django.utils.translation import gettext_lazy as _
from xxhash import xxh3_128, xxh3_128_hexdigest

from jumelage.bridge.freight.errors import (
    ChangedSinceError,
    NothingToPackError,
    NotPackableError,
    TooMuchToPackError,
)
from jumelage.bridge.freight.packing import names
from jumelage.bridge.freight.packing.chunking import LOOK, SMALLEST, Cutter, Kind, kind_of
from jumelage.bridge.freight.packing.lists import (
    LARGEST,
    File,
    Head,
    Heading,
    PackingList,
    blobs_of,
)
from jumelage.bridge.freight.packing.parsing import LIMITS, Limits
from jumelage.bridge.freight.packing.roots import LARGEST_CHUNK, ROW, root_of, row, rows

PIECE = 8 * 1024 * 1024
TOGETHER = 100
"""Files of one chunk that are packed by one thread in one go."""
HEADROOM = 64 * 1024 * 1024
"""Bytes of a list that are left to the names of 200,000 files."""
OPENING = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
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
class Found:
    """A file to pack: its path in the delivery, its place, what the disk says of it."""

    path: str
    place: str
    size: int


Packing = tuple[File, bytes]
"""A file and its chunk table."""


def pack(
    paths: Iterable[Path] | Mapping[str, Path],
    *,
    heading: Heading,
    progress: Progress = lambda _done, _all: None,
    limits: Limits = LIMITS,
) -> Packed:
    """Return the packing list of the files and folders at *paths*, sorted by path.

    A folder keeps its own name in front, unless *paths* says under which path of the delivery
    each is to go; links, devices and empty folders are not delivered.

    Raises: NotPackableError, UnsafeNameError, NothingToPackError, ChangedSinceError; or
    TooMuchToPackError as soon as it is known that no city takes so long a list.
    """
    return pack_found(find(paths), heading=heading, progress=progress, limits=limits)


def find(paths: Iterable[Path] | Mapping[str, Path]) -> Sequence[Found]:
    """Return the files at *paths*, sorted by path; nothing is read.

    Raises: NotPackableError, UnsafeNameError, NothingToPackError.
    """
    wanted = _wanted(paths)
    found = sorted(_walk(wanted), key=lambda one: one.path)
    if not found:
        raise NothingToPackError(paths=", ".join(str(place) for _path, place in wanted))
    names.check_together(one.path for one in found)
    return found


def pack_found(
    found: Sequence[Found],
    *,
    heading: Heading,
    progress: Progress = lambda _done, _all: None,
    limits: Limits = LIMITS,
) -> Packed:
    """Return the packing list of the files *found*, in their order.

    Raises: as `pack`.
    """
    _check_files(found, limits)
    packed = list(_within(_packed(found, progress), limits))
    files = [file for file, _table in packed]
    packing_list = assemble(heading, files, {file.root: table for file, table in packed})
    return Packed(packing_list, {one.path: one.place for one in found})


def _check_files(found: Sequence[Found], limits: Limits) -> None:
    """Refuse what is too much before anything is read."""
    largest = max(one.size for one in found)
    if len(found) > limits.files:
        raise TooMuchToPackError(reason=_("more than 200,000 files"))
    if largest // LARGEST_CHUNK * ROW.size > limits.list_bytes - HEADROOM:
        raise TooMuchToPackError(reason=_("its list of chunks would be longer than 256 MiB"))
    if largest > limits.file_bytes or sum(one.size for one in found) > limits.total_bytes:
        raise TooMuchToPackError(reason=_("more than 64 TiB, or 16 TiB in one file"))


def _within(packed: Iterable[Packing], limits: Limits) -> Iterator[Packing]:
    """Pass *packed* on as long as the list of all chunks is one that a city takes."""
    length, known = 0, set[str]()
    for file, table in packed:
        if file.root not in known:
            known.add(file.root)
            length += len(table)
        if length > limits.list_bytes - HEADROOM:
            raise TooMuchToPackError(reason=_("its list of chunks would be longer than 256 MiB"))
        yield file, table


def pack_file(place: Path, *, named: str) -> tuple[File, bytes]:
    """Return what a list says of the file at *place* under the path *named*, and its chunk table.

    Raises: NotPackableError, ChangedSinceError.
    """
    with ThreadPoolExecutor(2) as hashing:
        return _pack_one(Found(named, str(place), place.stat().st_size), hashing)


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


def _walk(wanted: Iterable[tuple[str, Path]]) -> Iterator[Found]:
    for path, place in wanted:
        try:
            yield from _walk_one(str(place), path, place.lstat())
        except OSError as error:
            raise NotPackableError(path=error.filename or place, reason=error.strerror) from error


def _walk_one(place: str, path: str, facts: os.stat_result) -> Iterator[Found]:
    if stat.S_ISREG(facts.st_mode):
        name = path if path.isascii() else normalize("NFC", path)
        names.check(name)
        yield Found(name, place, facts.st_size)
    elif stat.S_ISDIR(facts.st_mode):
        with os.scandir(place) as inside:
            entries = [entry for entry in inside if entry.name not in LEFT_OUT]
        for entry in entries:
            facts = entry.stat(follow_symlinks=False)
            yield from _walk_one(entry.path, f"{path}/{entry.name}", facts)
    elif stat.S_ISLNK(facts.st_mode):
        raise NotPackableError(path=Path(place), reason=_("it is a link; send what it points at"))
    else:
        raise NotPackableError(path=Path(place), reason=_("it is neither a file nor a folder"))


def _packed(found: Sequence[Found], progress: Progress) -> Iterator[Packing]:
    """Yield each file and its chunk table, in order; a few jobs are under way at a time."""
    whole, done = sum(one.size for one in found), 0
    workers = min(8, (os.cpu_count() or 1) + 1)
    with ThreadPoolExecutor(workers) as files, ThreadPoolExecutor(workers) as hashing:
        waiting: deque[Future[list[Packing]]] = deque()
        try:
            for job in [*_jobs(found), *[()] * 4 * workers]:
                waiting.append(files.submit(_pack_job, job, hashing))
                if len(waiting) <= 4 * workers:
                    continue
                for packed in waiting.popleft().result():
                    done += packed[0].size
                    progress(done, whole)
                    yield packed
        finally:
            files.shutdown(wait=True, cancel_futures=True)


def _jobs(found: Sequence[Found]) -> Iterator[Sequence[Found]]:
    """Yield *found* in order: files of one chunk that follow each other together."""
    first = 0
    while first < len(found):
        end = first + 1
        while (
            end < len(found) and end - first < TOGETHER
            and found[first].size <= SMALLEST >= found[end].size
        ):  # fmt: skip
            end += 1
        yield found[first:end]
        first = end


def _pack_job(job: Sequence[Found], hashing: ThreadPoolExecutor) -> list[Packing]:
    return [_pack_one(one, hashing) for one in job]


def _pack_one(one: Found, hashing: ThreadPoolExecutor) -> Packing:
    try:
        handle = os.open(one.place, OPENING)
    except OSError as error:
        raise NotPackableError(path=Path(one.place), reason=error.strerror) from error
    try:
        before = os.fstat(handle)
        if not stat.S_ISREG(before.st_mode):
            raise NotPackableError(
                path=Path(one.place), reason=_("it is neither a file nor a folder")
            )
        read = _read_small if before.st_size <= SMALLEST else _read
        kind, table, whole, size = read(handle, one.path, before.st_size, hashing)
        after = os.fstat(handle)
    finally:
        os.close(handle)
    if (size, after.st_size, after.st_mtime_ns) != (
        before.st_size, before.st_size, before.st_mtime_ns,
    ):  # fmt: skip
        raise ChangedSinceError(path=Path(one.place))
    return File(
        path=one.path,
        size=size,
        root=root_of(table).hex(),
        xxh128=whole,
        modified=max(-LARGEST, min(before.st_mtime_ns // 1000, LARGEST)),
        kind=kind.name,
        chunks=len(table) // ROW.size,
    ), table


def _read_small(
    handle: int, path: str, size: int, _hashing: ThreadPoolExecutor
) -> tuple[Kind, bytes, str, int]:
    """Do as `_read` does for a file that is one chunk whatever it is, or empty."""
    data = os.read(handle, size + 1)
    table = row(data) if data else b""
    return kind_of(path, data[:LOOK]), table, xxh3_128_hexdigest(data), len(data)


def _read(
    handle: int, path: str, size: int, hashing: ThreadPoolExecutor
) -> tuple[Kind, bytes, str, int]:
    """Return the kind, the chunk table, the xxh128 and the size of the open file, read once."""
    kind = kind_of(path, os.pread(handle, LOOK, 0))
    if size > PIECE:
        return kind, *_read_in_pieces(handle, kind, size, hashing)
    view = memoryview(bytearray(size))
    view = view[: _fill(handle, view)]
    table = rows(Cutter(kind, size).cut(view, last=True))
    return kind, table, xxh3_128_hexdigest(view), len(view)


def _read_in_pieces(
    handle: int, kind: Kind, size: int, hashing: ThreadPoolExecutor
) -> tuple[bytes, str, int]:
    whole, cutter = xxh3_128(), Cutter(kind, size)
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
