"""A feed that was written twice: the proof is kept, the feed stops, its owner is told."""

import base64
from collections.abc import Callable, Mapping
from typing import Any

import orjson
import pytest

from jumelage.bridge import forks
from jumelage.bridge.errors import ChainError, FeedStoppedError, ForkError, SignatureError
from jumelage.bridge.feeds import checkpoints
from jumelage.bridge.feeds.chain import Head
from jumelage.bridge.feeds.receive import receive
from jumelage.bridge.feeds.wire import Line, digest, encode_body
from jumelage.bridge.feeds.write import publish
from jumelage.bridge.identity.keys import SigningKey, own_key
from jumelage.bridge.models import Entry, Feed, Fork, Node, Refusal
from jumelage.bridge.records.forks import ForkFound
from jumelage.components.practices.records import PracticeShared
from jumelage.kit.uris import Uri
from tests.factories.bridge import Peer

Sheet = Callable[..., PracticeShared]
Other = Callable[[], Peer]


@pytest.fixture
def held(peer: Peer, opened: None, sheet: Sheet) -> list[Line]:
    """Copy three entries of the peer in two pages, and return their lines."""
    node = Node.objects.get(origin=peer.origin)
    first = peer.say(sheet(peer.origin))
    receive(node, "public", first, peer.checkpoint())
    rest = peer.say(sheet(peer.origin), sheet(peer.origin))
    receive(node, "public", rest, peer.checkpoint())
    return first + rest


def _twin(peer: Peer, *, after: Line | None = None) -> Peer:
    """Return the same city with the same key, which goes on from an earlier entry."""
    other = Peer(key=peer.key)
    other.genesis, other.origin = peer.genesis, peer.origin
    if after is not None:
        seq = orjson.loads(after.h)["seq"]
        other.heads["public"] = Head(peer.origin, "public", 0, seq, digest(after.header))
    return other


def _receive(peer: Peer, lines: list[Line]) -> int:
    return receive(Node.objects.get(origin=peer.origin), "public", lines, peer.checkpoint())


def test_another_entry_in_a_held_place_stops_the_feed_and_both_stay(
    peer: Peer, held: list[Line], sheet: Sheet
) -> None:
    other = _twin(peer, after=held[0])
    lines = other.say(sheet(peer.origin), sheet(peer.origin))

    with pytest.raises(ForkError):
        _receive(other, lines)

    fork = Fork.objects.get()
    assert (fork.seq, fork.feed.stopped, Entry.objects.count()) == (2, "forked", 3)
    assert bytes(fork.held_header) == held[1].header
    assert bytes(fork.other_header) == lines[0].header
    assert orjson.loads(bytes(fork.held_checkpoint))["seq"] == 3
    assert orjson.loads(bytes(fork.other_checkpoint))["seq"] == 3
    with pytest.raises(FeedStoppedError):
        _receive(peer, peer.say(sheet(peer.origin)))


def test_an_entry_that_follows_from_another_head_is_a_fork_too(
    peer: Peer, held: list[Line], sheet: Sheet
) -> None:
    other = _twin(peer, after=held[1])
    other.say(sheet(peer.origin))
    lines = other.say(sheet(peer.origin))

    with pytest.raises(ForkError):
        _receive(other, lines)

    fork = Fork.objects.get()
    assert (fork.seq, bytes(fork.held_header)) == (3, held[2].header)
    assert bytes(fork.other_header) == lines[0].header


@pytest.mark.parametrize("error", [SignatureError, ChainError])
def test_what_the_key_does_not_vouch_for_proves_nothing(
    peer: Peer, held: list[Line], sheet: Sheet, error: type[Exception]
) -> None:
    other = _twin(peer, after=held[0])
    lines = other.say(sheet(peer.origin), sheet(peer.origin))
    if error is SignatureError:
        other.key = SigningKey.make()
    else:
        lines = [lines[0], held[2]]

    with pytest.raises(error) as caught:
        _receive(other, lines)

    assert not isinstance(caught.value, ForkError)
    assert (Fork.objects.count(), Feed.objects.filter(stopped="forked").count()) == (0, 0)


