"""How far each feed had come under a key, and what follows at a reader when it is revoked."""

from collections.abc import Mapping, Sequence

import msgspec

from jumelage.bridge.boundary.local import LOCAL
from jumelage.bridge.feeds.checkpoints import KIND, Statement
from jumelage.bridge.feeds.past.cut import ASKED_AGAIN, cut, discard
from jumelage.bridge.feeds.wire import EMPTY_HEAD
from jumelage.bridge.identity import keys
from jumelage.bridge.identity.keychain.statements import Limit, LimitText, Step, seal_limit
from jumelage.bridge.models import Checkpoint, Entry, Feed, Node

REVOKED = "key revoked"


def limits_of(
    node: Node, last_valid: Mapping[str, int] | None = None, *, deep: bool
) -> list[Limit]:
    """Return the limits of every feed of this *node* that somebody may read.

    *last_valid* names an earlier last entry than the head for some feeds. A *deep* limit has
    earlier points as well, each twice as far back, so that a reader whose copy went another
    way finds the last entry both have.
    """
    feeds = list(Feed.objects.filter(node=node).exclude(name__in=LOCAL).order_by("name", "epoch"))
    found = [_limit(feed, (last_valid or {}).get(feed.name), deep=deep) for feed in feeds]
    known = {feed.name for feed in feeds}
    peers = Node.objects.filter(pairing__isnull=False).values_list("origin", flat=True)
    names = ["public", "network", *(f"twin:{origin}" for origin in peers)]
    return found + [seal_limit(name, 0, [(0, EMPTY_HEAD)]) for name in names if name not in known]


def _limit(feed: Feed, last: int | None, *, deep: bool) -> Limit:
    last = feed.head_seq if last is None else min(last, feed.head_seq)
    wanted = [last, *(last - 2**power for power in range(40) if deep and 2**power < last)]
    hashes = dict(Entry.objects.filter(feed=feed, seq__in=wanted).values_list("seq", "hash"))
    if last == feed.head_seq:
        hashes[last] = bytes(feed.head_hash)
    points = [(seq, bytes(hashes[seq])) for seq in wanted if seq in hashes]
    return seal_limit(feed.name, feed.epoch, points or [(0, EMPTY_HEAD)])


def enforce(node: Node, steps: Sequence[Step]) -> None:
    """Take back what was copied beyond the limits of every revocation among *steps*.

    Saying a revocation again changes nothing: what a later key vouches for stays.
    """
    for place, step in enumerate(steps):
        if step.said.why == "revoked":
            later = [one.key for one in steps[place:]]
            for limit in step.limits:
                _enforce(node, limit, later)


def _enforce(node: Node, limit: LimitText, later: Sequence[bytes]) -> None:
    feeds = Feed.objects.select_for_update().filter(node=node, name=limit.feed)
    for feed in feeds.filter(epoch__gte=limit.epoch).order_by("epoch"):
        if _vouched_for(feed, later):
            continue
        if feed.epoch > limit.epoch:
            discard(feed, reason=REVOKED)
            continue
        if feed.stopped:
            feed.stopped = ""
            feed.save(update_fields=["stopped"])
        common, differs = _compare(feed, limit)
        if common < feed.head_seq:
            cut(feed, common, reason=REVOKED if differs else ASKED_AGAIN)


def _vouched_for(feed: Feed, later: Sequence[bytes]) -> bool:
    """Tell whether the newest checkpoint of *feed* was signed by one of the keys *later*."""
    newest = Checkpoint.objects.filter(feed=feed, seq__lte=feed.head_seq).order_by("-seq").first()
    if newest is None:
        return False
    text, signature = bytes(newest.signed), bytes(newest.signature)
    said = msgspec.json.decode(text, type=Statement)
    return said.seq == newest.seq and any(keys.verify(key, KIND, text, signature) for key in later)


def _compare(feed: Feed, limit: LimitText) -> tuple[int, bool]:
    """Return the last place where the copy here is known to be the origin's, and if it differs.

    What lies between that place and the end of a copy that is behind may be honest or not: it
    is asked for again.
    """
    held = dict(
        Entry.objects.filter(feed=feed, seq__in=[seq for seq, _ in limit.points]).values_list(
            "seq", "hash"
        )
    )
    held[feed.head_seq] = feed.head_hash
    differs = feed.head_seq > limit.points[0][0]
    for seq, head in limit.points:
        if seq in held and bytes(held[seq]).hex() == head:
            return seq, differs
        differs = differs or seq in held
    return 0, differs
