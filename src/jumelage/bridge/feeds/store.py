"""Writing links, heads and checkpoints to the database, verbatim."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection

from jumelage.bridge.boundary import tally
from jumelage.bridge.feeds.chain import Head, Link
from jumelage.bridge.feeds.checkpoints import Signed
from jumelage.bridge.models import Entry, Feed, Node
from jumelage.kit.sql.among import among, listed
from jumelage.kit.sql.columns import insertion
from jumelage.kit.uris import Uri

EPOCH_BITS = 32
MOST_EPOCHS = 1 << 20
"""More would take revisions beyond 2^53, which not every reader can hold."""
KEPT = {Entry.State.APPLIED, Entry.State.UNKNOWN}
"""The states whose bodies are stored; what was refused or erased keeps its header only."""
_COLUMNS = (
    "feed_id",
    "seq",
    "header",
    "hash",
    "salt",
    "body",
    "kind",
    "uri",
    "rev",
    "op",
    "time",
    "state",
)
# Each of these took as long through the ORM as twenty entries take to be inserted.
_MOVE_HEAD = "UPDATE bridge_feed SET head_seq = %s, head_hash = %s WHERE id = %s"
_KEEP = (
    "INSERT INTO bridge_checkpoint (feed_id, seq, signed, signature) VALUES (%s, %s, %s, %s) "
    "ON CONFLICT DO NOTHING"
)
_FEED = ("id", "node_id", "name", "epoch", "head_seq", "head_hash", "base_seq", "stopped")
_OWN_FEED = (
    f"SELECT {', '.join(f'feed.{column}' for column in _FEED)} FROM bridge_feed feed "  # noqa: S608  # our own columns
    "JOIN bridge_node node ON node.origin = feed.node_id "
    "WHERE node.is_self AND feed.name = %s ORDER BY feed.epoch DESC LIMIT 1"
)
_REVISIONS = "SELECT uri, MAX(rev) FROM bridge_entry WHERE {} GROUP BY uri"


def own_feed(name: str) -> Feed | None:
    """Return the newest epoch of this node's feed, if there is one, as `locked_feed` does."""
    lock = " FOR UPDATE OF feed" if connection.features.has_select_for_update_of else ""
    with connection.cursor() as cursor:
        cursor.execute(_OWN_FEED + lock, [name])
        row = cursor.fetchone()
    return Feed.from_db(connection.alias, _FEED, row) if row else None


def revisions(uris: Sequence[str]) -> dict[str, int]:
    """Return the newest revision of those of *uris* that an entry speaks of."""
    with connection.cursor() as cursor:
        cursor.execute(_REVISIONS.format(among(connection, "uri")), [listed(uris)])
        return dict(cursor.fetchall())


def locked_feed(node: Node, name: str) -> Feed:
    """Return the newest epoch of the feed, made on first use, locked until the transaction ends."""
    feeds = Feed.objects.select_for_update().filter(node=node, name=name)
    newest = feeds.order_by("-epoch").first()
    if newest is not None:
        return newest
    return feeds.get_or_create(node=node, name=name, epoch=0, defaults={"head_hash": bytes(32)})[0]


def locked_epoch(node: Node, name: str, epoch: int) -> Feed:
    """Return one epoch of the feed, made on first use, locked until the transaction ends."""
    feeds = Feed.objects.select_for_update()
    key = {"node": node, "name": name, "epoch": epoch}
    return feeds.get_or_create(**key, defaults={"head_hash": bytes(32)})[0]


def first_revision(feed: Feed) -> int:
    """Return the revision that records begin at in the epoch of *feed*.

    A node that begins a new epoch does not know what it last said; readers must still see
    that its words are the newer ones.
    """
    return (feed.epoch << EPOCH_BITS) + 1


def head_of(feed: Feed) -> Head:
    """Return where *feed* ends here."""
    return Head(feed.node_id, feed.name, feed.epoch, feed.head_seq, bytes(feed.head_hash))


def append(feed: Feed, links: Sequence[Link], states: Sequence[str]) -> None:
    """Insert *links* after the head of *feed* and move the head; the feed must be locked."""
    insert(feed, links, states)
    feed.head_seq, feed.head_hash = links[-1].header.seq, links[-1].hash
    with connection.cursor() as cursor:
        cursor.execute(_MOVE_HEAD, [feed.head_seq, feed.head_hash, feed.pk])


def insert(feed: Feed, links: Sequence[Link], states: Sequence[str]) -> None:
    """Insert *links* of *feed* at their places; the head stays where it is."""
    time = cache(_time)  # what is written together was mostly said together
    rows = [
        (
            feed.pk,
            link.header.seq,
            link.raw,
            link.hash,
            link.salt if state in KEPT else None,
            link.body if state in KEPT else None,
            link.header.kind,
            str(Uri(feed.node_id, link.header.id)),
            link.header.rev,
            link.header.operation,
            time(link.header.time),
            state,
        )
        for link, state in zip(links, states, strict=True)
    ]
    insertion(Entry, _COLUMNS).run(rows)
    tally.count(feed, links)


def _time(text: str) -> Any:  # noqa: ANN401  # what the driver takes
    return connection.ops.adapt_datetimefield_value(datetime.fromisoformat(text))


def keep_checkpoint(feed: Feed, signed: Signed) -> None:
    """Keep the checkpoint that vouches for the present head of *feed*."""
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [feed.pk, feed.head_seq, signed.text, signed.signature])
