"""What an older release stored unread is applied after the upgrade, from the stored bytes."""

from collections.abc import Callable

import orjson
import pytest

from jumelage.bridge import api as bridge
from jumelage.bridge.feeds.receive import receive
from jumelage.bridge.models import Entry, Erasure, Node, Projection, Refusal
from jumelage.bridge.versions.reproject import reproject
from jumelage.components.practices.models import Practice
from jumelage.components.practices.records import PracticeShared
from jumelage.kit.uris import Uri, new_id
from tests.factories.bridge import Peer

Sheet = Callable[..., PracticeShared]


def node(peer: Peer) -> Node:
    """Return the row of *peer* in this node's database."""
    return Node.objects.get(origin=peer.origin)


def as_stored_by_an_older_release() -> None:
    """Make every entry one that was stored verified and not read."""
    Entry.objects.update(state=Entry.State.UNKNOWN)
    Practice.objects.all().delete()


def test_unread_entries_are_applied_in_order(peer: Peer, opened: None, sheet: Sheet) -> None:
    said, other = sheet(peer.origin), sheet(peer.origin, "Loud streets")
    lines = peer.say(said, other)
    lines.append(peer.say_bytes(said.kind, Uri.parse(said.uri).id, b"{}", rev=2, op="withdraw"))
    receive(node(peer), "public", lines, peer.checkpoint())
    as_stored_by_an_older_release()

    assert reproject() == 3
    assert reproject() == 0

    assert list(Practice.objects.live().values_list("uri", flat=True)) == [other.uri]
    assert set(Entry.objects.values_list("state", flat=True)) == {"applied"}


def test_an_erasure_stored_unread_erases(peer: Peer, opened: None, sheet: Sheet) -> None:
    said = sheet(peer.origin)
    lines = peer.say(said)
    lines.append(peer.say_bytes(said.kind, Uri.parse(said.uri).id, b"{}", rev=2, op="erase"))
    receive(node(peer), "public", lines, peer.checkpoint())
    Erasure.objects.all().delete()
    as_stored_by_an_older_release()

    reproject()

    assert Practice.objects.count() == 0
    assert Erasure.objects.get().uri == said.uri
    assert [entry.body for entry in Entry.objects.filter(op="put")] == [None]


def test_what_no_article_opened_is_refused_when_it_can_be_read(peer: Peer, sheet: Sheet) -> None:
    lines = peer.say(sheet(peer.origin))
    receive(node(peer), "public", lines, peer.checkpoint())
    Refusal.objects.all().delete()
    as_stored_by_an_older_release()
    Entry.objects.update(salt=lines[0].salt, body=lines[0].body)

    assert reproject() == 1
    assert (Entry.objects.get().state, Refusal.objects.get().reason) == (
        "refused",
        "kind-not-opened",
    )


def test_fields_that_were_left_unread_are_applied(peer: Peer, opened: None, sheet: Sheet) -> None:
    said = sheet(peer.origin)
    receive(node(peer), "public", peer.say(said), peer.checkpoint())
    reproject()
    Projection.objects.filter(kind=said.kind).update(fields=["title", "uri"])
    Practice.objects.update(contact_role={"en": "as the older release left it"})

    assert reproject() == 1

    assert Practice.objects.get().contact_role == said.contact_role.as_dict()


@pytest.mark.django_db
def test_what_this_release_cannot_read_waits_with_the_release_it_needs(peer: Peer) -> None:
    body = orjson.dumps({"uri": "x"})
    lines = [peer.say_bytes("future.thing-done", new_id(), body)]
    receive(node(peer), "public", lines, peer.checkpoint())

    (found,) = bridge.waiting()

    assert (found.origin, found.kind, found.entries) == (peer.origin, "future.thing-done", 1)
    assert reproject() == 0
