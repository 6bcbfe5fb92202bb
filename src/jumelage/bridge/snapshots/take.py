"""Taking a snapshot of one of this node's feeds, when it saves something."""

from django.db import transaction

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


def take_due() -> list[Snapshot]:
    """Sum up each own feed of which more than half of what is new was taken back or replaced."""
    if not is_open():
        return []
    return [found for name in _due() if (found := take(name)) is not None]


def _due() -> list[str]:
    feeds = Feed.objects.filter(node__is_self=True, head_seq__gte=ENTRIES).exclude(name="audit")
    return [feed.name for feed in feeds if _saves(feed)]


def _saves(feed: Feed) -> bool:
    newest = feed.snapshots.order_by("-seq").first()
    since = newest.seq if newest else 0
    if feed.head_seq - since < ENTRIES:
        return False
    live = kept.kept(feed, feed.head_seq).filter(seq__gt=since).count()
    return live * 2 < Entry.objects.filter(feed=feed, seq__gt=since).count()
