"""Verifying what is stored: a whole chain is called whole, and each kind of damage is found."""

from collections.abc import Callable

import pytest

from jumelage.bridge.feeds.receive import receive
from jumelage.bridge.feeds.verify import verify_chains
from jumelage.bridge.feeds.write import publish
from jumelage.bridge.models import Checkpoint, Entry, Feed, Node
from jumelage.components.practices.records import PracticeShared
from tests.factories.bridge import Peer

Sheet = Callable[..., PracticeShared]


@pytest.fixture
def stored(here: Node, peer: Peer, opened: None, sheet: Sheet) -> None:
    """Store a feed of this node and the copy of another, three entries each."""
    for _ in range(3):
        publish(sheet(here.origin))
    lines = peer.say(*(sheet(peer.origin) for _ in range(3)))
    receive(Node.objects.get(origin=peer.origin), "public", lines, peer.checkpoint())


def flaws() -> list[tuple[int, str]]:
    """Return everything that was found, as sequence and sentence."""
    return [(flaw.seq, flaw.reason) for chain in verify_chains() for flaw in chain.flaws]


def test_verify_chains_calls_own_feeds_and_copies_whole(stored: None) -> None:
    chains = verify_chains()

    assert [(chain.feed, chain.seq, chain.whole) for chain in chains] == [("public", 3, True)] * 2
    assert {chain.checkpoints for chain in chains} == {1, 3}


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"body": b"{}"}, (2, "the body does not fit its hash")),
        ({"body": None, "salt": None}, (2, "its body is missing")),
        ({"header": b"{}"}, (2, "the header cannot be read")),
        ({"hash": bytes(32)}, (2, "the header does not fit its hash")),
        ({"rev": 7}, (2, "its columns say something else than the header")),
        ({"seq": 9}, (3, "expected entry 2")),
    ],
)
def test_verify_chains_finds_a_damaged_entry(
    stored: None, here: Node, change: dict[str, object], found: tuple[int, str]
) -> None:
    Entry.objects.filter(feed__node=here, seq=2).update(**change)

    assert found in flaws()


def test_verify_chains_finds_a_replaced_header(stored: None, here: Node) -> None:
    first, second = Entry.objects.filter(feed__node=here, seq__lte=2).order_by("seq")
    Entry.objects.filter(pk=second.pk).update(header=first.header, hash=first.hash)

    assert (2, "it belongs to another place") in flaws()
    assert (3, "it does not follow from the one before") in flaws()


def test_verify_chains_finds_a_lost_tail(stored: None, peer: Peer) -> None:
    Entry.objects.filter(feed__node=peer.origin, seq=3).delete()

    assert flaws() == [(3, "the head is not the last entry")]


def test_verify_chains_finds_a_checkpoint_nobody_signed(stored: None, here: Node) -> None:
    Checkpoint.objects.filter(feed__node=here, seq=2).update(signature=bytes(64))

    assert flaws() == [(2, "the checkpoint was not signed by its origin")]


def test_verify_chains_finds_a_checkpoint_of_another_head(stored: None, here: Node) -> None:
    one = Checkpoint.objects.get(feed__node=here, seq=1)
    Checkpoint.objects.filter(feed__node=here, seq=2).update(
        signed=one.signed, signature=one.signature
    )

    assert flaws() == [(2, "the checkpoint speaks of another head")]


def test_verify_chains_misses_a_checkpoint_over_the_head(stored: None, here: Node) -> None:
    Checkpoint.objects.filter(feed__node=here, seq=3).delete()

    assert flaws() == [(3, "no signed checkpoint vouches for the head")]


def test_verify_chains_accepts_a_body_that_is_gone(stored: None) -> None:
    Entry.objects.filter(seq=2).update(body=None, salt=None, state=Entry.State.GONE)

    assert flaws() == []
    assert Feed.objects.count() == 2