def test_the_owner_is_told_once_with_the_proof(peer: Peer, held: list[Line], sheet: Sheet) -> None:
    other = _twin(peer, after=held[0])
    with pytest.raises(ForkError):
        _receive(other, other.say(sheet(peer.origin)))

    assert [forks.tell_forks(), forks.tell_forks()] == [1, 0]

    entry = Entry.objects.get(kind=ForkFound.kind)
    assert entry.feed.name == f"twin:{peer.origin}"
    assert orjson.loads(bytes(entry.body or b""))["other_header"]
    assert Fork.objects.get().record == entry.uri
    assert [(one.fork.seq, one.ours) for one in forks.standing_forks()] == [(2, False)]


def test_a_new_epoch_of_its_owner_ends_it(peer: Peer, held: list[Line], sheet: Sheet) -> None:
    other = _twin(peer, after=held[0])
    with pytest.raises(ForkError):
        _receive(other, other.say(sheet(peer.origin)))
    Feed.objects.create(node_id=peer.origin, name="public", epoch=1, head_hash=bytes(32))

    assert forks.standing_forks() == []
    assert Fork.objects.count() == 1


def _accuse(peer: Peer, here: Node, *, by: SigningKey, changes: Mapping[str, object]) -> list[str]:
    """Let *peer* say that our feed was written twice, *by* whom the other checkpoint is made."""
    feed = Feed.objects.get(node=here, name="public")
    held = Entry.objects.get(feed=feed, seq=1)
    stored = feed.checkpoints.get(seq=1)
    forged = Peer(key=by)
    forged.origin = here.origin
    forged.say_bytes("practices.practice-shared", "a" * 26, b"{}")
    said = forged.checkpoint()
    encoded = checkpoints.Signed(bytes(stored.signed), bytes(stored.signature))
    record: dict[str, Any] = {
        "uri": peer.uri(),
        "feed": "public",
        "epoch": 0,
        "seq": 1,
        "held_header": bytes(held.header).decode(),
        "chain": (),
        "held_checkpoint": encoded.text.decode(),
        "held_signature": _b64(encoded.signature),
        "other_header": bytes(held.header).decode(),
        "other_checkpoint": said.text.decode(),
        "other_signature": _b64(said.signature),
    } | dict(changes)
    fact = ForkFound(**record)
    name = f"twin:{here.origin}"
    body = encode_body(fact, ForkFound.audiences["twin"])
    line = peer.say_bytes(fact.kind, Uri.parse(fact.uri).id, body, feed=name)
    receive(Node.objects.get(origin=peer.origin), name, [line], peer.checkpoint(name))
    return list(Refusal.objects.values_list("reason", flat=True))


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def test_a_true_accusation_is_kept_and_shown(
    here: Node, peer: Peer, opened: None, sheet: Sheet
) -> None:
    publish(sheet(here.origin))

    assert _accuse(peer, here, by=own_key(), changes={}) == []
    fork = Fork.objects.get()
    assert (fork.found_by, fork.feed.node, fork.feed.stopped) == (peer.origin, here, "")
    assert [(one.fork.seq, one.ours) for one in forks.standing_forks()] == [(1, True)]


def test_a_false_accusation_is_refused(here: Node, peer: Peer, opened: None, sheet: Sheet) -> None:
    publish(sheet(here.origin))

    assert _accuse(peer, here, by=SigningKey.make(), changes={}) == ["false-accusation"]
    held = Feed.objects.get(node=here, name="public").checkpoints.get(seq=1)
    same = {
        "other_checkpoint": bytes(held.signed).decode(),
        "other_signature": _b64(bytes(held.signature)),
    }
    assert _accuse(peer, here, by=own_key(), changes=same) == ["false-accusation"]
    for changes in ({"feed": "network"}, {"epoch": 3}, {"other_checkpoint": "{}"}):
        _accuse(peer, here, by=own_key(), changes=changes)
    assert [refusal.count for refusal in Refusal.objects.all()] == [5]
    assert Fork.objects.count() == 0
