"""The receiving machine: datagrams in, whole sealed parcels and answers out. No socket, no clock.

Order of the checks, cheapest first: connection, authenticator, packet number (seen before, or too
old), place in a parcel. What fails one is dropped and nothing was kept for it. A parcel gets its
buffer with its first true piece, at most `room` at a time.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from jumelage.bridge.freight.carriers.udp import wire
from jumelage.bridge.freight.carriers.udp.assembly import Assembly
from jumelage.bridge.freight.carriers.udp.path import Path
from jumelage.bridge.freight.carriers.udp.seal import GCM_TAG, Seals
from jumelage.bridge.freight.carriers.udp.wire import (
    HEAD,
    HEAD_BYTES,
    OVERHEAD,
    SIZES,
    Bytes,
    Feedback,
    Flag,
    Kind,
    Numbers,
)

Address = tuple[object, ...]

SPAN = 1 << 18
"""Packet numbers that are remembered."""
LEAP = SPAN // 2
"""How far ahead of the newest a packet number may be."""
ANSWER_EVERY = 0.020
FIRST_ANSWERS_EVERY = 0.010
FIRST_ANSWERS = 200
"""So many come more often: while the sender finds out what the line carries."""
NEWS_EVERY = 0.06
"""Seconds between answers that only tell what became durable."""
ROOM = 192
ROOM_HELD_BACK = 16
"""Parcels that a sender may have under way which is faster than it may be."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A parcel of which every piece is here: to be opened, taken and given back."""

    number: int
    sealed: Bytes


