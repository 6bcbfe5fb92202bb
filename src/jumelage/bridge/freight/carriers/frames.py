"""The frames that cross inside TLS: a machine that owns its buffers and does no input or output.

    sender -> receiver     hello (once), then parcels, then bye
    receiver -> sender     welcome or refused (once), then durable and again

Whoever reads asks `room()` where the next bytes go, fills them and calls `filled(n)`: a parcel is
written once, into the buffer it is verified in. Nothing is allocated before the hello is proved,
and no buffer ever grows: a length that does not fit ends the connection.
"""

import hmac
import struct
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256

from jumelage.bridge.freight.carriers.base import LARGEST_PARCEL
from jumelage.bridge.freight.carriers.keys import derive
from jumelage.bridge.freight.errors import FrameError

MAGIC = b"JFR1"
HELLO_BYTES = 52
HEAD = struct.Struct(">B3xII")
MOST_NUMBERS = 4096
"""Numbers in one frame of acknowledgements."""


class Kind(IntEnum):
    """The first byte of a frame."""

    PARCEL = 1
    BYE = 2
    WELCOME = 3
    REFUSED = 4
    DURABLE = 5
    AGAIN = 6


@dataclass(frozen=True, slots=True)
class Hello:
    """Who speaks, and the proof that he knows the session's secret."""

    session: bytes
    proof: bytes


@dataclass(frozen=True, slots=True)
class Parcel:
    """A whole parcel; *data* is valid until more is read."""

    number: int
    data: memoryview


@dataclass(frozen=True, slots=True)
class Said:
    """A frame without a parcel."""

    kind: Kind
    numbers: tuple[int, ...] = ()


Event = Hello | Parcel | Said


def prove(secret: bytes, session: bytes, certificate_hash: bytes) -> bytes:
    """Return the proof for a hello: bound to the certificate, so it is worth nothing elsewhere."""
    key = derive(secret, "tls hello")
    return hmac.digest(key, session + certificate_hash, "sha256")


def hello(secret: bytes, session: bytes, certificate_hash: bytes) -> bytes:
    """Return the first bytes of a sender."""
    return MAGIC + session + prove(secret, session, certificate_hash)


def proved(said: Hello, secret: bytes, certificate_hash: bytes) -> bool:
    """Tell whether *said* was made by who knows *secret*."""
    return hmac.compare_digest(said.proof, prove(secret, said.session, certificate_hash))


def parcel_head(number: int, length: int) -> bytes:
    """Return what stands before the bytes of a parcel."""
    return HEAD.pack(Kind.PARCEL, number, length)


def frame(kind: Kind) -> bytes:
    """Return a frame that is only a word."""
    return HEAD.pack(kind, 0, 0)


def numbered(kind: Kind, numbers: Sequence[int]) -> Iterator[bytes]:
    """Return frames of *kind* that name *numbers*."""
    for start in range(0, len(numbers), MOST_NUMBERS):
        part = numbers[start : start + MOST_NUMBERS]
        yield HEAD.pack(kind, len(part), 4 * len(part)) + struct.pack(f">{len(part)}I", *part)


def certificate_hash(der: bytes) -> bytes:
    """Return what a certificate is pinned by."""
    return sha256(der).digest()


class _Machine(ABC):
    """Reads one fixed piece after the other into its own buffers."""

    def __init__(self, first: int) -> None:
        self._small = memoryview(bytearray(max(first, HEAD.size)))
        self._into = self._small[:first]
        self._at = 0

    def room(self) -> memoryview:
        """Return where the next bytes go; never empty."""
        return self._into[self._at :]

    def filled(self, count: int) -> Event | None:
        """Say that *count* bytes of `room` were filled; return what is complete now.

        Raises: FrameError, after which nothing of this connection may be believed.
        """
        self._at += count
        if self._at < len(self._into):
            return None
        return self._complete()

    def _await(self, buffer: memoryview) -> None:
        self._into, self._at = buffer, 0

    @abstractmethod
    def _complete(self) -> Event | None:
        """Take the piece that is complete, and say what comes next."""


class ReceiverMachine(_Machine):
    """What the receiver reads: a hello, then parcels whose lengths it knows before."""

    def __init__(self) -> None:
        super().__init__(HELLO_BYTES)
        self._sizes: Sequence[int] | None = None
        self._number: int | None = None
        self._parcel = memoryview(b"")

    def welcome(self, sizes: Sequence[int]) -> None:
        """Go on to parcels of *sizes*: the hello was proved."""
        self._sizes = sizes
        self._parcel = memoryview(bytearray(min(max(sizes, default=0), LARGEST_PARCEL)))
        self._await(self._small[: HEAD.size])

    def _complete(self) -> Event | None:
        if self._sizes is None:
            return self._hello()
        if self._number is not None:
            event = Parcel(self._number, self._into)
            self._number = None
            self._await(self._small[: HEAD.size])
            return event
        return self._head(self._sizes)

    def _hello(self) -> Hello:
        text = bytes(self._into)
        if text[:4] != MAGIC:
            raise FrameError(reason="the first bytes are not a hello")
        return Hello(text[4:20], text[20:])

    def _head(self, sizes: Sequence[int]) -> Event | None:
        kind, number, length = HEAD.unpack(self._into)
        if kind == Kind.BYE and not number and not length:
            self._await(self._small[: HEAD.size])
            return Said(Kind.BYE)
        if kind != Kind.PARCEL or number >= len(sizes) or length != sizes[number]:
            raise FrameError(reason="a parcel that is not on the list")
        self._number = number
        self._await(self._parcel[:length])
        return None


class SenderMachine(_Machine):
    """What the sender reads: whether it is welcome, and what is durable."""

    def __init__(self, parcels: int) -> None:
        """*parcels*: how many there are, so that no other number is believed."""
        super().__init__(HEAD.size)
        self._parcels = parcels
        self._numbers = memoryview(bytearray(4 * MOST_NUMBERS))
        self._kind: Kind | None = None

    def _complete(self) -> Event | None:
        if self._kind is not None:
            return self._listed(self._kind)
        kind, count, length = HEAD.unpack(self._into)
        if kind in {Kind.WELCOME, Kind.REFUSED} and not count and not length:
            self._await(self._small[: HEAD.size])
            return Said(Kind(kind))
        listed = kind in {Kind.DURABLE, Kind.AGAIN}
        if not listed or not 0 < count <= MOST_NUMBERS or length != 4 * count:
            raise FrameError(reason="an answer of no known kind")
        self._kind = Kind(kind)
        self._await(self._numbers[:length])
        return None

    def _listed(self, kind: Kind) -> Said:
        numbers = struct.unpack(f">{len(self._into) // 4}I", self._into)
        if max(numbers) >= self._parcels:
            raise FrameError(reason="an answer about a parcel that does not exist")
        self._kind = None
        self._await(self._small[: HEAD.size])
        return Said(kind, numbers)


def joined(frames: Iterable[bytes]) -> bytes:
    """Return *frames* as one text to write."""
    return b"".join(frames)
