"""Publishing: logged and applied in one transaction, or not at all."""

from collections.abc import Callable

import pytest
from django.db import transaction

from jumelage.bridge.boundary import wall
from jumelage.bridge.boundary.crossing import heads
from jumelage.bridge.boundary.local import HOME
from jumelage.bridge.boundary.policy import open_kind
from jumelage.bridge.errors import (
    BodyTooLargeError,
    ForeignRecordError,
    KindNotOpenedError,
    NoIdentityError,
)
from jumelage.bridge.feeds import serve
from jumelage.bridge.feeds.chain import Head, follow
from jumelage.bridge.feeds.checkpoints import check
from jumelage.bridge.feeds.wire import EMPTY_HEAD
from jumelage.bridge.feeds.write import move, publish, publish_all, withdraw
from jumelage.bridge.models import Entry, Feed, Node
from jumelage.bridge.replication.client import split_page
from jumelage.components.agreement.models import Coordinator
from jumelage.components.agreement.records import CoordinatorNamed
from jumelage.components.practices.models import Practice
from jumelage.components.practices.records import PracticeShared
from jumelage.kit.uris import Uri, new_id

Sheet = Callable[..., PracticeShared]


@pytest.mark.django_db
def test_publish_needs_an_identity(sheet: Sheet) -> None:
    with pytest.raises(NoIdentityError):
        publish(sheet("a" * 32))


def test_publish_writes_entry_checkpoint_and_row(here: Node, opened: None, sheet: Sheet) -> None:
    record = sheet(here.origin)

    provenance = publish(record)

    assert (provenance.origin, provenance.feed, provenance.seq) == (here.origin, "public", 1)
    assert Practice.objects.get().uri == record.uri
    assert Entry.objects.get().rev == 1
    assert Feed.objects.get().checkpoints.get().seq == 1


def test_publish_of_a_closed_kind_changes_nothing(here: Node, sheet: Sheet) -> None:
    with pytest.raises(KindNotOpenedError):
        publish(sheet(here.origin))

    assert (Entry.objects.count(), Practice.objects.count()) == (0, 0)


@pytest.mark.parametrize("audience", ["network", "twin:" + "b" * 32, "everybody"])
def test_publish_to_an_audience_the_kind_never_names_is_refused(
    here: Node, opened: None, sheet: Sheet, audience: str
) -> None:
    with pytest.raises(KindNotOpenedError):
        publish(sheet(here.origin), audience=audience)


def test_publish_of_another_citys_record_is_refused(here: Node, opened: None, sheet: Sheet) -> None:
    with pytest.raises(ForeignRecordError):
        publish(sheet("b" * 32))


def test_publish_of_ten_megabytes_is_refused_whole(here: Node, opened: None, sheet: Sheet) -> None:
    with pytest.raises(BodyTooLargeError):
        publish_all([sheet(here.origin), sheet(here.origin, "x" * 10_000_000)])

    assert (Entry.objects.count(), Practice.objects.count()) == (0, 0)


def test_publish_rolled_back_leaves_no_gap(here: Node, opened: None, sheet: Sheet) -> None:
    with transaction.atomic():
        publish(sheet(here.origin))
        transaction.set_rollback(True)

    assert publish(sheet(here.origin)).seq == 1


def test_publish_again_is_a_new_revision(here: Node, opened: None, sheet: Sheet) -> None:
    first = sheet(here.origin)
    publish(first)

    again = publish(sheet(here.origin, "Quieter streets", first.uri))

    assert again.rev == 2
    assert Practice.objects.get().title == {"en": "Quieter streets"}


def test_withdraw_marks_the_row_and_keeps_the_entry(here: Node, opened: None, sheet: Sheet) -> None:
    record = sheet(here.origin)
    publish(record)

    provenance = withdraw(record.uri)

    assert provenance.rev == 2
    assert Practice.objects.get().withdrawn_at is not None
    assert list(Entry.objects.order_by("seq").values_list("op", flat=True)) == ["put", "withdraw"]


def test_page_of_this_node_convinces_a_stranger(here: Node, opened: None, sheet: Sheet) -> None:
    publish_all([sheet(here.origin) for _ in range(7)])
    publish(sheet(here.origin))

    for limit in (3, 7, 500):
        page = serve.page("public", 0, limit)
        lines, signed = split_page(page.body)
        links = list(follow(Head(here.origin, "public", 0, 0, EMPTY_HEAD), lines))
        head = Head(here.origin, "public", 0, page.last, links[-1].hash)
        check(signed, head, bytes(here.signing_key))
        assert page.count == min(limit, 8)


def test_a_record_that_moves_stays_with_who_reads_the_new_feed_only(here: Node) -> None:
    for audience in ("public", "network"):
        open_kind(kind=CoordinatorNamed.kind, audience=audience, article="annex", instrument="text")
    commitment, organisation = (str(Uri(here.origin, new_id())) for _ in range(2))
    said = CoordinatorNamed(
        uri=str(Uri(here.origin, new_id())), commitment=commitment, organisation=organisation
    )
    publish(said, audience="public")

    moved = move(said, audience="network")
    again = move(said, audience="network")

    told = [(e.feed.name, e.op, e.rev) for e in Entry.objects.order_by("pk")]
    assert told == [
        ("public", "put", 1),
        ("network", "put", 2),
        ("public", "withdraw", 2),
        ("network", "put", 3),
    ]
    assert (moved.rev, again.rev) == (2, 3)
    assert Coordinator.objects.get().withdrawn_at is None


def test_home_records_are_applied_and_leave_nothing_to_read(here: Node, sheet: Sheet) -> None:
    record = sheet(here.origin)
    peer = Node(origin="b" * 32)

    publish(record, audience=HOME)

    assert Practice.objects.live().get().title == record.title.as_dict()
    assert set(serve.heads(peer).values()) == {0}
    assert wall.passages() == []
    assert [head.audience for head in heads(private=True)] == []


def test_home_records_cross_once_they_are_moved(here: Node, opened: None, sheet: Sheet) -> None:
    record = sheet(here.origin)
    publish(record, audience=HOME)

    move(record, audience="public")

    assert Practice.objects.live().get().rev == 2
    assert [passage.put for passage in wall.passages()] == [1]
