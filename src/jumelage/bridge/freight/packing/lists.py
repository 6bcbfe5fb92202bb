"""A packing list: what a delivery holds, as exact bytes that both cities hash alike.

The bytes are lines of JSON (what it is, the head, one line a file, an empty line) followed by
the chunk table: 36 bytes a row, a file's rows side by side, each *blob* (content, by its root)
once, in the order in which the files first name it. So two names of one content cost one line,
and where a file's rows begin is never said and cannot be said wrongly.
Specification: docs/protocol/freight.md.
"""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Annotated, Literal

import msgspec
import numpy as np
from blake3 import blake3

from jumelage.bridge.freight.packing.roots import HASH_BYTES, ROW

MAGIC = b"jumelage packing list 1\n"
LARGEST = 2**53 - 1
"""What every reader of JSON can tell exactly."""

Count = Annotated[int, msgspec.Meta(ge=0, le=LARGEST)]
Time = Annotated[int, msgspec.Meta(ge=-LARGEST, le=LARGEST)]
Hash = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
Line = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+\Z")]
Optional = Annotated[str, msgspec.Meta(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*\Z")]
RecordId = Annotated[str, msgspec.Meta(pattern=r"^[a-z2-7]{26}\Z")]
Priority = Literal["urgent", "proxy", "normal", "background"]


class Heading(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the sender says of a delivery; `by` names a role and never a person."""

    id: RecordId
    origin: Line
    to: Line
    created: Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\Z")]
    """RFC 3339, UTC, to the second."""
    title: Optional = ""
    production: Optional = ""
    article: Optional = ""
    priority: Priority = "normal"
    by: Optional = ""


class Head(Heading, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The first line: the heading and the totals, which a reader checks."""

    files: Count
    bytes: Count
    """Of all files, as they will lie in a folder."""
    blobs: Count
    chunks: Count
    """Rows of the chunk table."""


class File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file by its path below the delivery's folder."""

    path: str
    size: Count
    root: Hash
    xxh128: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}\Z")]
    """Of the whole file, for the ASC MHL manifest."""
    modified: Time
    """Microseconds since 1970-01-01T00:00:00Z."""
    kind: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9-]{1,24}\Z")]
    """How it was cut (`chunking.KINDS`); a reader need not know it."""
    chunks: Count


@dataclass(frozen=True, slots=True)
class Blob:
    """One content of a list: rows *first* to *first + count* of its chunk table."""

    root: bytes
    size: int
    first: int
    count: int

    @property
    def rows(self) -> range:
        """The numbers of its rows."""
        return range(self.first, self.first + self.count)


@dataclass(frozen=True)
class PackingList:
    """A packing list that is known to be sound: packed here, or parsed by `parsing.parse`."""

    head: Head
    files: Sequence[File]
    table: bytes

    @cached_property
    def data(self) -> bytes:
        """The canonical bytes."""
        return b"".join((*self._text(), self.table))

    @cached_property
    def list_hash(self) -> bytes:
        """The hash both cities know the list by."""
        found = blake3()
        for piece in (*self._text(), self.table):
            found.update(piece)
        return found.digest()

    def _text(self) -> Iterator[bytes]:
        encoder = msgspec.json.Encoder()
        yield MAGIC
        yield from (encoder.encode(line) + b"\n" for line in (self.head, *self.files))
        yield b"\n"

    @cached_property
    def blobs(self) -> Sequence[Blob]:
        """The contents, in the order of their rows."""
        return tuple(blobs_of(self.files))

    @cached_property
    def lengths(self) -> Sequence[int]:
        """The length of every chunk, by row."""
        return lengths_of(self.table)

    @cached_property
    def offsets(self) -> Sequence[int]:
        """Where each chunk begins in its blob, by row."""
        found = array("Q")
        for blob in self.blobs:
            lengths = self.lengths[blob.first : blob.first + blob.count]
            found.extend([0, *accumulate(lengths)][: blob.count])
        return found

    @cached_property
    def owners(self) -> Sequence[int]:
        """Which blob (its place in `blobs`) each row belongs to."""
        found = array("I")
        for number, blob in enumerate(self.blobs):
            found.extend([number] * blob.count)
        return found

    @cached_property
    def twins(self) -> dict[int, list[int]]:
        """For each row whose chunk occurs again: the later rows with the same hash.

        Those later rows never travel: whoever writes the first one writes them as well.
        """
        return twins_of(self.table)

    def hashes(self) -> Iterator[bytes]:
        """Yield the hash of every chunk, by row."""
        return hashes_of(self.table)

    def hash_at(self, number: int) -> bytes:
        """Return the hash of the chunk in row *number*."""
        return self.table[number * ROW.size : number * ROW.size + HASH_BYTES]

    def table_of(self, blob: Blob) -> bytes:
        """Return the rows of *blob*: what its root is taken over."""
        return self.table[blob.first * ROW.size : (blob.first + blob.count) * ROW.size]


def blobs_of(files: Sequence[File]) -> Iterator[Blob]:
    """Yield each content that *files* name, once, with its place in the chunk table."""
    seen: set[str] = set()
    first = 0
    for file in files:
        if file.root not in seen:
            seen.add(file.root)
            yield Blob(bytes.fromhex(file.root), file.size, first, file.chunks)
            first += file.chunks


def lengths_of(table: bytes) -> Sequence[int]:
    """Return the lengths in a chunk *table*, by row."""
    words = np.frombuffer(table, "<u4")[HASH_BYTES // 4 :: ROW.size // 4]
    return array("I", words.astype("=u4").tobytes())


def hashes_of(table: bytes) -> Iterator[bytes]:
    """Yield the hashes in a chunk *table*, by row."""
    return (
        table[place : place + HASH_BYTES]
        for place in range(0, len(table) - len(table) % ROW.size, ROW.size)
    )


def twins_of(table: bytes) -> dict[int, list[int]]:
    """Return, for each row of *table* whose chunk occurs again, the later rows with its hash.

    A list of 100 GB has 1.6 million rows: only those whose first eight bytes occur twice, which
    numpy finds by sorting, become Python objects.
    """
    keys = np.frombuffer(table, np.uint8).reshape(-1, ROW.size)[:, :8].copy().view("<u8").ravel()
    order = np.argsort(keys, kind="stable")
    ranked = keys[order]
    same = ranked[1:] == ranked[:-1]
    first: dict[bytes, int] = {}
    found: dict[int, list[int]] = {}
    for row in np.union1d(order[1:][same], order[:-1][same]).tolist():
        name = table[row * ROW.size : row * ROW.size + HASH_BYTES]
        if (before := first.setdefault(name, row)) != row:
            found.setdefault(before, []).append(row)
    return found
