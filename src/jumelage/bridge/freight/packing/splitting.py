"""What is more than one packing list may hold is split into parts that follow each other.

The bound is the reader's: it holds a list in memory to check it. How long a list becomes is known
only when its files are cut, which takes hours, so it is estimated, with something to spare.
"""

import os
from collections.abc import Sequence
from contextlib import suppress

from jumelage.bridge.freight.packing.chunking import FIXED, LOOK, SMALLEST, kind_of
from jumelage.bridge.freight.packing.packing import OPENING, Found
from jumelage.bridge.freight.packing.parsing import LIMITS, Limits
from jumelage.bridge.freight.packing.roots import ROW

LEAST_MEAN = 48 * 1024
"""Bytes of a content-defined chunk, on average, at least; measured: 64 to 77 KiB."""
LOOKED_AT = 8 * 1024 * 1024
"""Bytes from which a file is opened to see how it will be cut."""


def split(found: Sequence[Found], limits: Limits = LIMITS) -> Sequence[Sequence[Found]]:
    """Return *found* in parts, in its order, each of which one list can hold.

    A quarter of a list is left to the names. A file that is too much by itself is a part too.
    """
    parts: list[list[Found]] = [[]]
    length = total = 0
    for one in found:
        row_bytes = _rows(one) * ROW.size
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


def _rows(one: Found) -> int:
    """Return how many chunks the file will have, or a few more."""
    if one.size <= SMALLEST:
        return 1
    return one.size // (LEAST_MEAN if _is_cut_by_content(one) else FIXED) + 1


def _is_cut_by_content(one: Found) -> bool:
    first = b""
    if one.size >= LOOKED_AT:
        with suppress(OSError):  # packing says what is wrong with it
            handle = os.open(one.place, OPENING)
            try:
                first = os.pread(handle, LOOK, 0)
            finally:
                os.close(handle)
    return kind_of(one.path, first).cut == "by content"
