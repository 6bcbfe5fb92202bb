"""Datagram sockets: many datagrams a system call where the kernel can, one by one where not.

Linux cuts one buffer into datagrams on its way out (UDP_SEGMENT) and joins those that came in a
row on their way in (UDP_GRO). No datagram is ever fragmented: sizes that the path does not carry
are found by trying.
"""

import contextlib
import errno
import select
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Iterator
from queue import Empty, SimpleQueue
from typing import NamedTuple

from jumelage.bridge.freight.carriers import tuning
from jumelage.bridge.freight.carriers.arrivals import Arrival
from jumelage.bridge.freight.carriers.udp.receiver import Address, ReceiverMachine, Whole
from jumelage.bridge.freight.carriers.udp.seal import Seals
from jumelage.bridge.freight.carriers.udp.wire import HEAD_BYTES, Burst

LARGEST_READ = 1 << 16
LARGEST_SEND = 65_000
READS_JOINED = 8
"""Reads that may become one, when their datagrams are of one size and sender."""
READS_EACH = 16
"""System calls before the answers are looked after."""
NAP = 0.010
"""Seconds to let datagrams gather: the kernel notes when they came, so nothing is lost but calls."""
ROOMY = 2 << 20
OPENERS = 2
"""Threads that open and take parcels."""
HELD_SECONDS = 10.0
"""After parcels were held back by a limit: how long the sender is told of less room."""
LATEST_READ = 0.5
"""Seconds a datagram may have waited for us; more is a clock that was set."""
_SIZE = struct.Struct("H")
_GRO = struct.Struct("i")
_TIME = struct.Struct("qq")


class Read(NamedTuple):
    """Datagrams of *size* bytes that came in a row; the last may be shorter."""

    data: memoryview
    size: int
    address: Address
    came: float
    """When the kernel received the last, by the clock of `time.monotonic`."""
    marks: tuple[tuple[int, float], ...] = ()
    """Datagrams up to here, and when the last of these came: one entry for each read that was joined."""


