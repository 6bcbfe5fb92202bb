"""Serving: pages of this node's own feeds for a peer that may read them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from jumelage.bridge.errors import CursorCompactedError
from jumelage.bridge.feeds import checkpoints
from jumelage.bridge.feeds.chain import Head
from jumelage.bridge.feeds.wire import encode_line
from jumelage.bridge.models import Entry, Feed, Node

PAGE_ENTRIES = 500
"""Entries a page: 5,000 made local writes wait 0.8 s on SQLite, 500 keep them fast."""
READ_ENTRIES = 25
"""Entries taken from the database at once: of large ones, a page has room for few."""
READ_BYTES = 64 * 1024
"""A page takes no more at once than it has room for of entries of this size."""
PAGE_BYTES = 2 * 1024 * 1024
"""A page ends early past this size, so that memory stays bounded on both sides."""
STREAM_BYTES = 256 * 1024
"""The same for a batch of an open stream, which waits in memory for a reader that is slow."""


@dataclass(frozen=True, slots=True)
class Page:
    """Lines of one feed with the checkpoint over the last, ready for the wire."""

    feed: str
    count: int
    last: int
    body: bytes
    is_cut: bool = False
    """Whether the feed goes on after it already."""


def readable_feeds(peer: Node) -> tuple[str, ...]:
    """Return the audiences *peer* belongs to; the order in which they are copied."""
    return (f"twin:{peer.origin}", "network", "public")


def heads(peer: Node) -> Mapping[str, int]:
    """Return the last sequence of each of this node's feeds that *peer* may read."""
    found = {name: seq for name, (_epoch, seq) in _newest(readable_feeds(peer)).items()}
    return {name: found.get(name, 0) for name in readable_feeds(peer)}


def epochs(names: Iterable[str]) -> Mapping[str, int]:
    """Return the newest epoch of each of this node's feeds *names*; 0 where there is none."""
    found = {name: epoch for name, (epoch, _seq) in _newest(names).items()}
    return {name: found.get(name, 0) for name in names}


def former(names: Iterable[str]) -> Mapping[str, int]:
    """Return the heads of the epochs before the newest one, by `<epoch>/<name>`, in order."""
    newest = epochs(names)
    return {f"{epoch}/{name}": seq for name, epoch, seq in _reaches(names) if epoch < newest[name]}


def _newest(names: Iterable[str]) -> Mapping[str, tuple[int, int]]:
    """Return epoch and head of this node's feeds *names*, each in its newest epoch."""
    return {name: (epoch, seq) for name, epoch, seq in _reaches(names)}


def _reaches(names: Iterable[str]) -> Iterable[tuple[str, int, int]]:
    """Return name, epoch and head of this node's feeds *names*, oldest epoch first."""
    feeds = Feed.objects.filter(node__is_self=True, name__in=names).order_by("epoch")
    return feeds.values_list("name", "epoch", "head_seq")


def page(
    feed_name: str,
    after: int,
    limit: int = PAGE_ENTRIES,
    epoch: int | None = None,
    *,
    most: int = PAGE_BYTES,
) -> Page:
    """Return the entries of this node's feed after sequence *after*, at most *limit*.

    Without *epoch* they are those of the newest one. The page ends past *most* bytes.

    The checkpoint of the last line is signed now, with the present key, which readers know:
    what was stored when the entries were written says the same, perhaps by a former key.

    Raises:
        CursorCompactedError: the feed was compacted beyond *after*.
    """
    feeds = Feed.objects.filter(node__is_self=True, name=feed_name).order_by("-epoch")
    feed = (feeds if epoch is None else feeds.filter(epoch=epoch)).first()
    if feed is None:
        return Page(feed_name, 0, after, b"")
    if after < feed.base_seq:
        raise CursorCompactedError(feed=feed_name, base=feed.base_seq)
    lines, head = _lines(feed, after, min(limit, PAGE_ENTRIES), most)
    if not lines:
        return Page(feed_name, 0, after, b"")
    body = b"".join([*lines, checkpoints.sign(head).line()])
    return Page(feed_name, len(lines), head.seq, body, is_cut=head.seq < feed.head_seq)


def _lines(feed: Feed, after: int, limit: int, most: int) -> tuple[list[bytes], Head]:
    """Return the lines of a page, and the head they lead to."""
    columns = ("seq", "header", "salt", "body", "hash")
    rows = Entry.objects.filter(feed=feed, seq__gt=after).order_by("seq").values_list(*columns)
    lines: list[bytes] = []
    size, last, last_hash = 0, after, b""
    at_once = min(READ_ENTRIES, max(1, most // READ_BYTES))
    for seq, header, salt, body, entry_hash in rows[:limit].iterator(chunk_size=at_once):
        lines.append(encode_line(header, salt, body))
        size, last, last_hash = size + len(lines[-1]), seq, bytes(entry_hash)
        if size > most:
            break
    return lines, Head(feed.node_id, feed.name, feed.epoch, last, last_hash)


def news(cursors: Mapping[str, int], epochs: Mapping[str, int]) -> list[Page] | None:
    """Return a page of each of this node's feeds that reaches beyond its cursor in its epoch.

    *epochs* names the epoch of each feed. None says that a feed has begun a newer epoch: the reader must ask for the heads again.
    One query tells that there is nothing, which is the answer nearly every time.
    """
    reach = _newest(cursors)
    if any(epoch > epochs[name] for name, (epoch, _seq) in reach.items()):
        return None
    return [
        page(name, after, epoch=epochs[name], most=STREAM_BYTES)
        for name, after in cursors.items()
        if name in reach and reach[name][1] > after
    ]
