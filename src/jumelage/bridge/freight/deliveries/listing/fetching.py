"""Fetches what is lacking of a packing list: several parts at once, each kept as it comes.

On a line where one TCP connection starves a dozen bring a dozen times as much. The first request
finds out whether the other city knows parts; one that does not sends the whole list, of which a
cut keeps what has come all the same.
"""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from jumelage.bridge.errors import PeerUnreachableError, RateLimitError
from jumelage.bridge.freight.deliveries import conversation
from jumelage.bridge.freight.deliveries.listing import parts
from jumelage.bridge.freight.deliveries.listing.arriving import ListArrival
from jumelage.bridge.freight.errors import ListMismatchError, SessionRefusedError

CONNECTIONS = 12
"""Of the sixteen answers that a city gives to another one at once."""
TRIES = 5
"""So often in a row a connection may fail; then all wait, as `trouble` says, and go on."""
PAUSE_SECONDS = 0.5
LONGEST_REST = 30.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a peer answers: which part (None: the whole list), its coding, its bytes as they come."""

    part: str | None
    coding: str
    pieces: Iterator[bytes]


class Lists(Protocol):
    """A city that gives packing lists."""

    places: threading.BoundedSemaphore
    """Held by each request: the connections to this city, whatever lists they fetch."""

    def list_answer(self, path: str, *, coding: str) -> AbstractContextManager[Answer]:
        """Ask for *path*; the answer may have the content *coding*.

        Raises:
            PeerUnreachableError, SessionRefusedError, RateLimitError: it does not come now.
        """
        ...


def fetch(
    arrival: ListArrival, peer: Lists, stop: threading.Event, *, pause: float = PAUSE_SECONDS
) -> None:
    """Fetch what *arrival* lacks; return when it is whole or *stop* is set.

    A connection waits *pause* seconds after the first failure, and more after each further one.

    Raises:
        PeerUnreachableError, SessionRefusedError: nothing comes; what came is kept.
        ListMismatchError: what comes cannot be the list.
        OSError: the disk does not take it.
    """
    work = _Work(arrival, peer, stop, pause)
    if not work.first():
        return
    work.left = deque(arrival.lacking)
    threads = [
        threading.Thread(target=work.run, name=f"freight-list-{number}", daemon=True)
        for number in range(min(CONNECTIONS, len(work.left)))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if work.failure is not None:
        raise work.failure


class _Work:
    """What the fetching threads share."""

    def __init__(
        self, arrival: ListArrival, peer: Lists, stop: threading.Event, pause: float
    ) -> None:
        self.left = deque(arrival.lacking)
        self.failure: Exception | None = None
        self._arrival, self._peer, self._stop, self._pause = arrival, peer, stop, pause

    def first(self) -> bool:
        """Fetch the first part that is lacking; tell whether there was one and it is here."""
        # A node that knows no parts would pack the whole list at once, before it answers.
        coding = "identity" if self._arrival.size > parts.PART else "gzip"
        while self.left and not self._stop.is_set():
            try:
                _ask(self._arrival, self._peer, self.left[0], coding, self._stop)
            except RateLimitError as error:
                self._rest(error)
            else:
                return True
        return False

    def run(self) -> None:
        """Fetch one part after the other until there are none, or until it is hopeless."""
        tries = 0
        while self.failure is None and not self._stop.is_set():
            try:
                number = self.left.popleft()
            except IndexError:
                return
            try:
                _ask(self._arrival, self._peer, number, "gzip", self._stop)
                tries = 0
            except RateLimitError as error:
                self.left.appendleft(number)
                self._rest(error)
            except (PeerUnreachableError, SessionRefusedError) as failure:
                self.left.appendleft(number)
                tries += 1
                if tries == TRIES:
                    self.failure = failure
                self._stop.wait(self._pause * tries)
            except Exception as failure:  # noqa: BLE001  # raised by who waits for the threads
                self.failure = failure

    def _rest(self, error: RateLimitError) -> None:
        """Wait as long as a city that is asked too much says; to wait is no failure."""
        self._stop.wait(min(float(str(error.facts["retry_after"])), LONGEST_REST))


def _ask(
    arrival: ListArrival, peer: Lists, number: int, coding: str, stop: threading.Event
) -> None:
    """Ask for part *number* and keep what comes."""
    path = f"{conversation.LISTS}/{arrival.delivery}?part={number}"
    with peer.places, peer.list_answer(path, coding=coding) as answer:
        if answer.part is None:
            _take_whole(arrival, answer, stop)
        elif answer.part == str(number):
            _take_part(arrival, number, answer)
        else:
            raise ListMismatchError(delivery=arrival.delivery)


def _take_part(arrival: ListArrival, number: int, answer: Answer) -> None:
    most = parts.length(number, arrival.size)
    coming = parts.unpacked(answer.pieces, answer.coding, most=most, delivery=arrival.delivery)
    arrival.keep(number, b"".join(coming))


def _take_whole(arrival: ListArrival, answer: Answer, stop: threading.Event) -> None:
    """Cut the whole list into parts as it comes in."""
    name, size = arrival.delivery, arrival.size
    held, number = bytearray(), 0
    for data in parts.unpacked(answer.pieces, answer.coding, most=size, delivery=name):
        held += data
        while len(held) >= parts.PART:
            arrival.keep(number, bytes(held[: parts.PART]))
            del held[: parts.PART]
            number += 1
        if stop.is_set():
            return
    if held or number < parts.count(size):
        arrival.keep(number, bytes(held))
