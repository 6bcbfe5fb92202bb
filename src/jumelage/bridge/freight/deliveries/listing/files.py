"""Where packing lists lie, kept or on their way, and how much of one has crossed.

Light to load: every process that shows deliveries does.
"""

import os
import struct
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings

from jumelage.bridge.freight.deliveries.listing import parts
from jumelage.bridge.models import Delivery

KIND = b"parts 2\n"
NAMED = struct.Struct("<8s32sQ32s")
"""The beginning of a journal: what it is, the hash of the list, its bytes, the city it comes from."""
KEPT = struct.Struct("<I32s")
"""A part that was written: its number, the hash of its bytes."""


def folder() -> Path:
    """Return the folder of all lists, made when it is not there."""
    found = Path(settings.DATA) / "freight" / "lists"
    found.mkdir(mode=0o700, parents=True, exist_ok=True)
    return found


def kept(delivery: str) -> Path:
    """Return where the packing list of *delivery* (its short name) lies when it is whole."""
    return folder() / f"{delivery}.list"


def coming(delivery: str) -> tuple[Path, Path]:
    """Return where the list of *delivery* is written as it comes, and the journal beside it."""
    return folder() / f"{delivery}.arriving", folder() / f"{delivery}.parts"


def all_coming() -> Sequence[Path]:
    """Return the lists that are on their way, as far as they are here."""
    return sorted(folder().glob("*.arriving"))


def city(delivery: str) -> str:
    """Return the city (origin) that the list of *delivery* comes from; empty: not known."""
    try:
        with coming(delivery)[1].open("rb") as journal:
            kind, _hash, _size, found = NAMED.unpack(journal.read(NAMED.size))
    except (FileNotFoundError, struct.error):
        return ""
    return str(found.rstrip(b"\0"), "ascii", "replace") if kind == KIND else ""


def given(delivery: str) -> Path:
    """Return where it is noted, a byte each, which parts of a list the other city was given."""
    return folder() / f"{delivery}.given"


def note_given(delivery: str, part: int) -> None:
    """Note that *part* of the kept list was given to the other city."""
    handle = os.open(given(delivery), os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        os.pwrite(handle, b"\1", part)
    finally:
        os.close(handle)


def share(delivery: Delivery) -> float | None:
    """Return how much of the list of an offered *delivery* has crossed, 0 to 1; None: not known.

    The sender counts the parts it has given out, the receiver those it has kept.
    """
    if delivery.state != Delivery.State.OFFERED:
        return None
    try:
        count, size = (_count_given if delivery.sends else _count_kept)(delivery.slug)
    except (FileNotFoundError, struct.error):
        return None
    return min(1.0, count / max(1, parts.count(size)))


def _count_given(delivery: str) -> tuple[int, int]:
    """Return the parts that were given out, and the bytes of the list."""
    return given(delivery).read_bytes().count(1), kept(delivery).stat().st_size


def _count_kept(delivery: str) -> tuple[int, int]:
    """Return the parts that are here, and the bytes of the list."""
    raw = coming(delivery)[1].read_bytes()
    _kind, _hash, size, _city = NAMED.unpack_from(raw)
    return (len(raw) - NAMED.size) // KEPT.size, size
