"""Reads the chunks of a packed delivery again, when they are about to travel.

The files stayed where they were, so anything may have happened to them since: each chunk is
hashed again, and one that is no longer what the list says is a refusal that names the file.
"""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from jumelage.bridge.freight.errors import ChangedSinceError
from jumelage.bridge.freight.packing.handles import Handles
from jumelage.bridge.freight.packing.lists import Blob, PackingList
from jumelage.bridge.freight.packing.parcels import spans
from jumelage.bridge.freight.packing.roots import Bytes, chunk_hash


class Source(Protocol):
    """Where the chunks of a delivery are read from: `Files` here, `Stored` in a store."""

    def read(self, rows: Sequence[int]) -> bytes:
        """Return the chunks *rows* one after the other, verified; from any thread."""
        ...


class Files:
    """The files of a packing list where they lie on this machine.

    *places* maps each path of the list to its place, as `pack` returned it.
    """

    def __init__(self, packing_list: PackingList, places: Mapping[str, str]) -> None:
        self._list = packing_list
        self._handles = Handles(os.O_RDONLY)
        self._places = {bytes.fromhex(file.root): places[file.path] for file in packing_list.files}

    def read(self, rows: Sequence[int]) -> bytes:
        """Return the chunks *rows* (ascending) one after the other, each verified.

        Raises: ChangedSinceError.
        """
        return b"".join(self._read_run(blob, run) for blob, run in spans(self._list, rows))

    def close(self) -> None:
        """Close the files that are still open."""
        self._handles.let_go_of_all()

    def __enter__(self) -> Self:
        """Use the files until the block ends."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the files."""
        self.close()

    def _read_run(self, blob: Blob, rows: Sequence[int]) -> bytes:
        place = self._places[blob.root]
        if blob.count == 1:
            data = self._read_whole(place, blob.size)
        else:
            size = sum(self._list.lengths[row] for row in rows)
            data = self._pread(place, size, self._list.offsets[rows[0]])
        if wrong_rows(self._list, rows, data):
            raise ChangedSinceError(path=Path(place))
        return data

    def _read_whole(self, place: str, size: int) -> bytes:
        """Read a file of one chunk, which nobody reads a second time."""
        try:
            handle = os.open(place, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
            try:
                data = os.read(handle, size)
            finally:
                os.close(handle)
        except OSError as error:
            raise ChangedSinceError(path=Path(place)) from error
        return data if len(data) == size else self._pread(place, size, 0)

    def _pread(self, place: str, size: int, offset: int) -> bytes:
        try:
            handle = self._handles.of(place)
            data = os.pread(handle.number, size, offset)
            while len(data) < size and (
                more := os.pread(handle.number, size - len(data), offset + len(data))
            ):
                data += more
        except OSError as error:
            raise ChangedSinceError(path=Path(place)) from error
        if len(data) < size:
            raise ChangedSinceError(path=Path(place))
        return data


def wrong_rows(packing_list: PackingList, rows: Sequence[int], data: Bytes) -> list[int]:
    """Return those of *rows* whose chunks, one after the other in *data*, are not what they were."""
    view, wrong = memoryview(data), []
    for row in rows:
        length = packing_list.lengths[row]
        if chunk_hash(view[:length]) != packing_list.hash_at(row):
            wrong.append(row)
        view = view[length:]
    return wrong
