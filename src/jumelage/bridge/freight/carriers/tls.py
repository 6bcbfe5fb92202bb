"""The sending side over TLS 1.3: several connections draw parcels from one queue.

One thread a connection, because OpenSSL releases the interpreter lock and a connection may be read
and written by one thread only. A connection that breaks gives its parcels back; others take them.

A connection sends its first parcel when it was welcomed. Whoever closes a connection with unread
bytes in it resets it, and a refusal that is on its way is lost; behind a hello there are none.
"""

import contextlib
import select
import socket
import ssl
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import closing
from functools import partial

from jumelage.bridge.errors import BridgeError
from jumelage.bridge.freight.carriers import certificates, frames, tuning, yielding
from jumelage.bridge.freight.carriers.base import Figures, Pace, Progress, Reading, Session
from jumelage.bridge.freight.carriers.silence import Silence
from jumelage.bridge.freight.carriers.yielding import Yielding
from jumelage.bridge.freight.errors import (
    LineClosedError,
    LineLostError,
    SessionUnknownError,
)

STREAMS_BBR = 8
STREAMS_CUBIC = 16
STREAMS_YIELDING = 4
CONNECT_SECONDS = 6.0
PATIENCE = 30.0
"""Seconds for which an answer is due after which the line counts as lost."""
WELCOME_SECONDS = 2 * CONNECT_SECONDS
"""The same before the first answer of a connection."""
TELL_EVERY = 0.5
LOOK_EVERY = 0.1
BREATH = 0.005
"""Seconds to wait when the pace allows nothing."""


def send(
    session: Session,
    reading: Reading,
    pace: Pace,
    progress: Progress,
    stop: threading.Event,
    *,
    bbr: bool | None = None,
    streams: int = 0,
) -> Figures:
    """Send every parcel; see `base.Sending`. *bbr* None: when the kernel allows it."""
    with_bbr = tuning.bbr_allowed() if bbr is None else bbr
    usual = STREAMS_BBR if with_bbr else STREAMS_CUBIC
    count = streams or (STREAMS_YIELDING if pace.policy == "background" else usual)
    work = _Work(session, reading, pace, stop, bbr=with_bbr)
    threads = [
        threading.Thread(target=partial(_Stream(work).run), name=f"freight-tls-{i}", daemon=True)
        for i in range(min(count, max(1, len(reading.sizes))))
    ]
    for thread in threads:
        thread.start()
    told = time.monotonic()
    while not work.over.wait(LOOK_EVERY):
        if stop.is_set():
            break
        work.share_line()
        if time.monotonic() - told >= TELL_EVERY:
            told = time.monotonic()
            work.notice_silence()
            progress(work.figures())
    work.over.set()
    if stop.is_set() or work.failure is not None:
        work.cut()
    for thread in threads:
        thread.join(CONNECT_SECONDS)
    if work.failure is not None:
        raise work.failure
    last = work.figures()
    progress(last)
    return last


