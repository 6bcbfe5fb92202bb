"""What peers gave back of this node's own feeds although nobody had restored anything.

Words that carry our key and that this database does not know prove one of two things: this
machine was set back, or somebody else has the key. The node cannot tell which. It takes them
back, since a copy that lacks them would speak twice, and remembers exactly which they were.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from jumelage.bridge.models import Entry, Feed, Recovery

_STRETCHES = "returned"
"""Where `Recovery.heard` keeps, for each feed, the first and the last entry that came back."""


@dataclass(frozen=True, slots=True)
class Returned:
    """Entries *first* to *last* of one feed, which came back at *at*."""

    feed: str
    epoch: int
    first: int
    last: int
    at: datetime

    @property
    def entries(self) -> int:
        """How many came back."""
        return self.last - self.first + 1


def remember(feed: Feed, first: int, last: int) -> None:
    """Note that entries *first* to *last* of *feed* came back in the recovery that is open."""
    found = Recovery.objects.filter(ended_at=None).order_by("-began_at").first()
    if found is None:
        return
    stretches = dict(found.heard.get(_STRETCHES, {}))
    key = f"{feed.name} {feed.epoch}"
    before = stretches.get(key, [first, last])
    stretches[key] = [min(first, before[0]), max(last, before[1])]
    found.heard = {**found.heard, _STRETCHES: stretches}
    found.save(update_fields=["heard"])


def returned(*, since: datetime) -> Sequence[Returned]:
    """Return what came back since *since* without a restore, the newest first."""
    noticed = Recovery.objects.filter(backup_at=None, began_at__gte=since).order_by("-began_at")
    return [one for recovery in noticed for one in _stretches(recovery)]


def own_words(feed: Feed, after: int) -> Sequence[Entry]:
    """Return the entries of this node's *feed* beyond *after* that were certainly written here.

    Those that follow what came back beyond *after*; without such a stretch nothing is certain.
    """
    stretches = [one for recovery in Recovery.objects.all() for one in _stretches(recovery)]
    mine = [one for one in stretches if (one.feed, one.epoch) == (feed.name, feed.epoch)]
    lasts = [one.last for one in mine if one.first > after]
    if not lasts:
        return []
    return list(Entry.objects.filter(feed=feed, seq__gt=max(lasts)).order_by("seq"))


def _stretches(recovery: Recovery) -> Sequence[Returned]:
    told = recovery.heard.get(_STRETCHES, {})
    return [
        Returned(
            key.rpartition(" ")[0], int(key.rpartition(" ")[2]), first, last, recovery.began_at
        )
        for key, (first, last) in sorted(told.items())
    ]
