"""The mark of a restored data folder, which a crash must not hide; needs no Django."""

import json
from datetime import datetime
from pathlib import Path

MARK = "restored.json"
"""Lies in a data folder from the moment a restore begins until the node knows that it is one."""


def mark(folder: Path, *, backup_at: str) -> None:
    """Say in *folder* that its database comes out of a backup."""
    (folder / MARK).touch(mode=0o600)
    (folder / MARK).write_text(json.dumps({"backup_at": backup_at}), "utf-8")


def marked(folder: Path) -> datetime | None:
    """Return when the backup was made that *folder* was restored from; None when it was not."""
    try:
        told = json.loads((folder / MARK).read_text("utf-8"))
    except FileNotFoundError:
        return None
    return datetime.fromisoformat(told["backup_at"])


def unmark(folder: Path) -> None:
    """Say that the node knows it was restored."""
    (folder / MARK).unlink()
