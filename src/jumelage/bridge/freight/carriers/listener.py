"""The receiving side over TLS: one port, one thread a connection, sessions that come and go.

A stranger costs little: at most `MOST_STRANGERS` connections are held that have not proved a
session, the oldest gives way to the newest, none lives longer than `STRANGER_SECONDS`, and no
parcel's buffer exists before the proof.
"""

import contextlib
import select
import socket
import ssl
import threading
import time
from collections.abc import Callable

from jumelage.bridge.freight.carriers import certificates, frames
from jumelage.bridge.freight.carriers.arrivals import Arrival
from jumelage.bridge.freight.carriers.base import Figures, Pace, Session, Taking
from jumelage.bridge.freight.carriers.udp.sockets import Datagrams
from jumelage.bridge.freight.errors import FrameError, PortTakenError

MOST_STRANGERS = 64
STRANGER_SECONDS = 8.0
MOST_STREAMS = 96
"""Connections of one session."""
SILENCE_SECONDS = 60.0


class Listener:
    """One port, for TCP and UDP alike; `close` ends it and every connection."""

    def __init__(self, host: str = "", port: int = 7373) -> None:
        """Open the port; an empty *host* means every address, both families where there are.

        Raises: PortTakenError.
        """
        self._context, self.certificate_hash = certificates.receiving()
        self._sessions: dict[bytes, Arrival] = {}
        self._strangers: dict[socket.socket, float] = {}
        self._streams: dict[socket.socket, Arrival] = {}
        self._lock = threading.Lock()
        self._closed = threading.Event()
        try:
            self._tcp = _tcp(host, port)
            self.port: int = self._tcp.getsockname()[1]
            self._datagrams = Datagrams(host, self.port)
        except OSError as refused:
            raise PortTakenError(port=port, reason=refused.strerror or "") from None
        self._thread = threading.Thread(target=self._accept, name="freight-accept", daemon=True)
        self._thread.start()

    def add(
        self,
        session: Session,
        taking: Taking,
        told: Callable[[Figures], None] = lambda _: None,
        *,
        pace: Pace | None = None,
    ) -> Arrival:
        """Await *session*; *told* hears figures as parcels become durable.

        What comes faster than *pace* allows is left on the line, so that its sender slows down.
        """
        arrival = Arrival(session, taking, told, pace=pace)
        with self._lock:
            self._sessions[session.id] = arrival
        self._datagrams.add(arrival)
        return arrival

    def remove(self, session_id: bytes) -> None:
        """Forget a session and cut what it still has open; unknown ones are no matter."""
        with self._lock:
            arrival = self._sessions.pop(session_id, None)
            streams = [s for s, owner in self._streams.items() if owner is arrival]
        if arrival is not None:
            arrival.closed = True
            self._datagrams.remove(session_id)
        for stream in streams:
            _cut(stream)

    def close(self) -> None:
        """Close the port and every connection."""
        self._closed.set()
        self._datagrams.close()
        _cut(self._tcp)
        self._tcp.close()
        with self._lock:
            streams = [*self._strangers, *self._streams]
        for stream in streams:
            _cut(stream)
        self._thread.join(5)

    def _accept(self) -> None:
        while not self._closed.is_set():
            try:
                plain, _ = self._tcp.accept()
            except TimeoutError:
                self._drop_strangers(room_for=0)
                continue
            except OSError:
                if self._closed.wait(0.1):  # out of descriptors, or closed
                    return
                continue
            self._drop_strangers(room_for=1)
            plain.settimeout(STRANGER_SECONDS)
            with self._lock:
                self._strangers[plain] = time.monotonic()
            threading.Thread(
                target=self._serve, args=(plain,), name="freight-stream", daemon=True
            ).start()

    def _drop_strangers(self, *, room_for: int) -> None:
        with self._lock:
            oldest_first = sorted(self._strangers.items(), key=lambda entry: entry[1])
            too_old = time.monotonic() - STRANGER_SECONDS
            spare = len(oldest_first) + room_for - MOST_STRANGERS
            gone = [s for i, (s, since) in enumerate(oldest_first) if i < spare or since < too_old]
            for stranger in gone:
                del self._strangers[stranger]
        for stranger in gone:
            _cut(stranger)

    def _serve(self, plain: socket.socket) -> None:
        """Receive from one connection until it ends; nothing it does is news to anybody else."""
        known: socket.socket = plain
        try:
            with contextlib.suppress(OSError, FrameError, ValueError):
                stream = self._context.wrap_socket(plain, server_side=True)
                known = stream
                self._renamed(plain, stream)
                arrival = self._greet(stream)
                if arrival is not None:
                    _Receiving(stream, arrival[0], arrival[1]).run()
        finally:
            with self._lock:
                self._strangers.pop(known, None)
                self._strangers.pop(plain, None)
                self._streams.pop(known, None)
            with contextlib.suppress(OSError):
                known.close()

    def _renamed(self, plain: socket.socket, stream: ssl.SSLSocket) -> None:
        with self._lock:
            since = self._strangers.pop(plain, None)
            if since is None:
                raise OSError  # dropped during the handshake
            self._strangers[stream] = since

    def _greet(self, stream: ssl.SSLSocket) -> tuple[Arrival, frames.ReceiverMachine] | None:
        machine = frames.ReceiverMachine()
        said = None
        while said is None:
            count = stream.recv_into(machine.room())
            if not count:
                return None
            said = machine.filled(count)
        if not isinstance(said, frames.Hello):
            return None
        arrival = self._proved(stream, said)
        if arrival is None:
            stream.sendall(frames.frame(frames.Kind.REFUSED))
            return None
        machine.welcome(arrival.sizes)
        stream.sendall(frames.frame(frames.Kind.WELCOME))
        stream.settimeout(SILENCE_SECONDS)
        return arrival, machine

    def _proved(self, stream: ssl.SSLSocket, said: frames.Hello) -> Arrival | None:
        with self._lock:
            arrival = self._sessions.get(said.session)
        if arrival is None or arrival.failure is not None:
            return None
        if not frames.proved(said, arrival.session.secret, self.certificate_hash):
            return None
        with self._lock:
            several = sum(owner is arrival for owner in self._streams.values())
            if several >= MOST_STREAMS or self._strangers.pop(stream, None) is None:
                return None
            self._streams[stream] = arrival
        arrival.carrier = "tls"
        return arrival


