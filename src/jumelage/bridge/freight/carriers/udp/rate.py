"""How fast to send: from what arrives and how long it waits, never from loss alone.

The receiver says how many bytes it has seen at which instant, and when single packets came. From
the first follows the *delivery rate*, from the second the *queueing delay*: the time above the
least one that a packet ever needed.

    start   a dense train of packets shows by how much the line stretches it: half of that rate is
            the first step. Then the rate follows twice the delivery rate, so it doubles in each round
            trip, until packets wait (`START_DELAY`) or the delivery rate grows no more
    drain   below the delivery rate, until the queue is short again
    steady  the best delivery rate of the last ten round trips, a little more while packets wait less
            than the target and a little less when they wait longer

A share of packets that is lost at random is added on top, up to `MOST_LOSS`: the line carries what
is left. Another sender that fills the queue shows as a delay which our own restraint does not
bring down. `background` then goes down to a trickle; `normal` and `deadline` compete: they keep
pace with their delivery rate and keep a share of the queue, until the queue empties by itself.
"""

import math
from collections import deque
from dataclasses import dataclass
from enum import Enum, auto

from jumelage.bridge.freight.carriers.base import Policy

FIRST_RATE = 2.5e6
LEAST_RATE = 12_000.0
TARGET = 0.020
START_DELAY = 0.010
START_GAIN = 2.0
TRAIN_GAIN = 12.0
TRAIN_SHARE = 0.6
TRAIN_WRONG = 1.15
"""Times the rate of the train from which it was a busy machine that stretched it, and no line."""
LOSS_WINDOW = 600
MOST_LOSS = 0.15
STEADY_GAIN = 0.08
GENTLE_GAIN = 0.03
YIELD_DELAY = 0.025
YIELD_GAIN = 0.4
YIELD_LEAST = 0.5
NOTHING_WAITS = 0.004
ALONE = 0.75
TEST_GAIN = 0.8
SETTLING = 1.0
FIRST_SHARE = 0.45
"""Part of a line to begin with when others are on it: flows come to equal shares only in minutes."""
MODEST = 0.1
"""Part of a line that a delivery in the background keeps to while others use it."""
DRAIN_GAIN = 0.85
SEGMENT = 1448.0
REST_GAIN = 0.93
CYCLE = 12.0
"""Round trips from one rest to the next."""
BASE_SECONDS = 60.0


class Phase(Enum):
    """What the control is doing."""

    START = auto()
    DRAIN = auto()
    STEADY = auto()
    TEST = auto()
    COMPETE = auto()


