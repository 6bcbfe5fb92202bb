"""Applying what a catch-up brought: several pages a commit while nobody else writes.

Fewer commits wait less for the disk and write each page of an index once. But people come first:
when somebody else wants to write, the pages applied so far are committed and the rest waits, and
for a while the next pages are short.
"""

import math
import time
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.sqlite3.base import DatabaseWrapper

from jumelage.bridge.errors import BridgeError
from jumelage.bridge.feeds.receive import receive
from jumelage.bridge.models import Node
from jumelage.bridge.replication.client import Batch
from jumelage.bridge.replication.pull import PAGE
from jumelage.kit.sql import turns

MOST_BATCHES = 4
"""Pages a commit: 2,000 entries. Twice as many gain 4 % more, and lose more when the line breaks."""
SHORT_PAGE = 150
"""Entries a page while others write: they wait for one page at least."""
CALM_SECONDS = 1.0
"""How long nobody else wrote before pages are long again."""


@dataclass(slots=True)
class Company:
    """Whether others write to the database, as the catch-up meets them."""

    _met: float = -math.inf

    def meet(self) -> None:
        """Note that somebody writes, or wants to, now."""
        self._met = time.monotonic()

    @property
    def page(self) -> int:
        """How many entries to ask for in one page now."""
        return SHORT_PAGE if time.monotonic() - self._met < CALM_SECONDS else PAGE


def receive_batches(peer: Node, feed_name: str, batches: Sequence[Batch], company: Company) -> int:
    """Receive as many of *batches*, in order, as others leave time for; at least the first.

    Returns the feed's last sequence here.

    Raises:
        BridgeError: as `receive`; the batches before the bad one are kept.
    """
    file = _database_file()
    with turns.long_work():
        if file is not None and turns.somebody_waits(file):
            company.meet()
            turns.let_others_go_first(file)
        try:
            with turns.piece(file) if file is not None else nullcontext():
                return _together(peer, feed_name, batches, file, company)
        except BridgeError:
            for batch in batches[:-1]:
                receive(peer, feed_name, *batch)
            return receive(peer, feed_name, *batches[-1])


@transaction.atomic
def _together(
    peer: Node, feed_name: str, batches: Sequence[Batch], file: Path | None, company: Company
) -> int:
    seq = 0
    for batch in batches:
        seq = receive(peer, feed_name, *batch)
        if file is not None and turns.somebody_waits(file):
            company.meet()
            break
    return seq


def _database_file() -> Path | None:
    """Return the file that connections take turns at; only SQLite has one writer at a time."""
    connection = connections[DEFAULT_DB_ALIAS]
    if not isinstance(connection, DatabaseWrapper) or connection.is_in_memory_db():
        return None
    return Path(connection.settings_dict["NAME"])
