"""What the open streams of all readers wait for together: that something concerns them.

The bell rings at every commit of the node, and with fifty cities most commits copy what others
said. One task of the web process looks after each ring, and wakes the streams only when a feed
of this node grew or the bridge was opened or closed.
"""

import asyncio
import contextvars
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from asgiref.sync import sync_to_async
from django.db import Error, connection

from jumelage.bridge.feeds.bell import Waiter

logger = logging.getLogger(__name__)
LOOK_SECONDS = 1.0
"""How often it looks although the bell did not ring."""


class Growth:
    """Wakes the readers of one event loop when feeds of this node that they read grew."""

    def __init__(self) -> None:
        """Begin without readers; the first one starts the task, the last one ends it."""
        self._readers: dict[asyncio.Event, frozenset[str]] = {}
        self._task: asyncio.Task[None] | None = None

    def join(self, reader: asyncio.Event, names: frozenset[str]) -> None:
        """Wake *reader* from now on when one of the feeds *names* grows."""
        self._readers[reader] = names
        if self._task is None or self._task.done():
            # A context of its own: the one of a request ends with the request.
            loop, context = asyncio.get_running_loop(), contextvars.Context()
            self._task = loop.create_task(self._watch(), context=context)

    def leave(self, reader: asyncio.Event) -> None:
        """Wake *reader* no more."""
        self._readers.pop(reader, None)
        if not self._readers and self._task is not None:
            self._task.cancel()
            self._task = None

    async def _watch(self) -> None:
        bell, seen = Waiter(), None
        try:
            while True:
                found = await sync_to_async(_reach)()
                grown = _grown(seen, found)
                for reader, names in self._readers.items():
                    if grown is None or not grown.isdisjoint(names):
                        reader.set()
                seen = found
                await bell.wait(LOOK_SECONDS)
        finally:
            bell.close()


_growth: "WeakKeyDictionary[asyncio.AbstractEventLoop, Growth]" = WeakKeyDictionary()


class Reader:
    """Lets one stream wait until there may be something for it, without missing it."""

    def __init__(self, names: Iterable[str]) -> None:
        """Begin to wait for the feeds *names*; must be made inside a running event loop."""
        self._event = asyncio.Event()
        self._growth = _growth.setdefault(asyncio.get_running_loop(), Growth())
        self._growth.join(self._event, frozenset(names))

    async def wait(self, seconds: float) -> bool:
        """Wait at most *seconds*; tell whether there may be something."""
        try:
            await asyncio.wait_for(self._event.wait(), seconds)
        except TimeoutError:
            return False
        self._event.clear()
        return True

    def close(self) -> None:
        """Wait no more."""
        self._growth.leave(self._event)


@dataclass(frozen=True, slots=True)
class _Reach:
    """Whether the bridge is open, and where each epoch of this node's feeds begins and ends."""

    is_open: bool
    ends: Mapping[tuple[str, int], tuple[int, int, str]]


def _grown(before: _Reach | None, now: _Reach | None) -> frozenset[str] | None:
    """Return the names of the feeds that changed; None: whatever was read may have."""
    if before is None or now is None or before.is_open != now.is_open:
        return None
    changed = {*before.ends.items()} ^ {*now.ends.items()}
    return frozenset(name for (name, _epoch), _end in changed)


def _reach() -> _Reach | None:
    """Return how far everything is; None: the database cannot tell.

    Asked after each commit of the node: putting it together in the ORM took 0.4 ms.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute(_FEEDS)
            ends = {(each[0], each[1]): each[2:] for each in cursor.fetchall()}
            cursor.execute(_CLOSED)
            return _Reach(cursor.fetchone() is None, ends)
    except Error:
        logger.exception("the feeds cannot be read")
        connection.close()
        return None


_FEEDS = """
SELECT feed.name, feed.epoch, feed.head_seq, feed.base_seq, feed.stopped
FROM bridge_feed AS feed JOIN bridge_node AS node ON node.origin = feed.node_id
WHERE node.is_self ORDER BY feed.id
"""
_CLOSED = """
SELECT 1 FROM bridge_standing WHERE closed_at IS NOT NULL OR recovering_since IS NOT NULL
"""
