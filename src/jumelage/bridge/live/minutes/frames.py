"""The binary frames of shared minutes, between browser and node and between nodes.

The first three are those of y-protocols (sync step 1, step 2, update), so that any Yjs client can
speak them; the others are ours. Specification: docs/protocol/live.md, section 5.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum

from jumelage.bridge.live.minutes.errors import BrokenMinutesError
from jumelage.bridge.live.minutes.updates import MOST_BYTES, Reader, write_number


class Said(IntEnum):
    """What a frame is: the first byte, for the sync protocol 0 and a second byte."""

    VECTOR = 0
    DIFFERENCE = 1
    UPDATE = 2
    KEPT = 16
    PART = 17
    LAST_PART = 18
    MAY_WRITE = 19
    REFUSED = 20


PART_BYTES = 512 << 10
"""A longer frame goes in parts: whoever carries them takes 1 MiB at most."""

_SYNC = (Said.VECTOR, Said.DIFFERENCE, Said.UPDATE)


@dataclass(frozen=True, slots=True)
class Frame:
    """One whole frame: *data* is an update or a vector, *number* what `kept` counts."""

    said: Said
    data: bytes = b""
    number: int = 0


@dataclass(slots=True)
class Parts:
    """Puts the parts of one sender's long frames together."""

    _held: list[bytes] = field(default_factory=list)
    _bytes: int = 0

    def read(self, raw: bytes) -> Frame | None:
        """Return what *raw* says; None: more parts follow.

        Raises:
            BrokenMinutesError: it is no frame of the minutes.
        """
        if raw[:1] and raw[0] in {Said.PART, Said.LAST_PART}:
            return self._part(raw)
        return _read(raw)

    def _part(self, raw: bytes) -> Frame | None:
        self._held.append(raw[1:])
        self._bytes += len(raw)
        if self._bytes > MOST_BYTES:
            self._held, self._bytes = [], 0
            raise BrokenMinutesError
        if raw[0] == Said.PART:
            return None
        whole, self._held, self._bytes = b"".join(self._held), [], 0
        return _read(whole)


def _read(raw: bytes) -> Frame:
    source = Reader(raw)
    first = source.byte()
    if first == 0:
        said = source.byte()
        if said not in _SYNC:
            raise BrokenMinutesError
        frame = Frame(Said(said), data=source.bytes())
    elif first == Said.KEPT:
        frame = Frame(Said.KEPT, number=source.number(1 << 53))
    else:
        raise BrokenMinutesError
    source.end()
    return frame


def sync(said: Said, data: bytes) -> bytes:
    """Return a frame of the sync protocol."""
    return bytes((0, said)) + write_number(len(data)) + data


def kept(number: int) -> bytes:
    """Return the receipt for the first *number* updates of a sender: they are durable."""
    return bytes((Said.KEPT,)) + write_number(number)


def may_write(*, may: bool) -> bytes:
    """Return the word whether a browser may write."""
    return bytes((Said.MAY_WRITE, may))


def refused(code: str) -> bytes:
    """Return the word that an update of a sender was not taken (and is not counted), and why."""
    return bytes((Said.REFUSED,)) + code.encode()


def parts(frame: bytes) -> Iterator[bytes]:
    """Yield *frame* as it is carried."""
    if len(frame) <= PART_BYTES:
        yield frame
        return
    for at in range(0, len(frame), PART_BYTES):
        is_last = at + PART_BYTES >= len(frame)
        yield bytes((Said.LAST_PART if is_last else Said.PART,)) + frame[at : at + PART_BYTES]
