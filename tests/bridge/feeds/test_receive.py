"""Receiving: what a peer says is believed exactly as far as it proves it."""

from collections.abc import Callable
from dataclasses import replace

import orjson
import pytest

from jumelage.bridge.boundary.policy import close_instrument
from jumelage.bridge.errors import ChainError, ForkError, NotPairedError, SignatureError
from jumelage.bridge.feeds.receive import receive
from jumelage.bridge.identity.keys import SigningKey
from jumelage.bridge.models import Entry, Feed, Node, Pairing, Refusal
from jumelage.components.practices.models import Practice
from jumelage.components.practices.records import PracticeShared
from jumelage.kit.uris import Uri, new_id
from tests.factories.bridge import Peer

Sheet = Callable[..., PracticeShared]


def node(peer: Peer) -> Node:
    """Return the row of *peer* in this node's database."""
    return Node.objects.get(origin=peer.origin)


def nothing_happened() -> bool:
    """Tell whether neither entries nor rows nor cursors were written."""
    heads = sum(Feed.objects.exclude(node__is_self=True).values_list("head_seq", flat=True))
    return (Entry.objects.count(), Practice.objects.count(), heads) == (0, 0, 0)


def test_receive_stores_verbatim_and_applies(peer: Peer, opened: None, sheet: Sheet) -> None:
    lines = peer.say(sheet(peer.origin), sheet(peer.origin))

    head = receive(node(peer), "public", lines, peer.checkpoint())

    assert head == 2
    assert [bytes(e.header) for e in Entry.objects.order_by("seq")] == [
        line.header for line in lines
    ]
    assert [bytes(e.body or b"") for e in Entry.objects.order_by("seq")] == [
        line.body for line in lines
    ]
    assert Practice.objects.count() == 2


def test_receive_twice_is_once(peer: Peer, opened: None, sheet: Sheet) -> None:
    lines = peer.say(sheet(peer.origin), sheet(peer.origin))
    receive(node(peer), "public", lines, peer.checkpoint())
    more = peer.say(sheet(peer.origin))

    assert receive(node(peer), "public", lines, peer.checkpoint()) == 2
    assert receive(node(peer), "public", lines + more, peer.checkpoint()) == 3
    assert (Entry.objects.count(), Practice.objects.count()) == (3, 3)


def test_receive_from_an_unpaired_node_is_refused(here: Node, opened: None, sheet: Sheet) -> None:
    stranger = Peer()
    known = stranger.introduce(paired=False)

    with pytest.raises(NotPairedError):
        receive(known, "public", stranger.say(sheet(stranger.origin)), stranger.checkpoint())

    assert nothing_happened()


def test_receive_from_a_peer_not_confirmed_is_refused(
    peer: Peer, opened: None, sheet: Sheet
) -> None:
    Pairing.objects.update(state=Pairing.State.CONFIRMED_THERE)

    with pytest.raises(NotPairedError):
        receive(node(peer), "public", peer.say(sheet(peer.origin)), peer.checkpoint())


def test_receive_with_a_gap_is_refused(peer: Peer, opened: None, sheet: Sheet) -> None:
    lines = peer.say(sheet(peer.origin), sheet(peer.origin))

    with pytest.raises(ChainError):
        receive(node(peer), "public", lines[1:], peer.checkpoint())

    assert nothing_happened()


def test_receive_signed_by_another_key_is_refused(peer: Peer, opened: None, sheet: Sheet) -> None:
    lines = peer.say(sheet(peer.origin))
    peer.key = SigningKey.make()

    with pytest.raises(SignatureError):
        receive(node(peer), "public", lines, peer.checkpoint())

    assert nothing_happened()


def test_receive_with_a_checkpoint_of_another_head_is_refused(
    peer: Peer, opened: None, sheet: Sheet
) -> None:
    first = peer.say(sheet(peer.origin))
    peer.say(sheet(peer.origin))

    with pytest.raises(SignatureError):
        receive(node(peer), "public", first, peer.checkpoint())

    assert nothing_happened()


def test_receive_of_a_rewritten_past_is_a_fork_and_keeps_what_is_held(
    peer: Peer, opened: None, sheet: Sheet
) -> None:
    receive(node(peer), "public", peer.say(sheet(peer.origin)), peer.checkpoint())
    other = Peer(key=peer.key)
    other.genesis, other.origin = peer.genesis, peer.origin

    with pytest.raises(ForkError):
        receive(node(peer), "public", other.say(sheet(peer.origin)), other.checkpoint())

    assert Entry.objects.count() == 1


def test_receive_of_a_closed_kind_keeps_the_chain_and_drops_the_body(
    peer: Peer, sheet: Sheet
) -> None:
    receive(node(peer), "public", peer.say(sheet(peer.origin)), peer.checkpoint())

    entry = Entry.objects.get()
    assert (entry.state, entry.body, entry.salt) == (Entry.State.REFUSED, None, None)
    assert Refusal.objects.get().reason == "kind-not-opened"
    assert Practice.objects.count() == 0


