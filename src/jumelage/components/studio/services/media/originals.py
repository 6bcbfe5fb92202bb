"""The original of a version as somebody saves it: the file itself, or its frames in one zip."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from jumelage.components.studio.models import MediaFile, Version
from jumelage.components.studio.selectors.media import original_of
from jumelage.components.studio.services.media import keeping

_NUMBER = re.compile(r"[._-]*(?:\d{1,9}|\[-?\d{1,9}--?\d{1,9}\])\Z")
"""The number of a frame, or the numbers of a sequence, at the end of its name."""


@dataclass(frozen=True, slots=True)
class Original:
    """An original that is kept here, whole."""

    file: MediaFile
    name: str
    """What it is saved as."""
    frames: Sequence[keeping.Listed] | None
    """Of a sequence; None: it is one file."""

    @property
    def bytes(self) -> int:
        """How many there are of it: of all its frames, if it is a sequence."""
        if self.frames is None:
            return self.file.size
        return sum(frame.size for frame in self.frames)


def original_here(version: Version) -> Original | None:
    """Return the original of *version*, also when nothing could be made of it; None if not here."""
    kept = original_of(version)
    if kept is None or not keeping.path_of(kept.hash).is_file():
        return None
    if kept.type != keeping.LISTING:
        return Original(kept, _own_name(version), None)
    frames = {frame.name: frame for frame in keeping.frames_of(kept)}
    if not frames or not keeping.are_here({frame.hash for frame in frames.values()}):
        return None
    return Original(kept, _sequence_name(version), list(frames.values()))


def _own_name(version: Version) -> str:
    ending = f".{version.extension}" if version.extension else ""
    return version.name or f"{version}{ending}"


def _sequence_name(version: Version) -> str:
    """Return the name of a sequence without its numbers: `sh010.[1001-1048].exr` is `sh010.zip`."""
    stem = _NUMBER.sub("", PurePosixPath(version.name).stem)
    return f"{stem or version}.zip"


class _Outlet:
    """What a zip is written into: it keeps what was not taken yet, and has no way back."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def write(self, data: bytes, /) -> int:
        self._waiting += data
        return len(data)

    def flush(self) -> None:
        """Do nothing: what was written can be taken at once."""

    def close(self) -> None:
        """Do nothing: nothing is open."""

    def taken(self) -> Iterator[bytes]:
        """Yield what was written since the last time, if anything was."""
        if self._waiting:
            data, self._waiting = bytes(self._waiting), bytearray()
            yield data


def packed(files: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
    """Yield a zip of *files* (name, content), which are asked for one after the other."""
    outlet = _Outlet()
    with ZipFile(outlet, "w", ZIP_STORED) as target:
        for name, content in files:
            target.writestr(ZipInfo(name), content)
            yield from outlet.taken()
    yield from outlet.taken()


def zipped(frames: Sequence[keeping.Listed]) -> Iterator[bytes]:
    """Yield a zip of *frames* with their names, piece by piece: one piece is held in memory.

    Frames do not get smaller, so they are stored as they are. Sizes and checksums follow each
    (APPNOTE 4.3.9), and what is longer than four gigabytes is written in Zip64 (4.5.3).
    """
    outlet = _Outlet()
    with ZipFile(outlet, "w", ZIP_STORED) as packed:
        for frame in frames:
            path = keeping.path_of(frame.hash)
            entry = ZipInfo(frame.name)
            entry.file_size = path.stat().st_size
            with path.open("rb") as source, packed.open(entry, "w") as target:
                while data := source.read(keeping.AT_ONCE):
                    target.write(data)
                    yield from outlet.taken()
    yield from outlet.taken()
