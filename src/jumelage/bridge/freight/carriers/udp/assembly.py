"""A sealed parcel of which some pieces are here."""

from dataclasses import dataclass

import numpy as np

from jumelage.bridge.freight.carriers.udp.wire import OVERHEAD, Bytes, Numbers


@dataclass(slots=True)
class Assembly:
    """A parcel of which some pieces are here."""

    buffer: Bytes
    length: int
    code: int
    piece: int
    count: int
    left: int
    here: np.ndarray
    newest: int
    """The highest packet number that brought a piece."""

    def write(self, table: Bytes, numbers: Numbers) -> bool:
        """Write the pieces *numbers* of *table*; False when one does not fit."""
        rows = self.length // self.piece
        width = table.shape[1] - OVERHEAD
        highest, lowest = int(numbers.max()), int(numbers.min())
        if highest >= self.count:
            return False
        if highest >= rows:  # the short last piece comes alone
            start = rows * self.piece
            if len(numbers) > 1 or width != self.length - start:
                return False
            self.buffer[start : self.length] = table[0, OVERHEAD:]
        elif width != self.piece:
            return False
        else:
            into = self.buffer[: rows * self.piece].reshape(rows, self.piece)
            adjacent = highest - lowest == len(numbers) - 1 and (np.diff(numbers) == 1).all()
            place = slice(lowest, highest + 1) if adjacent else numbers
            into[place] = table[:, OVERHEAD:]
        self.here[numbers] = True
        self.left = self.count - int(np.count_nonzero(self.here))
        return True
