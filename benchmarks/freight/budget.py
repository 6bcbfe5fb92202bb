"""Where the time of a transfer goes: each of its ingredients alone, in processor seconds a GB.

What the ends need beyond the sum of their ingredients is Python, locks and waiting for each other.
"""

import os
import socket
import ssl
import threading
import time
from collections import deque
from collections.abc import Iterable
from pathlib import Path
from typing import cast

from blake3 import blake3

from jumelage.bridge.freight.carriers import certificates

SIZE, PIECE, RECORD, CHUNK = 256 << 20, 1 << 20, 16 << 10, 64 << 10
PARTS = range(0, SIZE, PIECE)


def budget(path: Path) -> dict[str, dict[str, float]]:
    """Return the ingredients of both ends, with the file *path* (of `SIZE` bytes or more)."""
    handle = os.open(path, os.O_RDWR)
    data = os.pread(handle, PIECE, 0)
    try:
        read = _seconds(os.pread(handle, PIECE, at) for at in PARTS)
        write = _seconds(os.pwrite(handle, data, at) for at in PARTS)
    finally:
        os.close(handle)
    view = memoryview(data)
    chunks = [view[at : at + CHUNK] for at in range(0, PIECE, CHUNK)]
    hashed = _seconds(blake3(chunk).digest() for _ in PARTS for chunk in chunks)
    seal, unseal = _sealing(data)
    send, receive = _crossing(data)
    return {
        "sender": {"read": read, "hash": hashed, "seal": seal, "kernel": send},
        "receiver": {"kernel": receive, "open": unseal, "hash": hashed, "write": write},
    }


def _seconds(steps: Iterable[object]) -> float:
    """Return the processor seconds a GB of the *steps* that take `SIZE` bytes together."""
    began = time.thread_time()
    deque(steps, maxlen=0)
    return round((time.thread_time() - began) / SIZE * 1e9, 3)


def _sealing(data: bytes) -> tuple[float, float]:
    """Return what TLS takes on both sides; what memory stands for the socket is copied once more."""
    context, _ = certificates.receiving()
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    sender = certificates.sending().wrap_bio(back, there)
    receiver = context.wrap_bio(there, back, server_side=True)
    for end in (sender, receiver, sender, receiver):
        try:
            end.do_handshake()
        except ssl.SSLWantReadError:
            continue
    room = memoryview(bytearray(RECORD))
    sealed = opened = 0.0
    for _ in PARTS:
        began = time.thread_time()
        sender.write(data)
        between = time.thread_time()
        left = len(data)
        while left:
            left -= cast("int", receiver.read(RECORD, room))  # bytes only without a buffer
        sealed += between - began
        opened += time.thread_time() - between
    return round(sealed / SIZE * 1e9, 3), round(opened / SIZE * 1e9, 3)


def _crossing(data: bytes) -> tuple[float, float]:
    """Return what loopback TCP takes on both sides, a record a call."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        sender = socket.create_connection(listening.getsockname())
        receiver, _ = listening.accept()
    taken: list[float] = []

    def take() -> None:
        room, began = bytearray(RECORD), time.thread_time()
        while receiver.recv_into(room):
            pass
        taken.append(time.thread_time() - began)

    thread = threading.Thread(target=take)
    thread.start()
    records = [memoryview(data)[at : at + RECORD] for at in range(0, PIECE, RECORD)]
    with sender:
        sent = _seconds(sender.send(record) for _ in PARTS for record in records)
    thread.join()
    receiver.close()
    return sent, round(taken[0] / SIZE * 1e9, 3)