class Channel:
    """One datagram socket."""

    def __init__(self, sock: socket.socket) -> None:
        """Take over *sock*, already bound or connected."""
        self.sock = sock
        sock.settimeout(0.0)
        tuning.enlarge(sock)
        self.joins = _try(sock, tuning.SOL_UDP, tuning.UDP_GRO, 1)
        self.cuts = _try(sock, tuning.SOL_UDP, tuning.UDP_SEGMENT, 0)
        _try(sock, socket.SOL_SOCKET, tuning.SO_TIMESTAMPNS, 1)
        _try(sock, socket.IPPROTO_IP, tuning.IP_MTU_DISCOVER, tuning.PMTUDISC_PROBE)
        if sock.family == socket.AF_INET6:
            _try(sock, socket.IPPROTO_IPV6, tuning.IPV6_MTU_DISCOVER, tuning.PMTUDISC_PROBE)
        self.buffer: int = sock.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
        """Bytes that the kernel holds for us."""
        self._buffer = memoryview(bytearray(LARGEST_READ * READS_JOINED))
        self._held: Read | None = None
        self._poll = select.poll()
        self._poll.register(sock, select.POLLIN)
        self._writable = select.poll()
        self._writable.register(sock, select.POLLOUT)

    def read(self) -> Read | None:
        """Return datagrams that came in a row, of several reads where they are alike; None: nothing.

        The bytes are valid until the next call.
        """
        held, self._held = self._held, None
        first = held or self._read(0)
        if first is None:
            return None
        end, came = len(first.data), first.came
        if held is not None:
            self._buffer[:end] = bytes(held.data)
        marks = [(end // first.size, came)]
        while end % first.size == 0 and end + LARGEST_READ <= len(self._buffer):
            following = self._read(end)
            if following is None:
                break
            if following.size != first.size or following.address != first.address:
                self._held = following
                break
            end, came = end + len(following.data), following.came
            marks.append((end // first.size, came))
        return Read(self._buffer[:end], first.size, first.address, came, tuple(marks))

    def _read(self, at: int) -> Read | None:
        """Read once, into the buffer from *at* on."""
        into = self._buffer[at : at + LARGEST_READ]
        try:
            count, ancillary, _, address = self.sock.recvmsg_into([into], 128)
        except (BlockingIOError, InterruptedError):
            return None
        size, came = count, time.monotonic()
        for level, kind, value in ancillary:
            if level == tuning.SOL_UDP and kind == tuning.UDP_GRO:
                size = _GRO.unpack_from(value)[0]
            elif level == socket.SOL_SOCKET and kind == tuning.SO_TIMESTAMPNS:
                seconds, nanoseconds = _TIME.unpack_from(value)
                ago = time.time() - seconds - nanoseconds / 1e9
                came -= ago if 0 < ago < LATEST_READ else 0.0
        return Read(into[:count], max(size, 1), address, came)

    def send(self, burst: Burst) -> None:
        """Send datagrams to where the socket is connected; what the path refuses counts as lost."""
        most = LARGEST_SEND // burst.size * burst.size
        if len(burst.data) <= burst.size:
            self._send([burst.data], [])
        elif self.cuts and most:
            size = (tuning.SOL_UDP, tuning.UDP_SEGMENT, _SIZE.pack(burst.size))
            for start in range(0, len(burst.data), most):
                if not self._send([burst.data[start : start + most]], [size]):
                    self.cuts = False
                    self.send(Burst(burst.data[start:], burst.size))
                    return
        else:
            for start in range(0, len(burst.data), burst.size):
                self._send([burst.data[start : start + burst.size]], [])

    def _send(self, data: list[memoryview], ancillary: list[tuple[int, int, bytes]]) -> bool:
        for _ in range(3):
            try:
                self.sock.sendmsg(data, ancillary)
            except (BlockingIOError, InterruptedError):
                self._writable.poll(20)
            except OSError as refused:
                if refused.errno == errno.EIO and ancillary:
                    return False  # this device cannot cut
                if refused.errno == errno.ECONNREFUSED:
                    raise
                return True
            else:
                return True
        return True

    def wait(self, seconds: float) -> None:
        """Wait until something is here, at most *seconds*; short waits are exact."""
        if seconds <= 0:
            return
        if seconds < 0.002:
            time.sleep(seconds)
        else:
            self._poll.poll(seconds * 1000)

    def close(self) -> None:
        """Close the socket."""
        self.sock.close()


class Datagrams:
    """The receiving side of every session, over one port: one thread, and a few that open parcels."""

    def __init__(self, host: str, port: int) -> None:
        """Open the port. Raises: OSError."""
        self._channel = Channel(_bound(host, port))
        self._nap = NAP if self._channel.buffer >= ROOMY else NAP / 12
        self._ends: dict[int, _End] = {}
        self._ids: dict[bytes, int] = {}
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._work: SimpleQueue[tuple[_End, Whole] | None] = SimpleQueue()
        self._threads = [
            threading.Thread(target=self._run, name="freight-udp", daemon=True),
            threading.Thread(target=self._keep, name="freight-flush", daemon=True),
            *(
                threading.Thread(target=self._open, name=f"freight-open-{i}", daemon=True)
                for i in range(OPENERS)
            ),
        ]
        for thread in self._threads:
            thread.start()

    def add(self, arrival: Arrival) -> None:
        """Await the datagrams of a session."""
        end = _End(arrival)
        with self._lock:
            self._ends = self._ends | {end.seals.connection: end}
            self._ids[arrival.session.id] = end.seals.connection

    def remove(self, session_id: bytes) -> None:
        """Forget a session."""
        with self._lock:
            connection = self._ids.pop(session_id, None)
            self._ends = {key: end for key, end in self._ends.items() if key != connection}

    def close(self) -> None:
        """End the threads and close the port."""
        self._closed.set()
        for _ in range(OPENERS):
            self._work.put(None)
        for thread in self._threads:
            thread.join(5)
        self._channel.close()

    def _run(self) -> None:
        while not self._closed.is_set():
            ends = self._ends
            busy = self._read(ends)
            now = time.monotonic()
            waits = [0.2]
            for end in ends.values():
                end.hear()
                for whole in end.admitted(now):
                    self._work.put((end, whole))
                for datagram, address in end.machine.datagrams_to_send(now):
                    with contextlib.suppress(OSError):
                        self._channel.sock.sendto(datagram, address)
                due = end.machine.next_timeout(now)
                waits += [due] if due is not None else []
                waits += [NAP] if end.waiting else []
            if busy:
                time.sleep(self._nap)
            else:
                self._channel.wait(max(0.0005, min(waits)))

    def _read(self, ends: "dict[int, _End]") -> bool:
        """Take what is here; tell whether there was anything of a session."""
        busy = False
        for _ in range(READS_EACH):
            try:
                got = self._channel.read()
            except OSError:
                continue  # an answer that could not be delivered
            if got is None:
                break
            if got.size < HEAD_BYTES:
                continue
            end = ends.get(int.from_bytes(got.data[4:8], "little"))
            if end is not None:
                end.waiting += end.machine.receive(
                    got.data, got.size, got.came, got.address, got.marks
                )
                end.alive()
                busy = True
        return busy

    def _open(self) -> None:
        """Open and take parcels, until the port is closed."""
        room = memoryview(bytearray(1 << 20))
        while (job := self._work.get()) is not None:
            end, whole = job
            end.take(whole, room)

    def _keep(self) -> None:
        """Make durable what was taken, of every session."""
        while not self._closed.wait(0.02):
            for end in self._ends.values():
                if end.arrival.carrier == "udp" and end.arrival.due:  # else a TLS stream does it
                    numbers = end.arrival.flush()
                    if numbers:
                        end.said.put(("durable", numbers))


class _End:
    """One session: its machine belongs to the datagram thread, the others leave notes."""

    def __init__(self, arrival: Arrival) -> None:
        self.arrival = arrival
        self.seals = Seals(arrival.session.secret)
        self.machine = ReceiverMachine(self.seals, arrival.sizes)
        self.said: SimpleQueue[tuple[str, object]] = SimpleQueue()
        self.waiting: deque[Whole] = deque()
        """Whole parcels that no thread has opened yet."""
        self._held_at = -HELD_SECONDS

    def admitted(self, now: float) -> Iterator[Whole]:
        """Give the parcels that may come in now; the others keep their place and their memory."""
        while self.waiting and self.arrival.admits(self.arrival.sizes[self.waiting[0].number]):
            yield self.waiting.popleft()
        if self.waiting:
            self._held_at = now
        self.machine.held_back = now - self._held_at < HELD_SECONDS

    def alive(self) -> None:
        """Tell the arrival that its sender is there."""
        if self.machine.last_heard is not None:
            self.arrival.last_heard = self.machine.last_heard
            self.arrival.carrier = "udp"

    def take(self, whole: Whole, room: memoryview) -> None:
        """Open a parcel and have it taken."""
        into = room[: len(whole.sealed) - 16]
        opened = self.seals.open_parcel(whole.number, whole.sealed.data, into)
        good = opened and self.arrival.take(whole.number, into)
        self.said.put(("taken" if good else "damaged", whole))

    def hear(self) -> None:
        """Tell the machine what the other threads did."""
        with contextlib.suppress(Empty):
            while True:
                word, what = self.said.get_nowait()
                if isinstance(what, Whole):
                    (self.machine.taken if word == "taken" else self.machine.damaged)(what)
                elif isinstance(what, list):
                    self.machine.durable(what)
        self.machine.refused = self.arrival.failure is not None


def _bound(host: str, port: int) -> socket.socket:
    both = not host and socket.has_dualstack_ipv6()
    family = socket.AF_INET6 if both or ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_DGRAM)
    try:
        if both:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        sock.bind((host, port))
    except OSError:
        sock.close()
        raise
    return sock


def _try(sock: socket.socket, level: int, option: int, value: int) -> bool:
    try:
        sock.setsockopt(level, option, value)
    except OSError:
        return False
    return True
