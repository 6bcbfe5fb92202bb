"""Puts a backup into an empty data folder."""

import os
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from jumelage.node import boot, config
from jumelage.node.backup import archive
from jumelage.node.backup.archive import Manifest
from jumelage.node.errors import BackupDamagedError, DatabaseMismatchError, FolderNotEmptyError


def restore(source: Path, folder: Path, *, database_url: str, language: str) -> Manifest:
    """Restore the backup *source* into *folder*; the whole file is checked before.

    A PostgreSQL node is restored into the empty database that *database_url* names. Keys are
    not part of a backup: whoever keeps them puts `node.key` back.

    Raises:
        FolderNotEmptyError: *folder* holds something.
        BackupDamagedError: the file is not what its list of hashes says.
        DatabaseMismatchError: an SQLite backup and a PostgreSQL address, or the other way round.
    """
    if folder.exists() and any(folder.iterdir()):
        raise FolderNotEmptyError(folder=folder)
    manifest = archive.verify(source)
    if (manifest.engine == "postgresql") != bool(database_url):
        raise DatabaseMismatchError(engine=manifest.engine)
    os.umask(0o077)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="restore-") as scratch:
        copied = Path(scratch) / "database"
        _unpack(source, folder, copied)
        _write_settings(folder, database_url)
        os.environ["JUMELAGE_DATA"] = str(folder)
        boot.node(language)
        from jumelage.node.backup import database  # noqa: PLC0415
        from jumelage.node.run import prepare  # noqa: PLC0415

        database.put_back(copied)
        prepare.migrate()
    return manifest


def _unpack(source: Path, folder: Path, database: Path) -> None:
    with archive.opened(source) as (tar, manifest):
        targets = {archive.DATABASE: [database], archive.SETTINGS: [folder / "node.toml"]}
        for path, sha256 in manifest.media.items():
            targets.setdefault(f"media/{sha256}", []).append(folder / "media" / path)
        for name, piece in manifest.pieces.items():
            for target in targets.get(name, ()):
                target.parent.mkdir(parents=True, exist_ok=True)
                with target.open("wb") as file:
                    if not archive.copy(tar, name, piece, file):
                        raise BackupDamagedError(file=source, reason=name)


def _write_settings(folder: Path, database_url: str) -> None:
    stored: dict[str, Any] = tomllib.loads((folder / "node.toml").read_text("utf-8"))
    if database_url:
        stored["database_url"] = database_url
    config.write(folder, stored)