@dataclass(frozen=True, slots=True)
class Observed:
    """What one answer of the receiver says about the line."""

    now: float
    """The sender's clock, seconds."""
    arrival: float
    """The receiver's clock when the newest packet came, seconds."""
    sent: float
    """When that packet left, the sender's clock."""
    received: int
    """Bytes it has seen by then."""
    one_way: float
    """Least time from sending to arrival since the last answer, seconds; clocks differ by a constant."""
    round_trip: float
    acknowledged: int
    """Packets that this answer was the first to name."""
    lost: int
    """Packets found lost by it."""
    stretched: float
    """Bytes a second at which a dense train arrived, 0 when there was none: about what the line can carry."""
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
        """Share of packets that is lost by chance."""
        self.excess = 0.0
        """Share that is lost besides: because a short queue overflows."""
        self._deliveries: deque[tuple[float, float, int]] = deque()
        self._best: deque[tuple[float, float]] = deque()
        self._bases: deque[tuple[float, float]] = deque()
        self._high = 0
        self._train = 0.0
        self._losses: deque[tuple[float, float]] = deque()
        self._window_lost = self._window_packets = 0
        self._window_since = 0.0
        self._rest_at = 0.0
        self._plateau = (0.0, 0.0)
        self._queued_since = self._free_since = 0.0
        self._most = 0.0
        self._tested_at = 0.0
        self._crowded = False
        self._crowded_since = self._empty_since = 0.0
        self._share = Share(0.0, 0.0, policy)

    @property
    def line(self) -> float:
        """Estimate of what the line delivers to us, bytes a second; 0 before the first answer."""
        return self._best[0][1] if self._best else 0.0

    @property
    def window(self) -> float:
        """Bytes that may be under way and unanswered."""
        trip = (self.round_trip or 0.3) + 0.05
        spare = 2.5 if self.phase is Phase.START else 2.0
        if self.phase is Phase.COMPETE:
            return max(32_000.0, self._share.window)
        return max(32_000.0, self.rate * trip * spare)

    @property
    def untrained(self) -> bool:
        """Whether no dense train has told yet what the line can carry."""
        return self.phase is Phase.START and not self._train and self.rate <= FIRST_RATE * 2

    def observe(self, seen: Observed) -> None:
        """Take one answer and set the rate."""
        self._measure(seen)
        now = seen.now
        if self.phase is Phase.START:
            self._start(seen)
        elif self.phase is Phase.DRAIN:
            self._follow(DRAIN_GAIN)
            if self.delay < 1.5 * TARGET:
                self.phase = Phase.STEADY
            self._notice_others(now)
        elif self.phase is Phase.STEADY:
            self._steady(now)
            self._notice_others(now)
        elif self.phase is Phase.TEST:
            self._test(now)
        else:
            self._compete(seen)
        if self.phase is not Phase.START:
            self._look_round(seen)
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
        self.smoothed = (
            0.9 * self.smoothed + 0.1 * seen.round_trip if self.smoothed else seen.round_trip
        )
        self.round_trip = min(self.round_trip or seen.round_trip, seen.round_trip)
        self._queue(seen)
        self._count_losses(seen)
        self._deliver(seen)

    def _count_losses(self, seen: Observed) -> None:
        """Keep the least share lost over the last windows: what overflowed a queue is not chance."""
        self._window_lost += seen.lost
        self._window_packets += seen.lost + seen.acknowledged
        long_enough = seen.now - self._window_since >= self.round_trip / 2
        if self._window_packets < LOSS_WINDOW or not long_enough:
            return
        losses = self._losses
        losses.append((seen.now, self._window_lost / self._window_packets))
        self._window_lost = self._window_packets = 0
        self._window_since = seen.now
        while len(losses) > 4 and losses[0][0] < seen.now - 2 * CYCLE * self.round_trip:
            losses.popleft()
        self.loss = min(share for _, share in losses)
        mean = sum(share for _, share in losses) / len(losses)
        self.excess = mean - self.loss

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
        deliveries.append((seen.arrival, seen.sent, seen.received))
        over = 0.03 if self.phase is Phase.START else max(0.1, self.round_trip * 0.8)
        while len(deliveries) > 2 and deliveries[1][0] <= seen.arrival - over:
            deliveries.popleft()
        since, left, before = deliveries[0]
        took = max(seen.arrival - since, seen.sent - left)
        if took < over / 2:
            return
        measured = (seen.received - before) / took
        best = self._best
        horizon = seen.now - max(1.0, 10 * self.round_trip)
        if seen.limited and measured < self.line and self.delay < 1.5 * TARGET:
            return
        while best and best[-1][1] <= measured:  # so that the first is always the best
            best.pop()
        best.append((seen.now, measured))
        while len(best) > 1 and best[0][0] < horizon:
            best.popleft()

    # What follows from it.

    def _start(self, seen: Observed) -> None:
        line = self.line
        if seen.stretched and not self._train:
            self._train = seen.stretched
            self.rate = max(self.rate, min(TRAIN_SHARE * self._train, TRAIN_GAIN * self.rate))
        if line and not seen.limited:
            known = self._train if line < TRAIN_WRONG * self._train else math.inf
            self.rate = max(self.rate, min(START_GAIN * line, max(1.1 * known, 1.25 * line)))
        waits = self.delay > max(START_DELAY, self.round_trip / 20)
        self._high = self._high + 1 if waits else 0
        since, level = self._plateau
        if line > 1.2 * level:
            self._plateau = since, level = (seen.now, line)
        flat = bool(level) and seen.now - since > 4 * self.round_trip + 0.1 and not seen.limited
        if self._high >= 3 or flat:
            self.phase = Phase.DRAIN
            self._follow(DRAIN_GAIN)

    def _follow(self, gain: float) -> None:
        if self.line:
            self.rate = self.line * gain / (1 - min(self.loss, MOST_LOSS))

    def _steady(self, now: float) -> None:
        error = (TARGET - self.delay) / TARGET
        if self.policy == "background" and self.delay > YIELD_DELAY:
            self._yield(now, max(YIELD_LEAST, 1 - YIELD_GAIN * (self.delay / YIELD_DELAY - 1)))
            return
        if error < -1:
            self._yield(now, max(0.7, 1 + 0.1 * error))
            return
        if now - self._rest_at > CYCLE * self.round_trip:
            self._rest_at = now
        if now - self._rest_at < self.round_trip:
            self._follow(REST_GAIN)  # the queue runs empty: the least delay and loss are seen anew
            return
        usual = GENTLE_GAIN if self.policy == "background" else STEADY_GAIN
        most = usual if self.excess < 0.02 else max(0.01, usual - 2 * self.excess)
        self._follow(1 + max(-STEADY_GAIN, min(most, STEADY_GAIN * error)))

    def _yield(self, now: float, gain: float) -> None:
        recent = [rate for when, rate in self._best if when > now - 2 * self.round_trip - 0.1]
        self.rate = max(recent, default=self.line) * gain / (1 - min(self.loss, MOST_LOSS))

    # When others fill the queue.

    def _notice_others(self, now: float) -> None:
        """Tell our own queue, which goes when we hold back, from one that others keep full."""
        if self.delay < 1.5 * TARGET:
            self._queued_since = now
            self._regain(now)
            return
        self._free_since = now
        patience = max(1.0, 6 * self.round_trip)
        if self.policy != "background" and now - self._queued_since > patience:
            self._join_in(now)

    def _test(self, now: float) -> None:
        """Hold back: what waits because of us is gone within three round trips."""
        self._follow(TEST_GAIN)
        if self.delay < NOTHING_WAITS:
            self.phase, self._most, self._train = Phase.STEADY, self.line, 0.0
            self._crowded_since = now
        elif now - self._tested_at > 3 * self.round_trip:
            self._join_in(now)

    def _join_in(self, now: float) -> None:
        self.phase = Phase.COMPETE
        self._empty_since = now
        start = max(self.line, FIRST_SHARE * max(self._most, self._train))
        self._share = Share(start * self.smoothed, now, self.policy)

    def _look_round(self, seen: Observed) -> None:
        """Notice that others use the line, and that they have gone.

        A dense train arrives at the line's own rate, whoever else is on it: who gets much less than
        that while packets wait may not be alone.
        """
        self._most = max(self._most * 0.9999, self.line)
        capacity = max(self._most, self._train)
        recent = [rate for when, rate in self._best if when > seen.now - 2 * self.round_trip - 0.1]
        part = max(recent, default=capacity) / capacity if capacity else 1.0
        waits = self.delay > NOTHING_WAITS
        if not waits or part > ALONE or seen.limited:
            self._crowded_since = seen.now
        if waits:
            self._empty_since = seen.now
        crowded = seen.now - self._crowded_since > 3 * self.round_trip
        if self.policy == "background":
            self._make_room(seen.now, capacity, crowded=crowded)
        elif crowded and self.phase is Phase.STEADY:
            self.phase, self._tested_at = Phase.TEST, seen.now

    def _make_room(self, now: float, capacity: float, *, crowded: bool) -> None:
        """Keep to a small part of a line that others use; take it back when nothing waits any more."""
        self._crowded = self._crowded or crowded
        if self._crowded and now - self._empty_since > 8 * self.round_trip:
            self._crowded = False
            self._train = 0.0
            self.after_silence()
        if self._crowded:
            self.rate = min(self.rate, MODEST * capacity)

    def _regain(self, now: float) -> None:
        """Begin as at the start when the others are gone and we were down to a part of the line."""
        self._most = max(self._most * 0.9999, self.line)
        if self._crowded:
            return
        if now - self._free_since > max(0.5, 3 * self.round_trip) and self.line < self._most / 2:
            self.after_silence()
            self._free_since = now

    def _compete(self, seen: Observed) -> None:
        trip = self.smoothed
        self._share.observe(seen, self.loss, trip)
        self.rate = self._share.window / trip
        if seen.now - self._empty_since > 8 * self.round_trip:
            self.phase = Phase.STEADY


