"""Deleting what lies behind a snapshot that every reader has, after a time to think."""

from datetime import timedelta

from django.db import transaction

from jumelage.bridge.models import Checkpoint, Entry, Feed, Node, Pairing, Reader, Snapshot
from jumelage.bridge.snapshots.kept import kept
from jumelage.kit import clock

KEEP = timedelta(days=400)
"""A year and a month: the last annual report can still be recomputed from the entries."""


def compact(*, keep: timedelta = KEEP) -> int:
    """Delete replaced and withdrawn entries of this node's feeds; return how many.

    Only what lies behind a snapshot older than *keep* that every paired city which reads the
    feed has copied. Copies of other cities' feeds are left alone: they are what a city that
    lost its node gets its own words back from.
    """
    return sum(_compact(feed, keep) for feed in _feeds())


def _feeds() -> list[Feed]:
    feeds = Feed.objects.filter(node__is_self=True, snapshots__isnull=False)
    return list(feeds.distinct())


@transaction.atomic
def _compact(feed: Feed, keep: timedelta) -> int:
    Feed.objects.select_for_update().get(pk=feed.pk)
    snapshot = _behind(feed, keep)
    if snapshot is None:
        return 0
    stays = set(kept(feed, snapshot.seq).values_list("seq", flat=True))
    old = Entry.objects.filter(feed=feed, seq__gt=0, seq__lte=snapshot.seq)
    gone = [pk for pk, seq in old.values_list("pk", "seq") if seq not in stays]
    for start in range(0, len(gone), 500):
        Entry.objects.filter(pk__in=gone[start : start + 500]).delete()
    Checkpoint.objects.filter(feed=feed, seq__lt=snapshot.seq).delete()
    Feed.objects.filter(pk=feed.pk).update(base_seq=snapshot.seq)
    return len(gone)


def _behind(feed: Feed, keep: timedelta) -> Snapshot | None:
    """Return the newest snapshot that is old enough and that every reader has."""
    old = feed.snapshots.filter(taken_at__lte=clock.now() - keep, seq__gt=feed.base_seq)
    copied = dict(Reader.objects.filter(feed=feed).values_list("node_id", "seq"))
    least = min((copied.get(origin, 0) for origin in _readers(feed)), default=feed.head_seq)
    return old.filter(seq__lt=least).order_by("-seq").first()


def _readers(feed: Feed) -> list[str]:
    paired = Node.objects.filter(pairing__state=Pairing.State.PAIRED)
    if feed.name.startswith("twin:"):
        paired = paired.filter(origin=feed.name.partition(":")[2])
    return list(paired.values_list("origin", flat=True))
