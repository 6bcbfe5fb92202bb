"""A database for a restore drill beside the live one, gone afterwards."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.db import DatabaseError, connection

from jumelage.node.errors import DrillFailedError


@contextmanager
def database_url() -> Iterator[str]:
    """Give the address of an empty database of the same server; empty for an SQLite node.

    Raises:
        DrillFailedError: the account may not create databases.
    """
    if connection.vendor == "sqlite":
        yield ""
        return
    name = f"jumelage_drill_{secrets.token_hex(4)}"
    _do(f"CREATE DATABASE {connection.ops.quote_name(name)}")
    try:
        yield _beside(name)
    finally:
        _do(f"DROP DATABASE IF EXISTS {connection.ops.quote_name(name)} WITH (FORCE)")


def _beside(name: str) -> str:
    live = urlsplit(settings.NODE.database_url)
    return urlunsplit(live._replace(path=f"/{name}"))


def _do(statement: str) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as error:
        reason = str(error).strip().splitlines()[0]
        raise DrillFailedError(reason=f"PostgreSQL: {reason}") from error
