"""What is under way: for each packet number when it left, what it held, and whether it was seen.

Rings of `SPAN` entries, addressed by packet number; an answer is worked off with a few operations
over the span between the oldest number in doubt and the newest seen.
"""

from dataclasses import dataclass

import numpy as np

from jumelage.bridge.freight.carriers.udp import wire
from jumelage.bridge.freight.carriers.udp.wire import Numbers

SPAN = 1 << 18
FREE, UNDER_WAY, SEEN, LOST = range(4)
PROBE = -1
LEAST_TRAIN = 6
LEAST_STRETCH = 0.0008
DENSE_SECONDS = 0.0005

Pieces = list[tuple[int, Numbers]]


@dataclass(frozen=True, slots=True)
class Seen:
    """What one answer told."""

    pieces: Pieces
    """Pieces seen, by parcel."""
    lost: Pieces
    probes: list[int]
    """Packet numbers of probes that arrived."""
    acknowledged: int
    lost_packets: int
    round_trip: float | None
    one_way: float | None
    stretched: float = 0.0
    """Bytes a second at which a dense train of packets arrived; 0 when the line did not stretch it."""


class Flights:
    """The packets of one sender."""

    def __init__(self) -> None:
        self.next = 0
        """The next packet number."""
        self.under_way = 0
        """Bytes that left and were neither seen nor given up."""
        self.last_sent = 0.0
        self._floor = 0
        self._sent_at = np.zeros(SPAN, np.float64)
        self._parcel = np.zeros(SPAN, np.int64)
        self._piece = np.zeros(SPAN, np.int64)
        self._size = np.zeros(SPAN, np.int64)
        self._state = np.zeros(SPAN, np.uint8)
        self._unwrapped: int | None = None

    @property
    def room(self) -> bool:
        """Whether more packets may leave: the ring is not full, the numbers are not used up."""
        return self.next - self._floor < SPAN - 128 and self.next < wire.MICROSECONDS - 128

    def launch(self, now: float, parcel: int, pieces: Numbers, size: int) -> int:
        """Note that *pieces* of *parcel* leave now; return the number of the first packet."""
        first, count = self.next, len(pieces)
        at = np.arange(first, first + count) & (SPAN - 1)
        self._sent_at[at] = now
        self._parcel[at] = parcel
        self._piece[at] = pieces
        self._size[at] = size
        self._state[at] = UNDER_WAY
        self.next += count
        self.under_way += count * size
        self.last_sent = now
        return first

    def sent_at(self, packet: int) -> float:
        """Return when *packet* left."""
        return float(self._sent_at[packet & (SPAN - 1)])

    def forget(self) -> None:
        """Believe that nothing is under way."""
        span = np.arange(self._floor, self.next) & (SPAN - 1)
        self._state[span] = FREE
        self._floor, self.under_way = self.next, 0

    def forget_parcel(self, number: int) -> None:
        """Believe nothing any more about the pieces of parcel *number* that left: it begins anew."""
        at = np.arange(self._floor, self.next) & (SPAN - 1)
        its = at[self._parcel[at] == number]
        self.under_way -= int(self._size[its[self._state[its] == UNDER_WAY]].sum())
        self._state[its] = FREE

    def unwrap(self, time: int) -> float:
        """Return a time of the receiver's clock in seconds, as if it never began again."""
        if self._unwrapped is None:
            self._unwrapped = time
        self._unwrapped += wire.signed_difference(time, self._unwrapped % wire.MICROSECONDS)
        return self._unwrapped / 1e6

    def answered(self, said: wire.Feedback, now: float, reordering: float) -> Seen:
        """Work off an answer; a packet sent *reordering* seconds before one that was seen is lost."""
        if not said.received or said.largest < self._floor:
            return Seen([], [], [], 0, 0, *self._times(said, now))
        span = np.arange(self._floor, said.largest + 1)
        at = span & (SPAN - 1)
        state = self._state[at]
        covered = self._covered(said, len(span))
        fresh = at[covered & ((state == UNDER_WAY) | (state == LOST))]
        waiting = ~covered & (state == UNDER_WAY)
        horizon = self._sent_at[said.largest & (SPAN - 1)] - reordering
        lost = at[waiting & (self._sent_at[at] < horizon)]
        landed = at[covered & (state == UNDER_WAY)]
        self.under_way -= int(self._size[landed].sum()) + int(self._size[lost].sum())
        times = self._times(said, now)
        self._state[fresh], self._state[lost] = SEEN, LOST
        probes = span[covered & (state == UNDER_WAY) & (self._parcel[at] == PROBE)]
        seen = Seen(
            self._grouped(fresh), self._grouped(lost), [int(p) for p in probes],
            len(landed), len(lost), *times, self._stretched(said),
        )  # fmt: skip
        self._advance(at)
        return seen

    def _advance(self, at: Numbers) -> None:
        doubtful = np.flatnonzero(self._state[at] == UNDER_WAY)
        self._floor += int(doubtful[0]) if len(doubtful) else len(at)

    def _covered(self, said: wire.Feedback, length: int) -> np.ndarray:
        edges = np.zeros(length + 1, np.int64)
        for first, last in said.ranges:
            start, stop = max(first - self._floor, 0), last + 1 - self._floor
            if start < stop <= length:
                edges[start] += 1
                edges[stop] -= 1
        return np.cumsum(edges[:-1]) > 0

    def _times(self, said: wire.Feedback, now: float) -> tuple[float | None, float | None]:
        """Return (round trip, least time one way) in seconds; the second includes the clocks' difference."""
        if not said.received or self.next - said.largest > SPAN:
            return None, None
        held = wire.signed_difference(said.time, said.arrival) / 1e6
        trip = now - float(self._sent_at[said.largest & (SPAN - 1)]) - held
        ways = [
            self.unwrap(arrival) - float(self._sent_at[packet & (SPAN - 1)])
            for packet, arrival in said.samples
            if 0 <= self.next - packet <= SPAN
        ]
        return (trip, min(ways)) if ways and trip > 0 else (None, None)

    def _stretched(self, said: wire.Feedback) -> float:
        dense = [
            (packet, arrival)
            for packet, arrival in said.samples
            if 0 <= self.next - packet <= SPAN
            and self.sent_at(packet) - self.sent_at(said.samples[0][0]) < DENSE_SECONDS
        ]
        if len(dense) < LEAST_TRAIN:
            return 0.0
        (first, began), (last, ended) = dense[0], dense[-1]
        apart = wire.signed_difference(ended, began) / 1e6
        if first >= last or apart < LEAST_STRETCH:
            return 0.0
        span = np.arange(first + 1, last + 1) & (SPAN - 1)
        return float(self._size[span].sum()) / apart

    def _grouped(self, at: Numbers) -> Pieces:
        parcels = self._parcel[at]
        if not len(at):
            return []
        if parcels[0] == parcels[-1] and (parcels == parcels[0]).all():
            return [] if parcels[0] == PROBE else [(int(parcels[0]), self._piece[at])]
        return [
            (int(parcel), self._piece[at[parcels == parcel]])
            for parcel in np.unique(parcels)
            if parcel != PROBE
        ]