def test_receive_accepts_what_was_said_before_the_clause_ended(
    here: Node, peer: Peer, opened: None, sheet: Sheet
) -> None:
    lines = peer.say(sheet(peer.origin))
    close_instrument(f"jumelage:{here.origin}:x")

    receive(node(peer), "public", lines, peer.checkpoint())

    assert Practice.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"uri": None}, "malformed-record"),
        ({"title": 7}, "malformed-record"),
        ({"title": {"en": "x" * 1000}}, None),
        ({"shared_on": "2026-02-30"}, "malformed-record"),
        ({"a_newer_field": 1}, None),
    ],
)
def test_receive_of_a_strange_body_never_stops_the_feed(
    peer: Peer, opened: None, sheet: Sheet, change: dict[str, object], reason: str | None
) -> None:
    record = sheet(peer.origin)
    first = peer.say(record)[0]
    body = orjson.loads(first.body or b"") | change
    peer.heads.clear()
    lines = [
        peer.say_bytes(record.kind, record.uri.split(":")[2], orjson.dumps(body)),
        *peer.say(sheet(peer.origin)),
    ]

    receive(node(peer), "public", lines, peer.checkpoint())

    assert [r.reason for r in Refusal.objects.all()] == ([reason] if reason else [])
    assert Practice.objects.count() == (1 if reason else 2)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'{"uri":1,"uri":2}', "duplicate-name"),
        (b'{"a":NaN}', "number-refused"),
        (b'{"a":9007199254740993}', "number-refused"),
        (b'{"a":' + b"[" * 40 + b"]" * 40 + b"}", "too-deep"),
        (b"[]", "malformed-record"),
        (b"nothing", "not-json"),
        (b'{"a":"' + b"x" * 262_144 + b'"}', "body-too-large"),
    ],
)
@pytest.mark.parametrize("kind", [PracticeShared.kind, "practices.practice-sung"])
def test_receive_of_a_body_that_may_be_read_differently_is_refused_alone(
    peer: Peer, opened: None, sheet: Sheet, *, body: bytes, reason: str, kind: str
) -> None:
    lines = [peer.say_bytes(kind, new_id(), body), *peer.say(sheet(peer.origin))]

    receive(node(peer), "public", lines, peer.checkpoint())

    assert [r.reason for r in Refusal.objects.all()] == [reason]
    assert [(e.state, e.body is None) for e in Entry.objects.order_by("seq")] == [
        (Entry.State.REFUSED, True),
        (Entry.State.APPLIED, False),
    ]


def test_receive_of_an_unknown_kind_is_kept_for_a_newer_version(peer: Peer, opened: None) -> None:
    line = peer.say_bytes("practices.practice-sung", new_id(), b'{"song":"la"}')

    receive(node(peer), "public", [line], peer.checkpoint())

    entry = Entry.objects.get()
    assert (entry.state, bytes(entry.body or b"")) == (Entry.State.UNKNOWN, b'{"song":"la"}')


def test_receive_of_a_record_that_names_our_uri_is_refused(
    here: Node, peer: Peer, opened: None, sheet: Sheet
) -> None:
    record = sheet(here.origin)
    ours = replace(record, uri=str(record.uri))
    body = orjson.loads(Peer().say(ours)[0].body or b"")
    line = peer.say_bytes(record.kind, record.uri.split(":")[2], orjson.dumps(body))

    receive(node(peer), "public", [line], peer.checkpoint())

    assert Refusal.objects.get().reason == "malformed-record"
    assert Practice.objects.count() == 0


def test_receive_of_an_older_revision_changes_nothing(
    peer: Peer, opened: None, sheet: Sheet
) -> None:
    record = sheet(peer.origin, "new")
    lines = peer.say(record, rev=2)
    lines += peer.say(sheet(peer.origin, "old", record.uri), rev=1)

    receive(node(peer), "public", lines, peer.checkpoint())

    assert Practice.objects.get().title == {"en": "new"}


def test_receive_of_a_withdrawal(peer: Peer, opened: None, sheet: Sheet) -> None:
    record = sheet(peer.origin)
    lines = peer.say(record)
    lines.append(peer.say_bytes(record.kind, record.uri.split(":")[2], b"{}", rev=2, op="withdraw"))

    receive(node(peer), "public", lines, peer.checkpoint())

    assert Practice.objects.get().withdrawn_at is not None


def test_an_operation_of_a_later_release_is_stored_and_not_applied(
    peer: Peer, opened: None, sheet: Sheet
) -> None:
    said = sheet(peer.origin)
    lines = peer.say(said)
    lines.append(peer.say_bytes(said.kind, Uri.parse(said.uri).id, b"{}", rev=2, op="seal"))

    assert receive(node(peer), "public", lines, peer.checkpoint()) == 2

    assert list(Entry.objects.order_by("seq").values_list("op", "state")) == [
        ("put", "applied"),
        ("seal", "unknown"),
    ]
    assert Practice.objects.get().withdrawn_at is None


def test_an_erasure_is_a_withdrawal_for_who_knows_no_erasures(peer: Peer, sheet: Sheet) -> None:
    said = sheet(peer.origin)
    line = peer.say_bytes(said.kind, Uri.parse(said.uri).id, b"{}", op="erase")

    header = orjson.loads(line.header)
    assert (header["op"], header["erase"]) == ("withdraw", True)
