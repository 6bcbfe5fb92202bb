"""After a restore, readers lose what they had lost the right to before."""

from collections.abc import Callable
from typing import Any

import pytest

from jumelage.bridge.boundary.policy import open_kind
from jumelage.bridge.feeds.write import move, publish
from jumelage.bridge.models import Entry, Node
from jumelage.bridge.recovery import taking
from jumelage.bridge.recovery.scopes import Lost, Word, last_words, lost_withdrawals, reconcile
from jumelage.components.agreement.models import CorrectionRequest
from jumelage.components.agreement.records import CorrectionRequested
from jumelage.kit.i18n import Bilingual
from jumelage.kit.uris import Uri, new_id
from tests.factories.bridge import Peer

TWIN = "twin:x"


@pytest.mark.parametrize(
    ("words", "lost"),
    [
        ([], []),
        ([("a", "network", 1, "put")], []),
        ([("a", "network", 1, "put"), ("a", TWIN, 2, "put")], [("a", "network", 2)]),
        ([("a", "network", 2, "withdraw"), ("a", TWIN, 2, "put")], []),
        ([("a", "network", 1, "put"), ("a", TWIN, 3, "withdraw")], [("a", "network", 3)]),
        ([("a", "network", 1, "put"), ("a", TWIN, 3, "erase")], [("a", "network", 3)]),
        (
            [("a", "public", 1, "put"), ("a", "network", 2, "put"), ("a", TWIN, 3, "put")],
            [("a", "network", 3), ("a", "public", 3)],
        ),
        ([("a", "network", 1, "put"), ("b", TWIN, 2, "put")], []),
    ],
)
def test_a_feed_loses_what_went_on_elsewhere(
    words: list[tuple[str, str, int, str]], lost: list[tuple[str, str, int]]
) -> None:
    said = [Word(uri, feed, "kind", rev, op) for uri, feed, rev, op in words]

    assert lost_withdrawals(said) == [Lost(uri, feed, "kind", rev) for uri, feed, rev in lost]


@pytest.fixture
def request_for(here: Node) -> Callable[[Peer], CorrectionRequested]:
    """Return what makes a request to correct something of a peer; it may cross to anybody."""
    for audience in ("network", "twin"):
        open_kind(
            kind=CorrectionRequested.kind, audience=audience, article="annex", instrument="test"
        )
    return lambda peer: CorrectionRequested(
        uri=str(Uri(here.origin, new_id())), about=peer.uri(), text=Bilingual(en="Wrong year")
    )


def test_a_withdrawal_that_reached_nobody_is_said_again(
    here: Node,
    peer: Peer,
    request_for: Callable[[Peer], CorrectionRequested],
    forgetting: Callable[..., Any],
) -> None:
    twin, record = f"twin:{peer.origin}", request_for(peer)
    publish(record, audience="network")
    with forgetting(twin) as kept:  # the twin's own feed reached it; the withdrawal nobody
        move(record, audience=twin)
    taking.take(Node.objects.get(origin=peer.origin), *kept.only(twin))
    assert {word.feed: word.op for word in last_words(here)} == {"network": "put", twin: "put"}

    assert reconcile() == 1

    last = Entry.objects.filter(feed__node=here, feed__name="network").order_by("seq").last()
    assert last is not None
    assert (last.op, last.rev) == ("withdraw", 2)
    assert CorrectionRequest.objects.live().filter(uri=record.uri).exists()
    assert reconcile() == 0
