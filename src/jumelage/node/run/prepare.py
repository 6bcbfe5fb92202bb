"""What must be true before a node runs: one supervisor, tables and static files up to date."""

import fcntl
import os
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

from jumelage.node.errors import AlreadyRunningError


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


def migrate() -> list[str]:
    """Bring the tables up to date and return the migrations that were applied.

    Raises:
        NewerDatabaseError: they belong to a later release.
    """
    from jumelage.node.run import releases  # noqa: PLC0415  # Django is set up only now

    Path(settings.DATA).mkdir(parents=True, exist_ok=True)
    releases.refuse_newer()
    pending = pending_migrations()
    if pending:
        call_command("migrate", verbosity=0, interactive=False)
    releases.note(changed=bool(pending))
    connections.close_all()
    return pending


def runs(folder: Path) -> bool:
    """Tell whether a process runs the node of *folder*."""
    try:
        lock(folder).close()
    except AlreadyRunningError:
        return True
    return False
