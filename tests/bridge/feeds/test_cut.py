"""Cutting a feed: the tables say afterwards what the entries that remain say, and nothing else."""

from collections.abc import Callable
from typing import Any

import pytest

from jumelage.bridge.boundary.policy import open_kind
from jumelage.bridge.erasing import ledger
from jumelage.bridge.erasing import services as erasing
from jumelage.bridge.feeds.past.cut import ASKED_AGAIN, cut, project_again
from jumelage.bridge.feeds.receive import receive
from jumelage.bridge.feeds.verify import verify_chains
from jumelage.bridge.feeds.write import publish, withdraw
from jumelage.bridge.models import Cut, CutEntry, Entry, Erasure, Feed, Node
from jumelage.components.agreement.models import CorrectionRequest
from jumelage.components.agreement.records.evidence import CorrectionRequested
from jumelage.components.practices.models import Practice
from jumelage.components.practices.records import PracticeShared
from jumelage.kit.i18n import Bilingual
from jumelage.kit.uris import Uri, new_id
from tests.factories.bridge import Peer

Sheet = Callable[..., PracticeShared]


def node(peer: Peer) -> Node:
    """Return the row of *peer* in this node's database."""
    return Node.objects.get(origin=peer.origin)


def feed_of(peer: Peer, name: str = "public") -> Feed:
    """Return the copy of a feed of *peer*."""
    return Feed.objects.get(node=peer.origin, name=name)


def rows() -> list[dict[str, Any]]:
    """Return every practice as the table holds it."""
    return [dict(row) for row in Practice.objects.order_by("uri").values()]


def titles() -> set[str]:
    """Return the titles of the practices that count."""
    return set(Practice.objects.live().values_list("title__en", flat=True))


def replayed() -> list[dict[str, Any]]:
    """Return what the table would hold if every entry left were applied from nothing."""
    touched = list(Entry.objects.values_list("uri", "kind").distinct())
    origins = {Uri.parse(uri).origin for uri, _ in touched}
    for origin in origins:
        own = [(uri, kind) for uri, kind in touched if Uri.parse(uri).origin == origin]
        project_again(origin, own)
    return rows()


def tell(peer: Peer, *records: PracticeShared, feed: str = "public", rev: int = 1) -> None:
    """Let *peer* publish and this node receive."""
    lines = peer.say(*records, feed=feed, rev=rev)
    receive(node(peer), feed, lines, peer.checkpoint(feed))


def tell_operation(peer: Peer, uri: str, op: str, rev: int, feed: str = "public") -> None:
    """Let *peer* publish an entry without a body and this node receive it."""
    line = peer.say_bytes(PracticeShared.kind, Uri.parse(uri).id, b"{}", feed=feed, rev=rev, op=op)
    receive(node(peer), feed, [line], peer.checkpoint(feed))


def test_new_changed_and_withdrawn_records_are_as_they_were(
    opened: None, peer: Peer, sheet: Sheet
) -> None:
    kept, changed, gone = (sheet(peer.origin, title=t) for t in ("Kept", "Before", "Gone"))
    tell(peer, kept, changed, gone)
    before = rows()
    tell(peer, sheet(peer.origin, title="Fresh"))
    tell(peer, sheet(peer.origin, title="After", uri=changed.uri), rev=2)
    tell_operation(peer, gone.uri, "withdraw", 2)
    assert titles() == {"Kept", "After", "Fresh"}

    evidence = cut(feed_of(peer), 3, reason="test")

    assert rows() == before
    assert replayed() == before
    assert feed_of(peer).head_seq == Entry.objects.filter(feed__node=peer.origin).count() == 3
    assert evidence is not None
    assert (evidence.seq, evidence.entries, evidence.reason) == (3, 3, "test")
    assert all(chain.whole for chain in verify_chains())


def test_what_was_cut_is_evidence_without_content(opened: None, peer: Peer, sheet: Sheet) -> None:
    tell(peer, sheet(peer.origin))
    tell(peer, sheet(peer.origin, title="Forged"))
    header = bytes(Entry.objects.get(seq=2, feed__node=peer.origin).header)
    signed = peer.checkpoint()

    cut(feed_of(peer), 1, reason="test")

    entry = CutEntry.objects.get()
    assert (bytes(entry.header), entry.salt, entry.body) == (header, None, None)
    assert bytes(entry.cut.checkpoint) == signed.text
    assert bytes(entry.cut.signature) == signed.signature


def test_cutting_nothing_leaves_no_trace(opened: None, peer: Peer, sheet: Sheet) -> None:
    tell(peer, sheet(peer.origin))

    assert cut(feed_of(peer), 1, reason="test") is None
    assert cut(feed_of(peer), 9, reason="test") is None
    assert Cut.objects.count() == 0


