"""Which contents are whole at the receiver, counted from the parcels it acknowledges."""

import threading
from collections.abc import Iterator, Sequence

import numpy as np

from jumelage.bridge.freight.packing.lists import PackingList
from jumelage.bridge.freight.packing.parcels import Bitmap, Parcels


class Contents:
    """The contents of one delivery during one session; `arrived` is called from several threads.

    A chunk that occurs again later in the list crosses once: the contents in which it occurs wait
    for the one parcel that holds it.
    """

    def __init__(self, packing_list: PackingList, lacking: Bitmap, parcels: Parcels) -> None:
        """Count what *parcels*, which hold the chunks *lacking*, leave to come of each content."""
        self._list, self._parcels = packing_list, parcels
        self._again = _again(packing_list, lacking)
        again = [row for later in self._again.values() for row in later]
        rows = np.concatenate((np.asarray(parcels.rows, np.int64), np.asarray(again, np.int64)))
        owners = np.asarray(packing_list.owners, np.int64)[rows]
        counted = np.bincount(owners, minlength=len(packing_list.blobs))
        self._left: list[int] = counted.tolist()
        self._whole: list[str] = []
        self._lock = threading.Lock()

    @property
    def there(self) -> Sequence[str]:
        """The contents (roots, hex) of which nothing is lacking."""
        return [
            blob.root.hex()
            for blob, left in zip(self._list.blobs, self._left, strict=True)
            if not left
        ]

    def arrived(self, numbers: Sequence[int]) -> None:
        """Count the parcels *numbers*, each named once."""
        with self._lock:
            for row in self._rows(numbers):
                owner = self._list.owners[row]
                self._left[owner] -= 1
                if not self._left[owner]:
                    self._whole.append(self._list.blobs[owner].root.hex())

    def whole(self) -> Sequence[str]:
        """Return the contents (roots, hex) that became whole since this was asked last."""
        with self._lock:
            found, self._whole = self._whole, []
        return found

    def _rows(self, numbers: Sequence[int]) -> Iterator[int]:
        for number in numbers:
            for row in self._parcels[number]:
                yield row
                yield from self._again.get(row, ())


def _again(packing_list: PackingList, lacking: Bitmap) -> dict[int, Sequence[int]]:
    """Return, for each lacking chunk that occurs again, the rows in which it does."""
    found: dict[int, Sequence[int]] = {}
    for first, others in packing_list.twins.items():
        rows = (first, *others)
        for place, row in enumerate(rows):
            if row in lacking and rows[place + 1 :]:
                found[row] = rows[place + 1 :]
                break
    return found
