"""A restored node may publish when every peer has answered, and not before."""

from collections.abc import Callable
from typing import Any

import pytest

from jumelage.bridge.boundary import standing
from jumelage.bridge.errors import ChainError, PeerUnreachableError, RecoveringError
from jumelage.bridge.feeds import serve
from jumelage.bridge.feeds.checkpoints import Signed
from jumelage.bridge.feeds.write import publish
from jumelage.bridge.models import Feed, Node, Reader, Recovery
from jumelage.bridge.recovery import state, taking
from jumelage.bridge.recovery.copies import Reach
from jumelage.bridge.recovery.epochs import open_epoch
from jumelage.bridge.recovery.errors import NotRecoveringError, OwnForkError
from jumelage.bridge.recovery.noticing import notice
from jumelage.bridge.replication.client import split_page
from jumelage.kit import clock
from tests.factories.bridge import Peer

Sheet = Callable[..., Any]


@pytest.fixture
def twin(peer: Peer) -> Node:
    """Return the row of the twin."""
    return Node.objects.get(origin=peer.origin)


def test_it_ends_when_every_peer_has_answered(
    here: Node, twin: Node, opened: None, sheet: Sheet, forgetting: Callable[..., Any]
) -> None:
    other = Peer(slug="third-demo").introduce()
    publish(sheet(here.origin))
    with forgetting() as kept:
        publish(sheet(here.origin))
    state.begin(backup_at=clock.now(), by="test")
    state.missing(1)
    taking.take(twin, *kept.only())
    state.answered(twin, kept.reaches())
    state.failed(other, PeerUnreachableError(peer="third-demo", reason="silence"))

    assert state.conclude([twin, other]) is False
    with pytest.raises(RecoveringError):
        publish(sheet(here.origin))
    state.answered(other, [])
    assert state.conclude([twin, other]) is True

    publish(sheet(here.origin))
    ended = state.latest()
    assert ended is not None
    assert (ended.stage, ended.wanted, ended.taken) == ("done", 1, 1)
    assert state.current() is None


def test_what_peers_were_known_to_hold_is_forgotten_and_asked_again(
    here: Node, twin: Node, opened: None, sheet: Sheet, forgetting: Callable[..., Any]
) -> None:
    publish(sheet(here.origin))
    feed = Feed.objects.get(node=here, name="public")
    Reader.objects.create(feed=feed, node=twin, seq=1, at=clock.now())
    with forgetting() as kept:
        publish(sheet(here.origin))

    state.begin(backup_at=None, by="test")
    assert not Reader.objects.exists()

    taking.take(twin, *kept.only())
    state.answered(twin, kept.reaches())
    assert Reader.objects.get(feed=feed, node=twin).seq == 2


def test_a_node_that_knows_no_peer_stays_read_only(here: Node) -> None:
    state.begin(backup_at=None, by="test")

    assert state.conclude([]) is False
    assert standing.standing().recovering_since is not None
    assert state.why(state.demand()) == "No joined city is known in this backup."


def test_two_histories_stop_it_until_a_new_epoch(here: Node, twin: Node) -> None:
    fork = OwnForkError(feed="public", origin=here.origin, seq=3, peer=twin)
    state.begin(backup_at=None, by="test")
    state.stopped(fork)
    assert state.demand().stage == Recovery.Stage.STOPPED
    assert "twice at entry 3" in state.why(state.demand())

    open_epoch(by="test")
    state.stopped(fork)  # the twin answers the same again
    assert state.current() is None
    with pytest.raises(NotRecoveringError):
        state.demand()


def test_a_backup_made_during_a_recovery_begins_a_fresh_one(here: Node, twin: Node) -> None:
    state.begin(backup_at=None, by="test")
    state.answered(twin, [])
    state.begin(backup_at=None, by="test")

    assert state.demand().heard == {}
    assert Recovery.objects.filter(ended_at=None).count() == 1


def test_a_node_that_was_set_back_notices_it(
    here: Node, twin: Node, opened: None, sheet: Sheet, forgetting: Callable[..., Any]
) -> None:
    publish(sheet(here.origin))
    assert notice(twin, []) is False
    with forgetting() as kept:
        publish(sheet(here.origin))
        assert notice(twin, [Reach(*kept_now("public"))]) is False

    assert notice(twin, kept.reaches()) is True

    with pytest.raises(RecoveringError):
        publish(sheet(here.origin))
    assert notice(twin, kept.reaches()) is False  # it is recovering already


def test_a_former_epoch_that_comes_back_sets_nothing_back(
    here: Node, twin: Node, opened: None, sheet: Sheet, forgetting: Callable[..., Any]
) -> None:
    with forgetting() as kept:
        publish(sheet(here.origin))
    open_epoch(by="test")

    assert notice(twin, kept.reaches()) is False


def kept_now(feed: str) -> tuple[Signed]:
    """Return what a peer that is up to date shows of our feed."""
    return (split_page(serve.page(feed, 0).body)[1],)


def test_a_peer_is_read_again_when_it_has_given_back_what_it_holds(here: Node, twin: Node) -> None:
    assert state.awaited() == set()
    state.begin(backup_at=None, by="test")
    open_epoch(by="test")
    state.failed(twin, PeerUnreachableError(peer="baie-demo", reason="silence"))
    assert state.awaited() == {twin.origin}

    state.failed(twin, ChainError(feed="public", origin=here.origin, reason="it begins later"))

    assert state.awaited() == set()  # after a new epoch, what cannot come back is not waited for
