"""Where a delivery is written before it is whole: a folder of ours, which a later try goes on with.

A folder that is to be made is written as `<folder>.part` and renamed in the end. One that is there
already, and empty, keeps its owner, its rights and what may be mounted there: it is written in
place. Either holds a mark with the name of the delivery until it is whole.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jumelage.bridge.freight.errors import FolderTakenError
from jumelage.bridge.freight.packing.names import MANIFEST_FOLDER
from jumelage.bridge.models import Delivery

SUFFIX = ".part"
MARK = f"{MANIFEST_FOLDER}/delivery"
"""Names the delivery that is being written; no file of a delivery can have this name."""


@contextmanager
def workplace(delivery: Delivery, folder: Path) -> Iterator[Path]:
    """Give where to write *delivery*; in the end *folder* holds what was written there.

    When it breaks, what was written stays for the next try. It is this process's alone.

    Raises:
        FolderTakenError: *folder* holds something, or somebody else writes there now.
    """
    place = _place(folder)
    if place != folder and folder.exists():
        _demand_empty(folder)
    with _alone(delivery, place):
        yield place
        if place != folder:
            place.rename(folder)
        (folder / MARK).unlink()


def _place(folder: Path) -> Path:
    beside = folder.with_name(folder.name + SUFFIX)
    return folder if folder.exists() and not (beside / MARK).exists() else beside


def _demand_empty(folder: Path) -> None:
    first = next(folder.iterdir(), None)
    if first is not None:
        raise FolderTakenError(folder=folder, path=first.name)


@contextmanager
def _alone(delivery: Delivery, place: Path) -> Iterator[None]:
    """Mark *place* as that of *delivery* and keep others out."""
    mark = place / MARK
    if place.exists() and not mark.exists():
        _demand_empty(place)
    mark.parent.mkdir(parents=True, exist_ok=True)
    with mark.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise FolderTakenError(folder=place, path=MARK) from error
        file.seek(0)
        if file.read() not in {"", delivery.uri}:
            raise FolderTakenError(folder=place, path=MARK)
        file.truncate(0)
        file.write(delivery.uri)
        file.flush()
        yield
