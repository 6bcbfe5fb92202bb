"""Fetches what is lacking of a packing list: several parts at once, each kept as it comes.

On a line where one TCP connection starves a dozen bring a dozen times as much. The first request
finds out whether the other city knows parts; one that does not sends the whole list, of which a
cut keeps what has come all the same.
"""

import math
import threading
from collections import deque
from collections.abc import Callable, Iterator
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
PATIENCE = 1.0
"""Seconds between two looks whether a limit lets a part come in."""
Turn = Callable[[int, float], float]
"""Says in how many seconds so many bytes may come in, and counts them if within so many seconds."""


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


def _at_once(_size: int, _patience: float) -> float:
    return 0.0


def fetch(
    arrival: ListArrival,
    peer: Lists,
    stop: threading.Event,
    *,
    turn: Turn = _at_once,
    pause: float = PAUSE_SECONDS,
) -> None:
    """Fetch what *arrival* lacks; return when it is whole or *stop* is set.

    Parts come in when *turn* says so; the first of a list comes at once. A connection waits *pause* seconds after the first failure, and more after each further one.

    Raises:
        PeerUnreachableError, SessionRefusedError: nothing comes; what came is kept.
        ListMismatchError: what comes cannot be the list.
        OSError: the disk does not take it.
    """
    work = _Work(arrival, peer, stop, turn, pause)
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
        self, arrival: ListArrival, peer: Lists, stop: threading.Event, turn: Turn, pause: float
    ) -> None:
        self.left = deque(arrival.lacking)
        self.failure: Exception | None = None
        self._arrival, self._peer, self._stop = arrival, peer, stop
        self._turn, self._pause = turn, pause

    def first(self) -> bool:
        """Fetch the first part that is lacking; tell whether there was one and it is here."""
        # A node that knows no parts would pack the whole list at once, before it answers.
        coding = "identity" if self._arrival.size > parts.PART else "gzip"
        while self.left and not self._stop.is_set():
            try:
                self._ask(self.left[0], coding)
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
                self._ask(number, "gzip")
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

    def _ask(self, number: int, coding: str) -> None:
        """Ask for part *number* when it may come in, and keep what comes."""
        arrival = self._arrival
        path = f"{conversation.LISTS}/{arrival.delivery}?part={number}"
        self._await_turn(number)
        if self._stop.is_set():
            return
        with self._peer.places, self._peer.list_answer(path, coding=coding) as answer:
            if answer.part is None:
                self._take_whole(answer, number)
            elif answer.part == str(number):
                _take_part(arrival, number, answer)
            else:
                raise ListMismatchError(delivery=arrival.delivery)

    def _await_turn(self, number: int) -> None:
        """Return when part *number* may come in, or when it is time to stop.

        Raises:
            SessionRefusedError: a limit lets nothing come in.
        """
        size = parts.length(number, self._arrival.size)
        patience = PATIENCE if number else math.inf
        while (wait := self._turn(size, patience)) > patience:
            if math.isinf(wait):
                raise SessionRefusedError(reason="a limit lets nothing come in", code="limit-here")
            if self._stop.wait(PATIENCE):
                return
        self._stop.wait(wait if number else 0.0)

    def _take_whole(self, answer: Answer, asked: int) -> None:
        """Cut the whole list into parts as it comes in; the one *asked* for was counted."""
        arrival = self._arrival
        held, number = bytearray(), 0
        name, size = arrival.delivery, arrival.size
        for data in parts.unpacked(answer.pieces, answer.coding, most=size, delivery=name):
            held += data
            while len(held) >= parts.PART:
                if number != asked:
                    self._await_turn(number)
                arrival.keep(number, bytes(held[: parts.PART]))
                del held[: parts.PART]
                number += 1
            if self._stop.is_set():
                return
        if held or number < parts.count(size):
            arrival.keep(number, bytes(held))


def _take_part(arrival: ListArrival, number: int, answer: Answer) -> None:
    most = parts.length(number, arrival.size)
    coming = parts.unpacked(answer.pieces, answer.coding, most=most, delivery=arrival.delivery)
    arrival.keep(number, b"".join(coming))
