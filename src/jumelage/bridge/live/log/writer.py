"""Makes acts durable: whatever was logged while the last commit ran goes into the next one.

So an act waits for at most one other commit before its own, and ten people who draw cost one
commit, not ten. Nothing is told to anybody before it is committed: a number that was told is
never given to another act, however the node ends.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

from django.db import DatabaseError, InterfaceError, OperationalError

from jumelage.bridge.live.errors import NotSavedError
from jumelage.bridge.live.log import store
from jumelage.bridge.live.log.store import Written
from jumelage.bridge.replication.writer import Writer

logger = logging.getLogger(__name__)
MOST_TOGETHER = 500
MOST_WAITING = 5_000
"""Acts that wait for a database that does not answer; beyond it nothing more is taken."""
ROOM_SECONDS = 0.01
PAUSES = (0.1, 0.5, 1.0, 2.0, 4.0)
"""Seconds between the tries while the database does not answer."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An act that waits for its commit, and who is told about it: true once it is durable."""

    written: Written
    settled: Callable[[bool], None]


class LogWriter:
    """Commits acts in the order they were put, in the writer's one thread."""

    def __init__(self, database: Writer) -> None:
        """Use *database*; nothing runs before something is put."""
        self._database = database
        self._waiting: list[Waiting] = []
        self._task: asyncio.Task[None] | None = None

    def ensure_room(self) -> None:
        """Refuse more while the database does not answer.

        Raises:
            NotSavedError: too much waits already.
        """
        if len(self._waiting) >= MOST_WAITING:
            raise NotSavedError

    async def room(self) -> None:
        """Return once little waits: who sends more than is written is read more slowly."""
        while len(self._waiting) >= MOST_TOGETHER:  # noqa: ASYNC110  # rare, and soon over
            await asyncio.sleep(ROOM_SECONDS)

    def put(self, written: Written, settled: Callable[[bool], None]) -> None:
        """Commit *written* soon; *settled* is called in order, in the event loop."""
        self._waiting.append(Waiting(written, settled))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._commit_all())

    async def flush(self) -> None:
        """Return once everything that was put is committed or given up."""
        while self._task is not None and not self._task.done():
            await asyncio.shield(self._task)

    async def _commit_all(self) -> None:
        while self._waiting:
            batch = self._waiting[:MOST_TOGETHER]
            durable = await self._commit(batch)
            if not durable:  # what follows was numbered after what is lost
                batch = self._waiting[:]
            del self._waiting[: len(batch)]
            for each in batch:
                _tell(each, durable=durable)

    async def _commit(self, batch: list[Waiting]) -> bool:
        """Write *batch*; try again while the database does not answer; tell whether it is durable."""
        written = [each.written for each in batch]
        for pause in (*PAUSES, None):
            try:
                await self._database.do(store.append, written)
            except (InterfaceError, OperationalError):
                logger.warning("the log of live sessions cannot be written", exc_info=True)
                if pause is not None:
                    await asyncio.sleep(pause)
            except DatabaseError:
                logger.exception("acts of live sessions do not fit their tables")
                return False
            else:
                return True
        return False


def _tell(each: Waiting, *, durable: bool) -> None:
    try:
        each.settled(durable)
    except Exception:  # one session's fault keeps no other from hearing
        logger.exception("a committed act could not be told")
