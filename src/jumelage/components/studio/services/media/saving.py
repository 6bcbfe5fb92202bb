"""Kept files beside a backup: copied by hash, only what is new, verified both ways.

The folder looks like the node's own (`files/<two letters>/<hash>`): it may be a disk that is
carried away, and any later backup goes on with it. Which files there are stands in the database,
which the backup holds.
"""

import os
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from jumelage.components.studio.errors import FilesNotSavedError
from jumelage.components.studio.models import MediaFile, Preparation
from jumelage.components.studio.services.media.keeping import LISTING, bytes_of, copied, home

Told = Callable[[int, int], None]
"""Told how many files are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Saved:
    """How many files there are, and what was copied now."""

    files: int = 0
    bytes: int = 0
    fresh_bytes: int = 0


def save(folder: Path, told: Told = lambda _done, _all: None) -> Saved:
    """Copy every kept file into *folder*, unless it is there.

    Raises:
        FilesNotSavedError: a file is damaged or missing, or the folder cannot be written.
    """
    return _carried(home(), folder, told)


def bring_back(folder: Path, told: Told = lambda _done, _all: None) -> Saved:
    """Take every file the database names back from *folder*, unless it is here.

    Raises:
        FilesNotSavedError: a file is damaged or missing there, or there is no room here.
    """
    saved = _carried(folder, home(), told)
    _count_sequences()
    return saved


def _count_sequences() -> None:
    """Count the bytes of the sequences that were not here when the database learned to count."""
    uncounted = Preparation.objects.filter(bytes=0, original__type=LISTING)
    for held in uncounted.select_related("original").iterator(chunk_size=500):
        held.bytes = bytes_of(held.original)
        held.save(update_fields=["bytes"])


def _carried(source: Path, target: Path, told: Told) -> Saved:
    names = list(MediaFile.objects.order_by("hash").values_list("hash", "size"))
    done = Saved()
    for number, (name, size) in enumerate(names, 1):
        try:
            fresh = _copied(_place(source, name), _place(target, name), name)
        except OSError as error:
            raise FilesNotSavedError(file=name, reason=error.strerror or str(error)) from error
        done = replace(
            done,
            files=number,
            bytes=done.bytes + size,
            fresh_bytes=done.fresh_bytes + (size if fresh else 0),
        )
        told(number, len(names))
    _made_durable({_place(target, name).parent for name, _ in names})
    return done


def _place(root: Path, name: str) -> Path:
    return root / "files" / name[:2] / name


def _copied(source: Path, target: Path, name: str) -> bool:
    """Copy *source* to *target*, and tell whether it was not there."""
    if target.is_file():
        return False
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = target.with_name(f"{secrets.token_hex(8)}.draft")
    try:
        with source.open("rb") as file:
            found, _size = copied(file, draft)
        if found != name:
            raise FilesNotSavedError(file=name, reason=f"its bytes hash to {found}")
        draft.chmod(0o400)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return True


def _made_durable(folders: Iterable[Path]) -> None:
    for folder in folders:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
