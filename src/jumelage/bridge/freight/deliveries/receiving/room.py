"""How much room deliveries take and have here, told without loading what the store needs.

The pages, the metrics and the studio ask; only the store itself makes or writes these files.
"""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from jumelage.bridge.freight.deliveries import shelf
from jumelage.bridge.freight.store.blobs import BUCKETS
from jumelage.bridge.freight.store.database import suffix_in_use
from jumelage.bridge.freight.store.files import room

WAIT_SECONDS = 5.0
HELD = "SELECT COUNT(*), COALESCE(SUM(size), 0) FROM blob"
PROMISED = "SELECT COUNT(*), COALESCE(SUM(bytes), 0) FROM reservation"


@dataclass(frozen=True, slots=True)
class Totals:
    """What the store holds and may hold, in bytes.

    `reserved` is promised to deliveries on their way, `quota` is 0 without a limit, `free` is
    what the disk has left; None where that is not known, as in a bucket.
    """

    blobs: int
    bytes: int
    reserved: int
    quota: int
    free: int | None

    @property
    def taken(self) -> int:
        """What counts against the quota: held and promised."""
        return self.bytes + self.reserved

    @property
    def share(self) -> float | None:
        """What of the quota is taken, 0 to 1 and above; None without a quota."""
        return self.taken / self.quota if self.quota else None


def store_totals() -> Totals | None:
    """Return what the store of this node holds; None when its index cannot be read now."""
    where: str = settings.NODE.freight_store
    bucket = where.startswith(BUCKETS)
    home = Path(where) if where and not bucket else shelf.folder() / "store"
    try:
        suffix = suffix_in_use(home)
        blobs, held = _asked(home / f"index{suffix}.sqlite3", HELD)
        _deliveries, reserved = _asked(home / f"references{suffix}.sqlite3", PROMISED)
        free = None if bucket else room(home if home.exists() else shelf.folder())
    except (sqlite3.Error, OSError):
        return None
    return Totals(blobs, held, reserved, settings.NODE.freight_quota * 10**9, free)


def _asked(file: Path, question: str) -> tuple[int, int]:
    """Return the answer of a database of the store; zeros before the store was made."""
    if not file.exists():
        return 0, 0
    told = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=WAIT_SECONDS)
    with closing(told) as connection:
        first, second = connection.execute(question).fetchone()
    return int(first), int(second)
