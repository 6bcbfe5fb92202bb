"""Three cities: one of them tells the two others different histories, and they find out."""

import base64
from collections.abc import Callable

import orjson
import pytest
from django.test import Client

from jumelage.bridge import forks, witness
from jumelage.bridge.errors import FeedStoppedError
from jumelage.bridge.feeds.receive import receive
from jumelage.bridge.feeds.wire import Line, digest, encode_body
from jumelage.bridge.identity.keys import SigningKey
from jumelage.bridge.identity.requests import Signer
from jumelage.bridge.models import Entry, Feed, Fork, Node, Refusal
from jumelage.bridge.records.forks import ForkFound
from jumelage.components.practices.records import PracticeShared
from jumelage.kit.uris import Uri
from tests.factories.bridge import Peer

Sheet = Callable[..., PracticeShared]


@pytest.fixture
def other(here: Node) -> Peer:
    """Return a third city, paired with this node, that reads the peer's feeds as well."""
    found = Peer(slug="lac-demo")
    found.introduce()
    return found


def _hold(peer: Peer, lines: list[Line]) -> int:
    return receive(Node.objects.get(origin=peer.origin), "public", lines, peer.checkpoint())


def _node(peer: Peer) -> Node:
    return Node.objects.get(origin=peer.origin)


@pytest.fixture
def liar(peer: Peer, opened: None, sheet: Sheet) -> Peer:
    """Let the peer say three things here; return it as it says something else to the third city."""
    _hold(peer, peer.say(sheet(peer.origin)))
    twin = peer.twin()
    _hold(peer, peer.say(sheet(peer.origin), sheet(peer.origin)))
    twin.say(sheet(peer.origin))
    return twin


def test_a_checkpoint_that_a_third_city_holds_shows_the_fork(
    peer: Peer, other: Peer, liar: Peer, sheet: Sheet
) -> None:
    assert witness.places(_node(other)) == {f"{peer.origin}/0/public": 3}

    assert witness.compare(_node(other), [liar.checkpoint()]) == 1

    fork = Fork.objects.get()
    assert (fork.seq, fork.feed.stopped, bytes(fork.other_header)) == (2, "forked", b"")
    assert bytes(fork.other_checkpoint) == liar.checkpoint().text
    assert witness.compare(_node(other), [liar.checkpoint()]) == 0
    with pytest.raises(FeedStoppedError):
        _hold(peer, peer.say(sheet(peer.origin)))


def test_its_city_and_every_reader_are_told(peer: Peer, other: Peer, liar: Peer) -> None:
    witness.compare(_node(other), [liar.checkpoint()])

    assert [forks.tell_forks(), forks.tell_forks()] == [1, 0]

    told = Entry.objects.filter(kind=ForkFound.kind).values_list("feed__name", flat=True)
    assert set(told) == {f"twin:{peer.origin}", f"twin:{other.origin}"}


def test_the_same_history_or_what_nobody_signed_shows_nothing(
    peer: Peer, other: Peer, liar: Peer
) -> None:
    assert witness.compare(_node(other), [peer.checkpoint()]) == 0
    assert Refusal.objects.count() == 0

    liar.key = SigningKey.make()
    assert witness.compare(_node(other), [liar.checkpoint()]) == 0

    assert [(one.origin, one.reason) for one in Refusal.objects.all()] == [
        (other.origin, "false-accusation")
    ]
    assert Feed.objects.filter(stopped="forked").count() == 0


def test_a_peer_is_given_the_last_checkpoint_before_the_place_it_names(
    here: Node, client: Client, peer: Peer, other: Peer, liar: Peer
) -> None:
    own = f"{here.origin}/0/public=9"
    address = f"/bridge/witness?{peer.origin}/0/public=2&{peer.origin}/0/twin:x=2&{own}"
    headers = Signer(other.origin, other.key).headers("GET", f"{here.url}{address}")

    told = client.get(address, headers=headers).json()["checkpoints"]

    assert [orjson.loads(one["checkpoint"])["seq"] for one in told] == [1]
    assert client.get(address).status_code == 401


def _says_fork(by: Peer, city: Peer, here: Node, held: list[Line], other: Peer) -> list[str]:
    """Let *by* show this node that *city* signed *held* and, in the same place, *other*."""
    first, second = city.checkpoint(), other.checkpoint()
    fact = ForkFound(
        uri=by.uri(),
        feed="public",
        epoch=0,
        seq=2,
        held_header=held[0].header.decode(),
        chain=tuple(line.header.decode() for line in held[1:]),
        held_checkpoint=first.text.decode(),
        held_signature=base64.b64encode(first.signature).decode(),
        other_header="",
        other_checkpoint=second.text.decode(),
        other_signature=base64.b64encode(second.signature).decode(),
    )
    name = f"twin:{here.origin}"
    body = encode_body(fact, ForkFound.audiences["twin"])
    line = by.say_bytes(fact.kind, Uri.parse(fact.uri).id, body, feed=name)
    receive(_node(by), name, [line], by.checkpoint(name))
    return list(Refusal.objects.values_list("reason", flat=True))


def test_whoever_is_shown_a_fork_of_a_third_city_stops_its_feed(
    here: Node, peer: Peer, other: Peer, opened: None, sheet: Sheet
) -> None:
    _hold(peer, peer.say(sheet(peer.origin)))
    liar = peer.twin()
    held = peer.say(sheet(peer.origin), sheet(peer.origin))
    liar.say(sheet(peer.origin))
    assert digest(held[0].header) != liar.head().hash

    assert _says_fork(other, peer, here, held, liar) == []

    feed = Feed.objects.get(node=peer.origin, name="public")
    assert (feed.stopped, feed.head_seq) == ("forked", 1)
    assert Fork.objects.get().found_by == other.origin
    assert [(one.fork.seq, one.ours) for one in forks.standing_forks()] == [(2, False)]


def test_what_proves_nothing_of_a_third_city_is_refused(
    here: Node, peer: Peer, other: Peer, opened: None, sheet: Sheet
) -> None:
    _hold(peer, peer.say(sheet(peer.origin)))
    held = peer.say(sheet(peer.origin), sheet(peer.origin))
    stranger = peer.twin()
    stranger.key = SigningKey.make()

    assert _says_fork(other, peer, here, held, stranger) == ["false-accusation"]
    assert _says_fork(other, peer, here, held, peer) == ["false-accusation"]

    assert (Fork.objects.count(), Feed.objects.filter(stopped="forked").count()) == (0, 0)
