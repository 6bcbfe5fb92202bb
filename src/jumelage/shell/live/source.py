"""What the hub asks the database, on one thread of its own.

The thread of the request that started the hub ends with that request, so it cannot serve.
"""

from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.db import DatabaseError, connection
from django.db.models import Max

from jumelage.bridge import api as bridge
from jumelage.kit import clock

P = ParamSpec("P")
R = TypeVar("R")
_thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="live")


def head() -> int:
    """Return the number of the newest entry in this database, 0 when there is none."""
    return bridge.Entry.objects.aggregate(newest=Max("id"))["newest"] or 0


def kinds_between(after: int, until: int) -> list[str]:
    """Return the kinds of the entries `after < id <= until`, sorted."""
    entries = bridge.Entry.objects.filter(id__gt=after, id__lte=until)
    return sorted(set(entries.values_list("kind", flat=True)))


def peer_words() -> dict[str, dict[str, object]]:
    """Return, by origin, whether each line is up and the seconds since the last word."""
    at, words = clock.now(), {}
    for peer in bridge.peers():
        contact = getattr(peer, "contact", None)
        heard = contact.last_word_at if contact else None
        age = round((at - heard).total_seconds(), 1) if heard else None
        words[peer.origin] = {"age": age, "up": bool(contact and contact.line_up)}
    return words


def freight_word() -> str:
    """Return what changes with the progress of the deliveries under way."""
    return bridge.freight.progress_word()


class DatabaseSource:
    """The hub's source in the product; a lost connection reads as nothing new."""

    def __init__(self) -> None:
        """Listen to the bridge's bell from the first wait on."""
        self._bell: bridge.Waiter | None = None

    async def wait(self, seconds: float) -> None:
        """Wait until something was committed on this node, at most *seconds*."""
        if self._bell is None:
            self._bell = bridge.Waiter()
        await self._bell.wait(seconds)

    def rest(self) -> None:
        """Stop listening to the bell."""
        if self._bell is not None:
            self._bell.close()
            self._bell = None

    async def head(self) -> int:
        """Return the number of the newest entry."""
        return await _apart(_or_nothing, head, 0)

    async def kinds(self, after: int, until: int) -> Sequence[str]:
        """Return the kinds of the entries in between."""
        return await _apart(_or_nothing, lambda: kinds_between(after, until), [])

    async def words(self) -> dict[str, dict[str, object]]:
        """Return the state of the line to each peer."""
        return await _apart(_or_nothing, peer_words, {})

    async def freight(self) -> str:
        """Return what changes with the progress of the deliveries."""
        return await _apart(_or_nothing, freight_word, "")


def _or_nothing(ask: Callable[[], R], nothing: R) -> R:
    """Ask; after a database error connect again next time."""
    try:
        return ask()
    except DatabaseError:
        connection.close()
        return nothing


def _apart(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> Awaitable[R]:
    ask = sync_to_async(function, thread_sensitive=False, executor=_thread)
    return ask(*args, **kwargs)
