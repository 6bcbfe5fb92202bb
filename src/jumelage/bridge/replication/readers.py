"""How far each peer has copied our feeds, as its own requests say.

Told by what a reader asks for: the sequences after which it wants an open stream or a long
poll, and `held`, which it states with pages that it asks for ahead. The web process keeps what
it hears in memory and writes it at most once a second, never while a request waits.
"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

from asgiref.sync import sync_to_async
from django.db import transaction

from jumelage.bridge.models import Feed, Node, Reader
from jumelage.kit import clock

logger = logging.getLogger(__name__)

WRITE_EVERY_SECONDS = 1.0
Heard = Mapping[tuple[str, str], int]
"""The last sequence a peer holds, by its origin and the name of the feed."""


@transaction.atomic
def write(heard: Heard) -> int:
    """Keep how far readers are, in the newest epoch of each feed; return how many rows.

    A claim beyond the head is left out: it speaks of another epoch, or of nothing. One below
    what is kept counts too: a reader that restored a backup holds less than before.
    """
    newest: dict[str, Feed] = {}
    names = {name for _, name in heard}
    for feed in Feed.objects.filter(node__is_self=True, name__in=names).order_by("epoch"):
        newest[feed.name] = feed
    known = set(Node.objects.values_list("origin", flat=True))
    rows = [
        Reader(feed=newest[name], node_id=origin, seq=seq, at=clock.now())
        for (origin, name), seq in heard.items()
        if name in newest and origin in known and seq <= newest[name].head_seq
    ]
    Reader.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["feed", "node"],
        update_fields=["seq", "at"],
    )
    return len(rows)


@dataclass(slots=True)
class Readers:
    """What the requests said since it was last written; one per process, for its event loop."""

    _heard: dict[tuple[str, str], int] = field(default_factory=dict)
    _writing: asyncio.Task[None] | None = None

    def heard(self, origin: str, cursors: Mapping[str, int]) -> None:
        """Note that the node *origin* holds each feed up to the sequence in *cursors*."""
        self._heard |= {(origin, name): seq for name, seq in cursors.items()}
        if self._heard and not self._is_writing():
            self._writing = asyncio.get_running_loop().create_task(self._write_soon())

    def _is_writing(self) -> bool:
        task = self._writing
        return task is not None and not task.done() and not task.get_loop().is_closed()

    async def _write_soon(self) -> None:
        """Write after a second, and again as long as more was said meanwhile."""
        while self._heard:
            await asyncio.sleep(WRITE_EVERY_SECONDS)
            heard, self._heard = self._heard, {}
            try:
                await sync_to_async(write)(heard)
            except Exception:  # the requests were answered; the next ones say it again
                logger.exception("how far readers are was not written")


readers = Readers()
"""Those of this process."""
