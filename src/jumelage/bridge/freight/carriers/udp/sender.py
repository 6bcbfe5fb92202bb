"""The sending machine: parcels in, datagrams out, answers in. It opens no socket and reads no clock.

Every datagram has a packet number of its own, used once. The receiver names the numbers it has
seen; a number that is missing although one sent `reordering` later was seen is lost, and its piece
leaves again under a new number. After silence a few datagrams ask whether the line is there.
"""

from collections import deque
from collections.abc import Iterator

import numpy as np

from jumelage.bridge.freight.carriers.base import Policy
from jumelage.bridge.freight.carriers.udp import wire
from jumelage.bridge.freight.carriers.udp.flights import PROBE, Flights, Seen
from jumelage.bridge.freight.carriers.udp.outgoing import Outgoing, Tokens
from jumelage.bridge.freight.carriers.udp.rate import FIRST_RATE, Observed, Phase, RateControl
from jumelage.bridge.freight.carriers.udp.seal import Seals
from jumelage.bridge.freight.carriers.udp.wire import OVERHEAD, SIZES, Burst, Kind, Numbers
from jumelage.bridge.freight.errors import FrameError

FIRST: Numbers = np.zeros(1, np.int64)
"""The only piece of a probe."""
BURST_BYTES = 128_000
BURST_SECONDS = 0.005
"""A burst takes no more of the line's time than this, so that others' packets slip between."""
AHEAD = 4
"""Sealed parcels to hold ready besides those under way."""
PROBE_EVERY = 0.4
PROBES_EACH = 3
BLACK_HOLE = 4
"""Questions after which the path is believed to carry small datagrams only."""
TRAIN_BYTES = 48_000
"""Bytes that leave together while nothing is known of the line: how far they are apart when they
arrive tells its rate."""
TRAIN_STEP = 5
"""Datagrams in one system call of such a train: what is sent in one call may arrive as one."""
LAST_CALL = 0.025
"""Seconds after which, with nothing new to send, the newest pieces leave again: what follows a lost
piece is what shows that it is lost."""


