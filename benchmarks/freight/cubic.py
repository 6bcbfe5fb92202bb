"""Somebody else on the line: one CUBIC flow that sends as much as it can.

    python -m benchmarks.freight.cubic receive HOST PORT
    python -m benchmarks.freight.cubic send HOST PORT SECONDS

The receiver prints, twice a second, the time (monotonic) and the bytes so far.
"""

import socket
import sys
import time

PIECE = 1 << 16
SHOW_SECONDS = 0.5


def receive(host: str, port: int) -> None:
    """Take one connection and tell how much comes."""
    with socket.create_server((host, port)) as server:
        line, _ = server.accept()
        total, shown = 0, time.monotonic()
        while data := line.recv(1 << 20):
            total += len(data)
            now = time.monotonic()
            if now - shown >= SHOW_SECONDS:
                shown = now
                print(now, total, flush=True)


def send(host: str, port: int, seconds: float) -> None:
    """Send for so many seconds."""
    end, piece = time.monotonic() + seconds, bytes(PIECE)
    with socket.create_connection((host, port)) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, b"cubic")
        while time.monotonic() < end:
            line.sendall(piece)


if __name__ == "__main__":
    what, host, port, *rest = sys.argv[1:]
    if what == "receive":
        receive(host, int(port))
    else:
        send(host, int(port), float(rest[0]))
