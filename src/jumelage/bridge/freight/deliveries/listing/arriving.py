"""A packing list that is arriving: parts on the disk, in any order, until it is whole.

Two files lie beside the lists that are kept: the bytes, each part at its place, and a journal that
names the list and, part after part, what was written. Nothing is forced to the disk on the way:
whoever goes on after a cut, a kill or a power cut reads what the journal names again and believes
only what has its hash. What never becomes whole is bounded: the stalest goes first.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Self

from blake3 import blake3

from jumelage.bridge.freight.deliveries.listing import files, parts
from jumelage.bridge.freight.deliveries.listing.files import KEPT, NAMED
from jumelage.bridge.freight.errors import ListMismatchError
from jumelage.bridge.identity.keys import sync_folder

KIND = b"parts 1\n"
MOST_BYTES = 2 * 1024**3
"""Bytes that all lists on their way may take up on the disk of this city."""


class ListArrival:
    """The packing list of one delivery on its way; several threads may keep parts of it."""

    def __init__(self, delivery: str, list_hash: str, size: int, *, room: int = MOST_BYTES) -> None:
        """Go on with what is there of the list of *size* bytes with *list_hash* (hex).

        All lists on their way may take up *room* bytes.
        """
        self.delivery = delivery
        self.size = size
        self._named = NAMED.pack(KIND, bytes.fromhex(list_hash), size)
        self._file, self._journal = files.coming(delivery)
        self._lock = threading.Lock()
        _make_room(size, self._file, room)
        self._bytes = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600)
        self._have = dict(self._believed())
        self._entries = os.open(self._journal, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        kept = [KEPT.pack(number, digest) for number, digest in self._have.items()]
        os.write(self._entries, self._named + b"".join(kept))

    def __enter__(self) -> Self:
        """Give itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the files; what they hold stays for the next try."""
        os.close(self._bytes)
        os.close(self._entries)

    def _believed(self) -> Iterator[tuple[int, bytes]]:
        """Yield the parts that the journal names and whose bytes are there as it says."""
        for number, digest in _entries(self._journal, self._named):
            wanted = parts.length(number, self.size)
            data = os.pread(self._bytes, wanted, number * parts.PART)
            if wanted and len(data) == wanted and blake3(data).digest() == digest:
                yield number, digest

    @property
    def lacking(self) -> list[int]:
        """The parts that are not here, in order."""
        with self._lock:
            return [one for one in range(parts.count(self.size)) if one not in self._have]

    def keep(self, number: int, data: bytes) -> None:
        """Keep a part; once it is named in the journal it counts.

        Raises:
            ListMismatchError: it has not the length of that part.
            OSError: the disk does not take it.
        """
        if len(data) != parts.length(number, self.size) or not data:
            raise ListMismatchError(delivery=self.delivery)
        digest = blake3(data).digest()
        with self._lock:
            if number in self._have:
                return
            _write_all(self._bytes, data, number * parts.PART)
            os.write(self._entries, KEPT.pack(number, digest))
            self._have[number] = digest

    @contextmanager
    def whole(self) -> Iterator[BinaryIO]:
        """Open the whole list, which is the one that was named, at its beginning.

        Raises:
            ListMismatchError: it is another one.
        """
        found, size = blake3(), 0
        with self._file.open("rb") as file:
            while piece := file.read(parts.PART):
                found.update(piece)
                size += len(piece)
            if NAMED.pack(KIND, found.digest(), size) != self._named:
                raise ListMismatchError(delivery=self.delivery)
            file.seek(0)
            yield file

    def settle(self) -> None:
        """Make it one of the lists that are kept, durably."""
        os.fsync(self._bytes)
        kept = files.kept(self.delivery)
        self._file.replace(kept)
        self._journal.unlink(missing_ok=True)
        sync_folder(kept.parent)


def _write_all(handle: int, data: bytes, place: int) -> None:
    """Write *data* at *place*; a disk that is nearly full takes only some of it at first."""
    left = memoryview(data)
    while left:
        done = os.pwrite(handle, left, place)
        left, place = left[done:], place + done


def _entries(journal: Path, named: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield what *journal* says was written of the list it is *named* for; a torn end is left out."""
    try:
        raw = journal.read_bytes()
    except FileNotFoundError:
        return
    if raw.startswith(named):
        whole = len(raw) - (len(raw) - NAMED.size) % KEPT.size
        yield from KEPT.iter_unpack(raw[NAMED.size : whole])


def _make_room(size: int, own: Path, room: int) -> None:
    """Drop the stalest of the other lists that are on their way, until *size* bytes fit."""
    others = [(found.stat(), found) for found in files.all_coming() if found != own]
    held = sum(one.st_blocks * 512 for one, _file in others)
    for one, file in sorted(others, key=lambda told: told[0].st_mtime):
        if held + size <= room:
            return
        held -= one.st_blocks * 512
        for name in files.coming(file.stem):
            name.unlink(missing_ok=True)