def test_a_copy_is_cut_where_its_chain_is_vouched_for(
    opened: None, peer: Peer, sheet: Sheet
) -> None:
    tell(peer, sheet(peer.origin))
    lines = peer.say(sheet(peer.origin), sheet(peer.origin), sheet(peer.origin))
    receive(node(peer), "public", lines, peer.checkpoint())

    cut(feed_of(peer), 3, reason="test")

    assert feed_of(peer).head_seq == 1
    receive(node(peer), "public", lines, peer.checkpoint())
    assert Practice.objects.count() == 4


def test_all_of_a_feed_can_be_cut(opened: None, peer: Peer, sheet: Sheet) -> None:
    tell(peer, sheet(peer.origin), sheet(peer.origin))

    cut(feed_of(peer), 0, reason="test")

    assert (feed_of(peer).head_seq, bytes(feed_of(peer).head_hash)) == (0, bytes(32))
    assert rows() == []


def test_the_honest_continuation_is_accepted_after_the_cut(
    opened: None, peer: Peer, sheet: Sheet
) -> None:
    shared = sheet(peer.origin, title="Shared")
    tell(peer, shared)
    thief = peer.twin()
    tell(thief, sheet(peer.origin, title="Twisted", uri=shared.uri), rev=2)
    honest = peer.say(sheet(peer.origin, title="Honest", uri=shared.uri), rev=2)

    cut(feed_of(peer), 1, reason="test")
    receive(node(peer), "public", honest, peer.checkpoint())

    assert titles() == {"Honest"}
    assert all(chain.whole for chain in verify_chains())


def test_a_record_that_another_feed_says_too_falls_back_to_it(here: Node, peer: Peer) -> None:
    kind = CorrectionRequested.kind
    for audience in ("public", "network"):
        open_kind(kind=kind, audience=audience, article="annex", instrument="x")
    uri, about = peer.uri(), f"jumelage:{here.origin}:{new_id()}"

    def request(text: str) -> CorrectionRequested:
        return CorrectionRequested(uri=uri, about=about, text=Bilingual(en=text))

    lines = peer.say(request("Network"), feed="network")
    receive(node(peer), "network", lines, peer.checkpoint("network"))
    lines = peer.say(request("Public"), rev=2)
    lines.append(peer.say_bytes(kind, Uri.parse(uri).id, b"{}", rev=3, op="withdraw"))
    receive(node(peer), "public", lines, peer.checkpoint())
    assert CorrectionRequest.objects.live().count() == 0

    cut(feed_of(peer), 0, reason="test")

    assert CorrectionRequest.objects.live().get().text.en == "Network"


def test_an_erasure_that_was_cut_is_forgotten_and_the_content_asked_again(
    opened: None, here: Node, peer: Peer, sheet: Sheet
) -> None:
    tell(peer, sheet(peer.origin, title="First"))
    shared = sheet(peer.origin, title="Shared")
    honest = peer.say(shared)
    receive(node(peer), "public", honest, peer.checkpoint())
    signed = peer.checkpoint()
    thief = peer.twin()
    tell_operation(thief, shared.uri, "erase", 2)
    assert titles() == {"First"}

    cut(feed_of(peer), 2, reason="test")

    assert Erasure.objects.count() == 0
    assert feed_of(peer).head_seq == 1
    assert set(Cut.objects.values_list("reason", flat=True)) == {"test", ASKED_AGAIN}
    receive(node(peer), "public", honest, signed)
    assert titles() == {"First", "Shared"}


@pytest.mark.django_db(transaction=True)
def test_the_ledger_outside_the_database_forgets_it_too(
    opened: None, here: Node, peer: Peer, sheet: Sheet
) -> None:
    shared = sheet(peer.origin)
    tell(peer, shared)
    tell_operation(peer.twin(), shared.uri, "erase", 2)
    assert [line.uri for line in ledger.read()] == [shared.uri]

    cut(feed_of(peer), 1, reason="test")

    assert ledger.read() == []
    assert ledger.reconcile().replayed == 0


def test_what_this_node_erased_itself_stays_erased(opened: None, here: Node, sheet: Sheet) -> None:
    erased = sheet(here.origin)
    publish(erased)
    erasing.erase(uri=erased.uri, by="person:1", ground="mistake")
    publish(sheet(here.origin, title="Later"))

    cut(Feed.objects.get(name="public"), 2, reason="test")

    assert Erasure.objects.count() == 1
    assert rows() == []


def test_our_own_feed_is_cut_exactly_and_goes_on(opened: None, here: Node, sheet: Sheet) -> None:
    first, second = sheet(here.origin, title="One"), sheet(here.origin, title="Two")
    publish(first)
    publish(second)
    withdraw(first.uri)

    cut(Feed.objects.get(name="public"), 1, reason="test")
    publish(sheet(here.origin, title="Three"))

    assert titles() == {"One", "Three"}
    assert all(chain.whole for chain in verify_chains())
    assert CutEntry.objects.filter(body__isnull=False).count() == 2
