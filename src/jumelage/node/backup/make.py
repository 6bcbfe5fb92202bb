"""Makes a backup while the node runs."""

import io
import tarfile
import tempfile
from dataclasses import fields
from pathlib import Path

import msgspec
from django.conf import settings
from django.db import connection

from jumelage import __version__
from jumelage.bridge.api import me
from jumelage.kit import clock
from jumelage.node import config
from jumelage.node.backup import archive, database
from jumelage.node.backup.archive import Manifest, Piece
from jumelage.node.backup.progress import Told, silent
from jumelage.node.errors import FileExistsAlreadyError
from jumelage.node.watching import saved


def make(target: Path, told: Told = silent) -> Manifest:
    """Write a backup to *target* and read it back before it gets its name.

    How it went is noted in the data folder, for those who watch the node. A backup that was
    cancelled or failed leaves nothing behind.

    Raises:
        FileExistsAlreadyError: *target* exists.
        BackupDamagedError: the database or the written file is damaged.
    """
    if target.exists():
        raise FileExistsAlreadyError(file=target)
    try:
        manifest = _make(target, told)
    except BaseException as error:
        saved.note(
            Path(settings.DATA), saved.BACKUP, ok=False, file=target, error=type(error).__name__
        )
        raise
    facts = {"file": target.absolute(), "bytes": target.stat().st_size}
    saved.note(Path(settings.DATA), saved.BACKUP, ok=True, **facts)
    return manifest


def _make(target: Path, told: Told) -> Manifest:
    draft = target.with_name(f"{target.name}.part")
    with tempfile.TemporaryDirectory(dir=settings.DATA, prefix="backup-") as scratch:
        copied = Path(scratch) / "database"
        fixed = {archive.DATABASE: copied, archive.SETTINGS: Path(scratch) / "node.toml"}
        database.copy(copied, told)
        config.write(Path(scratch), _settings())
        media = _media(told)
        manifest = _manifest(fixed, media)
        try:
            _write(draft, manifest, fixed, media, told)
            archive.verify(draft, told)
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
    return manifest


def _settings() -> dict[str, object]:
    """Return what `node.toml` says, without the secrets."""
    stored = config.stored(Path(settings.DATA))
    secret = {f.name for f in fields(config.NodeConfig) if f.metadata["secret"]}
    return {name: value for name, value in stored.items() if name not in secret}


def _media(told: Told) -> dict[Path, Piece]:
    root = Path(settings.MEDIA_ROOT)
    files = sorted(path for path in root.rglob("*") if path.is_file() and not path.is_symlink())
    found = {}
    for number, path in enumerate(files, 1):
        found[path] = archive.digest(path)
        told("media", number, len(files))
    return found


def _manifest(fixed: dict[str, Path], media: dict[Path, Piece]) -> Manifest:
    root = Path(settings.MEDIA_ROOT)
    return Manifest(
        version=archive.VERSION,
        made_at=clock.now().isoformat(timespec="seconds"),
        product=__version__,
        origin=me().origin,
        engine=connection.vendor,
        pieces={
            **{name: archive.digest(path) for name, path in fixed.items()},
            **{f"media/{piece.sha256}": piece for piece in media.values()},
        },
        media={path.relative_to(root).as_posix(): piece.sha256 for path, piece in media.items()},
    )


def _write(
    target: Path, manifest: Manifest, fixed: dict[str, Path], media: dict[Path, Piece], told: Told
) -> None:
    by_name = {f"media/{piece.sha256}": path for path, piece in media.items()}
    target.touch(mode=0o600)
    with tarfile.open(target, "w", format=tarfile.PAX_FORMAT) as tar:
        text = msgspec.json.format(msgspec.json.encode(manifest))
        member = tarfile.TarInfo(archive.MANIFEST)
        member.size, member.mode = len(text), 0o600
        tar.addfile(member, io.BytesIO(text))
        read = archive.counted(told, "writing", sum(p.size for p in manifest.pieces.values()))
        for name, path in {**fixed, **by_name}.items():
            tar.add(path, arcname=name, recursive=False)
            read(manifest.pieces[name].size)
