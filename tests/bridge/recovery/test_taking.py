"""A restored node takes back exactly what it has said itself."""

from collections.abc import Callable
from typing import Any

import pytest

from jumelage.bridge.boundary.policy import close_instrument
from jumelage.bridge.errors import ChainError, SignatureError
from jumelage.bridge.feeds.checkpoints import Signed
from jumelage.bridge.feeds.verify import verify_chains
from jumelage.bridge.feeds.write import publish, withdraw
from jumelage.bridge.identity.keys import SigningKey
from jumelage.bridge.models import Entry, Erasure, Feed, Node
from jumelage.bridge.recovery import taking
from jumelage.bridge.recovery.copies import Reach
from jumelage.bridge.recovery.errors import CopyBeginsLaterError, OwnForkError
from jumelage.components.practices.models import Practice
from tests.factories.bridge import Peer

Sheet = Callable[..., Any]
Forgetting = Callable[..., Any]


def titles() -> list[str]:
    """Return the titles that count here."""
    return sorted(row.title["en"] for row in Practice.objects.live())


@pytest.fixture
def twin(peer: Peer) -> Node:
    """Return the row of the twin."""
    return Node.objects.get(origin=peer.origin)


def test_what_was_said_after_the_backup_comes_back(
    here: Node, twin: Node, opened: None, sheet: Sheet, forgetting: Forgetting
) -> None:
    first = sheet(here.origin, "before")
    publish(first)
    with forgetting() as kept:
        publish(sheet(here.origin, "after"))
        withdraw(first.uri)
    assert titles() == ["before"]

    assert taking.take(twin, *kept.only()) == 3

    assert titles() == ["after"]
    assert all(chain.whole for chain in verify_chains())
    assert taking.take(twin, *kept.only()) == 3  # again: nothing happens
    assert Entry.objects.count() == 3


def test_it_comes_back_although_no_article_opens_it_now(
    here: Node, twin: Node, opened: None, sheet: Sheet, forgetting: Forgetting
) -> None:
    with forgetting() as kept:
        publish(sheet(here.origin, "under an article of then"))
    close_instrument(f"jumelage:{here.origin}:x")

    taking.take(twin, *kept.only())

    assert titles() == ["under an article of then"]


def test_an_erased_record_does_not_come_back(
    here: Node, twin: Node, opened: None, sheet: Sheet, forgetting: Forgetting
) -> None:
    from jumelage.bridge.erasing.services import erase  # noqa: PLC0415  # only here

    secret = sheet(here.origin, "secret")
    publish(secret)
    with forgetting() as kept:
        erase(uri=secret.uri, by="test", ground="art-17")
    assert titles() == ["secret"]

    taking.take(twin, *kept.only())

    assert titles() == []
    assert Erasure.objects.filter(uri=secret.uri).exists()
    assert not Entry.objects.filter(uri=secret.uri, op="put", body__isnull=False).exists()


def test_nothing_is_taken_that_another_key_signed(
    here: Node, twin: Node, opened: None, sheet: Sheet, forgetting: Forgetting
) -> None:
    with forgetting() as kept:
        publish(sheet(here.origin))
    lines, signed = kept.only()
    thief = SigningKey.make()
    forged = Signed(signed.text, thief.sign("jumelage/checkpoint/1", signed.text))

    with pytest.raises(SignatureError):
        taking.take(twin, lines, forged)
    with pytest.raises(SignatureError):
        taking.take(twin, lines[:1], Signed(signed.text + b" ", signed.signature))
    assert Feed.objects.filter(node=here, name="public", head_seq__gt=0).count() == 0


def test_a_gap_is_refused(
    here: Node, twin: Node, opened: None, sheet: Sheet, forgetting: Forgetting
) -> None:
    with forgetting() as kept:
        publish(sheet(here.origin, "one"))
        publish(sheet(here.origin, "two"))
    lines, signed = kept.only()

    with pytest.raises(ChainError, match="gave entry 2 after 0"):
        taking.take(twin, lines[1:], signed)


def test_two_histories_of_our_own_are_found(
    here: Node, twin: Node, opened: None, sheet: Sheet, forgetting: Forgetting
) -> None:
    with forgetting() as kept:
        publish(sheet(here.origin, "one history"))
    publish(sheet(here.origin, "another history"))

    with pytest.raises(OwnForkError):
        taking.take(twin, *kept.only())
    with pytest.raises(OwnForkError):
        taking.compare(twin, kept.reaches()[0])
    assert titles() == ["another history"]


def test_a_history_that_branches_after_the_backup_is_found(
    here: Node, twin: Node, opened: None, sheet: Sheet, forgetting: Forgetting
) -> None:
    with forgetting() as kept:
        publish(sheet(here.origin, "1"))
        publish(sheet(here.origin, "2"))
    publish(sheet(here.origin, "1 again"))
    lines, signed = kept.only()

    with pytest.raises(OwnForkError):
        taking.take(twin, lines[1:], signed)


def test_what_is_lacking_is_counted(
    here: Node, twin: Node, opened: None, sheet: Sheet, forgetting: Forgetting
) -> None:
    publish(sheet(here.origin))
    with forgetting() as kept:
        publish(sheet(here.origin))
        publish(sheet(here.origin))
    (reach,) = kept.reaches()

    assert taking.compare(twin, reach) == 2
    with pytest.raises(CopyBeginsLaterError):
        taking.compare(twin, Reach(reach.signed, base=2))
    taking.take(twin, *kept.only())
    assert taking.compare(twin, reach) == 0
