"""One end of a transfer as a process: files, BLAKE3 and a carrier, without the rest of the node.

    python -m benchmarks.freight.ends receive FOLDER --host HOST --port PORT --out FILE
    python -m benchmarks.freight.ends send FOLDER FILE

FOLDER holds what both ends know before (hashes, session); the receiver writes it. Each end prints
one line of JSON when it is done. `--cc cubic` does as if the kernel refused BBR.
"""

import argparse
import gc
import json
import os
import resource
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from blake3 import blake3

from jumelage.bridge.freight.carriers import tls
from jumelage.bridge.freight.carriers.base import (
    LARGEST_PARCEL,
    Figures,
    Policy,
    Reading,
    Session,
    Unlimited,
)
from jumelage.bridge.freight.carriers.choose import send
from jumelage.bridge.freight.carriers.listener import Listener
from jumelage.bridge.freight.errors import DamagedParcelError

CHUNK = 64 * 1024
SECRET = bytes(range(32))


class File:
    """One file, cut into parcels of 1 MiB and chunks of 64 KiB with their hashes."""

    def __init__(self, path: Path, size: int, hashes: bytes, *, writing: bool = False) -> None:
        self._hashes = hashes
        self.sizes: Sequence[int] = [
            min(LARGEST_PARCEL, size - at) for at in range(0, size, LARGEST_PARCEL)
        ]
        self._file = os.open(path, os.O_RDWR | os.O_CREAT if writing else os.O_RDONLY)
        if writing:
            os.ftruncate(self._file, size)

    def _verify(self, number: int, data: bytes | memoryview) -> None:
        view = memoryview(data)
        at = number * LARGEST_PARCEL // CHUNK * 32
        for start in range(0, len(view), CHUNK):
            digest = blake3(view[start : start + CHUNK]).digest()
            if digest != self._hashes[at : at + 32]:
                raise DamagedParcelError(number=number, reason="hash")
            at += 32

    def read(self, number: int) -> bytes:
        """Return parcel *number*, verified."""
        data = os.pread(self._file, self.sizes[number], number * LARGEST_PARCEL)
        self._verify(number, data)
        return data

    def arrived(self, numbers: Sequence[int]) -> None:
        """Nobody here asks which parcels are durable."""

    def take(self, number: int, data: memoryview) -> None:
        """Verify and write parcel *number*."""
        self._verify(number, data)
        os.pwrite(self._file, data, number * LARGEST_PARCEL)

    def durable(self) -> None:
        """Put on the disk what was written."""
        os.fsync(self._file)


def prepare(folder: Path, path: Path) -> None:
    """Write to *folder* what a packing list would tell both ends about the file *path*."""
    folder.mkdir(parents=True, exist_ok=True)
    with path.open("rb") as file:
        hashes = b"".join(blake3(chunk).digest() for chunk in iter(lambda: file.read(CHUNK), b""))
    (folder / "hashes").write_bytes(hashes)
    (folder / "size").write_text(str(path.stat().st_size))


def receive(folder: Path, host: str, port: int, out: Path) -> dict[str, object]:
    """Receive one file and return the figures."""
    file = File(
        out, int((folder / "size").read_text()), (folder / "hashes").read_bytes(), writing=True
    )
    (folder / "session").unlink(missing_ok=True)
    listener = Listener(host, port)
    session = Session(
        os.urandom(16), SECRET, host, listener.port, listener.port, listener.certificate_hash
    )
    arrival = listener.add(session, file)
    told = asdict(session) | {"id": session.id.hex(), "secret": SECRET.hex()}
    told["certificate_hash"] = session.certificate_hash.hex()
    waiting = folder / "session.new"
    waiting.write_text(json.dumps(told))
    waiting.rename(folder / "session")
    arrival.done.wait()
    time.sleep(1.5)  # the sender's last question may have got lost
    listener.remove(session.id)
    listener.close()
    return asdict(arrival.figures()) | {"failure": str(arrival.failure or "")}


def carry(
    folder: Path, path: Path, policy: Policy, *, bbr: bool | None, streams: int = 0
) -> dict[str, object]:
    """Send one file and return the figures, and what was acknowledged when."""
    hashes = (folder / "hashes").read_bytes()
    file: Reading = File(path, int((folder / "size").read_text()), hashes)
    told = json.loads((folder / "session").read_text())
    session = Session(**told)
    session = replace(
        session,
        id=bytes.fromhex(told["id"]),
        secret=bytes.fromhex(told["secret"]),
        certificate_hash=bytes.fromhex(told["certificate_hash"]),
    )
    began = time.monotonic()
    course: list[tuple[float, ...]] = []

    def heard(now: Figures) -> None:
        fields = (now.bytes, now.moved, now.rate, now.rtt, now.delay, now.loss, now.line)
        course.append((round(time.monotonic() - began, 2), *(round(x, 4) for x in fields)))

    stop = threading.Event()
    pace = Unlimited(policy)
    if streams:
        last = tls.send(session, file, pace, heard, stop, bbr=bbr, streams=streams)
    else:
        last = send(session, file, pace, heard, stop, bbr=bbr)
    return asdict(last) | {"seconds": round(time.monotonic() - began, 3), "course": course}


def main() -> None:
    """Play one end."""
    parser = argparse.ArgumentParser()
    parser.add_argument("end", choices=["prepare", "receive", "send"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("file", type=Path)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--policy", default="normal")
    parser.add_argument("--cc", choices=["cubic", "bbr", "ask"], default="ask")
    parser.add_argument("--streams", type=int, default=0, help="TLS over so many connections")
    parser.add_argument("--figures", type=Path, help="where to write the line of JSON as well")
    given = parser.parse_args()
    gc.freeze()
    said: dict[str, object] = {}
    if given.end == "prepare":
        prepare(given.folder, given.file)
    elif given.end == "receive":
        said = receive(given.folder, given.host, given.port, given.file)
    else:
        bbr = {"bbr": True, "cubic": False, "ask": None}[given.cc]
        said = carry(given.folder, given.file, given.policy, bbr=bbr, streams=given.streams)
    used = resource.getrusage(resource.RUSAGE_SELF)
    line = json.dumps(said | {"cpu": round(used.ru_utime + used.ru_stime, 3)})
    sys.stdout.write(line)
    if given.figures:
        given.figures.write_text(line)


if __name__ == "__main__":
    main()
