"""A stolen key is revoked: readers take back what the thief said, and only that."""

from collections.abc import Callable

import pytest

from jumelage.bridge.errors import ChainError, ForkError, SignatureError
from jumelage.bridge.feeds.past.cut import ASKED_AGAIN
from jumelage.bridge.feeds.receive import receive
from jumelage.bridge.feeds.verify import verify_chains
from jumelage.bridge.forks import standing_forks
from jumelage.bridge.identity.keychain.chain import adopt
from jumelage.bridge.identity.keychain.statements import Limit
from jumelage.bridge.models import Cut, Feed, Node
from jumelage.components.practices.models import Practice
from jumelage.components.practices.records import PracticeShared
from tests.factories.bridge import Peer

Sheet = Callable[..., PracticeShared]


def node(peer: Peer) -> Node:
    """Return the row of *peer* in this node's database."""
    return Node.objects.get(origin=peer.origin)


def titles() -> set[str]:
    """Return the titles of the practices that count."""
    return set(Practice.objects.live().values_list("title__en", flat=True))


def feed_of(peer: Peer) -> Feed:
    """Return the copy of the public feed of *peer*."""
    return Feed.objects.get(node=peer.origin, name="public", epoch=0)


def tell(peer: Peer, *records: PracticeShared) -> None:
    """Let *peer* publish, one page a record, and this node receive."""
    for record in records:
        receive(node(peer), "public", peer.say(record), peer.checkpoint())


def deep(peer: Peer) -> Limit:
    """Return the limit of the public feed as a revoking city states it."""
    last = peer.head().seq
    back = [last - 2**power for power in range(20) if 2**power < last]
    return peer.limit(last, *back)


@pytest.fixture
def known(opened: None, peer: Peer, sheet: Sheet) -> Peer:
    """Return the peer after it said ten things that this node holds."""
    tell(peer, *(sheet(peer.origin, title=f"Honest {n}") for n in range(10)))
    return peer


HONEST = {f"Honest {n}" for n in range(10)}


def test_what_the_thief_added_is_taken_back_and_the_city_goes_on(known: Peer, sheet: Sheet) -> None:
    thief = known.twin()
    tell(thief, sheet(known.origin, title="Forged 1"), sheet(known.origin, title="Forged 2"))
    assert titles() == HONEST | {"Forged 1", "Forged 2"}

    known.change_key("revoked", [deep(known)])
    adopt(node(known), known.chain)

    assert titles() == HONEST
    assert Cut.objects.get().entries == 2
    tell(known, sheet(known.origin, title="Truth"))
    assert titles() == HONEST | {"Truth"}
    assert all(chain.whole for chain in verify_chains())
    with pytest.raises((SignatureError, ChainError, ForkError)):
        tell(thief, sheet(known.origin, title="Again"))


def test_a_fork_that_is_longer_here_than_the_truth_is_cut_where_they_part(
    known: Peer, sheet: Sheet
) -> None:
    thief = known.twin()
    tell(thief, *(sheet(known.origin, title=f"Forged {n}") for n in range(9)))
    kept = [known.say(sheet(known.origin, title=f"True {n}")) for n in range(5)]

    known.change_key("revoked", [deep(known)])
    adopt(node(known), known.chain)

    head = feed_of(known).head_seq
    assert titles() <= HONEST
    assert 7 <= head <= 10
    again = [line for lines in kept for line in lines]
    assert Cut.objects.get().entries == 19 - head
    assert again


def test_a_fork_that_stopped_the_feed_is_settled_by_the_revocation(
    known: Peer, sheet: Sheet
) -> None:
    thief = known.twin()
    honest = known.say(sheet(known.origin, title="True"))
    tell(thief, sheet(known.origin, title="Forged"))
    with pytest.raises(ForkError):
        receive(node(known), "public", honest, known.checkpoint())
    assert feed_of(known).stopped
    assert len(standing_forks()) == 1

    known.change_key("revoked", [deep(known)])
    adopt(node(known), known.chain)

    assert feed_of(known).stopped == ""
    assert standing_forks() == []
    receive(node(known), "public", honest, known.checkpoint())
    assert titles() == HONEST | {"True"}


def test_hearing_the_revocation_again_takes_nothing_more_back(known: Peer, sheet: Sheet) -> None:
    known.change_key("revoked", [deep(known)])
    adopt(node(known), known.chain)
    tell(known, sheet(known.origin, title="Truth"))

    adopt(node(known), known.chain)

    assert titles() == HONEST | {"Truth"}
    assert Cut.objects.count() == 0


def test_an_honest_copy_that_is_behind_asks_for_its_end_again(known: Peer, sheet: Sheet) -> None:
    lines = known.say(sheet(known.origin, title="Last"))
    receive(node(known), "public", lines, known.checkpoint())
    lines += [known.say(sheet(known.origin, title=f"More {n}"))[0] for n in range(3)]

    known.change_key("revoked", [deep(known)])
    adopt(node(known), known.chain)

    assert titles() == HONEST
    assert Cut.objects.get().reason == ASKED_AGAIN
    receive(node(known), "public", lines, known.checkpoint())
    assert titles() == HONEST | {"Last"} | {f"More {n}" for n in range(3)}


def test_a_lost_key_takes_nothing_back(known: Peer, sheet: Sheet) -> None:
    """A city that lost key and disk may hold less than its peers: their copies are the truth."""
    early = known.limit(4, 3, 2)

    known.change_key("lost", [early])
    adopt(node(known), known.chain)

    assert titles() == HONEST


def test_a_revocation_without_an_opening_waits_for_it(known: Peer, sheet: Sheet) -> None:
    thief = known.twin()
    tell(thief, sheet(known.origin, title="Forged"))
    said = known.change_key("revoked", [deep(known)])
    closed = type(said)(said.text, said.signature, said.proof)

    adopt(node(known), [closed])
    assert "Forged" in titles()
    assert not adopt(node(known), known.chain)

    assert titles() == HONEST


def test_an_epoch_that_only_the_thief_opened_is_forgotten(known: Peer, sheet: Sheet) -> None:
    Feed.objects.create(node=node(known), name="public", epoch=3, head_hash=bytes(32))

    known.change_key("revoked", [deep(known)])
    adopt(node(known), known.chain)

    assert list(Feed.objects.filter(node=known.origin).values_list("epoch", flat=True)) == [0]


def test_a_thief_who_rotated_first_is_overruled(known: Peer, sheet: Sheet) -> None:
    thief = known.twin()
    thief.change_key()
    adopt(node(known), thief.chain)
    tell(thief, sheet(known.origin, title="Forged"))

    known.change_key("revoked", [deep(known)])
    assert adopt(node(known), known.chain)

    assert titles() == HONEST
    tell(known, sheet(known.origin, title="Truth"))
    assert titles() == HONEST | {"Truth"}
    assert all(chain.whole for chain in verify_chains())
