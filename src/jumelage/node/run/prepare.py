"""What must be true before a node runs: one supervisor, tables and static files up to date."""

import fcntl
import os
import re
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

from jumelage import __version__
from jumelage.bridge import api as bridge
from jumelage.bridge.api import Release
from jumelage.node.errors import AlreadyRunningError, NewerDatabaseError

OLDEST_RELEASE = "0.1.0"
"""The oldest release that can use the tables as this one leaves them.

Raise it with a migration that an older release could not write to: a column without a default
in the database, a table it uses that is gone.
"""


def lock(folder: Path) -> IO[str]:
    """Hold *folder* for this process and its children; the lock ends with the last of them.

    Raises:
        AlreadyRunningError: another process runs the node.
    """
    file = (folder / "running").open("a+", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.seek(0)
        process = file.read().strip() or "?"
        file.close()
        raise AlreadyRunningError(folder=folder, process=process) from error
    file.seek(0)
    file.truncate()
    file.write(str(os.getpid()))
    file.flush()
    return file


def pending_migrations() -> list[str]:
    """Return the migrations the database does not have yet, in order, as `app.name`."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def refuse_newer() -> None:
    """Go on only if this release can use the tables as they are.

    Raises:
        NewerDatabaseError: a later release brought them up to date, in a way this one cannot use.
    """
    if Release._meta.db_table not in connection.introspection.table_names():
        return
    found = bridge.release()
    if found is not None and _order(found.oldest) > _order(__version__):
        raise NewerDatabaseError(
            product=found.product, oldest=found.oldest, here=__version__, folder=settings.DATA
        )


def _order(release: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", release)[:3])


def migrate() -> list[str]:
    """Bring the tables up to date and return the migrations that were applied.

    Raises:
        NewerDatabaseError: they belong to a later release.
    """
    Path(settings.DATA).mkdir(parents=True, exist_ok=True)
    refuse_newer()
    pending = pending_migrations()
    if pending:
        call_command("migrate", verbosity=0, interactive=False)
    if pending or bridge.release() is None:
        bridge.brought_up_to_date(oldest=OLDEST_RELEASE)
    connections.close_all()
    return pending


def runs(folder: Path) -> bool:
    """Tell whether a process runs the node of *folder*."""
    try:
        lock(folder).close()
    except AlreadyRunningError:
        return True
    return False
