"""A holder's receipt: given when nothing is left, taken when it makes sense."""

from collections.abc import Callable
from datetime import UTC, datetime

from jumelage.bridge.boundary.policy import open_kind
from jumelage.bridge.erasing.copies import remaining
from jumelage.bridge.erasing.holders import Answer, holders, waiting
from jumelage.bridge.erasing.receipts import give_receipts
from jumelage.bridge.erasing.subject import subject
from jumelage.bridge.feeds.receive import receive
from jumelage.bridge.feeds.write import publish
from jumelage.bridge.models import (
    Entry,
    Erasure,
    ErasureReceipt,
    Feed,
    Node,
    Pairing,
    Reader,
    Refusal,
)
from jumelage.bridge.records.erasure import ErasureReceipted
from jumelage.components.practices.models import Practice
from jumelage.components.practices.records import PracticeShared
from jumelage.kit import clock
from jumelage.kit.uris import Uri
from tests.bridge.erasing.conftest import Erase
from tests.factories.bridge import Peer

Sheet = Callable[..., PracticeShared]
AT = datetime(2026, 11, 22, 9, tzinfo=UTC)


def node_of(peer: Peer) -> Node:
    """Return the row of *peer*."""
    return Node.objects.get(origin=peer.origin)


def erase_there(peer: Peer, record: PracticeShared, feed: str = "public") -> None:
    """Receive the erasure of the peer's own *record*."""
    line = peer.say_bytes(
        record.kind, Uri.parse(record.uri).id, b"{}", feed=feed, rev=2, op="erase"
    )
    receive(node_of(peer), feed, [line], peer.checkpoint(feed))


def receipt(peer: Peer, erased: str, feed: str = "public") -> ErasureReceipted:
    """Return the receipt of *peer* for the record *erased*."""
    return ErasureReceipted(uri=peer.uri(), erased=erased, feed=feed, epoch=0, seq=2, applied_at=AT)


def take(peer: Peer, record: ErasureReceipted, here: Node) -> str:
    """Receive a receipt; return what became of its entry."""
    feed = f"twin:{here.origin}"
    lines = peer.say(record, feed=feed)
    receive(node_of(peer), feed, lines, peer.checkpoint(feed))
    return Entry.objects.get(uri=record.uri).state


def test_erasure_received_is_receipted_once(
    here: Node, opened: None, peer: Peer, sheet: Sheet
) -> None:
    record = sheet(peer.origin)
    receive(node_of(peer), "public", peer.say(record), peer.checkpoint("public"))
    erase_there(peer, record)

    assert remaining([record.uri]) == set()
    assert (give_receipts(), give_receipts()) == (1, 0)
    entry = Entry.objects.get(kind=ErasureReceipted.kind)
    assert (entry.feed.name, entry.feed.node) == (f"twin:{peer.origin}", here)
    assert ErasureReceipt.objects.get().erased == record.uri
    assert Erasure.objects.get().receipt_due is False


def test_receipt_drops_what_came_back_before_it_is_given(
    here: Node, opened: None, peer: Peer, sheet: Sheet
) -> None:
    record = sheet(peer.origin)
    receive(node_of(peer), "public", peer.say(record), peer.checkpoint("public"))
    erase_there(peer, record)
    Entry.objects.filter(uri=record.uri, op="put").update(body=b"{}", salt=bytes(16))

    assert give_receipts() == 1
    assert remaining([record.uri]) == set()


def test_receipt_waits_for_a_pairing(here: Node, opened: None, peer: Peer, sheet: Sheet) -> None:
    record = sheet(peer.origin)
    receive(node_of(peer), "public", peer.say(record), peer.checkpoint("public"))
    erase_there(peer, record)
    Pairing.objects.update(state=Pairing.State.ENDED)

    assert give_receipts() == 0
    assert Erasure.objects.get().receipt_due is True


def test_put_that_comes_after_its_erasure_is_not_kept(
    here: Node, opened: None, peer: Peer, sheet: Sheet
) -> None:
    record = sheet(peer.origin)
    receive(node_of(peer), "public", peer.say(record), peer.checkpoint("public"))
    erase_there(peer, record)
    again = peer.say(record, rev=9)
    receive(node_of(peer), "public", again, peer.checkpoint("public"))

    assert not Practice.objects.exists()
    assert remaining([record.uri]) == set()


