"""Reads a blob so that no byte leaves unverified: chunk by chunk, each against its hash."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path

from jumelage.bridge.freight.errors import DamagedBlobError, UnknownBlobError
from jumelage.bridge.freight.packing.lists import Blob, PackingList, hashes_of, lengths_of
from jumelage.bridge.freight.packing.parcels import spans
from jumelage.bridge.freight.packing.roots import LARGEST_CHUNK, chunk_hash, root_of, rows
from jumelage.bridge.freight.packing.source import wrong_rows
from jumelage.bridge.freight.store.blobs import Blobs

AT_ONCE = 4 * 1024 * 1024
"""Bytes asked of the place at a time."""


def table_of(blobs: Blobs, root: bytes) -> bytes:
    """Return the chunk table of a blob, verified against its root.

    Raises: UnknownBlobError; DamagedBlobError when it is missing or wrong.
    """
    table = blobs.table(root)
    if table is None:
        table = _only_row(blobs, root)
    if root_of(table) != root:
        raise DamagedBlobError(root=root.hex(), offset=0)
    return table


def _only_row(blobs: Blobs, root: bytes) -> bytes:
    """Return the table of a blob that is one chunk, or empty: its content tells it."""
    size = blobs.size(root)
    if size is None:
        raise UnknownBlobError(root=root.hex())
    if size > LARGEST_CHUNK:
        raise DamagedBlobError(root=root.hex(), offset=0)
    data = blobs.read(root, 0, size)
    return rows([data] if data else [])


def read(blobs: Blobs, root: bytes, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
    """Yield the bytes *start* to *stop* of a blob, each chunk verified before it is yielded.

    Raises: UnknownBlobError; DamagedBlobError at the first chunk that is not what it was.
    """
    table = table_of(blobs, root)
    lengths = lengths_of(table)
    ends = list(accumulate(lengths))
    end = min(ends[-1] if ends else 0, stop if stop is not None else 2**63)
    first = bisect_right(ends, start)
    for place, data in _verified(blobs, root, table, first, end):
        low, high = max(start - place, 0), min(end - place, len(data))
        if low < high:
            yield data if (low, high) == (0, len(data)) else data[low:high]


def _verified(
    blobs: Blobs, root: bytes, table: bytes, first: int, end: int
) -> Iterator[tuple[int, bytes]]:
    """Yield place and bytes of the chunks from number *first* on that begin before *end*."""
    lengths, names = lengths_of(table), list(hashes_of(table))
    place, number = sum(lengths[:first]), first
    while number < len(lengths) and place < end:
        last, size = number, 0
        while (
            last < len(lengths)
            and place + size < end
            and (not size or size + lengths[last] <= AT_ONCE)
        ):
            size += lengths[last]
            last += 1
        data = memoryview(blobs.read(root, place, size))
        for one in range(number, last):
            chunk, data = data[: lengths[one]], data[lengths[one] :]
            if chunk_hash(chunk) != names[one]:
                raise DamagedBlobError(root=root.hex(), offset=place)
            yield place, bytes(chunk)
            place += lengths[one]
        number = last


def verify_file(path: Path, root: bytes, table: bytes) -> None:
    """Read the file *path* and compare it with the chunk *table*.

    Raises: DamagedBlobError.
    """
    place = 0
    with path.open("rb", buffering=0) as file:
        for name, length in zip(hashes_of(table), lengths_of(table), strict=True):
            if chunk_hash(file.read(length)) != name:
                raise DamagedBlobError(root=root.hex(), offset=place)
            place += length
        if file.read(1):
            raise DamagedBlobError(root=root.hex(), offset=place)


def read_chunk(blobs: Blobs, root: bytes, offset: int, length: int, name: bytes) -> bytes | None:
    """Return the chunk *name* from where it should lie, or None when it does not lie there."""
    try:
        data = blobs.read(root, offset, length)
    except UnknownBlobError:
        return None
    return data if chunk_hash(data) == name else None


class Stored:
    """The contents of a packing list where a store keeps them: a `Source` without files."""

    def __init__(self, packing_list: PackingList, blobs: Blobs) -> None:
        self._list, self._blobs = packing_list, blobs

    def read(self, rows: Sequence[int]) -> bytes:
        """Return the chunks *rows* (ascending) one after the other, each verified.

        Raises: UnknownBlobError; DamagedBlobError.
        """
        return b"".join(self._read_run(blob, run) for blob, run in spans(self._list, rows))

    def _read_run(self, blob: Blob, rows: Sequence[int]) -> bytes:
        size = sum(self._list.lengths[row] for row in rows)
        data = self._blobs.read(blob.root, self._list.offsets[rows[0]], size)
        if wrong := wrong_rows(self._list, rows, data):
            raise DamagedBlobError(root=blob.root.hex(), offset=self._list.offsets[wrong[0]])
        return data
