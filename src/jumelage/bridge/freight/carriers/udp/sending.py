"""The sending side over UDP: one thread sends, one reads and seals ahead."""

import contextlib
import queue
import socket
import sys
import threading
import time
from collections.abc import Callable

from jumelage.bridge.freight.carriers import tuning
from jumelage.bridge.freight.carriers.base import Figures, Pace, Progress, Reading, Session
from jumelage.bridge.freight.carriers.udp.rate import FIRST_RATE
from jumelage.bridge.freight.carriers.udp.seal import Seals
from jumelage.bridge.freight.carriers.udp.sender import SenderMachine
from jumelage.bridge.freight.carriers.udp.sockets import Channel
from jumelage.bridge.freight.errors import LineClosedError, LineLostError, SessionUnknownError

FIRST_ANSWER = 2.5
"""Seconds to wait for any answer: longer, and datagrams do not pass here."""
PATIENCE = 30.0
TELL_EVERY = 0.5
REMEMBERED = 600.0
"""Seconds for which what a line carried is believed."""
SWITCH = 0.0005
"""Seconds a thread may keep the interpreter: the pace is finer than the usual 5 ms."""


class Lines:
    """What the lines to the peers carried of late: a session need not find it out again.

    Source: draft-ietf-tsvwg-careful-resume (begin with half of it, and only for some time).
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._held: dict[str, tuple[float, float]] = {}

    def keep(self, host: str, rate: float) -> None:
        """Remember the bytes a second that the line to *host* carried."""
        if rate:
            self._held[host] = (self._clock(), rate)

    def rate(self, host: str) -> float:
        """Return the bytes a second to begin with."""
        when, rate = self._held.get(host, (0.0, 0.0))
        fresh = self._clock() - when < REMEMBERED
        return max(FIRST_RATE, rate / 2 if fresh else 0.0)


LINES = Lines()


def send(
    session: Session, reading: Reading, pace: Pace, progress: Progress, stop: threading.Event
) -> Figures:
    """Send every parcel; see `base.Sending`."""
    sys.setswitchinterval(min(SWITCH, sys.getswitchinterval()))
    try:
        channel = Channel(_connected(session.peer_host, session.udp_port))
    except OSError as refused:
        raise _closed(session, refused) from None
    sender = _Sender(session, reading, pace, channel)
    try:
        return sender.run(progress, stop)
    finally:
        sender.end()


class _Sender:
    """One delivery's parcels on their way."""

    def __init__(self, session: Session, reading: Reading, pace: Pace, channel: Channel) -> None:
        self._session, self._reading, self._pace, self._channel = session, reading, pace, channel
        self._seals = Seals(session.secret)
        count = len(reading.sizes)
        largest = 5 if channel.sock.family == socket.AF_INET6 else 6
        self._machine = SenderMachine(
            self._seals, count, policy=pace.policy, largest=largest,
            rate=FIRST_RATE if pace.policy == "background" else LINES.rate(session.peer_host),
        )  # fmt: skip
        self._ahead: dict[int, bytes] = {}
        self._asked: queue.SimpleQueue[int | None] = queue.SimpleQueue()
        self._read: queue.SimpleQueue[tuple[int, bytes] | Exception] = queue.SimpleQueue()
        self._requested: set[int] = set()
        self._reader = threading.Thread(target=self._seal, name="freight-seal", daemon=True)
        self._reader.start()
        tuning.mark(channel.sock, pace.policy)
        self._bytes = self._credit = 0
        self._history: list[tuple[float, int]] = []

    def end(self) -> None:
        """End the reading thread and close the socket."""
        self._asked.put(None)
        self._reader.join(10)
        self._channel.close()

    def run(self, progress: Progress, stop: threading.Event) -> Figures:
        """Send until all is durable or *stop* is set."""
        machine, began, told = self._machine, time.monotonic(), 0.0
        while not machine.done and not stop.is_set():
            now = time.monotonic()
            self._hear(now)
            self._supply()
            if machine.rate.policy != self._pace.policy:
                machine.rate.policy = self._pace.policy
                tuning.mark(self._channel.sock, machine.rate.policy)
            for burst in machine.datagrams_to_send(now, self._allowed(machine.due(now))):
                self._channel.send(burst)
                self._credit -= len(burst.data)
            self._check(now, began)
            if now - told > TELL_EVERY:
                told = now
                progress(self.figures(now))
            self._channel.wait(machine.next_timeout())
        if machine.done:
            self._farewell()
        LINES.keep(self._session.peer_host, machine.rate.line)
        last = self.figures(time.monotonic())
        progress(last)
        return last

    def _allowed(self, due: int) -> int:
        """Return the bytes that may leave now; what a burst took beyond them is paid back first."""
        if due > self._credit:
            self._credit += self._pace.allow(due - self._credit)
        return max(0, self._credit) if due else 0

    def _farewell(self) -> None:
        for _ in range(3):
            self._machine.bye()
        for burst in self._machine.datagrams_to_send(time.monotonic(), 0):
            with contextlib.suppress(OSError):
                self._channel.send(burst)

    def _hear(self, now: float) -> None:
        while True:
            try:
                got = self._channel.read()
            except OSError as refused:  # nobody listens there
                if self._machine.heard is None:
                    raise _closed(self._session, refused) from None
                return
            if got is None:
                return
            for start in range(0, len(got.data), max(got.size, 1)):
                datagram = bytes(got.data[start : start + got.size])
                self._machine.receive(datagram, max(got.came, now - 0.05))

    def _check(self, now: float, began: float) -> None:
        if self._machine.refused:
            raise SessionUnknownError(reason="refused")
        heard = self._machine.heard
        if heard is None and now - began > FIRST_ANSWER:
            raise _closed(self._session, TimeoutError("silence"))
        if heard is not None and now - heard > PATIENCE:
            raise LineLostError(seconds=round(now - heard), reason="silence")

    def _supply(self) -> None:
        """Give the machine what was read; ask for what it wants next, and a little more."""
        with contextlib.suppress(queue.Empty):
            while True:
                got = self._read.get_nowait()
                if isinstance(got, Exception):
                    raise got
                self._ahead[got[0]] = got[1]
        while (number := self._machine.wants()) is not None:
            sealed = self._ahead.pop(number, None)
            self._ask(number)
            if sealed is None:
                return
            self._requested.discard(number)
            self._machine.supply(number, sealed)

    def _ask(self, number: int) -> None:
        for wanted in range(number, min(number + 4, len(self._reading.sizes))):
            if wanted not in self._requested and wanted not in self._ahead:
                self._requested.add(wanted)
                self._asked.put(wanted)

    def _seal(self) -> None:
        while (number := self._asked.get()) is not None:
            try:
                self._read.put((number, self._seals.parcel(number, self._reading.read(number))))
            except Exception as failure:  # noqa: BLE001  # raised where send was called
                self._read.put(failure)

    def figures(self, now: float) -> Figures:
        """Say how it goes."""
        machine = self._machine
        fresh, machine.newly_durable = machine.newly_durable, []
        self._bytes += sum(self._reading.sizes[number] for number in fresh)
        self._reading.arrived(fresh)
        self._history = [*self._history[-8:], (now, self._bytes)]
        since, before = self._history[0]
        rate = (self._bytes - before) / (now - since) if now > since else 0.0
        control = machine.rate
        return Figures(
            carrier="udp", parcels=machine.durable_count, bytes=self._bytes, moved=machine.moved,
            rate=rate, rtt=control.smoothed, delay=control.delay, loss=control.loss,
            line=control.line,
        )  # fmt: skip


def _connected(host: str, port: int) -> socket.socket:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)
    family, kind, protocol, _, address = found[0]
    sock = socket.socket(family, kind, protocol)
    try:
        sock.connect(address)
    except OSError:
        sock.close()
        raise
    return sock


def _closed(session: Session, refused: OSError) -> LineClosedError:
    host, port = session.peer_host, session.udp_port
    return LineClosedError(carrier="UDP", host=host, port=port, reason=str(refused))