class SenderMachine:
    """Sends the parcels 0 to *parcels* - 1 that it is supplied with."""

    refused = False
    moved = 0
    """Bytes of pieces that left, again or not."""

    def __init__(
        self, seals: Seals, parcels: int, *, policy: Policy = "normal", largest: int = 6,
        rate: float = FIRST_RATE,
    ) -> None:  # fmt: skip
        """*largest*: the highest size code that may be tried on the path; *rate*: to begin with."""
        self.rate = RateControl(policy, rate)
        self._seals = seals
        self._parcels = parcels
        self._flights = Flights()
        self._out: dict[int, Outgoing] = {}
        self._next_new = 0
        self._begun: deque[int] = deque()
        self._again: deque[tuple[int, Numbers, bool]] = deque()
        self._echo: deque[tuple[float, int, Numbers]] = deque()
        self._wanted_again: deque[int] = deque()
        self._durable = bytearray(parcels)
        self.durable_count = 0
        self.newly_durable: list[int] = []
        """Parcels that became durable; whoever reads it empties it."""
        self._taken = 0
        self._room = 64
        self._tokens = Tokens()
        self._heard: float | None = None
        self._progress = 0.0
        """When an answer last named packets that were in doubt."""
        self._grace = 0
        """Bytes that may leave although the window is full: to ask whether the line is there."""
        self._asked = 0.0
        self._asks = 0
        self._answered = -1
        self._control: deque[bytes] = deque()
        self._counter = 0
        self._code = 0
        self._largest = largest
        self._probing = dict.fromkeys(range(1, largest + 1), 0)
        self._probe_packets: dict[int, int] = {}
        self._probed = -1.0
        self._limited = True

    @property
    def done(self) -> bool:
        """Whether every parcel is durable on the other side."""
        return self.durable_count == self._parcels

    @property
    def heard(self) -> float | None:
        """When the last answer came; None when there was none yet."""
        return self._heard

    @property
    def datagram_size(self) -> int:
        """Bytes of the datagrams that the path is known to carry."""
        return SIZES[self._code]

    def wants(self) -> int | None:
        """Return the number of the parcel to supply next; None while enough are at hand."""
        if self._wanted_again:
            return self._wanted_again[0]
        in_flight = self._next_new - self._taken
        if len(self._begun) >= AHEAD or self._next_new >= self._parcels or in_flight >= self._room:
            return None
        return self._next_new

    def supply(self, number: int, sealed: bytes) -> None:
        """Give the sealed parcel that `wants` named."""
        if self._wanted_again and self._wanted_again[0] == number:
            self._wanted_again.popleft()
        else:
            self._next_new = number + 1
        if not self._durable[number]:
            self._out[number] = Outgoing.of(sealed, self._code)
            self._begun.append(number)

    def due(self, now: float) -> int:
        """Return how many bytes the rate lets go at *now*."""
        if not (self._tokens.begun or self._begun):
            return 0
        self._tokens.gather(now, self.rate.rate, self._burst)
        usual = self._tokens.left >= self._burst and self._has_room
        return int(self._tokens.left) if usual else self._grace

    @property
    def _has_room(self) -> bool:
        """Whether the line may hold a burst more; an empty line may, however small its window."""
        under_way = self._flights.under_way
        return not under_way or under_way + self._burst <= self.rate.window

    @property
    def _burst(self) -> float:
        """Bytes that leave together: few system calls, and little of the line's time at once."""
        if self.rate.untrained:
            return TRAIN_BYTES
        by_time = self.rate.rate * BURST_SECONDS
        return min(BURST_BYTES, max(by_time, 2 * SIZES[self._code]))

    def datagrams_to_send(self, now: float, allowed: int) -> Iterator[Burst]:
        """Give the datagrams that leave at *now*: about *allowed* bytes of pieces, and what is small."""
        yield from self._small(now)
        left = allowed
        self._limited = False
        self._at_the_end(now)
        while left > 0 and self._flights.room:
            burst = self._next_burst(now, left)
            if burst is None:
                self._limited = True
                break
            size = len(burst.data)
            left -= size
            self._tokens.left -= size
            self._grace = 0
            yield burst

    def next_timeout(self) -> float:
        """Return the seconds until something may be due; 0: now."""
        if self._control:
            return 0.0
        if self._again or self._begun:
            lacking = self._burst - self._tokens.left
            if self._has_room:
                return min(0.05, max(0.0, lacking / self.rate.rate))
        return 0.005

    def bye(self) -> None:
        """Tell the receiver that all is known."""
        self._say(wire.Word.BYE)

    # What comes back.

    def receive(self, datagram: bytes, now: float) -> None:
        """Take a datagram of the receiver; one that is forged, old or cut short changes nothing."""
        opened = self._seals.open_text(Kind.ANSWER, datagram)
        if opened is None or opened.counter <= self._answered or not opened.text:
            return
        self._answered = opened.counter
        if opened.text[0] == wire.Word.CHALLENGE and len(opened.text) == 9:
            self._heard = now
            self._say(wire.Word.RESPONSE, opened.text[1:])
            return
        try:
            said = wire.decode_feedback(opened.text)
        except FrameError:
            return
        if said.largest < self._flights.next:
            self._feedback(said, now)

    def _feedback(self, said: wire.Feedback, now: float) -> None:
        self._heard = now
        self.refused = self.refused or wire.Flag.REFUSED in said.flags
        self._room = max(1, said.room)
        self._taken = max(self._taken, said.taken)
        self._mark_durable(said)
        seen = self._flights.answered(said, now, self._reordering())
        if seen.acknowledged:
            if self._asks and now - self._progress > self._patience():
                self.rate.after_silence()
            self._progress, self._asks = now, 0
        self._settle(seen)
        if said.received:
            self._observe(said, seen, now)
        for number in said.again:
            self._restart(number)

    def _mark_durable(self, said: wire.Feedback) -> None:
        for first, last in ((0, said.durable_below - 1), *said.durable):
            if not -1 <= last < self._parcels:
                continue
            start = self._durable.find(0, first, last + 1)
            while start >= 0:
                self._one_durable(start)
                start = self._durable.find(0, start + 1, last + 1)

    def _one_durable(self, number: int) -> None:
        self._durable[number] = 1
        self.durable_count += 1
        self.newly_durable.append(number)
        self._out.pop(number, None)

    def _settle(self, seen: Seen) -> None:
        for number, numbers in seen.pieces:
            parcel = self._out.get(number)
            if parcel is None:
                continue
            fresh = numbers[numbers < parcel.count]
            parcel.seen[fresh] = True
            parcel.left = parcel.count - int(np.count_nonzero(parcel.seen))
            if not parcel.left:
                del self._out[number]
        for number, numbers in seen.lost:
            self._again.append((number, numbers, True))
        for packet in seen.probes:
            code = self._probe_packets.pop(packet, 0)
            self._code = max(self._code, code)

    def _observe(self, said: wire.Feedback, seen: Seen, now: float) -> None:
        if seen.round_trip is None or seen.one_way is None:
            return
        late = now - self._tokens.lost_at < 2 * self._patience()  # what came is not what could come
        busy = late and self.rate.phase is not Phase.START
        self.rate.observe(
            Observed(
                now=now, arrival=self._flights.unwrap(said.arrival),
                sent=self._flights.sent_at(said.largest), received=said.received, one_way=seen.one_way, round_trip=seen.round_trip,
                acknowledged=seen.acknowledged, lost=seen.lost_packets,
                stretched=seen.stretched, limited=self._limited or busy,
            )
        )  # fmt: skip

    def _restart(self, number: int) -> None:
        """Send parcel *number* again from its first piece: it arrived damaged."""
        known = number in self._out or number in self._wanted_again
        if number < self._parcels and not self._durable[number] and not known:
            self._flights.forget_parcel(number)
            self._wanted_again.append(number)

    # What leaves.

    def _small(self, now: float) -> Iterator[Burst]:
        while self._control:
            text = self._control.popleft()
            yield Burst(memoryview(text), len(text))
        yield from self._probe_path(now)
        patience = self._patience() * (1 << min(self._asks, 4))
        since = max(self._asked, self._progress, self._flights.last_sent)
        if self._flights.under_way and now - since > min(patience, 1.0):
            answered = self._heard is not None and self._heard > self._asked
            self._asked = now
            self._asks += 1
            self._nothing_seen(answered=answered)
        elif not self._flights.under_way and now - since > 0.25 and self._tokens.begun:
            self._asked = now  # all was seen: ask for what became durable
            self._say(wire.Word.ASK)

    def _at_the_end(self, now: float) -> None:
        """When nothing new is left: repeat what was just repaired, and the oldest unseen pieces."""
        if self._begun or self._next_new < self._parcels:
            return
        while self._echo and self._echo[0][0] <= now:
            _, number, numbers = self._echo.popleft()
            self._again.append((number, numbers, False))
        alive = now - self._progress < self._patience()
        if alive and not self._again and now - self._flights.last_sent > LAST_CALL:
            self._again.extend(self._unseen(2))

    def _unseen(self, count: int) -> list[tuple[int, Numbers, bool]]:
        """Return a few pieces of the oldest parcel that left and were not seen."""
        oldest = sorted(self._out.items())[:1]
        return [(number, parcel.unseen(count), False) for number, parcel in oldest]

    def _nothing_seen(self, *, answered: bool) -> None:
        """Ask with pieces in doubt; when only small datagrams are answered, cut them smaller."""
        if self._asks >= BLACK_HOLE and self._code and answered:
            self._fall_back()
        self._again.extendleft(self._unseen(4))
        self._grace = 4 * SIZES[self._code]
        self._say(wire.Word.ASK)

    def _fall_back(self) -> None:
        """Cut what is not whole into the smallest pieces: the path may carry less than before."""
        self._code = 0
        self._probing = dict.fromkeys(range(1, self._largest + 1), 0)
        self._again.clear()
        self._begun.clear()
        for number in sorted(self._out):
            self._out[number] = Outgoing.of(self._out[number].sealed.tobytes(), 0)
            self._begun.append(number)
        self._flights.forget()

    def _say(self, word: wire.Word, more: bytes = b"") -> None:
        text = bytes([word]) + more
        self._control.append(self._seals.text(Kind.CONTROL, self._counter, text))
        self._counter += 1

    def _patience(self) -> float:
        return max(0.3, 2.0 * (self.rate.smoothed or 0.5))

    def _reordering(self) -> float:
        return max(0.004, self.rate.round_trip / 8)

    def _probe_path(self, now: float) -> Iterator[Burst]:
        """Try larger datagrams, the largest first; what is seen is believed."""
        if now - self._probed < PROBE_EVERY:
            return
        larger = [
            code
            for code, tried in self._probing.items()
            if code > self._code and tried < PROBES_EACH
        ]
        if not larger:
            return
        self._probed = now
        for code in larger[-1:] if self._heard is None else larger:
            self._probing[code] += 1
            packet = self._flights.launch(now, PROBE, FIRST, SIZES[code])
            self._probe_packets[packet] = code
            heads = wire.heads(Kind.PROBE, code, self._seals.connection, packet, 0, FIRST)
            data = np.zeros(SIZES[code], np.uint8)
            data[: wire.HEAD_BYTES] = heads[0]
            data[wire.HEAD_BYTES : OVERHEAD] = self._seals.tags(heads)[0]
            yield Burst(data.data, SIZES[code])

    def _next_burst(self, now: float, allowed: int) -> Burst | None:
        chosen = self._lost_pieces(now, allowed) or self._new_pieces(allowed)
        if chosen is None:
            return None
        number, parcel, numbers = chosen
        size = parcel.piece + OVERHEAD
        packet = self._flights.launch(now, number, numbers, size)
        heads = wire.heads(Kind.PIECE, parcel.code, self._seals.connection, packet, number, numbers)
        self.moved += len(numbers) * parcel.piece
        return Burst(parcel.written(numbers, heads, self._seals.tags(heads)), size)

    def _most(self, parcel: Outgoing, allowed: int) -> int:
        size = parcel.piece + OVERHEAD
        if self.rate.untrained:
            return TRAIN_STEP
        return max(1, int(min(self._burst, allowed + size - 1) // size))

    def _lost_pieces(self, now: float, allowed: int) -> tuple[int, Outgoing, Numbers] | None:
        while self._again:
            number, numbers, repaired = self._again[0]
            parcel = self._out.get(number)
            if parcel is not None:
                numbers = numbers[numbers < parcel.count]
                numbers = numbers[~parcel.seen[numbers]]
                numbers = np.unique(numbers) if len(numbers) > 1 else numbers
            if parcel is None or not len(numbers):
                self._again.popleft()
                continue
            most = self._most(parcel, allowed)
            if len(numbers) > most:
                self._again[0] = (number, numbers[most:], repaired)
            else:
                self._again.popleft()
            if repaired and not self._begun and self._next_new >= self._parcels:
                self._echo.append((now + LAST_CALL, number, numbers[:most]))
            return number, parcel, numbers[:most]
        return None

    def _new_pieces(self, allowed: int) -> tuple[int, Outgoing, Numbers] | None:
        while self._begun:
            number = self._begun[0]
            parcel = self._out.get(number)
            if parcel is None or parcel.cursor >= parcel.count:
                self._begun.popleft()
                continue
            last = min(parcel.count, parcel.cursor + self._most(parcel, allowed))
            numbers = np.arange(parcel.cursor, last)
            parcel.cursor = last
            return number, parcel, numbers
        return None
