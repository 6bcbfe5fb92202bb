"""A peer gives back what it holds of another city's feeds, cut where that city signed."""

from collections.abc import Callable
from typing import Any

import pytest

from jumelage.bridge.feeds import checkpoints
from jumelage.bridge.feeds.chain import Head, follow
from jumelage.bridge.feeds.receive import receive
from jumelage.bridge.models import Node
from jumelage.bridge.recovery import copies
from jumelage.bridge.recovery.copies import Reach
from jumelage.bridge.replication.client import split_page
from tests.factories.bridge import Peer


@pytest.fixture
def owner(peer: Peer, opened: None, sheet: Callable[..., Any]) -> Node:
    """Return a peer whose feed of five entries came in two pages, of three and two."""
    node = Node.objects.get(origin=peer.origin)
    for count in (3, 2):
        lines = peer.say(*(sheet(peer.origin) for _ in range(count)))
        receive(node, "public", lines, peer.checkpoint())
    return node


@pytest.mark.parametrize(
    ("after", "limit", "count"), [(0, 500, 5), (0, 4, 3), (0, 2, 3), (3, 500, 2), (1, 2, 2)]
)
def test_a_page_ends_where_its_owner_signed(
    owner: Node, peer: Peer, after: int, limit: int, count: int
) -> None:
    raw = copies.page(owner, "public", 0, after, limit)
    lines, signed = split_page(raw)
    before = peer.hashes.get(("public", after), bytes(32))
    links = list(follow(Head(owner.origin, "public", 0, after, before), lines))
    end = links[-1]
    checkpoints.check(
        signed, Head(owner.origin, "public", 0, end.header.seq, end.hash), peer.key.public
    )

    assert len(lines) == count


@pytest.mark.parametrize(
    ("name", "epoch", "after"), [("public", 0, 5), ("public", 1, 0), ("x", 0, 0)]
)
def test_what_is_not_held_gives_an_empty_page(
    owner: Node, name: str, epoch: int, after: int
) -> None:
    assert copies.page(owner, name, epoch, after) == b""


def test_the_owner_is_told_in_its_own_words_how_far_it_reaches(owner: Node, peer: Peer) -> None:
    (reach,) = copies.reaches(owner)

    assert (reach.said.feed, reach.said.epoch, reach.said.seq) == ("public", 0, 5)
    assert reach.signed == peer.checkpoint()
    assert Reach.read(dict(reach.plain())) == reach
