"""A hostile peer kit against the freight port of a real node.

A million hellos of sessions that nobody opened, from many ports; then, while an honest delivery crosses, its own
datagrams (listened to where root may) played again, out of order, cut, and with changed bits; connections that talk
nonsense to the same port. Counted: what the process grew by, what it answered, whether it lives and whether the honest delivery arrived whole.
"""

import contextlib
import os
import random
import socket
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.freight import deliveries
from benchmarks.lines import Pair, long_line
from benchmarks.nodes import RealNode
from benchmarks.result import Result, say
from jumelage.bridge.freight.carriers.udp.seal import Seals
from jumelage.bridge.freight.carriers.udp.sender import SenderMachine

PROMISE = "freight-hostile"
HELLOS, STRANGERS, PORTS = 1_000_000, 500, 64
REPLAYED, NONSENSE = 200_000, 300
BAR = 20.0
SIZE = 60_000_000
ETHERNET_IP_UDP = 42
KEPT = ("freight", "node.sqlite3", "logs", "cache", "up.log", "static", "media", "mail")
"""Where a node writes while it runs."""


@dataclass
class Attack:
    """Sockets of strangers, and what came back to them."""

    host: str
    port: int
    sent: int = 0
    answered: int = 0
    _sockets: list[socket.socket] = field(default_factory=list)

    def open(self) -> None:
        """Open many ports."""
        for _ in range(PORTS):
            line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            line.settimeout(0)
            line.connect((self.host, self.port))
            self._sockets.append(line)

    def throw(self, datagram: bytes, number: int) -> None:
        """Send one datagram from one of the ports."""
        with contextlib.suppress(
            OSError
        ):  # the buffers of this machine are full, or nobody is there
            self.sent += self._sockets[number % PORTS].send(datagram)
        if number % 512 == 0:
            self.hear()
            time.sleep(0.002)  # so that the process, not a full buffer, drops most of them

    def hear(self) -> None:
        """Count what was answered."""
        for line in self._sockets:
            with contextlib.suppress(OSError):
                while True:
                    self.answered += len(line.recv(65536))


def strangers() -> Sequence[bytes]:
    """Return the first datagrams of sessions that nobody opened."""
    found: list[bytes] = []
    while len(found) < STRANGERS:
        machine = SenderMachine(Seals(os.urandom(32)), 10)
        for burst in machine.datagrams_to_send(time.monotonic(), 1 << 20):
            data, size = burst.data, burst.size
            found += [bytes(data[place : place + size]) for place in range(0, len(data), size)]
    return found


@contextmanager
def listening(port: int) -> Iterator[list[bytes]]:
    """Listen to the datagrams to *port* on loopback; hears nothing without root."""
    heard: list[bytes] = []
    over = threading.Event()

    def listen(line: socket.socket) -> None:
        while not over.is_set():
            with contextlib.suppress(TimeoutError):
                frame = line.recv(65536)
                if frame[23] == socket.IPPROTO_UDP and frame[36:38] == port.to_bytes(2, "big"):
                    heard.append(frame[ETHERNET_IP_UDP:])

    try:
        raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800))
    except (PermissionError, AttributeError):
        yield heard
        return
    with raw:
        raw.bind(("lo", 0))
        raw.settimeout(0.2)
        thread = threading.Thread(target=listen, args=(raw,))
        thread.start()
        try:
            yield heard
        finally:
            over.set()
            thread.join()


def spoiled(datagram: bytes, chance: random.Random) -> bytes:
    """Return *datagram* as it was, cut, or with a changed bit."""
    how = chance.randrange(3)
    if how == 0 or not datagram:
        return datagram
    if how == 1:
        return datagram[: chance.randrange(len(datagram))]
    changed = bytearray(datagram)
    changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def talk_nonsense(host: str, port: int) -> None:
    """Connect and say what is no handshake; some say nothing at all."""
    held = []
    for number in range(NONSENSE):
        with contextlib.suppress(OSError):
            line = socket.create_connection((host, port), timeout=2)
            line.sendall(os.urandom(number % 3 * 200))
            held.append(line)
    time.sleep(1)
    for line in held:
        line.close()


def megabytes(pid: int) -> float:
    """Return the resident memory of *pid*."""
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1000


def strange_files(node: RealNode, before: set[Path]) -> list[str]:
    """Return what is new in the data folder where nothing should be."""
    fresh = {path.relative_to(node.folder) for path in node.folder.rglob("*")} - before
    return [str(path) for path in fresh if not str(path).startswith(KEPT)]


def attacked(pair: Pair, attack: Attack) -> dict[str, object]:
    """Attack while honest deliveries cross; return what was seen."""
    media = pair.paris.folder.parent / "plate.mov"
    media.write_bytes(os.urandom(SIZE))
    pair.paris.command("freight", "limit", "60")
    deliveries.until_share(pair.sf, deliveries.send(pair.paris, str(media)), 1.1, 90)  # warm
    before = {path.relative_to(pair.sf.folder) for path in pair.sf.folder.rglob("*")}
    pid = deliveries.freight_process(pair.sf)
    held, hellos = megabytes(pid), strangers()
    for number in range(HELLOS):
        attack.throw(hellos[number % len(hellos)], number)
    say(f"  {HELLOS} hellos: {megabytes(pid) - held:.1f} MB more, {attack.answered} bytes answered")

    media.write_bytes(os.urandom(SIZE))
    with listening(attack.port) as heard:
        delivery = deliveries.send(pair.paris, str(media))
        deliveries.until_share(pair.sf, delivery, 0.1, 60)
        chance, played = random.Random(7), 0  # noqa: S311  # the same attack each time
        talk = threading.Thread(target=talk_nonsense, args=(attack.host, attack.port))
        talk.start()
        recorded = heard[:3000]
        for number in range(REPLAYED if recorded else 0):
            attack.throw(spoiled(chance.choice(recorded), chance), number)
            played += 1
        talk.join()
    deliveries.until_share(pair.sf, delivery, 1.1, 120)
    attack.hear()
    out = pair.sf.folder.parent / "out"
    pair.sf.command("freight", "receive", delivery, str(out))
    return {
        "grown_mb": round(megabytes(pid) - held, 1),
        "same process": deliveries.freight_process(pair.sf) == pid,
        "honest delivery whole": (out / "plate.mov").read_bytes() == media.read_bytes(),
        "played again, cut or changed": played,
        "answered_share": round(attack.answered / attack.sent, 4),
        "strange files": strange_files(pair.sf, before),
        "carrier": deliveries.look(pair.sf, delivery)["carrier"],
    }


def main() -> int:
    """Run it and print the result."""
    with long_line(relayed=True) as pair:
        pair.start()
        attack = Attack("127.0.0.1", pair.sf.freight_port)
        attack.open()
        seen = attacked(pair, attack)
    grown = float(str(seen.pop("grown_mb")))
    whole = bool(seen["same process"]) and bool(seen["honest delivery whole"])
    small = float(str(seen["answered_share"])) < 1 and not seen["strange files"]
    return Result(
        PROMISE, grown, "MB more memory", BAR, ok=grown < BAR and whole and small,
        conditions={"line": pair.line, "hellos": HELLOS, "nonsense": NONSENSE, **seen},
    ).finish()  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
