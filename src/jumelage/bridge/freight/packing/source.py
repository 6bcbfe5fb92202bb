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
from jumelage.bridge.freight.packing.lists import PackingList
from jumelage.bridge.freight.packing.parcels import runs
from jumelage.bridge.freight.packing.roots import chunk_hash


class Source(Protocol):
    """Where the chunks of a delivery are read from: `Files` here, `Stored` in the store."""

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
        place_of: dict[str, str] = {}
        for file in packing_list.files:
            place_of.setdefault(file.root, places[file.path])
        self._places = [Path(place_of[blob.root.hex()]) for blob in packing_list.blobs]

    def read(self, rows: Sequence[int]) -> bytes:
        """Return the chunks *rows* (ascending) one after the other, each verified.

        Raises: ChangedSinceError.
        """
        return b"".join(self._read_run(part) for run in runs(rows) for part in self._by_file(run))

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

    def _by_file(self, run: Sequence[int]) -> list[Sequence[int]]:
        """Cut a *run* of rows where one file ends and the next begins."""
        owners = self._list.owners
        cuts = [n for n in range(1, len(run)) if owners[run[n]] != owners[run[n - 1]]]
        return [run[a:b] for a, b in zip([0, *cuts], [*cuts, len(run)], strict=True)]

    def _read_run(self, rows: Sequence[int]) -> bytes:
        number = self._list.owners[rows[0]]
        lengths = [self._list.lengths[row] for row in rows]
        data = self._pread(number, sum(lengths), self._list.offsets[rows[0]])
        view, place = memoryview(data), 0
        for row, length in zip(rows, lengths, strict=True):
            if chunk_hash(view[place : place + length]) != self._list.hash_at(row):
                raise ChangedSinceError(path=self._places[number])
            place += length
        return data

    def _pread(self, number: int, size: int, offset: int) -> bytes:
        try:
            handle = self._handles.of(self._places[number])
            data = os.pread(handle.number, size, offset)
            while len(data) < size and (
                more := os.pread(handle.number, size - len(data), offset + len(data))
            ):
                data += more
        except OSError as error:
            raise ChangedSinceError(path=self._places[number]) from error
        if len(data) < size:
            raise ChangedSinceError(path=self._places[number])
        return data
