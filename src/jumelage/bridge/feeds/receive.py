"""Receiving: verify a page of a peer's feed, store and apply it in one transaction."""

from collections.abc import Sequence

from django.db import transaction

from jumelage.bridge import forks
from jumelage.bridge.errors import ChainError, FeedStoppedError, NotPairedError
from jumelage.bridge.feeds import bell, checkpoints, store
from jumelage.bridge.feeds.apply import apply_links, refusing
from jumelage.bridge.feeds.chain import Head, Link, follow
from jumelage.bridge.feeds.checkpoints import Signed
from jumelage.bridge.feeds.wire import Line, decode_header
from jumelage.bridge.models import Feed, Node, Pairing

EPOCH_OPENED = "bridge.epoch-opened"


def receive(peer: Node, feed_name: str, lines: Sequence[Line], signed: Signed) -> int:
    """Verify *lines* and the checkpoint over the last of them; store and apply the new ones.

    Entries already held are compared and skipped, so a page may be received twice. Cursor,
    entries and applied state change in one transaction. Returns the new head's sequence.

    Raises:
        NotPairedError: *peer* is not paired; nothing of it is believed.
        FeedStoppedError: the feed was written twice.
        ChainError: the page does not continue the feed.
        ForkError: the peer signed another entry under a sequence this node already holds.
        SignatureError: the checkpoint does not vouch for the page.
    """
    if not Pairing.objects.filter(node=peer, state=Pairing.State.PAIRED).exists():
        raise NotPairedError(origin=peer.origin)
    with transaction.atomic():
        feed = _locked(peer, feed_name, lines)
        if feed.stopped:
            reason = feed.get_stopped_display()
            raise FeedStoppedError(feed=feed.name, origin=peer.origin, reason=reason)
        key = bytes(peer.signing_key)
        evidence = forks.evidence_in(feed, lines, signed, key)
        if evidence is None:
            return _take(feed, lines, signed, key)
        forks.keep(evidence)  # committed, although the page is refused
    raise evidence.error


def _take(feed: Feed, lines: Sequence[Line], signed: Signed, key: bytes) -> int:
    fresh = _fresh(feed, lines)
    if fresh:
        links = list(follow(store.head_of(feed), fresh))
        _check_beginning(feed, links[0])
        checkpoints.check(signed, _head_after(feed, links[-1]), key)
        _accept(feed, links, signed)
        transaction.on_commit(bell.ring)
    return feed.head_seq


def _locked(peer: Node, feed_name: str, lines: Sequence[Line]) -> Feed:
    """Return the feed in the epoch that *lines* belong to, without lines in the newest one."""
    if not lines:
        return store.locked_feed(peer, feed_name)
    epoch = decode_header(lines[0].header).epoch
    if not 0 <= epoch <= store.MOST_EPOCHS:
        reason = f"there is no epoch {epoch}"
        raise ChainError(feed=feed_name, origin=peer.origin, reason=reason)
    return store.locked_epoch(peer, feed_name, epoch)


def _check_beginning(feed: Feed, link: Link) -> None:
    """Let a new epoch begin only with the record that says what it comes after."""
    if feed.epoch and link.header.seq == 1 and link.header.kind != EPOCH_OPENED:
        reason = f"epoch {feed.epoch} does not say what it comes after"
        raise ChainError(feed=feed.name, origin=feed.node_id, reason=reason)


def _accept(feed: Feed, links: list[Link], signed: Signed) -> None:
    states = apply_links(feed, links, refusing(feed))
    store.append(feed, links, states)
    store.keep_checkpoint(feed, signed)


def _head_after(feed: Feed, link: Link) -> Head:
    return Head(feed.node_id, feed.name, feed.epoch, link.header.seq, link.hash)


def _fresh(feed: Feed, lines: Sequence[Line]) -> Sequence[Line]:
    """Drop the lines this node already holds; they were compared."""
    if not lines:
        return []
    return lines[max(0, feed.head_seq - decode_header(lines[0].header).seq + 1) :]
