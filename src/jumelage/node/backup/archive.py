"""The form of a backup: a tar file whose first member, `manifest.json`, lists all the others.

    manifest.json            what is inside, with the SHA-256 and size of each file
    database                 an SQLite file, or PostgreSQL's custom dump format
    node.toml                the settings, without secrets
    media/<sha-256>          each media file once; the manifest says which paths it has

Keys and the session secret are never inside.
"""

import hashlib
import re
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO

import msgspec

from jumelage.node.backup.progress import Told, silent
from jumelage.node.errors import BackupDamagedError

MANIFEST = "manifest.json"
DATABASE = "database"
SETTINGS = "node.toml"
VERSION = 1
LARGEST_MANIFEST = 64 * 1024 * 1024
CHUNK = 1024 * 1024
_MEMBER = re.compile(r"database|node\.toml|media/[0-9a-f]{64}")


class Piece(msgspec.Struct, frozen=True):
    """One member of the tar file."""

    sha256: str
    size: int


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup holds; `media` maps a path below the media folder to a SHA-256."""

    version: int
    made_at: str
    product: str
    origin: str
    engine: str
    pieces: dict[str, Piece]
    media: dict[str, str]


def digest(file: Path) -> Piece:
    """Return hash and size of *file*."""
    seen, size = hashlib.sha256(), 0
    with file.open("rb") as source:
        while chunk := source.read(CHUNK):
            seen.update(chunk)
            size += len(chunk)
    return Piece(seen.hexdigest(), size)


@contextmanager
def opened(file: Path) -> Iterator[tuple[tarfile.TarFile, Manifest]]:
    """Open the backup *file* and read its manifest.

    Raises:
        BackupDamagedError: it is not a backup, or its manifest is not one.
    """
    try:
        with tarfile.open(file, "r:") as tar:
            yield tar, _manifest(tar, file)
    except (tarfile.TarError, OSError, EOFError) as error:
        raise BackupDamagedError(file=file, reason=str(error) or "tar") from error


def _manifest(tar: tarfile.TarFile, file: Path) -> Manifest:
    first = tar.next()
    source = tar.extractfile(first) if first and first.name == MANIFEST and first.isreg() else None
    if source is None or first is None or first.size > LARGEST_MANIFEST:
        raise BackupDamagedError(file=file, reason=MANIFEST)
    try:
        manifest = msgspec.json.decode(source.read(), type=Manifest)
    except msgspec.MsgspecError as error:
        raise BackupDamagedError(file=file, reason=str(error)) from error
    if manifest.version != VERSION or not _is_sound(manifest):
        raise BackupDamagedError(file=file, reason=MANIFEST)
    return manifest


def _is_sound(manifest: Manifest) -> bool:
    """Tell whether the manifest names only what a backup may hold, inside its own folders."""
    paths = [PurePosixPath(path) for path in manifest.media]
    held = {f"media/{sha256}" for sha256 in manifest.media.values()}
    return (
        all(_MEMBER.fullmatch(name) for name in manifest.pieces)
        and DATABASE in manifest.pieces
        and held <= set(manifest.pieces)
        and all(not path.is_absolute() and ".." not in path.parts for path in paths)
    )


def copy(
    tar: tarfile.TarFile,
    name: str,
    piece: Piece,
    target: BinaryIO | None,
    read: Callable[[int], None] = lambda _: None,
) -> bool:
    """Read the member *name*, into *target* if given; tell whether it is what was promised.

    *read* hears how many bytes each step read.
    """
    try:
        member = tar.getmember(name)
        source = tar.extractfile(member) if member.isreg() else None
    except (KeyError, tarfile.TarError):
        return False
    seen = hashlib.sha256()
    while source and (chunk := source.read(CHUNK)):
        seen.update(chunk)
        read(len(chunk))
        if target:
            target.write(chunk)
    return bool(source) and member.size == piece.size and seen.hexdigest() == piece.sha256


def verify(file: Path, told: Told = silent) -> Manifest:
    """Read the whole backup *file* and compare each piece with its hash.

    Raises:
        BackupDamagedError: a piece is missing or differs.
    """
    with opened(file) as (tar, manifest):
        read = counted(told, "checking", sum(piece.size for piece in manifest.pieces.values()))
        for name, piece in manifest.pieces.items():
            if not copy(tar, name, piece, None, read):
                raise BackupDamagedError(file=file, reason=name)
    return manifest


def counted(told: Told, step: str, of: int) -> Callable[[int], None]:
    """Return what adds up the bytes of *step* and tells how far it is."""
    done = 0

    def read(more: int) -> None:
        nonlocal done
        done += more
        told(step, done, of)

    return read
