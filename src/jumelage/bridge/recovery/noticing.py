"""Noticing that this database is older than what the node has said, although nobody said so.

A machine that is set back to a snapshot, or a database restored by other means, looks like any
other. But a peer that holds more of our newest words than we do, signed with our own key,
proves it: then the node recovers as after `jumelage restore`, before it writes anything twice.
"""

import logging
from collections.abc import Sequence

from jumelage.bridge.errors import SignatureError
from jumelage.bridge.feeds.serve import epochs
from jumelage.bridge.models import Node
from jumelage.bridge.recovery import state, taking
from jumelage.bridge.recovery.copies import Reach
from jumelage.bridge.recovery.errors import CopyBeginsLaterError, OwnForkError

logger = logging.getLogger(__name__)


def notice(peer: Node, reaches: Sequence[Reach]) -> bool:
    """Begin a recovery if *peer* proves that this node has lost what it said; tell whether.

    What comes back of former epochs is no such proof, and neither is a feed written twice:
    that one is told to people otherwise.
    """
    if state.current() is not None or not any(_lacks(peer, reach) for reach in reaches):
        return False
    logger.error("%s holds more of our feeds than we do: this node was set back", peer.slug)
    state.begin(backup_at=None, by=f"node:{peer.origin}")
    return True


def _lacks(peer: Node, reach: Reach) -> bool:
    said = reach.said
    if said.epoch < epochs([said.feed])[said.feed]:
        return False
    try:
        return taking.compare(peer, reach) > 0
    except CopyBeginsLaterError:
        return True
    except (OwnForkError, SignatureError):
        return False
