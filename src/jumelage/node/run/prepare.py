"""What must be true before a node runs: one supervisor, tables and static files up to date."""

import fcntl
import os
import time
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

from jumelage.node.errors import AlreadyRunningError


def lock(folder: Path, *, patience: float = 0.0) -> IO[str]:
    """Hold *folder* for this process and its children; the lock ends with the last of them.

    A supervisor that was killed leaves children which end by themselves within its grace
    period: *patience* is how many seconds to wait for such orphans.

    Raises:
        AlreadyRunningError: another process runs the node.
    """
    file = (folder / "running").open("a+", encoding="utf-8")
    end = time.monotonic() + patience
    while not _taken(file):
        process = _holder(file)
        if time.monotonic() >= end or _lives(process):
            file.close()
            raise AlreadyRunningError(folder=folder, process=process or "?")
        time.sleep(0.05)
    file.seek(0)
    file.truncate()
    file.write(str(os.getpid()))
    file.flush()
    return file


def _taken(file: IO[str]) -> bool:
    """Try to lock *file*; tell whether it worked."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(file: IO[str]) -> str:
    """Return the process that wrote its number into *file*."""
    file.seek(0)
    return file.read().strip()


def _lives(process: str) -> bool:
    """Tell whether *process* exists; one that is not known counts as alive."""
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except (ValueError, PermissionError):
        return True
    return True


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
