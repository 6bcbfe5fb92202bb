"""When the node was last saved, and when a backup was last restored to try it.

Two small files of the data folder say so: `last-backup.json` and `last-drill.json`, each
`{"at": "2026-11-22T03:00:00+00:00", "ok": true, ...}`; what else they say is for people.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from jumelage.kit import clock

BACKUP = "last-backup.json"
DRILL = "last-drill.json"


def note(folder: Path, name: str, *, ok: bool, **facts: object) -> None:
    """Write down in *folder* that *name* was done now, and how it went.

    A failure keeps the time of the last success, so that its age stays known.
    """
    at = clock.now().isoformat(timespec="seconds")
    good = at if ok else _told(folder, name).get("good_at")
    draft = folder / f"{name}.new"
    draft.touch(mode=0o600)
    draft.write_text(json.dumps({"at": at, "ok": ok, "good_at": good, **facts}, default=str))
    draft.replace(folder / name)


def age(folder: Path, name: str) -> timedelta | None:
    """Return how long ago *name* last succeeded; None when it never did."""
    told = _told(folder, name)
    at = told.get("at") if told.get("ok") else told.get("good_at")
    try:
        done = datetime.fromisoformat(str(at))
    except ValueError:
        return None
    return clock.now() - (done if done.tzinfo else done.replace(tzinfo=UTC))


def _told(folder: Path, name: str) -> Mapping[str, Any]:
    try:
        told = json.loads((folder / name).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}
