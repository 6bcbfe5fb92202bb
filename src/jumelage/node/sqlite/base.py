"""The connection class that Django looks for in a database engine."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db.backends.sqlite3 import base

from jumelage.kit.sql.turns import Turn

WRITING = ("INSERT", "UPDATE", "DELETE", "REPLACE")


class Cursor(base.SQLiteCursorWrapper):
    """A cursor that takes a turn for a statement that is a transaction by itself."""

    turn: Turn | None = None

    def execute(self, query: str, params: Any = None) -> Any:  # noqa: ANN401  # Django's signature
        """Run one statement."""
        with self._taken(query):
            return super().execute(query, params)

    def executemany(self, query: str, param_list: Any) -> Any:  # noqa: ANN401  # Django's signature
        """Run one statement with many parameters."""
        with self._taken(query):
            return super().executemany(query, param_list)

    @contextmanager
    def _taken(self, query: str) -> Iterator[None]:
        alone = not self.connection.in_transaction and query.startswith(WRITING)
        if self.turn is None or not alone:
            yield
            return
        self.turn.take()
        try:
            yield
        finally:
            self.turn.give()


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that says when it begins to wait for the database and when it has written."""

    cache_kib = 32 * 1024
    """Pages kept in memory, 2 MiB by default: the indexes that a catch-up writes into fit, which
    was a fifth of its time. The web process, with many readers and few writes, keeps less."""
    _turn: Turn | None = None

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:  # noqa: ANN401  # Django's signature
        """Connect, and go to the door of the database file; one in memory has none."""
        if self._turn is None and not self.is_in_memory_db():
            self._turn = Turn(Path(self.settings_dict["NAME"]))
        connection = super().get_new_connection(conn_params)
        connection.execute(f"PRAGMA cache_size=-{self.cache_kib:d}")
        return connection

    def create_cursor(self, name: str | None = None) -> Any:  # noqa: ANN401, ARG002  # Django's signature
        """Return a cursor that knows the turn."""
        cursor = self.connection.cursor(factory=Cursor)
        cursor.turn = self._turn
        return cursor

    def _start_transaction_under_autocommit(self) -> None:
        if self._turn is not None:
            self._turn.take()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # the stubs leave it out
        except BaseException:
            self._give()
            raise

    def _commit(self) -> None:
        try:
            super()._commit()  # type: ignore[misc]  # the stubs leave it out
        finally:
            self._give()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]  # the stubs leave it out
        finally:
            self._give()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]  # the stubs leave it out
        finally:
            if self._turn is not None:
                self._turn.close()
                self._turn = None

    def _give(self) -> None:
        if self._turn is not None:
            self._turn.give()