class _Work:
    """What the streams share: the queue, what is acknowledged, when something was heard."""

    def __init__(
        self, session: Session, reading: Reading, pace: Pace, stop: threading.Event, *, bbr: bool
    ) -> None:
        self.session, self.reading, self.pace, self.stop, self.bbr = (
            session, reading, pace, stop, bbr,
        )  # fmt: skip
        self.over = threading.Event()
        self.failure: Exception | None = None
        self.welcomed = False
        self.context = certificates.sending()
        self.links: dict[object, tuple[float, int, int]] = {}
        self.streams: set[ssl.SSLSocket] = set()
        self.policy = pace.policy
        self._yielding: Yielding | None = None
        self.turn = threading.Lock()
        """Held by the stream whose parcel goes while a limit holds the others back."""
        self._lock = threading.Lock()
        self._queue = deque(range(len(reading.sizes)))
        self._open = bytearray(b"\x01" * len(reading.sizes))
        self._left = len(reading.sizes)
        self._bytes = self._moved = 0
        self.silence = Silence()
        self._history: deque[tuple[float, int]] = deque([(time.monotonic(), 0)], maxlen=9)
        if not self._left:
            self.over.set()

    def draw(self) -> int | None:
        """Return the next parcel to send; None when there is none now."""
        with self._lock:
            while self._queue:
                number = self._queue.popleft()
                if self._open[number]:
                    return number
        return None

    def give_back(self, numbers: set[int]) -> None:
        """Put parcels whose connection broke in front of the queue."""
        with self._lock:
            self._queue.extendleft(sorted((n for n in numbers if self._open[n]), reverse=True))

    def is_open(self, number: int) -> bool:
        """Tell whether parcel *number* is not acknowledged yet."""
        return bool(self._open[number])

    def left_the_house(self, count: int, *, whole: bool) -> None:
        """Count bytes that were given to the line, which now has a *whole* parcel or not."""
        with self._lock:
            self._moved += count
        self.silence.left(whole=whole)

    def heard(self, said: frames.Said) -> None:
        """Take an answer of the receiver."""
        self.silence.heard()
        if said.kind is frames.Kind.WELCOME:
            self.welcomed = True
        elif said.kind is frames.Kind.REFUSED and self._left:  # a late hello of one that is done
            self.fail(SessionUnknownError(reason="refused"))
        elif said.kind is frames.Kind.AGAIN:
            self.give_back(set(said.numbers))
        elif said.kind is frames.Kind.DURABLE:
            self._acknowledge(said.numbers)

    def _acknowledge(self, numbers: tuple[int, ...]) -> None:
        with self._lock:
            fresh = [number for number in dict.fromkeys(numbers) if self._open[number]]
            for number in fresh:
                self._open[number] = 0
                self._left -= 1
                self._bytes += self.reading.sizes[number]
        self.reading.arrived(fresh)
        if not self._left:
            self.over.set()

    def fail(self, failure: Exception) -> None:
        """End everything because of *failure*; the first one counts."""
        with self._lock:
            self.failure = self.failure or failure
        self.over.set()

    def cut(self) -> None:
        """Wake every stream that waits for the line."""
        with self._lock:
            streams = list(self.streams)
        for stream in streams:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(stream, socket.SHUT_RDWR)

    def joined(self, stream: ssl.SSLSocket, *, here: bool) -> None:
        """Keep a list of the streams that are open."""
        with self._lock:
            (self.streams.add if here else self.streams.discard)(stream)

    def share_line(self) -> None:
        """Give way when the delivery is to, and mark what leaves as its policy asks."""
        with self._lock:
            streams = list(self.streams)
        policy = self.pace.policy
        if policy != self.policy:
            self.policy = policy
            for stream in streams:
                tuning.mark(stream, policy)
        if policy == "background" and self.welcomed:
            self._yielding = self._yielding or Yielding()
            rate = self._yielding.observe(time.monotonic(), [tuning.trip(s) for s in streams])
            self._pace(streams, int(rate / max(1, len(streams))))
        elif self._yielding is not None:
            self._yielding = None
            self._pace(streams, tuning.NO_PACE)

    def _pace(self, streams: list[ssl.SSLSocket], rate: int) -> None:
        for stream in streams:
            tuning.pace(stream, rate)

    def notice_silence(self) -> None:
        """Give up when nothing was heard for too long."""
        silent = self.silence.seconds
        if silent < (PATIENCE if self.welcomed else WELCOME_SECONDS):
            return
        host, port = self.session.peer_host, self.session.tcp_port
        self.fail(
            LineLostError(seconds=round(silent), reason="silence")
            if self.welcomed
            else LineClosedError(carrier="TLS", host=host, port=port, reason="silence")
        )

    def figures(self) -> Figures:
        """Say how it goes."""
        now = time.monotonic()
        with self._lock:
            self._history.append((now, self._bytes))
            since, before = self._history[0]
            links = list(self.links.values())
            rate = (self._bytes - before) / (now - since) if now > since else 0.0
            moved, done, parcels = self._moved, self._bytes, len(self._open) - self._left
        sent = sum(link[1] for link in links)
        return Figures(
            carrier="tls", parcels=parcels, bytes=done, moved=moved, rate=rate,
            rtt=min((link[0] for link in links), default=0.0),
            loss=sum(link[2] for link in links) / sent if sent else 0.0,
        )  # fmt: skip


