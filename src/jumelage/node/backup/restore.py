"""Puts a backup into an empty data folder, so that the node which starts there is read-only."""

import os
import shutil
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jumelage.node import boot, config
from jumelage.node.backup import archive
from jumelage.node.backup.archive import Manifest
from jumelage.node.backup.progress import Told, silent
from jumelage.node.errors import BackupDamagedError, DatabaseMismatchError, FolderNotEmptyError

KEY = "node.key"
LEDGER = "erasures.ndjson"
KEPT = frozenset({KEY, "node.key.new", "recovery.key", "secret.key", LEDGER})
"""What may lie in the folder already: no backup holds it, and people keep it elsewhere."""


def restore(
    source: Path,
    folder: Path,
    *,
    database_url: str,
    language: str,
    key: Path | None = None,
    ledger: Path | None = None,
    told: Told = silent,
) -> Manifest:
    """Restore the backup *source* into *folder*; the whole file is checked before.

    A PostgreSQL node is restored into the empty database that *database_url* names. Keys are
    not part of a backup: *key* is copied into the folder, or put there later. The erasure
    *ledger* of the lost folder is replayed. The node is read-only until it has compared with
    its peers. What fails leaves the folder as it was.

    Raises:
        FolderNotEmptyError: *folder* holds something.
        BackupDamagedError: the file is not what its list of hashes says.
        DatabaseMismatchError: an SQLite backup and a PostgreSQL address, or the other way round.
    """
    if folder.exists() and {path.name for path in folder.iterdir()} - KEPT:
        raise FolderNotEmptyError(folder=folder)
    manifest = archive.verify(source, told)
    if (manifest.engine == "postgresql") != bool(database_url):
        raise DatabaseMismatchError(engine=manifest.engine)
    os.umask(0o077)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _undone(folder), tempfile.TemporaryDirectory(dir=folder, prefix="restore-") as scratch:
        _keep(folder, {KEY: key, LEDGER: ledger})
        _mark(folder, manifest)
        copied = Path(scratch) / "database"
        _unpack(source, folder, copied, told)
        _write_settings(folder, database_url)
        os.environ["JUMELAGE_DATA"] = str(folder)
        boot.node(language)
        _fill(copied, told)
    return manifest


@contextmanager
def _undone(folder: Path) -> Iterator[None]:
    """Remove what was put into *folder* if the block fails or is cancelled."""
    before = set(folder.iterdir())
    try:
        yield
    except BaseException:
        for path in set(folder.iterdir()) - before:
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
        raise


def _keep(folder: Path, given: dict[str, Path | None]) -> None:
    """Copy the files that no backup holds."""
    for name, source in given.items():
        if source is not None and source.absolute() != (folder / name).absolute():
            (folder / name).touch(mode=0o600)
            shutil.copyfile(source, folder / name)


def _mark(folder: Path, manifest: Manifest) -> None:
    from jumelage.node.operations.restored import mark  # noqa: PLC0415  # nothing is set up yet

    mark(folder, backup_at=manifest.made_at)


def _fill(copied: Path, told: Told) -> None:
    """Put the database back, bring its tables up to date, and make the node read-only."""
    from jumelage.node.backup import database  # noqa: PLC0415  # Django is set up only now
    from jumelage.node.operations import recovery  # noqa: PLC0415
    from jumelage.node.run import prepare  # noqa: PLC0415

    told("tables", 0, 2)
    database.put_back(copied)
    told("tables", 1, 2)
    prepare.migrate()
    recovery.begin_if_restored()
    told("tables", 2, 2)


def _unpack(source: Path, folder: Path, database: Path, told: Told) -> None:
    with archive.opened(source) as (tar, manifest):
        targets = {archive.DATABASE: [database], archive.SETTINGS: [folder / "node.toml"]}
        for path, sha256 in manifest.media.items():
            targets.setdefault(f"media/{sha256}", []).append(folder / "media" / path)
        wanted = [(name, target) for name in manifest.pieces for target in targets.get(name, ())]
        size = sum(manifest.pieces[name].size for name, _ in wanted)
        read = archive.counted(told, "unpacking", size)
        for name, target in wanted:
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("wb") as file:
                if not archive.copy(tar, name, manifest.pieces[name], file, read):
                    raise BackupDamagedError(file=source, reason=name)


def _write_settings(folder: Path, database_url: str) -> None:
    stored: dict[str, Any] = tomllib.loads((folder / "node.toml").read_text("utf-8"))
    if database_url:
        stored["database_url"] = database_url
    config.write(folder, stored)
