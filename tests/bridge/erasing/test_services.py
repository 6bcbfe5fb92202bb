"""Erasing an own record: said on every feed that carried it, gone from every table."""

from collections.abc import Callable

import pytest

from jumelage.bridge.boundary import audit
from jumelage.bridge.boundary.policy import open_kind
from jumelage.bridge.erasing.copies import remaining
from jumelage.bridge.erasing.services import UnknownRecordError, erase, say_unsaid
from jumelage.bridge.errors import ErasedRecordError, ForeignRecordError
from jumelage.bridge.feeds.verify import verify_chains
from jumelage.bridge.feeds.write import move, publish, withdraw
from jumelage.bridge.models import Entry, Erasure, Node
from jumelage.components.agreement.models import Coordinator
from jumelage.components.agreement.records import CoordinatorNamed
from jumelage.components.practices.models import Draft, Practice
from jumelage.components.practices.records import PracticeShared
from jumelage.kit.errors import InvalidInputError
from jumelage.kit.uris import Uri, new_id
from tests.bridge.erasing.conftest import Erase
from tests.factories import directory
from tests.factories.bridge import Peer

Sheet = Callable[..., PracticeShared]
PLACES = ("feed__name", "op", "rev", "state")


def places(uri: str) -> list[tuple[object, ...]]:
    """Return where the record *uri* was said, and what became of it."""
    return list(Entry.objects.filter(uri=uri).order_by("pk").values_list(*PLACES))


def test_erase_drops_the_content_and_keeps_the_chain(
    here: Node, opened: None, sheet: Sheet, erasing: Erase
) -> None:
    record = sheet(here.origin)
    publish(record)
    publish(sheet(here.origin, "Quieter streets", record.uri))

    erasure = erasing(record.uri)

    assert places(record.uri) == [
        ("public", "put", 1, "gone"),
        ("public", "put", 2, "gone"),
        ("public", "erase", 3, "applied"),
    ]
    assert remaining([record.uri]) == set()
    assert [flaw for chain in verify_chains() for flaw in chain.flaws] == []
    assert (erasure.seq, erasure.ground, erasure.asked_by) == (3, "art-17", "person:7")
    assert erasure.receipt_due is False


def test_erase_is_said_on_every_feed_the_record_was_in(
    here: Node, peer: Peer, erasing: Erase
) -> None:
    twin = f"twin:{peer.origin}"
    for audience in ("public", "network", "twin"):
        open_kind(kind=CoordinatorNamed.kind, audience=audience, article="a", instrument="i")
    record = CoordinatorNamed(
        uri=str(Uri(here.origin, new_id())), commitment=str(Uri(here.origin, new_id())),
        organisation=str(Uri(here.origin, new_id())),
    )  # fmt: skip
    publish(record, audience=twin)
    move(record, audience="public")

    erasing(record.uri)

    said = [(feed, op, rev) for feed, op, rev, _ in places(record.uri) if op == "erase"]
    assert said == [("public", "erase", 3), (twin, "erase", 3)]
    assert not Coordinator.objects.exists()


def test_erase_again_returns_the_same(
    here: Node, opened: None, sheet: Sheet, erasing: Erase
) -> None:
    record = sheet(here.origin)
    publish(record)
    first = erasing(record.uri)

    assert erasing(record.uri, ground="mistake", by="person:8") == first
    assert Erasure.objects.get().ground == "art-17"
    assert Entry.objects.filter(op="erase").count() == 1


def test_erase_of_a_withdrawn_record_drops_what_it_said(
    here: Node, opened: None, sheet: Sheet, erasing: Erase
) -> None:
    record = sheet(here.origin)
    publish(record)
    withdraw(record.uri)

    erasing(record.uri, ground="consent-withdrawn")

    assert remaining([record.uri]) == set()


def test_nothing_is_said_under_an_erased_name_again(
    here: Node, opened: None, sheet: Sheet, erasing: Erase
) -> None:
    record = sheet(here.origin)
    publish(record)
    erasing(record.uri)

    with pytest.raises(ErasedRecordError):
        publish(record)
    with pytest.raises(ErasedRecordError):
        withdraw(record.uri)


def test_erase_refuses_what_it_cannot_do(here: Node, opened: None, peer: Peer) -> None:
    unknown = str(Uri(here.origin, new_id()))

    with pytest.raises(ForeignRecordError):
        erase(uri=peer.uri(), by="officer", ground="art-17")
    with pytest.raises(UnknownRecordError):
        erase(uri=unknown, by="officer", ground="art-17")
    with pytest.raises(InvalidInputError):
        erase(uri="the sheet about streets", by="officer", ground="art-17")
    with pytest.raises(InvalidInputError):
        erase(uri=unknown, by="officer", ground="because")
    assert not Erasure.objects.exists()


def test_erase_takes_the_drafts_that_revise_the_record(
    here: Node, opened: None, sheet: Sheet, erasing: Erase
) -> None:
    record, person = sheet(here.origin), directory.person("officer")
    publish(record)
    for revises in (record.uri, ""):
        Draft.objects.create(person=person, revises=revises, title={"en": "Quiet streets"})

    erasing(record.uri)

    assert [draft.revises for draft in Draft.objects.all()] == [""]
    assert not Practice.objects.exists()


def test_erase_is_noted_in_the_audit_feed(
    here: Node, opened: None, sheet: Sheet, erasing: Erase
) -> None:
    record = sheet(here.origin)
    publish(record)
    erasing(record.uri)

    note = audit.read(audit.entries(action="record-erased").get())

    assert (note.by, note.about, note.facts["ground"]) == ("person:7", record.uri, "art-17")


def test_an_erasure_a_feed_does_not_know_is_said_again(
    here: Node, opened: None, sheet: Sheet, erasing: Erase
) -> None:
    record = sheet(here.origin)
    publish(record)
    erasing(record.uri)
    Entry.objects.filter(op="erase").update(op="withdraw")  # as if the feed's end was lost

    assert (say_unsaid(), say_unsaid()) == (1, 0)
    assert places(record.uri)[-1] == ("public", "erase", 3, "applied")
