"""The last resort: the receiver fetches parcels over the city's own HTTPS address, by byte ranges.

All parcels of a session in their order are one long text. The sender serves ranges of it
(`Stretch.pieces`, for a view), the receiver asks for runs of parcels over several connections
(`pull`). The requests are signed as every request between nodes; TLS is the web server's.
Source: RFC 9110, section 14 (range requests).
"""

import threading
import time
from bisect import bisect_right
from collections import deque
from collections.abc import Iterator
from functools import partial
from itertools import accumulate

import httpx

from jumelage.bridge.freight.carriers.arrivals import Arrival
from jumelage.bridge.freight.carriers.base import Figures, Pace, Progress, Reading
from jumelage.bridge.freight.errors import (
    FrameError,
    LineClosedError,
    LineLostError,
    SessionUnknownError,
)

STREAMS = 16
RUN = 8
"""Parcels of one request."""
PATIENCE = 30.0
TELL_EVERY = 0.5
BREATH = 0.01
UNKNOWN = frozenset({401, 403, 404, 410})


class Stretch:
    """All parcels of a session as one text."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._ends = list(accumulate(reading.sizes))

    @property
    def length(self) -> int:
        """Bytes of all parcels."""
        return self._ends[-1] if self._ends else 0

    def pieces(self, first: int, last: int) -> Iterator[bytes]:
        """Give the bytes *first* to *last*, both included, as a range request names them.

        Raises: FrameError when the range is not within the text.
        """
        if not 0 <= first <= last < self.length:
            raise FrameError(reason="a range that does not exist")
        return self._pieces(first, last + 1)

    def _pieces(self, at: int, stop: int) -> Iterator[bytes]:
        number = bisect_right(self._ends, at)
        while at < stop:
            data = self._reading.read(number)
            start = self._ends[number] - len(data)
            yield data[at - start : stop - start]
            at = self._ends[number]
            number += 1


def pull(
    url: str,
    client: httpx.Client,
    arrival: Arrival,
    *,
    pace: Pace,
    progress: Progress,
    stop: threading.Event,
    streams: int = STREAMS,
) -> Figures:
    """Fetch every parcel that *arrival* lacks from *url*; return when all is durable or *stop* is set.

    *client* signs the requests. Raises: SessionUnknownError, LineClosedError, LineLostError; what
    `Taking` raised is raised here.
    """
    arrival.carrier = "https"
    work = _Work(url, client, arrival, pace, stop)
    threads = [
        threading.Thread(target=partial(_fetch, work), name=f"freight-range-{i}", daemon=True)
        for i in range(max(1, min(streams, len(work.runs))))
    ]
    for thread in threads:
        thread.start()
    while not arrival.done.wait(TELL_EVERY) and not stop.is_set() and work.failure is None:
        if arrival.due:
            arrival.flush()
        work.notice_silence()
        progress(arrival.figures())
    work.over.set()
    for thread in threads:
        thread.join(PATIENCE)
    failure = work.failure or arrival.failure
    if failure is not None:
        raise failure
    last = arrival.figures()
    progress(last)
    return last


class _Work:
    """What the fetching threads share."""

    def __init__(
        self, url: str, client: httpx.Client, arrival: Arrival, pace: Pace, stop: threading.Event
    ) -> None:
        self.url, self.client, self.arrival, self.pace, self.stop = url, client, arrival, pace, stop
        self.over = threading.Event()
        self.failure: Exception | None = None
        self.heard = 0.0
        self.ends = list(accumulate(arrival.sizes))
        self._began = time.monotonic()
        self._lock = threading.Lock()
        count = len(self.ends)
        self.runs: deque[list[int]] = deque(
            list(range(start, min(start + RUN, count))) for start in range(0, count, RUN)
        )

    def draw(self) -> list[int]:
        """Return adjacent parcels that are missing; empty when there are none now."""
        with self._lock:
            while self.runs:
                lacking = [number for number in self.runs.popleft() if self.arrival.wants(number)]
                if lacking:
                    return list(range(lacking[0], lacking[-1] + 1))
        return []

    def give_back(self, numbers: list[int]) -> None:
        """Put what was not fetched in front."""
        with self._lock:
            self.runs.appendleft(numbers)

    def notice_silence(self) -> None:
        """Give up when nothing came for too long."""
        silent = time.monotonic() - (self.heard or self._began)
        if silent > PATIENCE and self.heard:
            self.failure = LineLostError(seconds=round(silent), reason="silence")
        elif silent > PATIENCE:
            place = httpx.URL(self.url)
            self.failure = LineClosedError(
                carrier="HTTPS", host=place.host, port=place.port or 443, reason="silence"
            )


def _fetch(work: _Work) -> None:
    """Fetch runs until all is durable; wait longer after each failure."""
    pause = 0.2
    while not work.over.is_set() and not work.arrival.done.is_set():
        numbers = work.draw()
        if not numbers:
            work.over.wait(0.05)
            continue
        try:
            _run(work, numbers)
            pause = 0.2
        except (SessionUnknownError, FrameError) as failure:
            work.failure = failure
            return
        except (httpx.HTTPError, OSError):
            work.over.wait(pause)
            pause = min(2 * pause, 5.0)
        finally:
            work.give_back(numbers)  # what is here already is not drawn again


def _run(work: _Work, numbers: list[int]) -> None:
    first = work.ends[numbers[0]] - work.arrival.sizes[numbers[0]]
    last = work.ends[numbers[-1]] - 1
    asked = {"Range": f"bytes={first}-{last}", "Accept-Encoding": "identity"}
    with work.client.stream("GET", work.url, headers=asked) as answer:
        if answer.status_code in UNKNOWN:
            raise SessionUnknownError(reason=str(answer.status_code))
        if answer.status_code != httpx.codes.PARTIAL_CONTENT:
            raise httpx.ProtocolError(str(answer.status_code))
        _take(work, numbers, answer.iter_raw(1 << 16))


def _take(work: _Work, numbers: list[int], incoming: Iterator[bytes]) -> None:
    """Cut what comes in into the parcels *numbers*, and have each taken when it is whole."""
    room, left = memoryview(b""), 0
    todo = iter(numbers)
    number = -1
    for part in incoming:
        work.heard = time.monotonic()
        work.arrival.hear()
        view = memoryview(part)
        while len(view) > 0:
            if not left:
                number = next(todo, -1)
                if number < 0:
                    raise FrameError(reason="more bytes than were asked for")
                left = work.arrival.sizes[number]
                room = memoryview(bytearray(left))
            count = _allowed(work, min(left, len(view)))
            start = len(room) - left
            room[start : start + count] = view[:count]
            view, left = view[count:], left - count
            if not left and work.arrival.wants(number):
                work.arrival.take(number, room)


def _allowed(work: _Work, wanted: int) -> int:
    """Return how many bytes may be read now, 1 to *wanted*; wait for the first."""
    while not (allowed := work.pace.allow(wanted)):
        if work.over.wait(BREATH):
            raise httpx.ReadError("stopped")
    return allowed
