"""What peers hold of a third city's feeds, compared: a city that tells each its own story is found.

Theory of operation. Two readers that are shown different histories each hold a good chain. Each
holds checkpoints as well, signed by the owner, and whoever holds more can compare: a reader says
how far it holds the feeds of others, the peer answers with its last checkpoint at or before that
place, and the entry held there must be the one it names. If it is not, the owner signed both.
The reader with the longer copy always finds it, as the other has a checkpoint at its very end.
No entry is shown, only a number and a hash, and only of feeds that are read by many.
"""

from collections.abc import Iterator, Mapping, Sequence

import msgspec
from django.db import transaction

from jumelage.bridge import forks
from jumelage.bridge.boundary.ingress import plain
from jumelage.bridge.boundary.refusals import record_refusal
from jumelage.bridge.errors import BridgeError, FalseAccusationError
from jumelage.bridge.feeds.checkpoints import KIND, Signed, Statement
from jumelage.bridge.identity import keys
from jumelage.bridge.identity.keychain.chain import keys_of
from jumelage.bridge.models import Checkpoint, Entry, Feed, Node

SHARED = ("public", "network")
"""Feeds that several cities read; what one city says to another is nobody else's."""
MOST_PLACES = 100
"""Feeds of others in one question: fifty cities with two each."""


def places(peer: Node) -> dict[str, int]:
    """Return how far this node holds feeds of others than *peer*, by `<origin>/<epoch>/<name>`."""
    others = Feed.objects.filter(name__in=SHARED, head_seq__gt=0, stopped="", node__is_self=False)
    newest = others.exclude(node=peer).order_by("-epoch", "node", "name")[:MOST_PLACES]
    return {f"{feed.node_id}/{feed.epoch}/{feed.name}": feed.head_seq for feed in newest}


def vouched(asked: Mapping[str, int]) -> Iterator[Signed]:
    """Yield the last checkpoint held here at or before each place of *asked*, if there is one."""
    for place, seq in list(asked.items())[:MOST_PLACES]:
        origin, epoch, name = _parts(place)
        if name not in SHARED:
            continue
        held = Checkpoint.objects.filter(
            feed__node=origin, feed__epoch=epoch, feed__name=name, feed__node__is_self=False
        )
        last = held.filter(seq__lte=seq).order_by("-seq").first()
        if last is not None:
            yield Signed(bytes(last.signed), bytes(last.signature))


def _parts(place: str) -> tuple[str, int, str]:
    origin, epoch, name = (*place.split("/", 2), "", "")[:3]
    return origin, int(epoch) if epoch.isdecimal() and len(epoch) < 8 else 0, name


def compare(peer: Node, told: Sequence[Signed]) -> int:
    """Compare what *peer* holds of others with what is held here; return how many forks it shows.

    What it made up is kept as its refusal, and believed by nobody.
    """
    found = 0
    for signed in told[:MOST_PLACES]:
        try:
            with transaction.atomic():
                found += _compare(peer, signed)
        except BridgeError as error:
            record_refusal(peer.origin, error)
    return found


def _compare(peer: Node, signed: Signed) -> bool:
    said = _statement(peer, signed)
    feeds = Feed.objects.select_for_update().filter(stopped="", node__is_self=False)
    feed = feeds.filter(node=said.origin, name=said.feed, epoch=said.epoch).first()
    held = Entry.objects.filter(feed=feed, seq=said.seq).first() if feed else None
    if feed is None or held is None or bytes(held.hash).hex() == said.head:
        return False
    if not keys.verify(bytes(feed.node.signing_key), KIND, signed.text, signed.signature):
        if any(keys.verify(k, KIND, signed.text, signed.signature) for k in keys_of(feed.node)):
            return False  # a key of before, which may have been stolen since: it proves nothing
        raise _false(peer, said.feed, said.seq, "its city did not sign it")
    before = forks.held_at(feed, said.seq)
    forks.keep(forks.Evidence(feed, said.seq, bytes(held.header), before, b"", signed))
    return True


def _statement(peer: Node, signed: Signed) -> Statement:
    try:
        plain(signed.text, "a checkpoint")
        return msgspec.json.decode(signed.text, type=Statement)
    except msgspec.DecodeError as error:
        raise _false(peer, "?", 0, "a checkpoint cannot be read") from error


def _false(peer: Node, feed: str, seq: int, reason: str) -> FalseAccusationError:
    return FalseAccusationError(origin=peer.origin, feed=feed[:60], seq=seq, reason=reason)
