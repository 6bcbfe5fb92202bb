"""What a delivered delivery holds, file by file, for the component it is meant for.

Every byte that is read here is verified against the packing list before anybody sees it: at the
receiver it comes from the store, at the sender from the files where they lie.
"""

import io
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from blake3 import blake3

from jumelage.bridge.freight.deliveries import shelf
from jumelage.bridge.freight.deliveries.receiving.checkout import demand_there
from jumelage.bridge.freight.deliveries.receiving.storing import open_store
from jumelage.bridge.freight.deliveries.states import State
from jumelage.bridge.freight.errors import FolderTakenError, NotDeliveredError, ReleasedError
from jumelage.bridge.freight.packing.lists import Blob, File, PackingList
from jumelage.bridge.freight.packing.source import Files, Source
from jumelage.bridge.freight.store.reading import Stored
from jumelage.bridge.models import Delivery

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

AT_ONCE = 4 * 1024 * 1024
"""Bytes read and verified at a time."""


@dataclass(frozen=True)
class Content:
    """One file of a delivered delivery; `path` is its path in the packing list.

    `root` (hex) is what freight knows it by; `hash` is the BLAKE3 of its plain bytes.
    """

    path: str
    size: int
    root: str
    modified: datetime
    _rows: Sequence[int] = field(repr=False)
    _lengths: Sequence[int] = field(repr=False)
    _source: Source = field(repr=False)

    @cached_property
    def hash(self) -> str:
        """The BLAKE3 (hex) of its bytes; all of it is read when this is asked for first.

        Raises:
            UnknownBlobError, DamagedBlobError: the store lost or damaged it.
            ChangedSinceError: the sender's file is not what was packed.
        """
        seen = blake3()
        with self.open() as file:
            while data := file.read(AT_ONCE):
                seen.update(data)
        return seen.hexdigest()

    def open(self) -> BinaryIO:
        """Open it for reading, at its beginning; what is read is verified (raises as `hash`)."""
        reader = _Reader(self._rows, self._lengths, self._source)
        return io.BufferedReader(reader, AT_ONCE)

    def write(self, target: Path) -> str:
        """Write it to the new file *target*; return its hash, taken on the way.

        What cannot be written whole leaves nothing behind.

        Raises:
            FolderTakenError: there is something at *target*.
            UnknownBlobError, DamagedBlobError, ChangedSinceError: as `hash`.
        """
        try:
            with self.open() as file, target.open("xb") as copy:
                return _copy(file, copy)
        except FileExistsError as error:
            raise FolderTakenError(folder=target.parent, path=target.name) from error
        except BaseException:
            target.unlink(missing_ok=True)
            raise


def _copy(file: BinaryIO, copy: BinaryIO) -> str:
    seen = blake3()
    while data := file.read(AT_ONCE):
        seen.update(data)
        copy.write(data)
    return seen.hexdigest()


class _Reader(io.RawIOBase):
    """Reads one content in runs of chunks, each verified by the source."""

    def __init__(self, rows: Sequence[int], lengths: Sequence[int], source: Source) -> None:
        super().__init__()
        self._rows, self._source = rows, source
        self._ends = list(accumulate(lengths))
        self._place, self._held, self._held_at = 0, b"", 0

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def seekable(self) -> bool:
        """Tell that it can be read from anywhere."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a byte, as every file does."""
        size = self._ends[-1] if self._ends else 0
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: size}[whence]
        self._place = max(0, start + offset)
        return self._place

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Fill *buffer* from here on; return how many bytes there were."""
        if not self._ends or self._place >= self._ends[-1]:
            return 0
        if not self._held_at <= self._place < self._held_at + len(self._held):
            self._hold()
        view, first = memoryview(buffer).cast("B"), self._place - self._held_at
        found = self._held[first : first + len(view)]
        view[: len(found)] = found
        self._place += len(found)
        return len(found)

    def _hold(self) -> None:
        """Read the chunks from the one at the place on, some MiB."""
        first = bisect_right(self._ends, self._place)
        self._held_at = self._ends[first - 1] if first else 0
        last = max(first + 1, bisect_right(self._ends, self._held_at + AT_ONCE))
        self._held = self._source.read(self._rows[first:last])


def contents(delivery: Delivery) -> Sequence[Content]:
    """Return the files of a delivered *delivery* in the order of its packing list.

    Raises:
        NotDeliveredError: it is not all there.
        ReleasedError: its contents were given up.
        ContentsMissingError: the store was restored without them.
        UnknownDeliveryError: its packing list is not kept here any more.
    """
    if delivery.state != State.DELIVERED:
        raise NotDeliveredError(title=delivery.title)
    if delivery.released_at is not None:
        raise ReleasedError(title=delivery.title)
    held = shelf.packing_list(delivery)
    source: Source
    if delivery.sends:
        source = Files(held, shelf.places(delivery))
    else:
        store = open_store()
        demand_there(delivery, held, store)
        source = Stored(held, store.blobs)
    blobs = {blob.root.hex(): blob for blob in held.blobs}
    return [_content(held, file, blobs[file.root], source) for file in held.files]


def _content(held: PackingList, file: File, blob: Blob, source: Source) -> Content:
    return Content(
        path=file.path,
        size=file.size,
        root=file.root,
        modified=datetime.fromtimestamp(file.modified / 1_000_000, UTC),
        _rows=blob.rows,
        _lengths=held.lengths[blob.first : blob.first + blob.count],
        _source=source,
    )
