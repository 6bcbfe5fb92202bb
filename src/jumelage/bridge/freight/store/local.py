"""Blobs in a folder of this machine.

    blobs/ab/<root>      the contents, in 256 folders by the first two digits
    tables/ab/<root>     the chunk table of each blob of more than one chunk
    damaged/<root>       what `fsck` took out of the way

Nothing is ever written in place: a blob is a finished file of the same file system that is
renamed once its bytes and its table are on the disk.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from jumelage.bridge.freight.errors import UnknownBlobError
from jumelage.bridge.freight.packing.roots import ROW
from jumelage.bridge.freight.store.blobs import ALONE, IDENTITY, Held, Part
from jumelage.bridge.freight.store.files import (
    copy_file,
    shares_blocks,
    sync_files,
    sync_folders,
    write_whole,
)

HEX_DIGITS = 64
NAME_FILE = "store-id"


class Folder:
    """Blobs below the folder *home*."""

    def __init__(self, home: Path) -> None:
        self.home = home
        for kind in ("blobs", "tables"):
            (home / kind).mkdir(parents=True, exist_ok=True)

    def identity(self) -> str | None:
        """Return the name this place was given when it was first used."""
        try:
            told = (self.home / NAME_FILE).read_text("ascii", "replace").strip()
        except FileNotFoundError:
            return None
        return told if IDENTITY.fullmatch(told) else None

    def identify(self, name: str) -> None:
        """Give this place its *name*."""
        write_whole(self.home / NAME_FILE, name.encode("ascii") + b"\n")

    def place(self, root: bytes, kind: str = "blobs") -> Path:
        """Return where the blob *root* or its table lies, or would lie."""
        name = root.hex()
        return self.home / kind / name[:2] / name

    def size(self, root: bytes) -> int | None:
        """Return the size in bytes, or None when the blob is not held."""
        try:
            return self.place(root).stat().st_size
        except FileNotFoundError:
            return None

    def read(self, root: bytes, offset: int, length: int) -> bytes:
        """Return bytes of a blob, fewer at its end, not verified.

        Raises: UnknownBlobError.
        """
        try:
            handle = os.open(self.place(root), os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError as error:
            raise UnknownBlobError(root=root.hex()) from error
        try:
            return os.pread(handle, length, offset)
        finally:
            os.close(handle)

    def table(self, root: bytes) -> bytes | None:
        """Return the chunk table kept beside the blob, not verified; None when there is none."""
        try:
            return self.place(root, "tables").read_bytes()
        except FileNotFoundError:
            return None

    def adopt(self, parts: Iterable[Part]) -> None:
        """Make blobs of *parts*, whose files are gone afterwards; durable when this returns."""
        wanted = list(parts)
        if not wanted:
            return
        tabled = [part for part in wanted if len(part.table) > ALONE * ROW.size]
        begun = [f"{part.path}.table" for part in tabled]
        for part, path in zip(tabled, begun, strict=True):
            Path(path).write_bytes(part.table)
        sync_files([*(part.path for part in wanted), *begun])
        self._rename(
            [(path, part.root) for path, part in zip(begun, tabled, strict=True)], "tables"
        )
        self._rename([(part.path, part.root) for part in wanted], "blobs")

    def _rename(self, wanted: Sequence[tuple[Path | str, bytes]], kind: str) -> None:
        """Move files, whose bytes are on the disk, to their places; durable when this returns."""
        home = self.home / kind
        names = [root.hex() for _path, root in wanted]
        folders = {home / name[:2] for name in {name[:2] for name in names}}
        if fresh := [folder for folder in folders if not folder.exists()]:
            for folder in fresh:
                folder.mkdir(exist_ok=True)
            sync_folders([home])
        base = str(home)
        for (path, _root), name in zip(wanted, names, strict=True):
            os.replace(path, f"{base}/{name[:2]}/{name}")  # noqa: PTH105  # ten thousand at a time
        sync_folders(folders)

    def keep_table(self, root: bytes, table: bytes) -> None:
        """Keep *table* beside the blob, in the place of what was there."""
        self.place(root, "tables").parent.mkdir(exist_ok=True)
        write_whole(self.place(root, "tables"), table)

    def copy(self, root: bytes, target: Path) -> None:
        """Write the whole blob to the new file *target*, not verified.

        Raises: UnknownBlobError; FileExistsError.
        """
        source = self.place(root)
        if not source.exists():
            raise UnknownBlobError(root=root.hex())
        copy_file(source, target)

    def remove(self, root: bytes) -> None:
        """Forget the blob and its table, if they are there."""
        self.place(root).unlink(missing_ok=True)
        self.place(root, "tables").unlink(missing_ok=True)

    def set_aside(self, root: bytes) -> str:
        """Move a damaged blob where nobody finds it by its root; return where that is."""
        aside = self.home / "damaged"
        aside.mkdir(exist_ok=True)
        self.place(root).replace(aside / root.hex())
        self.place(root, "tables").unlink(missing_ok=True)
        sync_folders([aside, self.place(root).parent])
        return str(aside / root.hex())

    def walk(self) -> Iterator[Held]:
        """Yield every blob, in no order."""
        for root, entry in self._entries("blobs"):
            yield Held(root, entry.stat().st_size)

    def tables(self) -> Iterator[bytes]:
        """Yield the root of every chunk table, in no order."""
        for root, _entry in self._entries("tables"):
            yield root

    def shares(self, folder: Path) -> bool:
        """Tell whether a copy below *folder* takes no room, since it shares the blob's blocks."""
        return shares_blocks(self.home, folder)

    def _entries(self, kind: str) -> Iterator[tuple[bytes, "os.DirEntry[str]"]]:
        for folder in sorted((self.home / kind).iterdir()):
            with os.scandir(folder) as entries:
                for entry in entries:
                    if len(entry.name) == HEX_DIGITS:
                        yield bytes.fromhex(entry.name), entry
