"""Telling peers of a new key, and hearing of theirs."""

import logging
import time
from collections.abc import Sequence

from django.db import transaction

from jumelage.bridge.errors import NoIdentityError, NotPairedError
from jumelage.bridge.identity.errors import KeyStatementError, PeerRefusedError
from jumelage.bridge.identity.keychain import wire
from jumelage.bridge.identity.keychain.chain import adopt, steps_of
from jumelage.bridge.identity.keychain.introduction import introductions
from jumelage.bridge.identity.keychain.statements import Signed, merge
from jumelage.bridge.identity.keys import own_key
from jumelage.bridge.identity.origin import Genesis
from jumelage.bridge.identity.pairing.delivery import fetch, hand_over
from jumelage.bridge.models import KeyStatement, Node, Pairing
from jumelage.kit.errors import JumelageError

logger = logging.getLogger(__name__)
PAUSE_SECONDS = 60.0
"""A peer that could not be told is told again after this long."""


def hear(body: bytes, sender: Node | None = None) -> Node:
    """Believe what *body* proves of the keys of a node this one has met, and return the node.

    Raises:
        KeyStatementError: it proves nothing, or contradicts what is held.
        NotPairedError: it speaks of a node this one never met, or not of *sender*.
    """
    origin, offered = wire.decode(body)
    known = Node.objects.filter(origin=origin, pairing__isnull=False, is_self=False).first()
    if known is None or (sender is not None and sender.origin != origin):
        raise NotPairedError(origin=origin[:32])
    adopt(known, offered)
    return known


def learn(peer: Node, body: bytes) -> bool:
    """Take the answer of *peer* about its own keys; tell whether it signs with another one.

    *peer* is brought up to date, whoever heard of the change first: the web process may have.

    Raises:
        KeyStatementError: the answer proves nothing, or contradicts what is held.
    """
    before = bytes(peer.signing_key)
    heard = hear(body, peer)
    heard.refresh_from_db(fields=["signing_key"])
    peer.signing_key = heard.signing_key
    return bytes(peer.signing_key) != before


class Teller:
    """Remembers, for one process, which peers were told of the newest key statement."""

    def __init__(self) -> None:
        """Begin knowing nothing: each peer is told once after a start, which changes nothing."""
        self._told: dict[str, int] = {}
        self._again_at: dict[str, float] = {}

    def tell_due(self) -> int:
        """Bring the key statements to every paired peer that was not told; return how many.

        A node whose own database lost some takes them back first.
        """
        if time.monotonic() >= self._again_at.get("", 0.0) and not reclaim():
            self._again_at[""] = time.monotonic() + PAUSE_SECONDS
        newest = KeyStatement.objects.filter(node__is_self=True).order_by("-number").first()
        if newest is None:
            return 0
        paired = Node.objects.filter(pairing__state=Pairing.State.PAIRED)
        due = [peer for peer in paired if self._is_due(peer.origin, newest.number)]
        return sum(self._tell(peer, newest.number) for peer in due)

    def _is_due(self, origin: str, number: int) -> bool:
        waited = time.monotonic() >= self._again_at.get(origin, 0.0)
        return waited and self._told.get(origin, 0) < number

    def _tell(self, peer: Node, number: int) -> bool:
        try:
            for body in introductions(peer.origin):
                hand_over(f"{peer.url}/bridge/keys", body)
        except JumelageError as error:
            logger.info("%s was not told of the new key: %s", peer.slug, error)
            self._again_at[peer.origin] = time.monotonic() + PAUSE_SECONDS
            return False
        self._told[peer.origin] = number
        return True


teller = Teller()
"""The one of this process."""


def reclaim() -> bool:
    """Take this node's own key statements back from its peers, where its database lost them.

    After a restore the key file may be newer than the database. What the peers hold is
    believed when it ends in the key that this node has; tell whether it did.
    """
    node = Node.objects.filter(is_self=True).first()
    if node is None or _fits(node):
        return False
    for peer in Node.objects.filter(pairing__state=Pairing.State.PAIRED):
        try:
            body = fetch(f"{peer.url}/bridge/keys/{node.origin}")
            origin, offered = wire.decode(body)
        except JumelageError:
            continue
        if origin == node.origin and _take_back(node, offered):
            return True
    return False


def _fits(node: Node) -> bool:
    try:
        return own_key().public == bytes(node.signing_key)
    except NoIdentityError:
        return True  # nothing can be taken back for a key that is not there


@transaction.atomic
def _take_back(node: Node, offered: Sequence[Signed]) -> bool:
    try:
        steps = merge(Genesis.of(node), steps_of(node), offered)
    except (KeyStatementError, PeerRefusedError):
        return False
    return bool(steps) and steps[-1].key == own_key().public and adopt(node, offered)
