"""Taking a snapshot of one of this node's feeds, when it saves something."""

from django.db import transaction
from django.db.models import Count, Q

from jumelage.bridge.boundary.standing import is_open
from jumelage.bridge.feeds.wire import encode_body
from jumelage.bridge.feeds.write import append, own_feed
from jumelage.bridge.models import Entry, Feed, Snapshot
from jumelage.bridge.records.snapshots import SnapshotTaken
from jumelage.bridge.snapshots import kept
from jumelage.kit.uris import Uri, new_id

ENTRIES = 10_000
"""A snapshot of fewer entries saves a reader less than a second."""


def take(audience: str) -> Snapshot | None:
    """Sum up this node's feed for *audience*; None when nothing was said since the last one.

    Raises:
        NoIdentityError, RecoveringError: this node may not publish now.
    """
    with transaction.atomic():
        feed = own_feed(audience)
        newest = feed.snapshots.order_by("-seq").first()
        if feed.head_seq == 0 or (newest is not None and newest.seq + 1 == feed.head_seq):
            return newest
        record = _record(feed)
        body = encode_body(record, frozenset(SnapshotTaken.audiences["public"]))
        append(feed, [(record.kind, Uri.parse(record.uri).id, 1, "put", body)])
        return feed.snapshots.get(record=record.uri)


def _record(feed: Feed) -> SnapshotTaken:
    listed = kept.listing(feed, feed.head_seq)
    return SnapshotTaken(
        uri=str(Uri(feed.node_id, new_id())),
        feed=feed.name,
        epoch=feed.epoch,
        seq=feed.head_seq,
        head=bytes(feed.head_hash).hex(),
        kept=len(listed),
        digest=kept.digest(listed).hex(),
    )


def take_due(*, least: int = ENTRIES) -> list[Snapshot]:
    """Sum up each own feed of which more than half of what is new was taken back or replaced.

    Feeds with fewer than *least* new entries are left as they are.
    """
    if not is_open():
        return []
    return [found for name in _due(least) if (found := take(name)) is not None]


def _due(least: int) -> list[str]:
    feeds = Feed.objects.filter(node__is_self=True, head_seq__gte=least).exclude(name="audit")
    return [feed.name for feed in feeds if _saves(feed, least)]


def _saves(feed: Feed, least: int) -> bool:
    """Tell whether fewer than half of what is new is live.

    Every record that is not live was taken back at least once. That bound nearly always answers;
    to look at each of 100,000 entries took the worker 20 s at every start.
    """
    newest = feed.snapshots.order_by("-seq").first()
    since = newest.seq if newest else 0
    if feed.head_seq - since < least:
        return False
    new = Entry.objects.filter(feed=feed, seq__gt=since)
    counted = new.aggregate(
        entries=Count("pk"),
        records=Count("uri", distinct=True),
        taken_back=Count("pk", filter=Q(op="withdraw")),
    )
    if (counted["records"] - counted["taken_back"]) * 2 >= counted["entries"]:
        return False
    live = kept.kept(feed, feed.head_seq).filter(seq__gt=since).count()
    return live * 2 < int(counted["entries"])
