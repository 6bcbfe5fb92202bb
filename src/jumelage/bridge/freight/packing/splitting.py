"""What is more than one packing list may hold is split into parts that follow each other.

The bound is the reader's: it holds a list in memory to check it. How long a list becomes is known
only when its files are cut, which takes hours, so it is bounded by how large and of which kind
they are.
"""

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from jumelage.bridge.freight.packing.chunking import LOOK, Kind, kind_of, most_chunks
from jumelage.bridge.freight.packing.packing import OPENING, Found
from jumelage.bridge.freight.packing.parsing import LIMITS, Limits
from jumelage.bridge.freight.packing.roots import ROW

LOOKED_AT = 8 * 1024 * 1024
"""Bytes from which a file is opened to see how it will be cut."""
SPARE = 20
"""One file of so many is left out of a part: frames that come later sort between the others."""


def split(found: Sequence[Found], limits: Limits = LIMITS) -> Sequence[Sequence[Found]]:
    """Return *found* in parts, in its order, each of which one list can hold.

    A quarter of a list is left to the names. A file that is too much by itself is a part too.
    Where there are several each has room for some files more: a render goes on meanwhile.
    """
    parts = _cut(found, limits)
    if len(parts) == 1:
        return parts
    fewer = limits.files - limits.files // SPARE
    return _cut(found, replace(limits, files=fewer))


def _cut(found: Sequence[Found], limits: Limits) -> list[list[Found]]:
    parts: list[list[Found]] = [[]]
    length = total = 0
    for one in found:
        row_bytes = most_chunks(_kind(one), one.size) * ROW.size
        full = (
            len(parts[-1]) >= limits.files
            or length + row_bytes > limits.list_bytes * 3 // 4
            or total + one.size > limits.total_bytes
        )
        if full and parts[-1]:
            parts.append([])
            length = total = 0
        parts[-1].append(one)
        length, total = length + row_bytes, total + one.size
    return parts


def _kind(one: Found) -> Kind:
    first = b""
    if one.size >= LOOKED_AT:
        with suppress(OSError):  # packing says what is wrong with it
            handle = os.open(one.place, OPENING)
            try:
                first = os.pread(handle, LOOK, 0)
            finally:
                os.close(handle)
    return kind_of(one.path, first)
