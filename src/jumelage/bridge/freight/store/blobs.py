"""What a place for blobs must do. There are two: `local.Folder` and `objects.Bucket`.

A blob is one content under its root. It is there whole or not at all; so is its chunk table,
which is kept beside it when there is more than one chunk (else the blob itself tells it).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

IDENTITY = re.compile(r"[0-9a-f]{32}")
BUCKETS = "s3://"
"""Begins the names of places that are no folders."""
ALONE = 1
"""A blob of this many chunks needs no table."""


@dataclass(frozen=True, slots=True)
class Part:
    """A finished file in quarantine that is to become the blob *root*.

    Whoever hands it over has verified each of its chunks against *table*.
    """

    root: bytes
    path: Path | str
    table: bytes


@dataclass(frozen=True, slots=True)
class Held:
    """A blob that is there, and its size in bytes."""

    root: bytes
    size: int


class Blobs(Protocol):
    """Keeps whole contents by root; every method may be called from any thread."""

    def identity(self) -> str | None:
        """Return the name this place was given when it was first used.

        None also where the name was copied from another place together with its contents.
        """

    def identify(self, name: str) -> None:
        """Give this place its *name*."""

    def size(self, root: bytes) -> int | None:
        """Return the size in bytes, or None when the blob is not held."""

    def read(self, root: bytes, offset: int, length: int) -> bytes:
        """Return bytes of a blob, fewer at its end, not verified.

        Raises: UnknownBlobError.
        """

    def table(self, root: bytes) -> bytes | None:
        """Return the chunk table kept beside the blob, not verified; None when there is none."""

    def adopt(self, parts: Iterable[Part]) -> None:
        """Make blobs of *parts*, whose files are gone afterwards; durable when this returns."""

    def keep_table(self, root: bytes, table: bytes) -> None:
        """Keep *table* beside the blob, in the place of what was there."""

    def copy(self, root: bytes, target: Path) -> None:
        """Write the whole blob to the new file *target*, not verified.

        Raises: UnknownBlobError; FileExistsError.
        """

    def remove(self, root: bytes) -> None:
        """Forget the blob and its table, if they are there."""

    def set_aside(self, root: bytes) -> str:
        """Move a damaged blob where nobody finds it by its root; return where that is."""

    def walk(self) -> Iterator[Held]:
        """Yield every blob, in no order."""

    def tables(self) -> Iterator[bytes]:
        """Yield the root of every chunk table, in no order."""

    def shares(self, folder: Path) -> bool:
        """Tell whether a copy below *folder* takes no room, since it shares the blob's blocks."""
