"""What leaves: sealed parcels, which of their pieces were seen, and how much may go at once."""

from dataclasses import dataclass, field

import numpy as np

from jumelage.bridge.freight.carriers.udp import wire
from jumelage.bridge.freight.carriers.udp.wire import HEAD_BYTES, OVERHEAD, Bytes, Numbers


@dataclass(slots=True)
class Outgoing:
    """A sealed parcel of which not every piece was seen."""

    sealed: Bytes
    code: int
    piece: int
    count: int
    """Pieces in all."""
    left: int
    """Pieces not seen yet."""
    seen: np.ndarray = field(repr=False)
    cursor: int = 0
    """The first piece that never left."""

    @classmethod
    def of(cls, sealed: bytes, code: int) -> "Outgoing":
        """Cut *sealed* into pieces of size *code*."""
        piece, count = wire.pieces(len(sealed), code)
        view = np.frombuffer(sealed, np.uint8)
        return cls(view, code, piece, count, count, np.zeros(count, np.bool_))

    @property
    def whole_rows(self) -> Bytes:
        """The pieces of full length, one a row."""
        rows = len(self.sealed) // self.piece
        return self.sealed[: rows * self.piece].reshape(rows, self.piece)

    def unseen(self, count: int) -> Numbers:
        """Return the first *count* pieces that left and were not seen."""
        return np.flatnonzero(~self.seen[: self.cursor])[:count]

    def written(self, numbers: Numbers, heads: Bytes, tags: Bytes) -> memoryview:
        """Write a burst: *numbers* ascend, so only the last piece can be short."""
        size, rows = self.piece + OVERHEAD, self.whole_rows
        short = int(numbers[-1]) >= len(rows)
        full = len(numbers) - short
        tail = self.sealed[len(rows) * self.piece :] if short else self.sealed[:0]
        data = np.empty(full * size + (OVERHEAD + len(tail)) * short, np.uint8)
        table = data[: full * size].reshape(full, size)
        table[:, :HEAD_BYTES] = heads[:full]
        table[:, HEAD_BYTES:OVERHEAD] = tags[:full]
        if full and int(numbers[full - 1]) - int(numbers[0]) == full - 1:
            table[:, OVERHEAD:] = rows[int(numbers[0]) : int(numbers[0]) + full]
        elif full:
            table[:, OVERHEAD:] = rows[numbers[:full]]
        if short:
            end = data[full * size :]
            end[:HEAD_BYTES] = heads[-1]
            end[HEAD_BYTES:OVERHEAD] = tags[-1]
            end[OVERHEAD:] = tail
        return data.data


FIRST_TRAIN = 128_000.0
"""Bytes that leave at once at the beginning, as the first windows of eight TCP connections would."""
MOST_LATE = 0.05
"""Seconds of sending that a busy machine may catch up with at once."""


class Tokens:
    """The bytes that a rate lets go, gathered as time passes."""

    def __init__(self) -> None:
        self.left = 0.0
        self.lost_at = -1.0
        """When this machine was too busy last to send what it might have."""
        self._clock: float | None = None

    @property
    def begun(self) -> bool:
        """Whether time passes."""
        return self._clock is not None

    def gather(self, now: float, rate: float, burst: float) -> None:
        """Add what *rate*, in bytes a second, lets go until *now*."""
        if self._clock is None:
            self._clock, self.left = now, FIRST_TRAIN
        elapsed, self._clock = now - self._clock, now
        most = max(MOST_LATE * rate, 2 * burst, self.left)
        due = self.left + elapsed * rate
        if due > most + burst:
            self.lost_at = now
        self.left = min(most, due)
