"""The one thread of the worker that touches the database."""

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from django.db import InterfaceError, OperationalError, connection

P = ParamSpec("P")
R = TypeVar("R")


class Writer:
    """Runs database work from coroutines, one piece after the other, in one thread.

    SQLite has one writer anyway; one thread keeps one connection and the order of commits.
    """

    def __init__(self) -> None:
        """Start without a thread; the first piece of work makes it."""
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="writer")

    async def do(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run *function* in the writer's thread and return what it returns."""

        def piece() -> R:
            try:
                return function(*args, **kwargs)
            except (InterfaceError, OperationalError):
                connection.close()  # the next piece of work connects again
                raise

        known = contextvars.copy_context()  # the peer that log lines name
        return await asyncio.get_running_loop().run_in_executor(self._pool, known.run, piece)

    def close(self) -> None:
        """Finish the piece at hand and end the thread."""
        self._pool.shutdown(wait=True)
