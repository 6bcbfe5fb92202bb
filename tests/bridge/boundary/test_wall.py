"""The glass wall counts exactly what crossed; the switch and the audit feed."""

from collections.abc import Callable

import orjson
import pytest
from django.test import RequestFactory

from jumelage.bridge import api as bridge
from jumelage.bridge.boundary.policy import close_instrument
from jumelage.bridge.errors import BridgeClosedError
from jumelage.bridge.feeds.receive import receive
from jumelage.bridge.feeds.write import publish, withdraw
from jumelage.bridge.identity.requests import authenticate
from jumelage.bridge.models import Entry, Feed, Node
from jumelage.components.practices.records import PracticeShared
from tests.factories.bridge import Peer

Sheet = Callable[..., PracticeShared]


def _seen() -> list[tuple[str, str, int, int]]:
    return [(p.direction, p.kind, p.put, p.withdraw) for p in bridge.passages()]


def test_wall_counts_what_left_and_what_entered(
    here: Node, peer: Peer, opened: None, sheet: Sheet
) -> None:
    said = sheet(here.origin)
    publish(said)
    publish(sheet(here.origin))
    withdraw(said.uri)
    lines = peer.say(sheet(peer.origin))
    receive(Node.objects.get(origin=peer.origin), "public", lines, peer.checkpoint())

    assert _seen() == [
        ("left", PracticeShared.kind, 2, 1),
        ("entered", PracticeShared.kind, 1, 0),
    ]
    left = bridge.passages()[0]
    sizes = [
        len(bytes(e.header)) + len(bytes(e.body or b"")) for e in bridge.passed(direction="left")
    ]
    assert left.bytes == sum(sizes)
    assert left.reasons == ("annex",)


def test_wall_says_until_when_an_article_allowed_it(here: Node, opened: None, sheet: Sheet) -> None:
    publish(sheet(here.origin))
    close_instrument(f"jumelage:{here.origin}:x")

    (reason,) = bridge.passages()[0].reasons
    assert reason.startswith("annex, until 2")


def test_wall_shows_no_audit(here: Node) -> None:
    bridge.audit.note("bridge-closed", by="person:1")

    assert list(bridge.passages()) == []
    assert bridge.passed().count() == 0
    assert bridge.heads(private=True) == []


def test_audit_is_a_signed_chain_that_tells_who_did_what(here: Node) -> None:
    bridge.audit.note("role-granted", by="person:1", about="person:2", role="officer")
    bridge.audit.note("bridge-closed", by="person:1", reason="a drill")

    newest, first = (bridge.audit.read(entry) for entry in bridge.audit.entries())
    assert (newest.action, newest.by, newest.facts) == (
        "bridge-closed",
        "person:1",
        {"reason": "a drill"},
    )
    assert (first.seq, first.about, first.facts["role"]) == (1, "person:2", "officer")
    headers = [orjson.loads(bytes(e.header)) for e in Entry.objects.order_by("seq")]
    feed = Feed.objects.get(name="audit")
    assert headers[1]["prev"] == bytes(Entry.objects.get(seq=1).hash).hex()
    assert feed.checkpoints.count() == 2
    assert bridge.audit.actions() == ["bridge-closed", "role-granted"]


def test_a_closed_bridge_admits_nobody_and_keeps_writing(
    here: Node, opened: None, sheet: Sheet, rf: RequestFactory
) -> None:
    bridge.close_bridge(by="person:1", reason="a drill")
    bridge.close_bridge(by="person:2", reason="again")

    publish(sheet(here.origin))
    with pytest.raises(BridgeClosedError):
        authenticate(rf.get("/bridge/feeds"))
    assert bridge.standing().closed_by == "person:1"

    bridge.open_bridge(by="person:1")
    bridge.open_bridge(by="person:1")

    assert bridge.standing().closed_at is None
    assert [bridge.audit.read(e).action for e in bridge.audit.entries()] == [
        "bridge-opened",
        "bridge-closed",
    ]
