"""A restored city asks the others for what it has said, through the product's own `Asker`.

The only thing left out is the network: a `Mirror` answers with the bytes a peer would send.
"""

import asyncio
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

from jumelage.bridge.errors import PeerUnreachableError
from jumelage.bridge.models import Node
from jumelage.bridge.recovery import copies
from jumelage.bridge.recovery.asking import Asker
from jumelage.bridge.recovery.copies import Reach
from jumelage.bridge.replication.client import Batch, split_page
from jumelage.bridge.replication.writer import Writer
from tests.models.cities import City

P = ParamSpec("P")
R = TypeVar("R")
UNSAFE = "DJANGO_ALLOW_ASYNC_UNSAFE"
"""Lets one thread do both the asking and the database, as nothing here waits for anything."""


class SameThread(Writer):
    """A writer without a thread of its own, for the database of one city."""

    def __init__(self, city: City) -> None:
        """Write to *city*."""
        super().__init__()
        self._city = city

    async def do(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run *function* now."""
        with self._city.here():
            return function(*args, **kwargs)


@dataclass
class Mirror:
    """A peer that holds copies of the feeds of *owner*."""

    peer: Node
    city: City
    owner: City

    async def copies(self) -> Sequence[Reach]:
        """Return how far its copies reach, as they travel."""
        with self.city.here():
            return [Reach.read(reach.plain()) for reach in copies.reaches(self._owner())]

    async def copy(self, name: str, epoch: int, after: int, limit: int) -> Batch | None:
        """Return a page of one copy."""
        with self.city.here():
            raw = copies.page(self._owner(), name, epoch, after, limit)
        return split_page(raw) if raw else None

    async def keys(self, origin: str = "") -> bytes:
        """Know nothing of keys, like an older release."""
        raise PeerUnreachableError(peer=self.peer.slug, reason=f"no keys of {origin}")

    async def close(self) -> None:
        """Have nothing to close."""

    def _owner(self) -> Node:
        return Node.objects.get(origin=self.owner.origin)


def recover(owner: City, cities: Sequence[City]) -> bool:
    """Ask every peer once for what *owner* has said; tell whether it may write again."""
    by_origin = {city.origin: city for city in cities}

    def connect(peer: Node) -> Mirror:
        return Mirror(peer, by_origin[peer.origin], owner)

    before = os.environ.get(UNSAFE)
    os.environ[UNSAFE] = "1"
    writer = SameThread(owner)
    try:
        return asyncio.run(Asker(writer, connect).once())
    finally:
        writer.close()
        os.environ.pop(UNSAFE) if before is None else os.environ.update({UNSAFE: before})
