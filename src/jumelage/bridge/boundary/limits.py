"""What one peer may ask of this node at once, so that no peer slows the city's own site.

The reader sets the pace: pages are sent when they are asked for, and what a reader does not
take waits in its own connection. These limits bound how much can wait. Who asks for more is
told when to come back (429, `Retry-After`), which is no refusal and breaks no line. A further
stream ends the oldest one of the same peer, since after a cut the old one may hang for minutes.
They are counted per process; one process serves a node's peers.
"""

import asyncio
import math
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache

from django.conf import settings

from jumelage.bridge.errors import RateLimitError

MOST_PAGES = 16
"""Page requests in flight for one peer."""
STREAMS_OF_A_PEER = 2
MOST_STREAMS = 50
MOST_HANGING = 8
"""Streams of one peer that were ended and whose connections are not yet gone."""
PATIENCE_SECONDS = 0.5
"""How long a request may wait for a place before it is told to come back."""
BURST_SECONDS = 2.0


@dataclass(slots=True)
class Bucket:
    """Bytes that may be sent: *rate* a second, and as much as two seconds bring at once."""

    rate: float
    left: float = 0.0
    at: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        """Begin full."""
        self.left = self.rate * BURST_SECONDS

    def wait(self) -> float:
        """Return how many seconds until something may be sent again; 0 is now."""
        now = time.monotonic()
        self.left = min(self.left + (now - self.at) * self.rate, self.rate * BURST_SECONDS)
        self.at = now
        return max(0.0, -self.left / self.rate) if self.rate else 0.0

    def spend(self, count: int) -> None:
        """Note that *count* bytes are sent; what exceeds the bucket is waited for afterwards."""
        self.left -= count


@dataclass(eq=False, slots=True)
class Place:
    """One page or stream of a peer; `ended` asks it to stop; freeing it twice is harmless."""

    free: Callable[[], None]
    ended: bool = False


class Limits:
    """The pages, streams and bytes of every peer."""

    def __init__(self, rate: float) -> None:
        """Allow each peer *rate* bytes a second; 0 is without limit."""
        self._rate = rate
        self._lock = threading.Lock()  # places are given back from other threads
        self._pages: dict[str, set[Place]] = defaultdict(set)
        self._streams: dict[str, list[Place]] = defaultdict(list)
        self._buckets: dict[str, Bucket] = {}

    async def page(self, origin: str) -> Place:
        """Return a place for one page request of *origin*, perhaps after a moment.

        Raises:
            RateLimitError: too many are in flight, or too many bytes were sent.
        """
        self._ensure_bytes(origin)
        end = time.monotonic() + PATIENCE_SECONDS
        while (place := self._take_page(origin)) is None:
            if time.monotonic() > end:
                raise RateLimitError(limit=f"{MOST_PAGES} pages", retry_after=1)
            await asyncio.sleep(0.02)
        return place

    @contextmanager
    def answer(self, origin: str) -> Iterator[Bucket]:
        """Hold a place for one short answer to *origin*; yield the bytes to spend it from.

        Raises:
            RateLimitError: as `page`, at once.
        """
        self._ensure_bytes(origin)
        place = self._take_page(origin)
        if place is None:
            raise RateLimitError(limit=f"{MOST_PAGES} pages", retry_after=1)
        try:
            yield self.bucket(origin)
        finally:
            place.free()

    def _ensure_bytes(self, origin: str) -> None:
        wait = self.bucket(origin).wait()
        if wait > PATIENCE_SECONDS:
            raise RateLimitError(limit=f"{self._rate:.0f} B/s", retry_after=math.ceil(wait))

    def _take_page(self, origin: str) -> Place | None:
        with self._lock:
            if len(self._pages[origin]) >= MOST_PAGES:
                return None
            place = Place(lambda: self._pages[origin].discard(place))
            self._pages[origin].add(place)
            return place

    def stream(self, origin: str) -> Place:
        """Return a place for one stream of *origin*; its oldest one ends for it.

        Raises:
            RateLimitError: too many hang, or all places are taken by others.
        """
        with self._lock:
            own = self._streams[origin]
            live = [place for place in own if not place.ended]
            every = sum(not place.ended for of in self._streams.values() for place in of)
            if len(own) >= MOST_HANGING or (every >= MOST_STREAMS and not live):
                limit = f"{STREAMS_OF_A_PEER}/{MOST_STREAMS} streams"
                raise RateLimitError(limit=limit, retry_after=5)
            if len(live) >= STREAMS_OF_A_PEER or every >= MOST_STREAMS:
                live[0].ended = True
            place = Place(lambda: self._end(origin, place))
            own.append(place)
            return place

    def _end(self, origin: str, place: Place) -> None:
        with self._lock:
            if place in self._streams[origin]:
                self._streams[origin].remove(place)

    def bucket(self, origin: str) -> Bucket:
        """Return the bytes *origin* may be sent."""
        return self._buckets.setdefault(origin, Bucket(self._rate))

    @property
    def streams(self) -> int:
        """How many streams are open."""
        return sum(map(len, self._streams.values()))


@cache
def limits() -> Limits:
    """Return the limits of this process, with the rate of the settings."""
    return Limits(settings.NODE.bridge_peer_rate * 1_000_000)
