"""Counts what feeds carry as it is stored, so that the glass wall need not count it again."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from jumelage.bridge.feeds.chain import Link
from jumelage.bridge.models import Feed

_ADD = """
INSERT INTO bridge_tally (feed_id, kind, op, entries, bytes, first_at, last_at)
VALUES (%s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (feed_id, kind, op) DO UPDATE SET
    entries = bridge_tally.entries + EXCLUDED.entries,
    bytes = bridge_tally.bytes + EXCLUDED.bytes,
    last_at = EXCLUDED.last_at
"""


def count(feed: Feed, links: Sequence[Link]) -> None:
    """Add *links*, in their order, to the tallies of *feed*: one statement per kind."""
    together: dict[tuple[str, str], list[Link]] = {}
    for link in links:
        together.setdefault((link.header.kind, link.header.operation), []).append(link)
    rows: list[Any] = [(feed.pk, kind, op, *_sums(same)) for (kind, op), same in together.items()]
    with connection.cursor() as cursor:
        cursor.executemany(_ADD, rows)


def _sums(links: Sequence[Link]) -> Iterable[object]:
    size = sum(len(link.raw) + link.header.size for link in links)
    first, last = links[0].header.time, links[-1].header.time
    return len(links), size, _time(first), _time(last)


def _time(text: str) -> object:
    return connection.ops.adapt_datetimefield_value(datetime.fromisoformat(text))