class Share:
    """A window as one CUBIC flow would have it, so that we take about as much as another flow.

    Source: RFC 9438, sections 4.1 to 4.6. Only losses beyond those of chance count.
    """

    def __init__(self, window: float, now: float, policy: Policy) -> None:
        self.window = window
        self._keeps = 0.9 if policy == "deadline" else 0.8
        self._highest = window
        self._since = now
        self._told = now + SETTLING  # the others need a moment to make room
        self._lost = self._packets = 0

    def observe(self, seen: Observed, chance: float, trip: float) -> None:
        """Grow by time; give way once a round trip when more is lost than by *chance*."""
        if seen.now < self._told:
            return
        self._lost += seen.lost
        self._packets += seen.lost + seen.acknowledged
        expected = chance * self._packets
        if self._lost > expected + 3 * math.sqrt(expected) + 1:
            self._highest = self.window
            self.window *= self._keeps
            self._since = seen.now
            self._lost = self._packets = 0
            self._told = seen.now + 2.5 * trip  # what is lost until then is of the same event
        elif seen.now - self._told > trip:
            self._lost = self._packets = 0
            self._told = seen.now
        self._grow(seen.now - self._since, trip)

    def _grow(self, seconds: float, trip: float) -> None:
        highest = self._highest / SEGMENT
        wait = (highest * (1 - self._keeps) / 0.4) ** (1 / 3)
        cubic = (0.4 * (seconds - wait) ** 3 + highest) * SEGMENT
        most = self.window * (1 + 0.5 * 0.012 / trip)
        self.window = max(self.window, min(cubic, most))