def test_owner_knows_who_answered(
    here: Node, opened: None, peer: Peer, sheet: Sheet, erasing: Erase
) -> None:
    record = sheet(here.origin)
    publish(record)
    erasure = erasing(record.uri)
    assert [held.answer for held in holders([erasure])[record.uri]] == [Answer.WAITING]
    assert list(waiting()) == [record.uri]

    assert take(peer, receipt(peer, record.uri), here) == "applied"

    (held,) = holders([erasure])[record.uri]
    assert (held.answer, held.at, held.node) == (Answer.GIVEN, AT, node_of(peer))
    assert not waiting()


def test_receipt_for_a_feed_its_giver_cannot_read_is_refused(
    here: Node, opened: None, peer: Peer, sheet: Sheet, erasing: Erase
) -> None:
    record = sheet(here.origin)
    publish(record)
    erasing(record.uri)

    for feed in ("twin:" + "b" * 32, "audit"):
        assert take(peer, receipt(peer, record.uri, feed), here) == "refused"


def test_receipt_for_what_was_never_erased_is_refused(
    here: Node, opened: None, peer: Peer, sheet: Sheet
) -> None:
    record = sheet(here.origin)
    publish(record)

    assert take(peer, receipt(peer, record.uri), here) == "refused"
    assert not ErasureReceipt.objects.exists()


def test_holder_is_who_could_have_read_it(
    here: Node, opened: None, peer: Peer, sheet: Sheet, erasing: Erase
) -> None:
    record, stranger, gone, behind, late = sheet(here.origin), Peer(), Peer(), Peer(), Peer()
    stranger.introduce(paired=False)
    for other in (gone, behind, late):
        other.introduce()
    publish(sheet(here.origin))
    publish(record)
    Pairing.objects.filter(node=gone.origin).update(state=Pairing.State.ENDED)
    feed = Feed.objects.get(node=here)
    Reader.objects.create(feed=feed, node=node_of(behind), seq=1, at=clock.now())
    Reader.objects.create(feed=feed, node=node_of(peer), seq=2, at=clock.now())
    erasure = erasing(record.uri)
    Pairing.objects.filter(node=late.origin).update(confirmed_here_at=clock.now())

    found = {held.node.origin: held.answer for held in holders([erasure])[record.uri]}

    assert found == {
        peer.origin: Answer.WAITING,
        gone.origin: Answer.LEFT,
        behind.origin: Answer.NOT_REACHED,
    }


def test_twin_record_has_one_holder(here: Node, peer: Peer, sheet: Sheet, erasing: Erase) -> None:
    other = Peer()
    other.introduce()
    record = ErasureReceipted(
        uri=str(Uri(here.origin, "a" * 26)), erased=peer.uri(), feed="public", epoch=0, seq=1,
        applied_at=AT,
    )  # fmt: skip
    publish(record, audience=f"twin:{peer.origin}")
    assert [held.node.origin for held in subject(record.uri).holders] == [peer.origin]

    erasure = erasing(record.uri)

    assert [held.node.origin for held in holders([erasure])[record.uri]] == [peer.origin]


def test_subject_shows_what_the_record_says(
    here: Node, opened: None, peer: Peer, sheet: Sheet, erasing: Erase
) -> None:
    record = sheet(here.origin)
    publish(record)
    publish(sheet(here.origin, "Quieter streets", record.uri))

    found = subject(record.uri)

    assert (found.kind, found.versions, found.erasure) == (record.kind, 2, None)
    assert found.fields["title"]["en"] == "Quieter streets"
    assert [held.node.origin for held in found.holders] == [peer.origin]
    erasing(record.uri)
    assert subject(record.uri).fields == {}


def test_refusal_of_an_erased_record_forgets_what_it_quoted(
    here: Node, opened: None, peer: Peer, sheet: Sheet
) -> None:
    record = sheet(peer.origin)
    body = b'{"uri": "%s", "title": 7}' % record.uri.encode()
    line = peer.say_bytes(record.kind, Uri.parse(record.uri).id, body)
    receive(node_of(peer), "public", [line], peer.checkpoint("public"))
    open_kind(kind=record.kind, audience="public", article="a", instrument="i")
    assert "sentence" in Refusal.objects.get().facts
    erase_there(peer, record)

    assert set(Refusal.objects.get().facts) == {"type", "uri", "kind", "feed", "seq"}
