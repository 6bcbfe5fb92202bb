"""Both ends in memory: a reading that holds its parcels, a taking that verifies and keeps them."""

import os
import random
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from jumelage.bridge.freight.carriers.base import Session
from jumelage.bridge.freight.carriers.listener import Listener
from jumelage.bridge.freight.errors import DamagedParcelError

SECRET = bytes(range(32))
HOST = "127.0.0.1"


@dataclass
class Shelf:
    """The sender's parcels."""

    parcels: Sequence[bytes]
    reads: int = 0
    heard: list[int] = field(default_factory=list)
    """The parcels that were said to be durable, as often as it was said."""

    @property
    def sizes(self) -> Sequence[int]:
        """Bytes of each parcel."""
        return [len(parcel) for parcel in self.parcels]

    def read(self, number: int) -> bytes:
        """Return a parcel, and count."""
        self.reads += 1
        return self.parcels[number]

    def arrived(self, numbers: Sequence[int]) -> None:
        """Keep what was said."""
        self.heard += numbers


@dataclass
class Tray:
    """What the receiver took, and what of it is durable."""

    expected: Sequence[bytes]
    damaged: set[int] = field(default_factory=set)
    """Parcels to refuse once."""
    failure: Exception | None = None
    taken: dict[int, bytes] = field(default_factory=dict)
    kept: dict[int, bytes] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def sizes(self) -> Sequence[int]:
        """Bytes of each parcel."""
        return [len(parcel) for parcel in self.expected]

    def take(self, number: int, data: memoryview) -> None:
        """Compare and keep a parcel."""
        if self.failure is not None:
            raise self.failure
        with self._lock:
            if number in self.damaged or bytes(data) != self.expected[number]:
                self.damaged.discard(number)
                raise DamagedParcelError(number=number, reason="hash")
            self.taken[number] = bytes(data)

    def durable(self) -> None:
        """Keep what was taken."""
        with self._lock:
            self.kept = dict(self.taken)

    @property
    def whole(self) -> bool:
        """Whether every parcel is durable and right."""
        return [self.kept.get(i) for i in range(len(self.expected))] == list(self.expected)


def some_parcels(count: int, size: int = 40_000, *, seed: int = 1) -> list[bytes]:
    """Return parcels of *size* bytes or a little less."""
    chance = random.Random(seed)
    return [chance.randbytes(size - chance.randrange(1000)) for _ in range(count)]


def a_session(listener: Listener, *, secret: bytes = SECRET, host: str = HOST) -> Session:
    """Return a session that *listener* would await, were it added."""
    port, known = listener.port, listener.certificate_hash
    return Session(os.urandom(16), secret, host, port, port, known)
