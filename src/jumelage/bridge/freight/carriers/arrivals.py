"""The receiving end of one session, whatever the carrier: what was taken, what is durable.

A parcel goes from missing to taken (verified and written) to durable (on the disk). Only durable
parcels are acknowledged. Whoever flushes tells the sender of all that became durable, also what
came over another connection.
"""

import threading
import time
from collections.abc import Callable, Sequence

from jumelage.bridge.freight.carriers.base import (
    LARGEST_PARCEL,
    MOST_PARCELS,
    Carrier,
    Figures,
    Pace,
    Session,
    Taking,
    Unlimited,
)
from jumelage.bridge.freight.errors import DamagedParcelError, FrameError

MISSING, BUSY, TAKEN, DURABLE = range(4)
FLUSH_EVERY = 0.4
"""Seconds between two flushes while parcels come in."""
MOST_DAMAGED = 64
"""Damaged parcels after which a session is given up: the line does not damage what is sealed."""
RATE_OVER = 2.0
BREATH = 0.01
"""Seconds to wait when nothing may come in."""


class _Gate:
    """Lets parcels in as *pace* says; what is granted of one is kept until all of it is."""

    def __init__(self, pace: Pace) -> None:
        """Begin with nothing granted."""
        self.turn = threading.Lock()
        self._pace, self._credit = pace, 0

    def admits(self, size: int) -> bool:
        """Tell whether a parcel of *size* bytes may come in now."""
        if size > self._credit:
            self._credit += self._pace.allow(size - self._credit)
        if size > self._credit:
            return False
        self._credit -= size
        return True


class Arrival:
    """A session that is being received; used by many threads."""

    def __init__(
        self,
        session: Session,
        taking: Taking,
        told: Callable[[Figures], None] = lambda _: None,
        *,
        pace: Pace | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """*told* is called with figures after each flush, in the thread that flushed.

        *pace* says how much may come in; None: whatever comes.
        """
        _check(taking.sizes)
        self.pace = pace or Unlimited()
        self._gate = _Gate(self.pace)
        self.session = session
        self.sizes = taking.sizes
        self.done = threading.Event()
        """Set when every parcel is durable, or the session failed."""
        self.failure: Exception | None = None
        """Why it failed: what `take` or `durable` raised."""
        self.closed = False
        """Whether the session was taken off the listener."""
        self.last_heard = clock()
        self.carrier: Carrier = "tls"
        self._taking = taking
        self._told = told
        self._clock = clock
        self._state = bytearray(len(taking.sizes))
        self._lock = threading.Lock()
        self._flushing = threading.Lock()
        self._fresh: list[int] = []
        self._repeat: set[int] = set()
        self._taken = self._durable = self._damaged = self._bytes = self._moved = 0
        self._flushed_at = clock()
        self._history: list[tuple[float, int]] = [(clock(), 0)]
        if not taking.sizes:
            self.done.set()

    @property
    def complete(self) -> bool:
        """Whether every parcel is durable."""
        return self._durable == len(self.sizes)

    @property
    def due(self) -> bool:
        """Whether it is time to flush."""
        with self._lock:
            waiting = len(self._fresh) + len(self._repeat)
            whole = self._taken == len(self.sizes)
        late = self._clock() - self._flushed_at >= FLUSH_EVERY
        return bool(waiting) and (late or whole)

    def wants(self, number: int) -> bool:
        """Tell whether parcel *number* is missing; one that is not is acknowledged once more."""
        with self._lock:
            if self._state[number] == DURABLE:
                self._repeat.add(number)
            return self._state[number] == MISSING

    def hear(self) -> None:
        """Note that something of a parcel came in now."""
        self.last_heard = self._clock()

    def admits(self, size: int) -> bool:
        """Tell whether a parcel of *size* bytes may come in now; never waits.

        For one thread at a time; what is granted of a parcel is kept until all of it is.
        """
        admitted = self._gate.admits(size)
        if not admitted:
            self.hear()  # it is we who hold it back
        return admitted

    def wait_to_admit(self, size: int) -> None:
        """Return when a parcel of *size* bytes may come in, or the session is over."""
        with self._gate.turn:  # one after the other: shared among all each would take minutes
            while not (self.admits(size) or self.closed or self.done.wait(BREATH)):
                pass

    def take(self, number: int, data: memoryview) -> bool:
        """Verify and write a parcel; return False when it must be sent again.

        What `Taking.take` raises besides damage ends the session: it is kept as `failure`.
        """
        with self._lock:
            self._moved += len(data)
            self.last_heard = self._clock()
            if self._state[number] != MISSING:
                if self._state[number] == DURABLE:
                    self._repeat.add(number)
                return True
            self._state[number] = BUSY
        try:
            self._taking.take(number, data)
        except DamagedParcelError:
            return self._damage(number)
        except Exception as failure:  # noqa: BLE001  # told to who added the session
            self.fail(failure)
            return True
        with self._lock:
            self._state[number] = TAKEN
            self._taken += 1
            self._fresh.append(number)
        return True

    def _damage(self, number: int) -> bool:
        with self._lock:
            self._state[number] = MISSING
            self._damaged += 1
            many = self._damaged > MOST_DAMAGED
        if many:
            self.fail(FrameError(reason="too many damaged parcels"))
        return False

    def flush(self) -> list[int]:
        """Make durable what was taken; return what may be acknowledged now.

        Empty when another thread is flushing, and when `Taking.durable` failed.
        """
        if not self._flushing.acquire(blocking=False):
            return []
        try:
            with self._lock:
                fresh, self._fresh = self._fresh, []
                repeat, self._repeat = self._repeat, set()
            kept = not fresh or self._make_durable(fresh)
            self._flushed_at = self._clock()
            return [*fresh, *repeat] if kept else []
        finally:
            self._flushing.release()

    def _make_durable(self, fresh: list[int]) -> bool:
        try:
            self._taking.durable()
        except Exception as failure:  # noqa: BLE001  # told to who added the session
            self.fail(failure)
            return False
        with self._lock:
            for number in fresh:
                self._state[number] = DURABLE
                self._bytes += self.sizes[number]
            self._durable += len(fresh)
        self._told(self.figures())
        if self.complete:
            self.done.set()
        return True

    def fail(self, failure: Exception) -> None:
        """End the session: *failure* is why."""
        self.failure = self.failure or failure
        self.done.set()

    def figures(self) -> Figures:
        """Say how it goes."""
        now = self._clock()
        with self._lock:
            history = self._history = [
                entry for entry in self._history[-64:] if entry[0] > now - RATE_OVER
            ] or self._history[-1:]
            history.append((now, self._bytes))
            since, held = history[0]
            rate = (self._bytes - held) / (now - since) if now > since else 0.0
            return Figures(self.carrier, self._durable, self._bytes, self._moved, rate)


def _check(sizes: Sequence[int]) -> None:
    if len(sizes) >= MOST_PARCELS:
        raise FrameError(reason="too many parcels for one session")
    if sizes and not 0 < min(sizes) <= max(sizes) <= LARGEST_PARCEL:
        raise FrameError(reason="a parcel of no possible size")