class _Stream:
    """One connection after the other, in one thread."""

    def __init__(self, work: _Work) -> None:
        self._work = work
        self._mine: set[int] = set()
        self._machine = frames.SenderMachine(0)

    def run(self) -> None:
        """Send until all is over; connect again when the connection breaks."""
        work, pause = self._work, 0.2
        while not work.over.is_set():
            try:
                with closing(self._connect()) as stream:
                    pause = 0.2
                    work.joined(stream, here=True)
                    try:
                        self._carry(stream)
                    finally:
                        work.joined(stream, here=False)
            except BridgeError as failure:  # another certificate, or not our protocol
                work.fail(failure)
            except (OSError, ssl.SSLError):
                work.give_back(self._mine)
                self._mine = set()
                work.over.wait(pause)
                pause = min(2 * pause, 5.0)
            except Exception as failure:  # noqa: BLE001  # told to who called send
                work.fail(failure)

    def _connect(self) -> ssl.SSLSocket:
        session = self._work.session
        address = (session.peer_host, session.tcp_port)
        plain = socket.create_connection(address, CONNECT_SECONDS)
        try:
            tuning.for_bulk(plain, bbr=self._work.bbr)
            tuning.mark(plain, self._work.policy)
            if self._work.policy == "background":
                tuning.pace(plain, int(yielding.FIRST_RATE / STREAMS_YIELDING))
            stream = self._work.context.wrap_socket(plain, server_hostname=session.peer_host)
        except BaseException:
            plain.close()
            raise
        try:
            certificates.pinned(
                stream, session.certificate_hash, host=address[0], port=session.tcp_port
            )
            stream.sendall(frames.hello(session.secret, session.id, session.certificate_hash))
            stream.settimeout(PATIENCE)
        except BaseException:
            stream.close()
            raise
        return stream

    def _carry(self, stream: ssl.SSLSocket) -> None:
        work = self._work
        self._machine = frames.SenderMachine(len(work.reading.sizes))
        self._await_welcome(stream)
        told = 0.0
        while not work.over.is_set():
            number = work.draw()
            if number is not None:
                self._mine.add(number)
                data = self._read(number)
                if data is None:
                    return
                self._parcel(stream, number, data)
            self._answers(stream, wait=0.0 if number is not None else 0.05)
            if time.monotonic() > told + TELL_EVERY:
                told = time.monotonic()
                work.links[self] = tuning.round_trip(stream)
        if work.failure is None and not work.stop.is_set():
            stream.sendall(frames.frame(frames.Kind.BYE))

    def _await_welcome(self, stream: ssl.SSLSocket) -> None:
        """Return when the receiver has answered the hello, or all is over."""
        until = time.monotonic() + WELCOME_SECONDS
        while not self._answers(stream, wait=LOOK_EVERY) and not self._work.over.is_set():
            if time.monotonic() > until:
                raise TimeoutError

    def _read(self, number: int) -> memoryview | None:
        """Read a parcel; what the reading raises is no matter of the line and ends everything."""
        try:
            return memoryview(self._work.reading.read(number))
        except Exception as failure:  # noqa: BLE001  # raised where send was called
            self._work.fail(failure)
            return None

    def _parcel(self, stream: ssl.SSLSocket, number: int, data: memoryview) -> None:
        """Send a parcel, as fast as the pace allows.

        Under a limit one parcel goes after the other: shared among all streams each would take
        minutes, and a halt would lose every one of them.
        """
        head = frames.parcel_head(number, len(data))
        allowed = self._work.pace.allow(len(data))
        if allowed == len(data):
            stream.sendall(head)
            self._part(stream, data, whole=True)
            return
        with self._turn(stream):
            stream.sendall(head)
            while len(data):
                self._part(stream, data[:allowed], whole=allowed == len(data))
                data = data[allowed:]
                if len(data):
                    self._answers(stream, wait=BREATH)
                    self._go_on()
                    allowed = self._work.pace.allow(len(data))

    def _part(self, stream: ssl.SSLSocket, part: memoryview, *, whole: bool) -> None:
        if len(part):
            stream.sendall(part)
            self._work.left_the_house(len(part), whole=whole)

    @contextlib.contextmanager
    def _turn(self, stream: ssl.SSLSocket) -> Iterator[None]:
        """Wait until no other stream sends under the limit, and hear answers meanwhile."""
        while not self._work.turn.acquire(timeout=LOOK_EVERY):
            self._answers(stream, wait=0.0)
            self._go_on()
        try:
            yield
        finally:
            self._work.turn.release()

    def _go_on(self) -> None:
        """Raise OSError when all is over: in the middle of a parcel a connection is of no use."""
        if self._work.over.is_set():
            raise OSError

    def _answers(self, stream: ssl.SSLSocket, *, wait: float) -> bool:
        """Take every answer that is here, and tell whether one was.

        Wait up to *wait* seconds for the first.
        """
        heard = False
        while stream.pending() or _readable(stream, wait):
            count = stream.recv_into(self._machine.room())
            if not count:
                raise ConnectionResetError
            said = self._machine.filled(count)
            if isinstance(said, frames.Said):
                heard = True
                self._work.heard(said)
                self._mine.difference_update(said.numbers)
            wait = 0.0
        return heard


def _readable(stream: ssl.SSLSocket, wait: float) -> bool:
    poll = select.poll()
    poll.register(stream, select.POLLIN)
    return bool(poll.poll(wait * 1000))
