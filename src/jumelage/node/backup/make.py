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
from jumelage.node.errors import FileExistsAlreadyError


def make(target: Path) -> Manifest:
    """Write a backup to *target* and read it back before it gets its name.

    Raises:
        FileExistsAlreadyError: *target* exists.
        BackupDamagedError: the database or the written file is damaged.
    """
    if target.exists():
        raise FileExistsAlreadyError(file=target)
    draft = target.with_name(f"{target.name}.part")
    with tempfile.TemporaryDirectory(dir=settings.DATA, prefix="backup-") as scratch:
        copied, told = Path(scratch) / "database", Path(scratch) / "node.toml"
        database.copy(copied)
        config.write(Path(scratch), _settings())
        media = _media()
        manifest = _manifest({archive.DATABASE: copied, archive.SETTINGS: told}, media)
        try:
            _write(draft, manifest, {archive.DATABASE: copied, archive.SETTINGS: told}, media)
            archive.verify(draft)
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
    return manifest


def _settings() -> dict[str, object]:
    """Return what `node.toml` says, without the secrets."""
    stored = config.stored(Path(settings.DATA))
    secret = {f.name for f in fields(config.NodeConfig) if f.metadata["secret"]}
    return {name: value for name, value in stored.items() if name not in secret}


def _media() -> dict[Path, Piece]:
    root = Path(settings.MEDIA_ROOT)
    files = sorted(path for path in root.rglob("*") if path.is_file() and not path.is_symlink())
    return {path: archive.digest(path) for path in files}


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
    target: Path, manifest: Manifest, fixed: dict[str, Path], media: dict[Path, Piece]
) -> None:
    by_name = {f"media/{piece.sha256}": path for path, piece in media.items()}
    target.touch(mode=0o600)
    with tarfile.open(target, "w", format=tarfile.PAX_FORMAT) as tar:
        text = msgspec.json.format(msgspec.json.encode(manifest))
        member = tarfile.TarInfo(archive.MANIFEST)
        member.size, member.mode = len(text), 0o600
        tar.addfile(member, io.BytesIO(text))
        for name, path in {**fixed, **by_name}.items():
            tar.add(path, arcname=name, recursive=False)
