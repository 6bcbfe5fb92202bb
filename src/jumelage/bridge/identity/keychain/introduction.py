"""What this node shows to somebody who does not know its present key."""

import base64
from collections.abc import Sequence

from jumelage.bridge.identity.keychain import wire
from jumelage.bridge.identity.keychain.statements import Limit, Signed
from jumelage.bridge.identity.origin import Genesis
from jumelage.bridge.models import KeyStatement, Node

SHARED = ("public", "network")
"""The feeds whose length is no secret."""


def signed_of(row: KeyStatement) -> Signed:
    """Return the statement that *row* keeps."""
    openings = tuple(
        Limit(base64.b64decode(opening["salt"]), opening["text"].encode()) for opening in row.limits
    )
    return Signed(bytes(row.text), bytes(row.signature), bytes(row.proof), openings)


def chain_of(node: Node) -> Sequence[Signed]:
    """Return the statements of *node* as they are kept, oldest first."""
    return [signed_of(row) for row in KeyStatement.objects.filter(node=node).order_by("number")]


def readable(reader: str) -> tuple[str, ...]:
    """Return the feeds of which the node *reader* (empty: a stranger) may know the limits."""
    return (*SHARED, f"twin:{reader}") if reader else SHARED


def keys_document(node: Node, reader: str = "") -> bytes:
    """Return what `GET /bridge/keys` answers of *node* to *reader*."""
    return wire.encode(Genesis.of(node), chain_of(node), readable(reader))


def introductions(reader: str) -> list[bytes]:
    """Return the bodies that bring this node's key statements to *reader*; often none."""
    node = Node.objects.filter(is_self=True).first()
    return wire.pushes(node.origin, chain_of(node), readable(reader)) if node else []


def introductions_to(url: str) -> list[bytes]:
    """Return the same for the peer whose address is *url*, known or not."""
    peer = Node.objects.filter(url=url, is_self=False).values_list("origin", flat=True).first()
    return introductions(peer or "")
