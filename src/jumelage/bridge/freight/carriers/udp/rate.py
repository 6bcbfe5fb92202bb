"""How fast to send: from what arrives and how long it waits, never from loss alone.

The receiver says how many bytes it has seen at which instant, and when single packets came. From
the first follows the *delivery rate*, from the second the *queueing delay*: the time above the
least one that a packet ever needed.

    start   the rate follows twice the delivery rate, so it doubles in each round trip, until packets
            wait (`START_DELAY`) or the delivery rate grows no more
    drain   below the delivery rate, until the queue is short again
    steady  the best delivery rate of the last ten round trips, a little more while packets wait less
            than the target and a little less when they wait longer

A share of packets that is lost at random is added on top, up to `MOST_LOSS`: the line carries what
is left. Another sender that fills the queue shows as a delay which our own restraint does not
bring down. `background` then goes down to a trickle; `normal` and `deadline` compete: they keep
pace with their delivery rate and keep a share of the queue, until the queue empties by itself.
"""

from collections import deque
from dataclasses import dataclass
from enum import Enum, auto

from jumelage.bridge.freight.carriers.base import Policy

FIRST_RATE = 2.5e6
LEAST_RATE = 12_000.0
TARGET = 0.020
START_DELAY = 0.010
START_GAIN = 2.0
MOST_LOSS = 0.15
STEADY_GAIN = 0.08
BASE_SECONDS = 60.0


class Phase(Enum):
    """What the control is doing."""

    START = auto()
    DRAIN = auto()
    STEADY = auto()
    COMPETE = auto()


@dataclass(frozen=True, slots=True)
class Observed:
    """What one answer of the receiver says about the line."""

    now: float
    """The sender's clock, seconds."""
    arrival: float
    """The receiver's clock when the newest packet came, seconds."""
    received: int
    """Bytes it has seen by then."""
    one_way: float
    """Least time from sending to arrival since the last answer, seconds; clocks differ by a constant."""
    round_trip: float
    acknowledged: int
    """Packets that this answer was the first to name."""
    lost: int
    """Packets found lost by it."""
    limited: bool
    """Whether there was less to send than the rate allowed."""


class RateControl:
    """The rate of one sender, in bytes a second."""

    def __init__(self, policy: Policy = "normal", first: float = FIRST_RATE) -> None:
        self.policy: Policy = policy
        self.rate = first
        self.phase = Phase.START
        self.round_trip = 0.0
        """Least round trip, seconds; 0 before the first answer."""
        self.smoothed = 0.0
        self.delay = 0.0
        """Queueing delay, seconds."""
        self.loss = 0.0
        self._deliveries: deque[tuple[float, int]] = deque()
        self._best: deque[tuple[float, float]] = deque()
        self._bases: deque[tuple[float, float]] = deque()
        self._high = 0
        self._plateau = (0.0, 0.0)
        self._above_since: float | None = None
        self._peak = 0.0
        self._lowest: deque[tuple[float, float]] = deque()

    @property
    def line(self) -> float:
        """Estimate of what the line delivers to us, bytes a second; 0 before the first answer."""
        return max((rate for _, rate in self._best), default=0.0)

    @property
    def window(self) -> float:
        """Bytes that may be under way and unanswered."""
        trip = (self.round_trip or 0.3) + 0.05
        spare = 2.5 if self.phase is Phase.START else 2.0
        if self.phase is Phase.COMPETE:
            return max(32_000.0, self.line * (self.round_trip + self._allowance()) + 64_000.0)
        return max(32_000.0, self.rate * trip * spare)

    def observe(self, seen: Observed) -> None:
        """Take one answer and set the rate."""
        self._measure(seen)
        now = seen.now
        if self.phase is Phase.START:
            self._start(seen)
        elif self.phase is Phase.DRAIN:
            self._follow(0.7)
            if self.delay < TARGET / 2:
                self.phase = Phase.STEADY
        else:
            self._steady(now)
        self.rate = max(self.rate, LEAST_RATE)

    def after_silence(self) -> None:
        """Go on carefully: nothing was heard for several round trips."""
        self.rate = max(self.line / 2, LEAST_RATE) if self.line else self.rate / 2
        self._deliveries.clear()
        self._best = deque((when, rate / 2) for when, rate in self._best)
        self.phase = Phase.START if self.line else self.phase
        self._high = 0
        self._plateau = (0.0, 0.0)

    # What is measured.

    def _measure(self, seen: Observed) -> None:
        self.smoothed = 0.9 * self.smoothed + 0.1 * seen.round_trip if self.smoothed else seen.round_trip
        self.round_trip = min(self.round_trip or seen.round_trip, seen.round_trip)
        self._queue(seen)
        total = seen.acknowledged + seen.lost
        if total:
            weight = min(0.2, total / 4000)
            self.loss += weight * (seen.lost / total - self.loss)
        self._deliver(seen)

    def _queue(self, seen: Observed) -> None:
        now, bases = seen.now, self._bases
        if not bases or now - bases[-1][0] > BASE_SECONDS:
            bases.append((now, seen.one_way))
        elif seen.one_way < bases[-1][1]:
            bases[-1] = (bases[-1][0], seen.one_way)
        while len(bases) > 3:
            bases.popleft()
        self.delay = seen.one_way - min(least for _, least in bases)

    def _deliver(self, seen: Observed) -> None:
        deliveries = self._deliveries
        if deliveries and seen.arrival <= deliveries[-1][0]:
            return
        deliveries.append((seen.arrival, seen.received))
        over = 0.04 if self.phase is Phase.START else max(0.1, self.round_trip * 0.8)
        while len(deliveries) > 2 and deliveries[1][0] <= seen.arrival - over:
            deliveries.popleft()
        since, before = deliveries[0]
        if seen.arrival - since < over / 2:
            return
        measured = (seen.received - before) / (seen.arrival - since)
        best = self._best
        horizon = seen.now - max(1.0, 10 * self.round_trip)
        if seen.limited and measured < self.line:
            return
        best.append((seen.now, measured))
        while len(best) > 1 and best[0][0] < horizon:
            best.popleft()

    # What follows from it.

    def _start(self, seen: Observed) -> None:
        line = self.line
        if line and not seen.limited:
            self.rate = max(self.rate, START_GAIN * line)
        waits = self.delay > max(START_DELAY, self.round_trip / 20)
        self._high = self._high + 1 if waits else 0
        since, level = self._plateau
        if line > 1.2 * level:
            self._plateau = since, level = (seen.now, line)
        flat = bool(level) and seen.now - since > 4 * self.round_trip + 0.1 and not seen.limited
        if self._high >= 3 or flat:
            self.phase = Phase.DRAIN
            self._follow(0.7)

    def _follow(self, gain: float) -> None:
        if self.line:
            self.rate = self.line * gain / (1 - min(self.loss, MOST_LOSS))

    def _steady(self, now: float) -> None:
        error = (TARGET - self.delay) / TARGET
        if error < -1:
            self._yield(now, error)
            return
        self._follow(1 + STEADY_GAIN * max(-1.0, min(1.0, error)))

    def _yield(self, now: float, error: float) -> None:
        recent = [rate for when, rate in self._best if when > now - 2 * self.round_trip - 0.1]
        base = max(recent, default=self.line)
        self.rate = base * max(0.7, 1 + 0.1 * error) / (1 - min(self.loss, MOST_LOSS))

    def _allowance(self) -> float:
        return 0.5 * self._peak
