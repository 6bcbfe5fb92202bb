"""How far a peer's clock is from ours, told by what it says anyway.

Every HTTP answer carries `Date`, to the second: refusals as well, so that a clock which is a
day off is known although nothing signed is accepted any more. The beats of an open stream
carry milliseconds. Half of the shortest round trip seen is taken off.
"""

import math
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime

import httpx
import orjson

from jumelage.kit import clock


@dataclass(slots=True)
class PeerClock:
    """The clock of one peer; `offset_ms` is how far it is ahead of ours, None when unknown."""

    offset_ms: int | None = None
    _round_trip: float = field(default=math.inf)

    async def asked(self, request: httpx.Request) -> None:
        """Note when *request* left (an httpx event hook)."""
        request.extensions["asked"] = time.monotonic()

    async def answered(self, response: httpx.Response) -> None:
        """Learn from the head of an answer (an httpx event hook)."""
        took = time.monotonic() - response.request.extensions["asked"]
        self._round_trip = min(self._round_trip, took)
        with suppress(ValueError, OverflowError):
            said = parsedate_to_datetime(response.headers.get("Date", ""))
            self._learn(said.timestamp() + 0.5)  # `Date` leaves out half a second on average

    def beat(self, line: bytes) -> None:
        """Learn from a beat of the open stream; one without a time teaches nothing."""
        with suppress(ValueError, TypeError, KeyError, OverflowError):
            self._learn(datetime.fromisoformat(orjson.loads(line)["beat"]).timestamp())

    def _learn(self, said: float) -> None:
        """Note that the peer's clock showed *said* (a POSIX time) half a round trip ago."""
        on_the_way = self._round_trip / 2 if math.isfinite(self._round_trip) else 0.0
        ahead = said + on_the_way - clock.now().timestamp()
        self.offset_ms = max(-(2**31), min(round(ahead * 1000), 2**31 - 1))
