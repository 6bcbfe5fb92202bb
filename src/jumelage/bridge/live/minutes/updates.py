"""Reads Yjs updates (version 1) before the document does, and takes only what a plain text is made of.

Strangers send these bytes, and the library that applies them must never meet lengths it cannot
hold, nested types, foreign names or text that refers to what nobody has. Source: the encoding of
`encodeStateAsUpdate` in Yjs 13 (structs by client, then the set of what was deleted).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from jumelage.bridge.live.minutes.errors import BrokenMinutesError

TEXT = "minutes"
"""The one root of the document."""

MOST_BYTES = 8 << 20
"""Of one update: a whole document with all that was deleted in it."""

MOST_STRUCTS = 100_000
MOST_CLIENTS = 10_000
MOST_CLOCK = 1 << 31
MOST_CLIENT = 1 << 53
_GC, _DELETED, _STRING, _SKIP = 0, 1, 4, 10
_HAS_ORIGIN, _HAS_RIGHT, _HAS_SUB = 0x80, 0x40, 0x20

Vector = Mapping[int, int]
"""For each client the clock up to which everything is known."""


@dataclass(slots=True)
class Update:
    """What an update holds: for each client the clocks it adds (from, until), and what it leans on.

    `needs` is for each client the highest clock that something in it refers to, `weight` the bytes
    (UTF-8) of its text.
    """

    spans: dict[int, tuple[int, int]] = field(default_factory=dict)
    needs: dict[int, int] = field(default_factory=dict)
    deletes: bool = False
    weight: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether it changes nothing."""
        return not self.spans and not self.deletes

    def fits(self, known: Vector) -> bool:
        """Tell whether everything it leans on is *known* or in itself, so that nothing is left over."""
        for client, (first, _) in self.spans.items():
            if first > known.get(client, 0):
                return False
        for client, clock in self.needs.items():
            held = max(known.get(client, 0), self.spans.get(client, (0, 0))[1])
            if clock >= held:
                return False
        return True

    def _lean(self, client: int, clock: int) -> None:
        self.needs[client] = max(self.needs.get(client, 0), clock)


class Reader:
    """Reads numbers of variable length, texts and bytes, never past the end."""

    __slots__ = ("_at", "_data")

    def __init__(self, data: bytes) -> None:
        """Begin at the first byte of *data*."""
        self._data = data
        self._at = 0

    def byte(self) -> int:
        """Return the next byte."""
        if self._at >= len(self._data):
            raise BrokenMinutesError
        self._at += 1
        return self._data[self._at - 1]

    def number(self, below: int) -> int:
        """Return the next number, which must be smaller than *below*."""
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                break
            shift += 7
            if shift > 56:
                raise BrokenMinutesError
        if value >= below:
            raise BrokenMinutesError
        return value

    def bytes(self) -> bytes:
        """Return the next bytes, whose number stands before them."""
        length = self.number(MOST_BYTES + 1)
        if self._at + length > len(self._data):
            raise BrokenMinutesError
        self._at += length
        return self._data[self._at - length : self._at]

    def text(self) -> str:
        """Return the next text."""
        try:
            return self.bytes().decode("utf-8")
        except UnicodeDecodeError as error:
            raise BrokenMinutesError from error

    def place(self) -> tuple[int, int]:
        """Return the next client and clock."""
        return self.number(MOST_CLIENT), self.number(MOST_CLOCK)

    def end(self) -> None:
        """Check that nothing follows."""
        if self._at != len(self._data):
            raise BrokenMinutesError


def read_update(data: bytes) -> Update:
    """Read *data* as an update of the minutes.

    Raises:
        BrokenMinutesError: it is not one, or holds what a plain text never does.
    """
    if len(data) > MOST_BYTES:
        raise BrokenMinutesError
    source, update = Reader(data), Update()
    structs = 0
    for _ in range(source.number(MOST_CLIENTS)):
        count = source.number(MOST_STRUCTS)
        structs += count
        if not count or structs > MOST_STRUCTS:
            raise BrokenMinutesError
        _read_client(source, count, update)
    _read_deletes(source, update)
    source.end()
    return update


def _read_client(source: Reader, count: int, update: Update) -> None:
    client, first = source.place()
    if client in update.spans:
        raise BrokenMinutesError
    clock = first
    for _ in range(count):
        length = _read_struct(source, update)
        clock += length
        if not length or clock >= MOST_CLOCK:
            raise BrokenMinutesError
    update.spans[client] = (first, clock)


def _read_struct(source: Reader, update: Update) -> int:
    """Read one struct; return its length in the clock of its client (UTF-16 units)."""
    info = source.byte()
    content = info & 0x1F
    if info == _GC:
        return source.number(MOST_CLOCK)
    if content not in {_DELETED, _STRING} or info & _HAS_SUB:
        raise BrokenMinutesError  # gaps, formats, embedded things, nested types
    if info & _HAS_ORIGIN:
        update._lean(*source.place())  # noqa: SLF001  # one value, filled here
    if info & _HAS_RIGHT:
        update._lean(*source.place())  # noqa: SLF001
    if not info & (_HAS_ORIGIN | _HAS_RIGHT) and (source.number(2) != 1 or source.text() != TEXT):
        raise BrokenMinutesError
    if content == _DELETED:
        return source.number(MOST_CLOCK)
    text = source.text()
    if "\r" in text:
        raise BrokenMinutesError  # a text field shows CR LF as one: its places would be others'
    update.weight += len(text.encode())
    return len(text.encode("utf-16-le")) // 2


def _read_deletes(source: Reader, update: Update) -> None:
    for _ in range(source.number(MOST_CLIENTS)):
        client = source.number(MOST_CLIENT)
        for _ in range(source.number(MOST_STRUCTS)):
            clock, length = source.number(MOST_CLOCK), source.number(MOST_CLOCK)
            if not length or clock + length >= MOST_CLOCK:
                raise BrokenMinutesError
            update._lean(client, clock + length - 1)  # noqa: SLF001
            update.deletes = True


def read_vector(data: bytes) -> dict[int, int]:
    """Read *data* as a state vector: for each client the clock up to which everything is known.

    Raises:
        BrokenMinutesError: it is not one.
    """
    source = Reader(data)
    vector = {}
    for _ in range(source.number(MOST_CLIENTS)):
        client, clock = source.place()
        vector[client] = clock
    source.end()
    return vector


def write_number(value: int) -> bytes:
    """Return *value* as an unsigned integer of variable length."""
    parts = bytearray()
    while value > 0x7F:
        parts.append(0x80 | value & 0x7F)
        value >>= 7
    parts.append(value)
    return bytes(parts)
