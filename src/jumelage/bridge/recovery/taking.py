"""Taking back our own words: what a peer returns is verified with our own keys, then applied.

A peer can withhold or lie about nothing else: every page ends with a checkpoint that this node
signed. So whatever passes is ours, and if it does not continue what this node holds, this
node wrote the feed twice.
"""

import logging
from collections.abc import Sequence

from django.db import transaction
from django.db.models import F

from jumelage.bridge.errors import ChainError, SignatureError
from jumelage.bridge.feeds import bell, checkpoints, store
from jumelage.bridge.feeds.apply import apply_links, refusing
from jumelage.bridge.feeds.chain import Head, Link, follow
from jumelage.bridge.feeds.checkpoints import Signed
from jumelage.bridge.feeds.wire import Line, decode_header
from jumelage.bridge.identity import keys
from jumelage.bridge.identity.keychain import wire
from jumelage.bridge.identity.keychain.chain import adopt, keys_of
from jumelage.bridge.identity.requests import own_node
from jumelage.bridge.models import Entry, Feed, Node, Recovery
from jumelage.bridge.recovery import returned
from jumelage.bridge.recovery.copies import Reach
from jumelage.bridge.recovery.errors import CopyBeginsLaterError, OwnForkError

logger = logging.getLogger(__name__)


def own_keys(node: Node) -> Sequence[bytes]:
    """Return every key this node has signed with, the one in its key file first.

    A backup from before a rotation does not know the present key yet; the key file does.
    """
    return list(dict.fromkeys([keys.own_key().public, *keys_of(node)]))


def own_origin() -> str:
    """Return the name of this node."""
    return own_node().origin


def learn_keys(body: bytes) -> None:
    """Take the key statements a peer knows of this node; each proves itself.

    Raises:
        KeyStatementError: they prove nothing, or contradict what is held.
    """
    origin, offered = wire.decode(body)
    node = own_node()
    if origin == node.origin and offered:
        adopt(node, offered)


def take(peer: Node, lines: Sequence[Line], signed: Signed) -> int:
    """Append what *peer* gave back of one of our feeds and apply it; return the new head.

    What is held already is compared and skipped. One transaction.

    Raises:
        ChainError, SignatureError: it was not written by this node, or entries are missing.
        OwnForkError: this node signed it and holds something else in the same place.
    """
    first = decode_header(lines[0].header)
    before = Head(first.origin, first.feed, first.epoch, first.seq - 1, bytes.fromhex(first.prev))
    links = list(follow(before, lines))
    with transaction.atomic():
        node = own_node()
        _check_ours(node, links, signed)
        feed = store.locked_epoch(node, first.feed, first.epoch)
        fresh = _fresh(peer, feed, links)
        if fresh:
            _append(feed, fresh, signed)
            transaction.on_commit(bell.ring)
    return feed.head_seq


def _check_ours(node: Node, links: Sequence[Link], signed: Signed) -> None:
    last = links[-1].header
    if last.origin != node.origin:
        raise SignatureError(origin=last.origin, reason="it belongs to another node")
    head = Head(last.origin, last.feed, last.epoch, last.seq, links[-1].hash)
    check_signed(node, signed, head)


def check_signed(node: Node, signed: Signed, head: Head) -> None:
    """Check that one of this node's own keys vouches for *head* in *signed*.

    Raises:
        SignatureError: none does.
    """
    known = own_keys(node)
    for number, key in enumerate(known, 1):
        try:
            checkpoints.check(signed, head, key)
        except SignatureError:
            if number == len(known):
                raise
        else:
            return


def _fresh(peer: Node, feed: Feed, links: Sequence[Link]) -> Sequence[Link]:
    """Return the links this node lacks, after comparing the others with what it holds."""
    known = [link for link in links if link.header.seq <= feed.head_seq]
    held = Entry.objects.filter(feed=feed, seq__in=[link.header.seq for link in known])
    hashes = dict(held.values_list("seq", "hash"))
    for link in known:
        if bytes(hashes.get(link.header.seq, link.hash)) != link.hash:
            raise OwnForkError(feed=feed.name, origin=feed.node_id, seq=link.header.seq, peer=peer)
    fresh = links[len(known) :]
    if fresh:
        _check_continues(peer, feed, fresh[0])
    return fresh


def _check_continues(peer: Node, feed: Feed, link: Link) -> None:
    header = link.header
    if header.seq != feed.head_seq + 1:
        reason = f"{peer.slug} gave entry {header.seq} after {feed.head_seq}"
        raise ChainError(feed=feed.name, origin=feed.node_id, reason=reason)
    if header.prev != bytes(feed.head_hash).hex():
        raise OwnForkError(feed=feed.name, origin=feed.node_id, seq=feed.head_seq, peer=peer)


def _append(feed: Feed, links: Sequence[Link], signed: Signed) -> None:
    """Store and apply our own words; what cannot be applied keeps its bytes for a later release."""
    states = apply_links(feed, links, refusing(feed), said_before=True)
    kept = [Entry.State.UNKNOWN if state == Entry.State.REFUSED else state for state in states]
    store.append(feed, links, kept)
    store.keep_checkpoint(feed, signed)
    Recovery.objects.filter(ended_at=None).update(
        taken=F("taken") + len(links), stage=Recovery.Stage.TAKING
    )
    returned.remember(feed, links[0].header.seq, links[-1].header.seq)


def compare(peer: Node, reach: Reach) -> int:
    """Return how many entries of a copy this node lacks, after comparing where both end.

    Raises:
        SignatureError: it was not signed by this node.
        OwnForkError: this node holds another entry where the copy ends.
        CopyBeginsLaterError: the copy begins after what this node holds.
    """
    node, said = own_node(), reach.said
    head = Head(said.origin, said.feed, said.epoch, said.seq, bytes.fromhex(said.head))
    if said.origin != node.origin:
        raise SignatureError(origin=said.origin, reason="it belongs to another node")
    check_signed(node, reach.signed, head)
    feed = Feed.objects.filter(node=node, name=said.feed, epoch=said.epoch).first()
    held = feed.head_seq if feed else 0
    if said.seq > held:
        if reach.base > held:
            raise CopyBeginsLaterError(
                feed=said.feed, origin=node.origin, peer=peer, base=reach.base, seq=held
            )
        return said.seq - held
    entry = Entry.objects.filter(feed=feed, seq=said.seq).only("hash").first()
    if entry is not None and bytes(entry.hash) != head.hash:
        raise OwnForkError(feed=said.feed, origin=node.origin, seq=said.seq, peer=peer)
    return 0
