"""The one thread of the worker that touches the database."""

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any, ParamSpec, TypeVar

from django.db import InterfaceError, OperationalError, connection, transaction

P = ParamSpec("P")
R = TypeVar("R")
MOST_TOGETHER = 50
"""Pieces a commit; what others wait for one commit stays short."""


@dataclass(slots=True)
class Piece:
    """Work that may share a commit with other work, and who waits for it."""

    work: Callable[[], Any]
    answer: "Future[Any]" = field(default_factory=Future)
    result: Any = None

    def run_alone(self) -> None:
        """Do the work in its own transactions; who waits gets what it returns or raises."""
        if not self.answer.set_running_or_notify_cancel():
            return
        try:
            self.answer.set_result(_run(self.work))
        except BaseException as error:  # noqa: BLE001  # it is raised where it is waited for
            self.answer.set_exception(error)


class Writer:
    """Runs database work from coroutines, one piece after the other, in one thread.

    SQLite has one writer anyway; one thread keeps one connection and the order of commits.
    """

    def __init__(self) -> None:
        """Start without a thread; the first piece of work makes it."""
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="writer")
        self._waiting: SimpleQueue[Piece] = SimpleQueue()

    async def do(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run *function* in the writer's thread and return what it returns."""
        known = contextvars.copy_context()  # the peer that log lines name
        loop = asyncio.get_running_loop()

        def piece() -> R:
            return known.run(_run, lambda: function(*args, **kwargs))

        return await loop.run_in_executor(self._pool, piece)

    async def together(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Do the same, in one commit with whatever else waits meanwhile.

        Fifty peers that each say something every second would otherwise need fifty durable
        commits. Work that fails leaves the common commit and is done again alone.
        """
        known = contextvars.copy_context()
        piece = Piece(lambda: known.run(lambda: function(*args, **kwargs)))
        self._waiting.put(piece)
        self._pool.submit(self._drain)
        result: R = await asyncio.wrap_future(piece.answer)
        return result

    def _drain(self) -> None:
        """Do what waits now; the calls that follow find less or nothing."""
        pieces: list[Piece] = []
        while len(pieces) < MOST_TOGETHER:
            try:
                pieces.append(self._waiting.get_nowait())
            except Empty:
                break
        alone = pieces if len(pieces) < 2 else _in_one_commit(pieces)
        for piece in alone:
            piece.run_alone()

    def close(self) -> None:
        """Finish the piece at hand and end the thread."""
        self._pool.shutdown(wait=True)


def _in_one_commit(pieces: list[Piece]) -> list[Piece]:
    """Do *pieces* in one commit; return those that must be done again alone."""
    failed: list[Piece] = []
    try:
        with transaction.atomic():
            for piece in pieces:
                try:
                    with transaction.atomic():
                        piece.result = piece.work()
                except (InterfaceError, OperationalError):
                    raise
                except Exception:  # noqa: BLE001  # alone it fails again, where it is waited for
                    failed.append(piece)
    except Exception:  # noqa: BLE001  # the commit failed: nothing of it was done
        connection.close()
        return pieces
    for piece in pieces:
        if piece not in failed and piece.answer.set_running_or_notify_cancel():
            piece.answer.set_result(piece.result)
    return failed


def _run(work: Callable[[], R]) -> R:
    try:
        return work()
    except (InterfaceError, OperationalError):
        connection.close()  # the next piece of work connects again
        raise
