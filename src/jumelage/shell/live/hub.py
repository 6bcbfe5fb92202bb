"""One hub per process asks the database what is new, however many pages are open.

Pages only wait on their queue. The hub runs while somebody listens and knows nothing of
HTTP or of the database: it asks a `Source`.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

POLL_S = 0.5
"""The longest wait between two looks, should the bell of the bridge not be heard."""

WORD_S = 2.0
"""How often every page hears the age of the last word."""


class Source(Protocol):
    """What the hub asks; `source.DatabaseSource` in the product, a list in tests."""

    async def head(self) -> int:
        """Return the number of the newest entry, 0 when there is none."""

    async def kinds(self, after: int, until: int) -> Sequence[str]:
        """Return the kinds of the entries `after < number <= until`."""

    async def words(self) -> dict[str, dict[str, object]]:
        """Return the state of the line to each peer, by origin."""

    async def freight(self) -> str:
        """Return what changes whenever the progress of a delivery does; empty when none moves."""

    async def wait(self, seconds: float) -> None:
        """Wait until something may be new, at most *seconds*."""

    def rest(self) -> None:
        """Nobody listens any more."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event of the stream."""

    name: str
    data: dict[str, object] = field(default_factory=dict)

    def __bytes__(self) -> bytes:
        """Return the wire form (WHATWG HTML, section 9.2)."""
        return f"event: {self.name}\ndata: {json.dumps(self.data)}\n\n".encode()


class Hub:
    """Fans what is new out to every open page of this process."""

    def __init__(self, source: Source) -> None:
        """Ask *source*, from the first listener to the last."""
        self._source = source
        self._queues: set[asyncio.Queue[Event]] = set()
        self._task: asyncio.Task[None] | None = None
        self._newest = 0
        self._changed_at = self._said_at = time.monotonic()

    async def listen(self) -> AsyncIterator[Event]:
        """Yield a word at once, then every change as it comes and a word every `WORD_S`."""
        queue: asyncio.Queue[Event] = asyncio.Queue()
        await self._start()
        self._queues.add(queue)
        try:
            yield await self._word()
            while True:
                yield await queue.get()
        finally:
            self._queues.discard(queue)
            self._stop_when_alone()

    async def _start(self) -> None:
        if self._task is None or self._task.done():
            self._changed_at = self._said_at = time.monotonic()
            self._newest = await self._source.head()
            self._task = asyncio.create_task(self._ask())

    def _stop_when_alone(self) -> None:
        if not self._queues and self._task:
            self._task.cancel()
            self._task = None
            self._source.rest()

    async def _ask(self) -> None:
        while True:
            await self._source.wait(POLL_S)
            await self._tell_changes()
            if time.monotonic() - self._said_at >= WORD_S:
                self._said_at = time.monotonic()
                self._tell(await self._word())

    async def _tell_changes(self) -> None:
        newest = await self._source.head()
        if newest > self._newest:
            kinds = await self._source.kinds(self._newest, newest)
            self._newest, self._changed_at = newest, time.monotonic()
            self._tell(Event("change", {"kinds": list(kinds), "head": newest}))

    async def _word(self) -> Event:
        """Say how the lines and deliveries are, and for how many seconds nothing has changed."""
        quiet = round(time.monotonic() - self._changed_at, 1)
        told = {"peers": await self._source.words(), "freight": await self._source.freight()}
        return Event("word", {**told, "head": self._newest, "quiet": quiet})

    def _tell(self, event: Event) -> None:
        for queue in self._queues:
            queue.put_nowait(event)
