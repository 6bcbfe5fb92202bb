"""A city that cannot know what it last said begins again, and its readers follow."""

from collections.abc import Callable
from typing import Any

import pytest

from jumelage.bridge.boundary import standing
from jumelage.bridge.errors import ChainError, RecoveringError
from jumelage.bridge.feeds import serve
from jumelage.bridge.feeds.past import history
from jumelage.bridge.feeds.receive import receive
from jumelage.bridge.feeds.write import publish
from jumelage.bridge.models import Epoch, Feed, Node
from jumelage.bridge.recovery import state, taking
from jumelage.bridge.recovery.epochs import open_epoch
from jumelage.bridge.replication.client import split_page
from jumelage.components.practices.models import Practice
from tests.factories.bridge import Peer

Sheet = Callable[..., Any]


def epoch_of(feed: str = "public") -> tuple[int, int]:
    """Return the newest epoch of a feed of this node, and its head."""
    return serve.epochs([feed])[feed], serve.page(feed, 0).count


def test_a_new_epoch_begins_every_feed_at_one_and_lets_the_city_publish(
    here: Node, peer: Peer, opened: None, sheet: Sheet
) -> None:
    publish(sheet(here.origin, "before"))
    state.begin(backup_at=None, by="test")
    with pytest.raises(RecoveringError):
        publish(sheet(here.origin, "too early"))

    begun = open_epoch(by="test")

    said = publish(sheet(here.origin, "after"))
    assert sorted((feed.name, feed.epoch, feed.head_seq) for feed in begun) == sorted(
        [("public", 1, 1), ("network", 1, 1), (f"twin:{peer.origin}", 1, 1)]
    )
    assert (said.seq, said.rev) == (2, (1 << 32) + 1)
    assert serve.former(["public"]) == {"0/public": 1}
    opening = Epoch.objects.get(feed="public")
    assert (opening.epoch, opening.after_epoch, opening.after_seq) == (1, 0, 1)


def test_words_of_the_new_epoch_count_more_than_those_that_come_back_later(
    here: Node, peer: Peer, opened: None, sheet: Sheet, forgetting: Callable[..., Any]
) -> None:
    publish(sheet(here.origin, "before"))
    sheets = sheet(here.origin, "shared after the backup")
    with forgetting() as kept:
        publish(sheets)
        publish(sheet(here.origin, "lost until the twin answers"))
    state.begin(backup_at=None, by="test")
    open_epoch(by="test")
    publish(sheet(here.origin, "said again", uri=sheets.uri))

    taking.take(Node.objects.get(origin=peer.origin), *kept.only())

    titles = sorted(row.title["en"] for row in Practice.objects.live())
    assert titles == ["before", "lost until the twin answers", "said again"]
    heads = Feed.objects.filter(node=here, name="public").order_by("epoch")
    assert list(heads.values_list("epoch", "head_seq")) == [(0, 3), (1, 2)]


def test_a_reader_takes_both_epochs_and_no_epoch_without_its_beginning(
    here: Node, opened: None, sheet: Sheet
) -> None:
    publish(sheet(here.origin, "former"))
    open_epoch(by="test")
    publish(sheet(here.origin, "present"))
    former, present = (split_page(serve.page("public", 0, epoch=e).body) for e in (0, 1))
    reader = as_peer(here)

    with pytest.raises(ChainError, match="expected entry 1"):
        receive(reader, "public", present[0][1:], present[1])
    receive(reader, "public", *present)
    receive(reader, "public", *former)

    titles = sorted(row.title["en"] for row in Practice.objects.live())
    assert titles == ["former", "present"]
    copies = Feed.objects.filter(node=reader, name="public").order_by("epoch")
    assert list(copies.values_list("epoch", "head_seq")) == [(0, 1), (1, 2)]
    assert not standing.standing().recovering_since


def as_peer(node: Node) -> Node:
    """Turn this database into one that knows *node* as a paired peer and holds nothing of it."""
    from datetime import timedelta  # noqa: PLC0415

    from jumelage.bridge.models import Checkpoint, Entry, Pairing, Tally  # noqa: PLC0415
    from jumelage.kit import clock  # noqa: PLC0415
    from jumelage.kit.uris import new_id  # noqa: PLC0415

    for model in (Entry, Checkpoint, Tally, Feed, Practice, Epoch):
        model.objects.all().delete()
    node.is_self = False
    node.save()
    at = clock.now()
    Pairing.objects.create(
        nonce=new_id(), node=node, state="paired", created_at=at, expires_at=at + timedelta(days=1)
    )
    return node


def test_a_point_of_history_stands_in_one_epoch(here: Node, opened: None, sheet: Sheet) -> None:
    publish(sheet(here.origin, "former"))
    before = [point for point in history.checkpoints([here.origin]) if point.feed == "public"]
    open_epoch(by="test")
    publish(sheet(here.origin, "present"))

    now = [point for point in history.checkpoints([here.origin]) if point.feed == "public"]

    assert [point.seq for point in now] == [1, 2]
    assert len(list(history.said_until(before, ["practices."]))) == 1
    assert len(list(history.said_until(now, ["practices."]))) == 2
    assert (history.lacks(now), history.changed_since(now, ["practices."])) == (0, False)
    assert history.changed_since(before, ["practices."]) is True
