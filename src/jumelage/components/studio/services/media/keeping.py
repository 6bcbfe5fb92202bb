"""The folder of kept files: each by the BLAKE3 of its bytes, once, whole and durable.

A sequence of frames is kept frame by frame, and as a listing (JSON) that names them; the hash of
the listing is the hash of the sequence.
"""

import json
import os
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, BinaryIO

import msgspec
from blake3 import blake3
from django.conf import settings

from jumelage.components.studio.models import MediaFile
from jumelage.kit.sql.among import Among

LISTING = "application/vnd.jumelage.frames+json"
AT_ONCE = 1024 * 1024
LONGEST_LISTING = 64 * 1024 * 1024
"""Bytes; a hundred thousand frames take a fifth of it."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One frame of a listing."""

    name: Annotated[str, msgspec.Meta(pattern=r"\A(?!\.{1,2}\Z)[^/\\\x00-\x1f]{1,255}\Z")]
    hash: Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
    size: Annotated[int, msgspec.Meta(ge=0)]


@dataclass(frozen=True, slots=True)
class _Listing:
    frames: list[Listed]


def home() -> Path:
    """Return the folder of the studio’s files, made when it is not there."""
    told: str = settings.NODE.media_store
    found = Path(told) if told else Path(settings.DATA) / "studio"
    for part in ("files", "work"):
        (found / part).mkdir(mode=0o700, parents=True, exist_ok=True)
    return found


def path_of(hash_: str) -> Path:
    """Return where the file with this hash lies, whether it is there or not."""
    return home() / "files" / hash_[:2] / hash_


def is_here(hash_: str) -> bool:
    """Tell whether the file with this hash is kept here."""
    return MediaFile.objects.filter(pk=hash_).exists() and path_of(hash_).is_file()


def are_here(hashes: Collection[str]) -> bool:
    """Tell whether all the files with these hashes are kept here."""
    return MediaFile.objects.filter(Among("hash", hashes)).count() == len(set(hashes))


def scratch() -> Path:
    """Return a new empty folder beside the kept files; the caller removes it."""
    made = home() / "work" / secrets.token_hex(8)
    made.mkdir(mode=0o700)
    return made


def keep(source: BinaryIO | Path, *, type: str = "application/octet-stream") -> MediaFile:  # noqa: A002  # what it is called everywhere
    """Keep the bytes of *source*; what is kept already is not written twice."""
    draft = home() / "work" / f"{secrets.token_hex(8)}.draft"
    try:
        if isinstance(source, Path):
            with source.open("rb") as file:
                name, size = copied(file, draft)
        else:
            name, size = copied(source, draft)
        return settle(draft, name, size, type)
    finally:
        draft.unlink(missing_ok=True)


def copied(source: BinaryIO, draft: Path) -> tuple[str, int]:
    """Write the bytes of *source* durably into *draft*; return their BLAKE3 and how many."""
    seen, size = blake3(), 0
    with draft.open("xb") as copy:
        while data := source.read(AT_ONCE):
            seen.update(data)
            copy.write(data)
            size += len(data)
        copy.flush()
        os.fsync(copy.fileno())
    return seen.hexdigest(), size


def settle(draft: Path, hash_: str, size: int, type_: str) -> MediaFile:
    """Move the durable file *draft*, whose hash is known, to its place."""
    place = path_of(hash_)
    if not place.is_file():
        place.parent.mkdir(mode=0o700, exist_ok=True)
        draft.chmod(0o400)
        draft.replace(place)
    kept, _ = MediaFile.objects.get_or_create(hash=hash_, defaults={"size": size, "type": type_})
    return kept


def keep_made(file: Path, type_: str) -> MediaFile:
    """Keep a file that this node made in its scratch folder; it is moved, not copied."""
    seen = blake3()
    with file.open("rb") as made:
        while data := made.read(AT_ONCE):
            seen.update(data)
        os.fsync(made.fileno())
    return settle(file, seen.hexdigest(), file.stat().st_size, type_)


def keep_frames(files: Mapping[str, BinaryIO | Path]) -> MediaFile:
    """Keep the frames *files* by name, and the listing that names them; return the listing."""
    frames = []
    for name in sorted(files):
        kept = keep(files[name])
        frames.append({"name": name, "hash": kept.hash, "size": kept.size})
    draft = home() / "work" / f"{secrets.token_hex(8)}.draft"
    draft.write_text(json.dumps({"frames": frames}, separators=(",", ":")), "utf-8")
    return keep_made(draft, LISTING)


def frames_of(listing: MediaFile) -> Sequence[Listed]:
    """Return the frames that *listing* names; none, when it is no listing: other cities send some.

    Nothing in it leads out of the folder of kept files, or of the folder frames are laid out in.
    """
    place = path_of(listing.hash)
    if place.stat().st_size > LONGEST_LISTING:
        return []
    try:
        return msgspec.json.decode(place.read_bytes(), type=_Listing).frames
    except (msgspec.DecodeError, RecursionError):
        return []


def bytes_of(original: MediaFile) -> int:
    """Return how many bytes there are of *original*: of all its frames, if it is a sequence."""
    if original.type != LISTING:
        return original.size
    return sum(frame.size for frame in frames_of(original))


def laid_out(original: MediaFile, folder: Path) -> Path:
    """Return the original as a file, or as a folder of frames with their names below *folder*."""
    if original.type != LISTING:
        return path_of(original.hash)
    place = folder / "frames"
    place.mkdir()
    for frame in frames_of(original):
        (place / Path(frame.name).name).hardlink_to(path_of(frame.hash))
    return place
