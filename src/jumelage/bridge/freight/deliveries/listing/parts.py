"""How a packing list is cut for the line: parts of 256 KiB, packed where that pays.

A part is asked for as `/bridge/freight/lists/<delivery>?part=<number>`. A node that knows no parts
overlooks the question and answers with the whole list; the header tells which it is.
Specification: docs/protocol/freight.md, “The list”.
"""

import gzip
import zlib
from collections.abc import Iterable, Iterator

from jumelage.bridge.freight.errors import ListMismatchError

PART = 256 * 1024
"""Bytes of a part, before it is packed; the last one is what is left."""
HEADER = "Freight-Part"
"""Names the part that an answer holds; without it the answer is the whole list."""
LOOK, PAYS = 16 * 1024, 0.9
"""Lines of files shrink to a third, the table of chunks hardly: the first bytes of a part tell."""


def count(size: int) -> int:
    """Return how many parts a list of *size* bytes has."""
    return -(-size // PART)


def length(number: int, size: int) -> int:
    """Return the bytes of part *number* of a list of *size* bytes; 0 when there is none."""
    return max(0, min(PART, size - number * PART))


def packed(data: bytes) -> bytes | None:
    """Return *data* as gzip; None where that makes it hardly smaller."""
    look = data[:LOOK]
    if len(zlib.compress(look, 1)) > PAYS * len(look):
        return None
    return gzip.compress(data, compresslevel=1, mtime=0)


def unpacked(pieces: Iterable[bytes], coding: str, *, most: int, delivery: str) -> Iterator[bytes]:
    """Yield what *pieces* of an answer are without their content *coding*, *most* bytes in all.

    No piece yielded is longer than a part, whatever it was packed into.

    Raises:
        ListMismatchError: they are more, or cannot be unpacked.
    """
    opened = zlib.decompressobj(wbits=31) if coding == "gzip" else None
    for piece in pieces:
        left = piece
        while left:
            data, left = (left, b"") if opened is None else _inflated(opened, left, delivery)
            most -= len(data)
            if most < 0:
                raise ListMismatchError(delivery=delivery)
            yield data
    if opened is not None and not opened.eof:
        raise ListMismatchError(delivery=delivery)


def _inflated(opened: "zlib._Decompress", piece: bytes, delivery: str) -> tuple[bytes, bytes]:
    """Return at most a part of what *piece* unpacks to, and what of it is left."""
    try:
        data = opened.decompress(piece, PART)
    except zlib.error as error:
        raise ListMismatchError(delivery=delivery) from error
    if opened.unused_data or (opened.eof and opened.unconsumed_tail):
        raise ListMismatchError(delivery=delivery)
    return data, opened.unconsumed_tail
