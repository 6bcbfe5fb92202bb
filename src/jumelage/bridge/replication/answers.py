"""Reading what a peer answers: bounded in bytes, in lines and in time, while it comes in.

Theory of operation. A small packed answer may unpack to gigabytes, a line may never end, and a
byte every nine seconds keeps a connection open for ever. So packed bytes are unpacked piece by
piece, each piece only as far as the bound allows; a line is measured before it is whole; and
an answer that comes more slowly than `SLOWEST` bytes a second, after a grace, is given up.
"""

import time
import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from jumelage.bridge.errors import (
    AnswerRefusedError,
    LineTooLongError,
    PackingRefusedError,
    PageTooLargeError,
    TooManyEntriesError,
    TooSlowError,
)

LARGEST_PAGE = 16 * 1024 * 1024
"""Bytes of a page, unpacked: several times what this implementation sends."""
LARGEST_ANSWER = 64 * 1024 * 1024
"""Bytes of any other answer, unpacked."""
LONGEST_LINE = 1024 * 1024
"""Bytes of a line: a body of 256 KiB in which every character is escaped, and its header."""
MOST_LINES = 512
"""Entries between two checkpoints of a stream, at most; this implementation sends 500."""
SLOWEST = 8 * 1024
"""Bytes a second; with less than an old telephone line nobody can follow a city."""
GRACE_SECONDS = 15.0


@dataclass(slots=True)
class Pace:
    """How fast an answer comes in; `begun` is on the monotonic clock."""

    peer: str
    grace: float = GRACE_SECONDS
    begun: float = field(default_factory=time.monotonic)
    came: int = 0

    def on(self, count: int) -> None:
        """Note that *count* bytes came.

        Raises:
            TooSlowError: so few came since the beginning.
        """
        self.came += count
        if time.monotonic() - self.begun > self.grace + self.came / SLOWEST:
            raise TooSlowError(peer=self.peer, rate=SLOWEST)

    def again(self) -> None:
        """Begin again after something was said to the end."""
        self.begun, self.came = time.monotonic(), 0


@dataclass(slots=True)
class Unpacker:
    """Unpacks an answer piece by piece up to *most* bytes in all."""

    peer: str
    encoding: str
    most: int
    _out: int = 0
    _gzip: "zlib._Decompress | None" = None

    def __post_init__(self) -> None:
        """Refuse a packing that was not asked for.

        Raises:
            AnswerRefusedError: it is neither gzip nor nothing.
        """
        if self.encoding == "gzip":
            self._gzip = zlib.decompressobj(wbits=31)
        elif self.encoding not in {"", "identity"}:
            reason = f"packed as “{self.encoding[:20]}”"
            raise AnswerRefusedError(peer=self.peer, reason=reason)

    def unpack(self, piece: bytes) -> bytes:
        """Return what *piece* holds.

        Raises:
            PageTooLargeError: with it there are more than `most` bytes.
            PackingRefusedError: it is not gzip, or goes on after its end.
        """
        left = self.most - self._out
        if self._gzip is None:
            out = piece
        else:
            try:
                out = self._gzip.decompress(piece, left + 1)
            except zlib.error as error:
                raise PackingRefusedError(peer=self.peer) from error
            if self._gzip.unused_data:
                raise PackingRefusedError(peer=self.peer)
        if len(out) > left:
            raise PageTooLargeError(peer=self.peer, limit=self.most)
        self._out += len(out)
        return out


async def whole(
    pieces: AsyncIterator[bytes], *, peer: str, encoding: str = "", most: int = LARGEST_ANSWER
) -> bytes:
    """Return all of an answer, unpacked.

    Raises:
        AnswerRefusedError, LineTooLongError, PackingRefusedError, PageTooLargeError,
            TooSlowError: it is not taken.
    """
    unpacker, pace = Unpacker(peer, encoding, most), Pace(peer)
    found = bytearray()
    async for piece in pieces:
        pace.on(len(piece))
        found += unpacker.unpack(piece)
    return bytes(found)


async def entry_lines(pieces: AsyncIterator[bytes], *, peer: str) -> AsyncIterator[bytes]:
    """Cut an open stream into lines without the newline, as they become whole.

    What comes between two closing lines (a checkpoint or a beat) is bounded like a page.

    Raises:
        LineTooLongError, PageTooLargeError, TooManyEntriesError, TooSlowError: it is not taken.
    """
    pace, rest, size, count = Pace(peer), bytearray(), 0, 0
    async for piece in pieces:
        if not rest and not count:
            pace.again()  # it was silent because there was nothing to say
        pace.on(len(piece))
        rest += piece
        if b"\n" not in piece:
            _ensure_bounded(peer, len(rest), size, count)
            continue
        *lines, last = bytes(rest).split(b"\n")
        rest = bytearray(last)
        for line in lines:
            size, count = size + len(line), count + 1
            _ensure_bounded(peer, len(line), size, count)
            yield line
            if closes(line):
                size, count = 0, 0
                pace.again()


def _ensure_bounded(peer: str, line: int, size: int, count: int) -> None:
    if line > LONGEST_LINE:
        raise LineTooLongError(peer=peer, limit=LONGEST_LINE)
    if size > LARGEST_PAGE:
        raise PageTooLargeError(peer=peer, limit=LARGEST_PAGE)
    if count > MOST_LINES:
        raise TooManyEntriesError(peer=peer, limit=MOST_LINES)


def page_lines(raw: bytes, *, peer: str, most: int) -> list[bytes]:
    """Return the lines of a page of at most *most* entries and a checkpoint.

    Raises:
        TooManyEntriesError, LineTooLongError: it has more, or one that is too long.
    """
    if raw.count(b"\n") > most + 1:
        raise TooManyEntriesError(peer=peer, limit=most)
    lines = raw.removesuffix(b"\n").split(b"\n")
    if max(map(len, lines)) > LONGEST_LINE:
        raise LineTooLongError(peer=peer, limit=LONGEST_LINE)
    return lines


def is_beat(line: bytes) -> bool:
    """Tell whether a stream line is a sign of life rather than an entry."""
    return line.startswith(b'{"beat"')


def is_checkpoint(line: bytes) -> bool:
    """Tell whether a stream line closes a batch."""
    return line.startswith(b'{"checkpoint"')


def closes(line: bytes) -> bool:
    """Tell whether nothing that was begun goes on after *line*."""
    return is_beat(line) or is_checkpoint(line)
