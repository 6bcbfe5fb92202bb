"""Copies the database consistently while the node runs, and puts a copy back."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from jumelage.node.backup.progress import Told, silent
from jumelage.node.errors import BackupDamagedError, DatabaseUnreachableError, ToolMissingError


def copy(target: Path, told: Told = silent) -> None:
    """Copy the database into the file *target* as it is at one instant.

    Raises:
        BackupDamagedError: SQLite finds the copy damaged.
        ToolMissingError: `pg_dump` is not installed.
    """
    if connection.vendor == "sqlite":
        _copy_sqlite(target, told)
    else:
        _run("pg_dump", "--format=custom", "--no-owner", f"--file={target}")


def _copy_sqlite(target: Path, told: Told) -> None:
    """Use SQLite's online backup: writers go on, the copy is one consistent state."""

    def progress(_status: int, remaining: int, total: int) -> None:
        told("database", total - remaining, total)

    connection.ensure_connection()
    with closing(sqlite3.connect(target)) as copied:
        connection.connection.backup(copied, pages=1000, progress=progress)
        copied.execute("PRAGMA journal_mode=DELETE")
        found = copied.execute("PRAGMA integrity_check").fetchone()[0]
    if found != "ok":
        raise BackupDamagedError(file=target.name, reason=found)


def put_back(source: Path) -> None:
    """Make the copy *source* the node's database, which must not exist or be empty.

    Raises:
        ToolMissingError: `pg_restore` is not installed.
        DatabaseUnreachableError: PostgreSQL refused.
    """
    if connection.vendor == "sqlite":
        target = Path(settings.DATABASES["default"]["NAME"])
        draft = target.with_name(f"{target.name}.part")
        shutil.copyfile(source, draft)
        draft.replace(target)
    else:
        name = settings.DATABASES["default"]["NAME"]
        _run(
            "pg_restore",
            "--no-owner",
            "--exit-on-error",
            "--single-transaction",
            f"--dbname={name}",
            str(source),
        )


def _run(tool: str, *arguments: str) -> None:
    found = shutil.which(tool)
    if found is None:
        raise ToolMissingError(tool=tool)
    done = subprocess.run(  # noqa: S603  # a fixed program; the settings are in its environment
        [found, *arguments], env=_environment(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise DatabaseUnreachableError(reason=done.stderr.strip()[:300])


def _environment() -> dict[str, str]:
    """Return the environment that tells PostgreSQL's tools where; a password never in arguments."""
    told: dict[str, Any] = settings.DATABASES["default"]
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
    given = {variable: str(told[key]) for variable, key in names.items() if told.get(key)}
    return {**os.environ, **given, "PGDATABASE": told["NAME"]}
