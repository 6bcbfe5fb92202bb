"""The room that packing lists on their way may take up: all together, and those of one city.

A list is given its whole size at once, as a file with holes, so that what was promised to lists
that come in together counts, and not only what of them is here. Where there is no room those give
way that nobody fetches, the stalest first: of the city itself when it has its share, else of the
city that holds most.
"""

import os
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from jumelage.bridge.freight.deliveries.listing import files
from jumelage.bridge.freight.errors import ListsFullError

MOST_BYTES = 2 * 1024**3
"""Bytes that all lists on their way may take up on the disk of this city."""
MOST_OF_ONE = MOST_BYTES // 2
"""Of them those of one city."""


@dataclass(frozen=True, slots=True)
class Room:
    """The bytes that all lists on their way may take up, and those of one city."""

    whole: int = MOST_BYTES
    share: int = MOST_OF_ONE


@dataclass(frozen=True, slots=True)
class Claim:
    """One list on its way, of *size* bytes, which came last at *touched*."""

    file: Path
    city: str
    size: int
    touched: float
    fetched: bool


_lock = threading.Lock()
_fetched: dict[Path, str] = {}
"""The lists that are being fetched, and of which city: the freight process alone does."""


@contextmanager
def claimed(delivery: str, city: str, size: int, room: Room) -> Iterator[int]:
    """Open the file in which the list of *delivery* comes, as one of *city* of *size* bytes.

    Yield its handle; others do not take its room before it is closed.

    Raises:
        ListsFullError: what is being fetched leaves it no room.
        OSError: the disk does not take it.
    """
    file, _journal = files.coming(delivery)
    with _lock:
        _make_room(file, city, size, room)
        handle = _opened(file, size)
        _fetched[file] = city
    try:
        yield handle
    finally:
        with _lock:
            _fetched.pop(file, None)
        os.close(handle)


def _opened(file: Path, size: int) -> int:
    """Open *file*, as large as its list will be: so much of the room is taken from now on."""
    handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        os.ftruncate(handle, size)
    except OSError:
        os.close(handle)
        raise
    return handle


def _make_room(own: Path, city: str, size: int, room: Room) -> None:
    """Drop what rests of the other lists that are on their way, until *size* bytes fit."""
    others = [one for file in files.all_coming() if file != own for one in _claims(file)]

    def crowded(held: Sequence[Claim]) -> bool:
        mine = sum(one.size for one in held if one.city == city)
        return mine + size > room.share

    def full(held: Sequence[Claim]) -> bool:
        return crowded(held) or sum(one.size for one in held) + size > room.whole

    if full([one for one in others if one.fetched]):
        raise ListsFullError(delivery=own.stem)
    while full(others):
        resting = [one for one in others if not one.fetched]
        mine = [one for one in resting if one.city == city]
        gone = _first(mine if crowded(others) else resting, others)
        others.remove(gone)
        for name in files.coming(gone.file.stem):
            name.unlink(missing_ok=True)


def _first(resting: Sequence[Claim], others: Sequence[Claim]) -> Claim:
    """Return which of the lists that rest gives way: the stalest of the city that holds most."""
    held = Counter[str]()
    for one in others:
        held[one.city] += one.size
    return min(resting, key=lambda one: (-held[one.city], one.touched))


def _claims(file: Path) -> Iterator[Claim]:
    """Yield what the list *file* takes up; nothing when it has become whole meanwhile."""
    with suppress(FileNotFoundError):
        told, fetched = file.stat(), file in _fetched
        city = _fetched[file] if fetched else files.city(file.stem)
        yield Claim(file, city, told.st_size, told.st_mtime, fetched)
