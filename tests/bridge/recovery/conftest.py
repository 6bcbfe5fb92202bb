"""This node before and after a loss: what it said stays with a twin as bytes, and it forgets."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from django.db import transaction

from jumelage.bridge.feeds import serve
from jumelage.bridge.models import Node
from jumelage.bridge.recovery.copies import Reach
from jumelage.bridge.replication.client import Batch, split_page


@dataclass
class Kept:
    """What the twin holds of this node's feeds, by feed and epoch."""

    pages: dict[tuple[str, int], list[Batch]] = field(default_factory=dict)

    def reaches(self) -> Sequence[Reach]:
        """Return how far the twin holds each feed."""
        return [Reach(pages[-1][1]) for pages in self.pages.values()]

    def only(self, feed: str = "public", epoch: int = 0) -> Batch:
        """Return the one page of a feed."""
        (page,) = self.pages[feed, epoch]
        return page


@pytest.fixture
def forgetting(here: Node) -> Callable[..., object]:
    """Return a block after which this node is what it was before, and the twin is not."""

    @contextmanager
    def forget(*feeds: str, epoch: int = 0) -> Iterator[Kept]:
        kept, before = Kept(), transaction.savepoint()
        yield kept
        for feed in feeds or ("public",):
            raw = serve.page(feed, 0, epoch=epoch).body
            if raw:
                kept.pages[feed, epoch] = [split_page(raw)]
        transaction.savepoint_rollback(before)

    return forget