class ReceiverMachine:
    """Receives the parcels of *sizes*; it is told which are taken, durable or damaged."""

    def __init__(self, seals: Seals, sizes: Sequence[int], *, room: int = ROOM) -> None:
        self._seals = seals
        self._sizes = sizes
        self._room = room
        self._open: dict[int, Assembly] = {}
        self._settled = bytearray(len(sizes))
        """Per parcel: 0 missing, 1 whole here or taken, 2 durable."""
        self._pending = 0
        self._spare: list[Bytes] = []
        self._seen = np.zeros(SPAN, np.bool_)
        self._newest = -1
        self._oldest = 0
        self._arrival = 0.0
        self._received = 0
        self._taken = 0
        self._below = 0
        self._beyond: set[int] = set()
        self._again: dict[int, int] = {}
        self._samples: list[tuple[int, float]] = []
        self._arrivals, self._stride = 0, 1
        self._controlled = -1
        self._counter = 0
        self._news = False
        self._fresh = False
        self._answered_at = -1.0
        self._runs: deque[tuple[int, int]] = deque()
        self.path = Path()
        self.refused = False
        self.held_back = False
        """Whether more comes than may: then fewer parcels may be under way."""
        self.last_heard: float | None = None
        self.bye = False
        """Whether the sender has said that it knows all."""
        self.dropped = 0
        """Datagrams that passed no check."""

    @property
    def complete(self) -> bool:
        """Whether every parcel is durable."""
        return self._below == len(self._sizes)

    # Datagrams in.

    def receive(
        self,
        data: memoryview,
        size: int,
        now: float,
        address: Address,
        marks: Sequence[tuple[int, float]] = (),
    ) -> list[Whole]:
        """Take datagrams of *size* bytes that came in a row from *address*; return whole parcels.

        *marks*: (datagrams up to here, when the last of them came); *now*: when the last of all came.
        """
        if size <= OVERHEAD:
            self.dropped += 1
            return []
        if data[0] == Kind.CONTROL:
            self._control(bytes(data[:size]), now, address)
            return []
        view = np.frombuffer(data, np.uint8)
        rows = len(view) // size
        whole = self._pieces(view[: rows * size].reshape(rows, size), now, address, marks)
        rest = view[rows * size :]
        if len(rest) > OVERHEAD:
            whole += self._pieces(rest.reshape(1, -1), now, address)
        return whole

    def _control(self, datagram: bytes, now: float, address: Address) -> None:
        opened = self._seals.open_text(Kind.CONTROL, datagram)
        if opened is None or opened.counter <= self._controlled or not opened.text:
            self.dropped += 1
            return
        self._controlled = opened.counter
        self.last_heard = now
        self.path.heard(address, len(datagram), now)
        self._news = True
        self._answered_at = min(self._answered_at, now - NEWS_EVERY)
        if opened.text[0] == wire.Word.RESPONSE:
            self.path.answered(opened.text[1:], address)
        elif opened.text[0] == wire.Word.BYE:
            self.bye = True

    def _pieces(
        self, table: Bytes, now: float, address: Address, marks: Sequence[tuple[int, float]] = ()
    ) -> list[Whole]:
        table, heads = self._true(table)
        if not len(table):
            return []
        fields = heads.view(HEAD).reshape(-1)
        packets = fields["packet"].astype(np.int64)
        if self._are_next(packets):
            self._sample_all(packets, marks)
        else:
            new = self._new(packets)
            table, fields, packets = table[new], fields[new], packets[new]
        if not len(packets):
            return []
        kept = self._placed(table, fields)
        if not kept.all():
            fields, packets = fields[kept], packets[kept]
        if not len(packets):
            return []
        length = len(packets) * table.shape[1]
        self._note(packets, length, now)
        newest = int(packets[-1]) == self._newest or int(packets.max()) == self._newest
        self.path.heard(address, length, now, newest=newest)
        return self._finished(fields["parcel"])

    def _true(self, table: Bytes) -> tuple[Bytes, Bytes]:
        """Return those datagrams of *table* whose authenticator is true, and their heads."""
        heads = np.ascontiguousarray(table[:, :HEAD_BYTES])
        told = np.ascontiguousarray(table[:, HEAD_BYTES:OVERHEAD]).view(np.uint64).ravel()
        true = self._seals.words(heads) == told
        if true.all():
            return table, heads
        self.dropped += int(len(true) - np.count_nonzero(true))
        return table[true], heads[true]

    def _are_next(self, packets: Numbers) -> bool:
        """Tell whether *packets* ascend and follow all that were seen: then all of them are new."""
        follow = self._newest < int(packets[0]) and int(packets[-1]) <= max(self._newest, 0) + LEAP
        return follow and bool((packets[1:] > packets[:-1]).all())

    def _new(self, packets: Numbers) -> np.ndarray:
        """Tell which packets are neither seen before nor too old nor from nowhere."""
        newest = self._newest
        possible = (packets > newest - LEAP) & (packets <= max(newest, 0) + LEAP)
        old = possible & (packets <= newest)
        new = possible.copy()
        new[old] = ~self._seen[packets[old] & (SPAN - 1)]
        if len(packets) > 1 and not (np.diff(packets) > 0).all():
            first = np.zeros(len(packets), np.bool_)
            first[np.unique(packets, return_index=True)[1]] = True
            new &= first
        self.dropped += int(len(new) - np.count_nonzero(new))
        return new

    def _note(self, packets: Numbers, length: int, now: float) -> None:
        highest = int(packets.max())
        if highest > self._newest:
            fresh = np.arange(self._newest + 1, highest + 1) & (SPAN - 1)
            self._seen[fresh] = False
            self._newest, self._arrival = highest, now
            self._sample(highest, now)
        self._seen[packets & (SPAN - 1)] = True
        self._received += length
        self._fresh = True
        self.last_heard = now

    def _sample_all(self, packets: Numbers, marks: Sequence[tuple[int, float]]) -> None:
        """Sample the last of each read but the newest, unless some of them were dropped."""
        if len(marks) > 1 and len(packets) == marks[-1][0]:
            for count, came in marks[:-1]:
                self._sample(int(packets[count - 1]), came)

    def _sample(self, packet: int, now: float) -> None:
        """Keep a few samples, evenly spread over the time since the last answer."""
        self._arrivals += 1
        if self._arrivals % self._stride:
            return
        self._samples.append((packet, now))
        if len(self._samples) >= wire.MOST_SAMPLES:
            del self._samples[1::2]
            self._stride *= 2

    def _placed(self, table: Bytes, fields: np.ndarray) -> np.ndarray:
        """Write pieces into their parcels; tell which datagrams may count as seen."""
        parcels = fields["parcel"]
        if (parcels == parcels[0]).all() and (fields["kind"] == Kind.PIECE).all():
            return np.full(len(table), self._parcel(int(parcels[0]), table, fields))
        kept = np.zeros(len(table), np.bool_)
        probes = fields["kind"] == Kind.PROBE
        kept[probes] = True
        for number in np.unique(parcels[~probes]):
            chosen = (parcels == number) & (fields["kind"] == Kind.PIECE)
            kept[chosen] = self._parcel(int(number), table[chosen], fields[chosen])
        return kept

    def _parcel(self, number: int, table: Bytes, fields: np.ndarray) -> bool:
        if number >= len(self._sizes):
            return False
        if self._settled[number]:
            return True
        code = int(fields["code"][0])
        if code >= len(SIZES) or (fields["code"] != code).any():
            return False
        parcel = self._assembly(number, code, int(fields["packet"].max()))
        return parcel is not None and parcel.write(table, fields["piece"].astype(np.int64))

    def _assembly(self, number: int, code: int, packet: int) -> Assembly | None:
        parcel = self._open.get(number)
        if parcel is not None and parcel.code == code:
            parcel.newest = max(parcel.newest, packet)
            return parcel
        if parcel is not None:
            if packet < parcel.newest:
                return None  # a late piece from before the sender cut it anew
            self._spare.append(parcel.buffer)
        elif len(self._open) + self._pending >= self._room:
            return None
        if self._again.get(number, packet) > packet:
            return None
        self._again.pop(number, None)
        length = self._sizes[number] + GCM_TAG
        piece, count = wire.pieces(length, code)
        parcel = Assembly(
            self._buffer(length),
            length,
            code,
            piece,
            count,
            count,
            np.zeros(count, np.bool_),
            packet,
        )
        self._open[number] = parcel
        return parcel

    def _buffer(self, length: int) -> Bytes:
        while self._spare:
            spare = self._spare.pop()
            if len(spare) >= length:
                return spare
        return np.empty(max(length, min(max(self._sizes), 1 << 20) + GCM_TAG), np.uint8)

    def _finished(self, parcels: np.ndarray) -> list[Whole]:
        whole = []
        for number in (
            {int(parcels[0]), int(parcels[-1])} if len(parcels) < 2 else set(parcels.tolist())
        ):
            parcel = self._open.get(number)
            if parcel is not None and not parcel.left:
                del self._open[number]
                self._settled[number] = 1
                self._pending += 1
                whole.append(Whole(number, parcel.buffer[: parcel.length]))
        return whole

    # What the other side of the machine says.

    def taken(self, whole: Whole) -> None:
        """Say that a parcel was opened and taken; its buffer is used again."""
        self._pending -= 1
        self._taken += 1
        self._give_back(whole)

    def damaged(self, whole: Whole) -> None:
        """Say that a parcel could not be opened or was not what the list names."""
        self._pending -= 1
        self._settled[whole.number] = 0
        self._again[whole.number] = self._newest + 1
        self._fresh = True
        self._give_back(whole)

    def durable(self, numbers: Sequence[int]) -> None:
        """Say which parcels are durable."""
        self._news = True
        for number in numbers:
            self._settled[number] = 2
        after = self._settled.find(0, self._below)
        taken = self._settled.find(1, self._below)
        ends = [end for end in (after, taken) if end >= 0]
        self._below = min(ends, default=len(self._sizes))
        self._beyond = {n for n in self._beyond.union(numbers) if n >= self._below}
        if self.complete:
            self._answered_at = -1.0  # the sender waits for nothing else

    def _give_back(self, whole: Whole) -> None:
        base = whole.sealed.base
        if isinstance(base, np.ndarray) and len(self._spare) < 8:
            self._spare.append(base)

    # Answers out.

    def next_timeout(self, now: float) -> float | None:
        """Return the seconds until an answer is due, a refusal again and again; None: none is."""
        if self.path.address is None or not (self._fresh or self._news or self.refused):
            return None
        often = ANSWER_EVERY if self._counter > FIRST_ANSWERS else FIRST_ANSWERS_EVERY
        every = often if self._fresh else NEWS_EVERY
        return max(0.0, self._answered_at + every - now)

    def datagrams_to_send(self, now: float) -> list[tuple[bytes, Address]]:
        """Return the answers that are due, each with where it goes."""
        leaving: list[tuple[bytes, Address]] = []
        asked = self.path.challenge(now)
        if asked is not None:
            token, address = asked
            leaving += self._sealed(bytes([wire.Word.CHALLENGE]) + token, address)
        wait = self.next_timeout(now)
        if wait == 0.0 and self.path.address is not None:
            self._answered_at = now
            text = wire.encode_feedback(self._feedback(now))
            leaving += self._sealed(text, self.path.address)
            self._fresh = self._news = False
            self._samples.clear()
            self._arrivals, self._stride = 0, 1
        return leaving

    def _sealed(self, text: bytes, address: Address) -> list[tuple[bytes, Address]]:
        datagram = self._seals.text(Kind.ANSWER, self._counter, text)
        if not self.path.affords(len(datagram), address):
            return []
        self._counter += 1
        return [(datagram, address)]

    @property
    def _room_told(self) -> int:
        """What the sender is told; what it sent before it was told less is taken all the same."""
        return min(self._room, ROOM_HELD_BACK) if self.held_back else self._room

    def _feedback(self, now: float) -> Feedback:
        flags = Flag.COMPLETE * self.complete | Flag.REFUSED * self.refused
        samples = tuple((packet, _micro(when)) for packet, when in self._samples)
        beyond = wire.runs(sorted(self._beyond))[: wire.MOST_DURABLE]
        return Feedback(
            flags=Flag(flags), room=self._room_told, time=_micro(now), largest=max(self._newest, 0),
            arrival=_micro(self._arrival), received=self._received, taken=self._taken,
            durable_below=self._below, samples=samples, ranges=tuple(self._ranges()),
            durable=tuple(beyond), again=tuple(self._again)[: wire.MOST_AGAIN],
        )  # fmt: skip

    def _ranges(self) -> list[tuple[int, int]]:
        """Return the newest runs of packet numbers seen, the highest first."""
        last, found = self._newest, 1024
        while True:
            first = max(0, last + 1 - found, last - LEAP + 1)
            seen = self._seen[np.arange(first, last + 1) & (SPAN - 1)]
            edges = np.diff(np.concatenate(([False], seen, [False])).astype(np.int8))
            starts = np.flatnonzero(edges == 1) + first
            ends = np.flatnonzero(edges == -1) + first - 1
            if len(starts) >= wire.MOST_RANGES or first == 0 or found >= LEAP:
                break
            found *= 4
        pairs = zip(starts[::-1].tolist(), ends[::-1].tolist(), strict=True)
        return list(pairs)[: wire.MOST_RANGES]


def _micro(seconds: float) -> int:
    return int(seconds * 1e6) % wire.MICROSECONDS
