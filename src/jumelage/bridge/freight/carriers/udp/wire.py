"""The datagrams of freight, byte by byte. Numbers are written least byte first.

    parcel piece, probe    head (16) | authenticator (8) | bytes
    answer, control        head (16) | sealed text

A head of the first kind names its packet number, the parcel and the piece; of the second kind a
counter that is also the nonce. The specification is docs/protocol/freight.md.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, IntFlag
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from jumelage.bridge.freight.errors import FrameError

Bytes = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.int64]

HEAD_BYTES = 16
TAG_BYTES = 8
OVERHEAD = HEAD_BYTES + TAG_BYTES
HEAD = np.dtype(
    [
        ("kind", "u1"), ("code", "u1"), ("piece", "<u2"),
        ("connection", "<u4"), ("packet", "<u4"), ("parcel", "<u4"),
    ]
)  # fmt: skip
SEALED_HEAD = struct.Struct("<BBHIQ")
SIZES = (1200, 1280, 1352, 1400, 1432, 1452, 1472, 4052, 8052, 8952)
"""Bytes of a whole datagram, by size code. 1472 fills an Ethernet frame over IPv4, 1452 over IPv6."""
MOST_SEALED = 1200
"""Bytes of the largest answer: it fits wherever the smallest parcel piece does."""
MOST_RANGES = 88
MOST_SAMPLES = 16
MOST_DURABLE = 16
MOST_AGAIN = 8
MICROSECONDS = 1 << 32
"""Times on the wire are microseconds modulo this."""


class Kind(IntEnum):
    """The first byte of a datagram."""

    PIECE = 1
    PROBE = 2
    ANSWER = 3
    CONTROL = 4


class Word(IntEnum):
    """The first byte of a sealed text."""

    FEEDBACK = 1
    CHALLENGE = 2
    RESPONSE = 3
    ASK = 4
    BYE = 5


class Flag(IntFlag):
    """What an answer says besides."""

    COMPLETE = 1
    REFUSED = 2


class Burst(NamedTuple):
    """Datagrams of *size* bytes in a row; the last one may be shorter."""

    data: memoryview
    size: int


def pieces(length: int, code: int) -> tuple[int, int]:
    """Return (bytes of a piece, number of pieces) of a sealed parcel of *length* bytes."""
    piece = SIZES[code] - OVERHEAD
    return piece, -(-length // piece)


@dataclass(frozen=True, slots=True)
class Feedback:
    """What the receiver has seen; everything in it is true again in the next one."""

    flags: Flag
    room: int
    """Parcels it will hold that are not taken yet."""
    time: int
    """Its clock, microseconds modulo 2**32."""
    largest: int
    """The highest packet number it has seen."""
    arrival: int
    """When that one came."""
    received: int
    """Bytes of all datagrams it has accepted."""
    taken: int
    """Parcels taken so far."""
    durable_below: int
    """Every parcel with a lower number is durable."""
    samples: tuple[tuple[int, int], ...] = ()
    """Packet numbers and when they came, of the last moments."""
    ranges: tuple[tuple[int, int], ...] = ()
    """Packet numbers seen, first and last of each run, highest run first."""
    durable: tuple[tuple[int, int], ...] = ()
    """Runs of durable parcels besides."""
    again: tuple[int, ...] = ()
    """Parcels that were damaged."""


_FIXED = struct.Struct("<BBHIIIQIIBBBB")


def encode_feedback(said: Feedback) -> bytes:
    """Return the text of an answer, at most `MOST_SEALED` - 32 bytes."""
    fixed = _FIXED.pack(
        Word.FEEDBACK, said.flags, said.room, said.time, said.largest, said.arrival,
        said.received, said.taken, said.durable_below,
        len(said.samples), len(said.ranges), len(said.durable), len(said.again),
    )  # fmt: skip
    flat: list[int] = []
    for pairs in (said.samples, said.ranges, said.durable):
        for pair in pairs:
            flat += pair
    flat += said.again
    return fixed + struct.pack(f"<{len(flat)}I", *flat)


def decode_feedback(text: bytes) -> Feedback:
    """Read what `encode_feedback` wrote. Raises: FrameError."""
    if len(text) < _FIXED.size:
        raise FrameError(reason="a short answer")
    (word, flags, room, time, largest, arrival, received, taken, below, *counts) = _FIXED.unpack(
        text[: _FIXED.size]
    )
    samples, ranges, durable, again = counts
    count = 2 * (samples + ranges + durable) + again
    if word != Word.FEEDBACK or len(text) != _FIXED.size + 4 * count:
        raise FrameError(reason="an answer of no possible length")
    flat = struct.unpack(f"<{count}I", text[_FIXED.size :])
    pairs = list(zip(flat[0 : count - again : 2], flat[1 : count - again : 2], strict=True))
    return Feedback(
        Flag(flags & 3), room, time, largest, arrival, received, taken, below,
        tuple(pairs[:samples]), tuple(pairs[samples : samples + ranges]),
        tuple(pairs[samples + ranges :]), flat[count - again :],
    )  # fmt: skip


def runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Return the runs of adjacent values in sorted *numbers*, first and last of each."""
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found


def signed_difference(later: int, earlier: int) -> int:
    """Return *later* - *earlier* of two times on the wire, in microseconds, with its sign."""
    return (later - earlier + MICROSECONDS // 2) % MICROSECONDS - MICROSECONDS // 2


def heads(  # noqa: PLR0917
    kind: Kind, code: int, connection: int, packet: int, parcel: int, numbers: Numbers
) -> Bytes:
    """Return the heads of pieces *numbers* that leave as packets *packet* and up: (n, 16), uint8."""
    made = np.empty(len(numbers), HEAD)
    made["kind"], made["code"] = kind, code
    made["piece"] = numbers
    made["connection"] = connection
    made["packet"] = np.arange(packet, packet + len(numbers))
    made["parcel"] = parcel
    return made.view(np.uint8).reshape(-1, HEAD_BYTES)
