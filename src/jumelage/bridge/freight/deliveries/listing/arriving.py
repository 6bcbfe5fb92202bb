"""A packing list that is arriving: parts on the disk, in any order, until it is whole.

Two files lie beside the lists that are kept: the bytes, each part at its place, and a journal that
names the list and, part after part, what was written. Nothing is forced to the disk on the way:
whoever goes on after a cut, a kill or a power cut reads what the journal names again and believes
only what has its hash. What never becomes whole is bounded (`room`).
"""

import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO, Self

from blake3 import blake3

from jumelage.bridge.freight.deliveries.listing import files, parts
from jumelage.bridge.freight.deliveries.listing.files import KEPT, KIND, NAMED
from jumelage.bridge.freight.deliveries.listing.room import Room, claimed
from jumelage.bridge.freight.errors import ListMismatchError
from jumelage.bridge.identity.keys import sync_folder


class ListArrival:
    """The packing list of one delivery on its way; several threads may keep parts of it."""

    def __init__(
        self, delivery: str, list_hash: str, size: int, *, city: str = "", room: Room | None = None
    ) -> None:
        """Go on with what is there of the list of *size* bytes with *list_hash* (hex).

        It comes from *city* (an origin), and has to fit into *room*.

        Raises:
            ListsFullError: it does not, as long as others come in.
            OSError: the disk does not take it.
        """
        self.delivery = delivery
        self.size = size
        self._hash, self._city = bytes.fromhex(list_hash), city.encode()
        self._file, self._journal = files.coming(delivery)
        self._lock = threading.Lock()
        with ExitStack() as opened:
            self._bytes = opened.enter_context(claimed(delivery, city, size, room or Room()))
            self._have = dict(self._believed())
            self._entries = os.open(self._journal, os.O_WRONLY | os.O_CREAT, 0o600)
            opened.callback(os.close, self._entries)
            self._begin_journal()
            self._opened = opened.pop_all()

    def __enter__(self) -> Self:
        """Give itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the files; what they hold stays for the next try."""
        self._opened.close()

    @property
    def _named(self) -> bytes:
        """What its journal begins with."""
        return NAMED.pack(KIND, self._hash, self.size, self._city)

    def _begin_journal(self) -> None:
        """Write the journal of what is here; where the disk is full the one before stays."""
        kept = [KEPT.pack(number, digest) for number, digest in self._have.items()]
        self._told = 0
        self._tell(self._named + b"".join(kept))
        os.ftruncate(self._entries, self._told)

    def _tell(self, entries: bytes) -> None:
        """Add *entries* to the journal; the next ones overwrite what of them it did not take."""
        _write_all(self._entries, entries, self._told)
        self._told += len(entries)

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
            self._tell(KEPT.pack(number, digest))
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
            if (found.digest(), size) != (self._hash, self.size):
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
