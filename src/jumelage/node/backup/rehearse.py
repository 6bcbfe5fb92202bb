"""The inside of a restore drill: restores into a scratch folder and examines what came back.

    python -m jumelage.node.backup.rehearse BACKUP FOLDER [DATABASE_URL]

Runs as a process of its own, since its settings are those of the scratch folder. Progress is
told on standard error, one JSON list a line; the findings are one JSON object on standard
output. It never publishes: nothing is signed, there is no key in the scratch folder.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

from jumelage.node.backup.restore import restore


def rehearse(source: Path, folder: Path, database_url: str) -> dict[str, Any]:
    """Restore *source* into *folder* and return what was found there."""
    began = time.monotonic()
    restore(source, folder, database_url=database_url, language="en", told=_told)
    restored = time.monotonic() - began
    return {**_examine(), "restore_seconds": round(restored, 1)}


def _examine() -> dict[str, Any]:
    from jumelage.bridge.api import me, verify_chains  # noqa: PLC0415  # Django is set up only now
    from jumelage.node.backup.tables import counts  # noqa: PLC0415
    from jumelage.node.run import prepare  # noqa: PLC0415

    _told("chains", 0, 1)
    chains = verify_chains()
    _told("chains", 1, 1)
    return {
        "origin": me().origin,
        "signing_key": bytes(me().signing_key).hex(),
        "pending_migrations": prepare.pending_migrations(),
        "chains": [
            {
                "origin": chain.origin,
                "feed": chain.feed,
                "epoch": chain.epoch,
                "entries": chain.seq,
                "flaws": [f"{flaw.seq}: {flaw.reason}" for flaw in chain.flaws[:5]],
            }
            for chain in chains
        ],
        "tables": counts(),
    }


def _told(step: str, done: int, of: int) -> None:
    sys.stderr.write(json.dumps([step, done, of]) + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    url = sys.argv[3] if len(sys.argv) > 3 else ""  # program, source, folder, url
    print(json.dumps(rehearse(Path(sys.argv[1]), Path(sys.argv[2]), url)))  # noqa: T201  # the answer
