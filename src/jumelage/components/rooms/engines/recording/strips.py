"""Reads what Janus records: packets as they came, with their times; media are cut out of them.

Source: Janus's own `record.c` (format `MJR00002`: a header in JSON, then packets, each behind `MEET`, its
milliseconds and its length), RFC 3550 (RTP), RFC 7741 (VP8 in RTP), RFC 7587 (Opus in RTP).
"""

import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MAGIC = b"MJR00002"
PACKET = b"MEET"
LONGEST_HEADER = 64 * 1024
WRAP = 1 << 16


class BrokenStripError(ValueError):
    """A file is not what Janus writes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """One stream of one member: its kind, codec and part, and when its first packet came.

    `began` is in microseconds since 1970, by the clock of this machine.
    """

    path: Path
    is_video: bool
    codec: str
    part: str
    began: int

    @property
    def member(self) -> str:
        """The member's number within the recording, from the name of the file."""
        return self.path.name.rsplit("-", 3)[1] if self.path.name.count("-") >= 3 else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One coded picture or piece of sound; `at` is in seconds since the strip began."""

    at: float
    data: bytes
    is_key: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Packet:
    """One RTP packet; `came` in seconds since the strip began."""

    came: float
    sequence: int
    stamp: int
    marker: bool
    payload: bytes


def read_strip(path: Path) -> Strip | None:
    """Return what *path* says of itself; None when nothing was sent (a header is missing).

    Raises:
        BrokenStripError: it is no recording of Janus.
    """
    with path.open("rb") as file:
        magic = file.read(len(MAGIC))
        if magic != MAGIC:
            raise BrokenStripError(path.name)
        size = file.read(2)
        if len(size) < 2:
            return None
        told = json.loads(file.read(struct.unpack("!H", size)[0]))
    return Strip(
        path=path,
        is_video=told["t"] == "v",
        codec=str(told["c"]),
        part=str(told.get("d", "")),
        began=int(told.get("u") or told.get("s") or 0),
    )


def packets(path: Path) -> Iterator[Packet]:
    """Yield the packets of *path* in the order they were sent; one cut short ends it."""
    found = sorted(_numbered(path), key=lambda each: each[0])
    last = None
    for number, packet in found:
        if number != last:
            yield packet
        last = number


def _numbered(path: Path) -> Iterator[tuple[int, Packet]]:
    """Yield packets with sequence numbers that never wrap."""
    high, before = 0, None
    for packet in _raw(path):
        if before is not None and before - packet.sequence > WRAP // 2:
            high += WRAP
        late = before is not None and packet.sequence - before > WRAP // 2
        yield packet.sequence + (high - WRAP if late else high), packet
        if not late:
            before = packet.sequence


def _raw(path: Path) -> Iterator[Packet]:
    data = path.read_bytes()
    at = len(MAGIC)
    if len(data) < at + 2:
        return
    at += 2 + struct.unpack_from("!H", data, at)[0]
    while at + 10 <= len(data) and data[at : at + 4] == PACKET:
        milliseconds, size = struct.unpack_from("!IH", data, at + 4)
        at += 10
        if at + size > len(data):
            return
        if packet := _rtp(data[at : at + size], milliseconds / 1000):
            yield packet
        at += size


def _rtp(data: bytes, came: float) -> Packet | None:
    """Return the RTP packet, or None when it carries nothing. Source: RFC 3550, section 5.1."""
    if len(data) < 12 or data[0] >> 6 != 2:
        return None
    sequence, stamp = struct.unpack_from("!HI", data, 2)
    start = 12 + 4 * (data[0] & 15)
    if data[0] & 16:
        if len(data) < start + 4:
            return None
        start += 4 + 4 * struct.unpack_from("!H", data, start + 2)[0]
    end = len(data) - (data[-1] if data[0] & 32 else 0)
    if start >= end:
        return None
    marker = bool(data[1] & 128)
    return Packet(came=came, sequence=sequence, stamp=stamp, marker=marker, payload=data[start:end])


def frames(strip: Strip) -> Iterator[Frame]:
    """Yield the coded pictures or sounds of *strip*, whole ones only, by the sender's own clock."""
    clock = Clock(90_000 if strip.is_video else 48_000)
    if not strip.is_video:
        for packet in packets(strip.path):
            yield Frame(at=clock.at(packet), data=packet.payload, is_key=True)
        return
    yield from _pictures(strip.path, clock)


class Clock:
    """Turns RTP stamps into seconds since the strip began; the first packet anchors it."""

    def __init__(self, rate: int) -> None:
        self.rate, self._units, self._first = rate, 0, 0.0
        self._last: int | None = None

    def at(self, packet: Packet) -> float:
        """Return the time of *packet*; stamps may wrap."""
        if self._last is None:
            self._first = packet.came
        else:
            step = (packet.stamp - self._last) % (1 << 32)
            self._units += step if step < 1 << 31 else step - (1 << 32)
        self._last = packet.stamp
        return max(0.0, self._first + self._units / self.rate)


def _pictures(path: Path, clock: Clock) -> Iterator[Frame]:
    """Put VP8 pictures together; one with a missing packet is left out, and what needs it too."""
    parts: list[bytes] = []
    stamp: int | None = None
    whole, shown, before = False, False, -1
    at = 0.0
    for packet in packets(path):
        starts, data = _vp8(packet.payload)
        follows = (before + 1) % WRAP == packet.sequence
        before = packet.sequence
        if packet.stamp != stamp:
            stamp, parts, whole, at = packet.stamp, [], starts, clock.at(packet)
            shown = shown and starts and follows
        elif not follows:
            whole = shown = False
        parts.append(data)
        if not packet.marker or not whole:
            continue
        picture = b"".join(parts)
        is_key = bool(picture) and not picture[0] & 1
        shown = shown or is_key
        if shown and picture:
            yield Frame(at=at, data=picture, is_key=is_key)


def _vp8(payload: bytes) -> tuple[bool, bytes]:
    """Return whether a picture starts here, and its bytes. Source: RFC 7741, section 4.2."""
    at = 1
    if payload[0] & 128 and len(payload) > 1:
        more = payload[1]
        at = 2
        if more & 128 and len(payload) > 2:
            at += 2 if payload[2] & 128 else 1
        at += (1 if more & 64 else 0) + (1 if more & 48 else 0)
    starts = bool(payload[0] & 16) and not payload[0] & 7
    return starts, payload[at:]
