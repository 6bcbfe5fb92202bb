"""Keeping the live files of the database free of what was erased.

Theory of operation. Deleting a row does not take its bytes from the disk. SQLite overwrites
what it frees (`secure_delete`), but the write-ahead log keeps former pages until it is
emptied, and a page whose cells moved to a neighbour may keep stale bytes until the file is
rebuilt. PostgreSQL keeps dead rows until the table is rewritten, and samples of columns in its
statistics. So there are two steps: `sweep` empties SQLite's log within seconds of an erasure;
`clean` rebuilds the tables at night, or before an erasure is 20 hours old. What was measured:
docs/erasure.md. PostgreSQL's own log (`pg_wal`) and backups go by their retention.
"""

import logging
import shutil
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

from jumelage.bridge.errors import BridgeError
from jumelage.bridge.models import Erasure, Node
from jumelage.kit import clock

logger = logging.getLogger(__name__)
NIGHT_HOUR = 3
"""The local hour in which the tables are rebuilt when something was erased."""
LATEST = timedelta(hours=20)
"""How old an uncleaned erasure gets before the tables are rebuilt by day: the promise is 24 h."""
PATIENCE_SECONDS = 30.0
"""How long `clean` waits for readers before it gives up emptying the log until the next try."""


class NoRoomToCleanError(BridgeError):
    """Rebuilding the database needs {needed} free bytes, and the disk has {free}. Erased content may still be in free pages."""

    exit_code = 39


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """What maintenance did: whether tables were rebuilt, the log emptied, for how many erasures."""

    rebuilt: bool
    swept: bool
    erasures: int


def keep_clean() -> None:
    """Sweep what was just erased, and clean when it is time; quick when nothing was erased."""
    waiting = Erasure.objects.filter(cleaned_at=None)
    if not waiting.exists():
        return
    if _is_time():
        clean()
    elif connection.vendor == "sqlite" and waiting.filter(swept_at=None).exists():
        sweep(0.5)


def _is_time() -> bool:
    """Tell whether it is night in this city, or an erasure has waited too long."""
    oldest = Erasure.objects.filter(cleaned_at=None).order_by("erased_at").first()
    node = Node.objects.filter(is_self=True).first()
    zone = ZoneInfo(node.time_zone if node else "UTC")
    night = clock.now().astimezone(zone).hour == NIGHT_HOUR
    return oldest is not None and (night or clock.now() - oldest.erased_at > LATEST)


def clean(*, always: bool = False) -> Cleaned:
    """Rebuild the tables if something was erased since the last time, or *always*.

    Raises:
        NoRoomToCleanError: a rebuilt copy would not fit on the disk; nothing was changed.
    """
    began = clock.now()
    due = Erasure.objects.filter(cleaned_at=None, erased_at__lte=began)
    uris = list(due.values_list("uri", flat=True))
    if not uris and not always:
        return Cleaned(rebuilt=False, swept=True, erasures=0)
    if connection.vendor == "sqlite":
        _rebuild_sqlite()
        swept = sweep(PATIENCE_SECONDS)
    else:
        _rebuild_postgresql()
        swept = True
    if swept:
        due.update(cleaned_at=clock.now())
        logger.info("the tables were rebuilt after %s erasures", len(uris))
    return Cleaned(rebuilt=True, swept=swept, erasures=len(uris) if swept else 0)


def sweep(patience: float) -> bool:
    """Empty SQLite's write-ahead log, trying for *patience* seconds while readers need it.

    Nothing to do on other databases. Returns whether it is empty.
    """
    if connection.vendor != "sqlite":
        return True
    began, end = clock.now(), time.monotonic() + patience
    while not _emptied():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    Erasure.objects.filter(swept_at=None, erased_at__lte=began).update(swept_at=clock.now())
    return True


def _emptied() -> bool:
    """Try once; SQLite answers (busy, frames in the log, frames moved into the file)."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        waits = cursor.fetchone()[0]
        cursor.execute("PRAGMA busy_timeout=200")
        try:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            busy = cursor.fetchone()[0]
        finally:
            cursor.execute(f"PRAGMA busy_timeout={int(waits)}")
    return not busy


def _rebuild_sqlite() -> None:
    """Write the whole file anew; readers go on, writers wait."""
    file = Path(settings.DATABASES["default"]["NAME"])
    needed, free = 2 * file.stat().st_size, shutil.disk_usage(file.parent).free
    if needed > free:
        raise NoRoomToCleanError(needed=needed, free=free)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")


def _rebuild_postgresql() -> None:
    """Write each table anew with its indexes, and the statistics, which hold sampled values."""
    tables = connection.introspection.django_table_names(only_existing=True)
    with connection.cursor() as cursor:
        for table in sorted(tables):
            cursor.execute(f"VACUUM (FULL, ANALYZE) {connection.ops.quote_name(table)}")
        cursor.execute("VACUUM (FULL) pg_catalog.pg_statistic")