class _Receiving:
    """One proved connection."""

    def __init__(
        self, stream: ssl.SSLSocket, arrival: Arrival, machine: frames.ReceiverMachine
    ) -> None:
        self._stream, self._arrival, self._machine = stream, arrival, machine
        self._poll = select.poll()
        self._poll.register(stream, select.POLLIN)

    def run(self) -> None:
        """Take parcels until the other side is done; acknowledge what is durable."""
        between, quiet_since = True, time.monotonic()
        while self._arrival.failure is None and not self._arrival.closed:
            if between and not self._stream.pending() and not self._poll.poll(50):
                self._acknowledge()
                if time.monotonic() - quiet_since > SILENCE_SECONDS:
                    return
                continue
            room = self._machine.room()
            if not self._fill(room):
                return
            quiet_since = time.monotonic()
            event = self._machine.filled(len(room))
            between = event is not None
            if isinstance(event, frames.Parcel):
                self._take(event)
            elif event is not None:
                return
        self._stream.sendall(frames.frame(frames.Kind.REFUSED))

    def _fill(self, room: memoryview) -> bool:
        """Read until *room* is full, a record of 16 KiB a call; tell whether the line lasted."""
        read, at, size = self._stream.read, 0, len(room)
        while at < size:
            count: int = read(size - at, room[at:])  # type: ignore[assignment]  # with a buffer, the count
            if not count:
                return False
            self._arrival.hear()
            at += count
        return True

    def _take(self, parcel: frames.Parcel) -> None:
        self._arrival.wait_to_admit(len(parcel.data))
        if not self._arrival.take(parcel.number, parcel.data):
            again = frames.numbered(frames.Kind.AGAIN, [parcel.number])
            self._stream.sendall(frames.joined(again))
        self._acknowledge()

    def _acknowledge(self) -> None:
        if self._arrival.due:
            durable = self._arrival.flush()
            if durable:
                self._stream.sendall(frames.joined(frames.numbered(frames.Kind.DURABLE, durable)))


def _tcp(host: str, port: int) -> socket.socket:
    both = not host and socket.has_dualstack_ipv6()
    family = socket.AF_INET6 if both or ":" in host else socket.AF_INET
    listening = socket.create_server((host, port), family=family, backlog=256, dualstack_ipv6=both)
    listening.settimeout(1.0)
    return listening


def _cut(stream: socket.socket) -> None:
    """Wake whoever reads or writes *stream*; its own thread closes it."""
    with contextlib.suppress(OSError):
        socket.socket.shutdown(stream, socket.SHUT_RDWR)
