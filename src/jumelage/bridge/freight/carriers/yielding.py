"""How fast TLS connections may go together when they shall give way to everybody else.

TCP itself takes its share of a queue, whatever runs on it. So a delivery in the background is paced
from above: slower as soon as round trips grow longer than they need be, faster as long as they do
not. The kernel keeps the pace (SO_MAX_PACING_RATE), under CUBIC and BBR alike.
Source: RFC 6817 (LEDBAT), section 2, for the idea of a delay to stay below.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

TARGET = 0.025
"""Seconds a round trip may be longer than the least before we go slower."""
FIRST_RATE = 2.5e6
LEAST_RATE = 200_000.0
"""For four connections: a parcel of 1 MiB is acknowledged after 21 s at the latest."""
GROWTH, FIRST_GROWTH = 1.05, 2.0
"""Times the rate of one round trip before, while little waits; the second until something waited."""
CUT = 0.4
DEEPEST_CUT = 0.5
FREE = 8
"""Round trips without a wait after which the others are believed to be gone."""


class Trip(NamedTuple):
    """What the kernel says of one connection: seconds there and back, bytes a second delivered."""

    smoothed: float
    least: float
    delivered: float


class Yielding:
    """The rate of all connections of one delivery, in bytes a second."""

    def __init__(self) -> None:
        self.rate = FIRST_RATE
        self._least = math.inf
        self._began = True
        self._free = 0
        self._changed = -math.inf

    def observe(self, now: float, trips: Sequence[Trip]) -> float:
        """Take what the kernel says at *now* and return the rate; it changes once a round trip."""
        known = [trip for trip in trips if trip.smoothed]
        if not known:
            return self.rate
        self._least = min(self._least, *(trip.least or trip.smoothed for trip in known))
        trip = sum(one.smoothed for one in known) / len(known)
        if now - self._changed >= trip:
            self._changed = now
            self._change(trip - self._least, sum(one.delivered for one in known))
        return self.rate

    def _change(self, delay: float, delivered: float) -> None:
        if delay > TARGET:
            self._began, self._free = False, 0
            gain = max(DEEPEST_CUT, 1 - CUT * (delay / TARGET - 1))
            self.rate = max(LEAST_RATE, min(self.rate, delivered or self.rate) * gain)
        elif delay < TARGET / 2:
            self._free += 1
            self._began = self._began or self._free >= FREE
            growth = FIRST_GROWTH if self._began else GROWTH
            most = 2 * delivered if delivered else math.inf  # what is not used does not grow
            self.rate = max(self.rate, min(self.rate * growth, most))
