"""Serving snapshots to peers that join late or were away too long."""

from collections.abc import Mapping, Sequence

import msgspec

from jumelage.bridge.errors import NoSnapshotError
from jumelage.bridge.feeds.serve import PAGE_ENTRIES
from jumelage.bridge.feeds.wire import encode_line
from jumelage.bridge.models import Feed, Snapshot
from jumelage.bridge.snapshots import kept


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """Where the newest snapshot of a feed stands; believed only as its signed record says it."""

    epoch: int
    seq: int
    head: str


def snapshots(names: Sequence[str]) -> Mapping[str, int]:
    """Return how far the newest snapshot of each of this node's feeds *names* reaches."""
    return _reach("snapshots__seq", names)


def bases(names: Sequence[str]) -> Mapping[str, int]:
    """Return up to where each of this node's feeds *names* was compacted."""
    return _reach("base_seq", names)


def _reach(column: str, names: Sequence[str]) -> Mapping[str, int]:
    feeds = Feed.objects.filter(node__is_self=True, name__in=names).order_by("epoch", column)
    return {name: seq for name, seq in feeds.values_list("name", column) if seq}


def claim(name: str) -> Claim:
    """Return where the newest snapshot of this node's feed *name* stands.

    Raises:
        NoSnapshotError: none was taken.
    """
    snapshot = _newest(name)
    entry = snapshot.feed.entries.get(seq=snapshot.seq + 1)
    said = msgspec.json.decode(bytes(entry.body or b"{}"))
    return Claim(epoch=snapshot.feed.epoch, seq=snapshot.seq, head=said["head"])


def _newest(name: str) -> Snapshot:
    found = Snapshot.objects.filter(feed__node__is_self=True, feed__name=name)
    newest = found.select_related("feed").order_by("-feed__epoch", "-seq").first()
    if newest is None:
        raise NoSnapshotError(feed=name)
    return newest


def listing(name: str) -> bytes:
    """Return the list that the newest snapshot's digest is over.

    Raises:
        NoSnapshotError: none was taken.
    """
    snapshot = _newest(name)
    return b"".join(kept.write(kept.listing(snapshot.feed, snapshot.seq)))


def page(name: str, after: int) -> bytes:
    """Return up to 500 kept entries after sequence *after* as lines, without a checkpoint.

    Raises:
        NoSnapshotError: none was taken.
    """
    snapshot = _newest(name)
    rows = kept.kept(snapshot.feed, snapshot.seq).filter(seq__gt=after)
    columns = rows.values_list("header", "salt", "body")[:PAGE_ENTRIES]
    return b"".join(encode_line(header, salt, body) for header, salt, body in columns)
