"""The clock of the host: every node and browser of a session speaks in its time.

Each node's own time is steady: read from the system's clock once and then counted, so that a
correction of the system's clock makes no picture jump. How far the host's is from ours is asked
over the line, as NTP does: of the last answers the one with the shortest round trip tells best,
since what the line adds is then least. An asymmetric line errs by half its asymmetry.
"""

import time
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime

SAMPLES = 24
QUICK_PROBES = 8
QUICK_SECONDS = 0.1
PROBE_SECONDS = 1.0
FURTHEST = 24 * 3_600_000.0
"""Milliseconds. A clock further away is wrong, or its node lies: signed requests between the two
would be refused as well."""
_BEGAN = time.time() - time.monotonic()


def steady() -> float:
    """Return this node's time in milliseconds since 1970; it never jumps."""
    return (_BEGAN + time.monotonic()) * 1000


def moment(milliseconds: float) -> datetime:
    """Return *milliseconds* since 1970 as a moment in UTC."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


@dataclass(slots=True)
class Offset:
    """How far another node's clock is ahead of ours, in milliseconds; 0 until it is heard."""

    value: float = 0.0
    round_trip: float | None = None
    _samples: deque[tuple[float, float]] = field(default_factory=lambda: deque(maxlen=SAMPLES))

    def forget(self) -> None:
        """Begin again with the next answer: the other node may have started anew."""
        self._samples.clear()

    def heard(self, sent: float, told: float, now: float) -> None:
        """Learn from an answer: asked at *sent* of our clock, it *told* its own, it is *now*."""
        ahead = told - (sent + now) / 2
        if now < sent or abs(ahead) > FURTHEST:
            return
        self._samples.append((now - sent, ahead))
        self.round_trip, self.value = min(self._samples)
