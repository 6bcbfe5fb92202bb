"""Words that came back without a restore: kept apart, so that a thief's can be taken back."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from jumelage.bridge.erasing.services import erase
from jumelage.bridge.feeds.verify import verify_chains
from jumelage.bridge.feeds.write import publish, withdraw
from jumelage.bridge.identity.keychain import services
from jumelage.bridge.identity.keys import load
from jumelage.bridge.models import Cut, Erasure, Feed, Node
from jumelage.bridge.recovery import state, taking
from jumelage.bridge.recovery.returned import returned
from jumelage.components.practices.models import Practice
from jumelage.kit import clock
from tests.factories.bridge import Peer

Sheet = Callable[..., Any]
Forgetting = Callable[..., Any]


def titles() -> list[str]:
    """Return the titles that count here."""
    return sorted(row.title["en"] for row in Practice.objects.live())


def revoke(last: int) -> None:
    """Revoke the key; what follows *last* on the public feed is not ours."""
    safe = load(Path(settings.DATA) / "recovery.key")
    services.revoke(recovery_key=safe, last_valid={"public": last}, by="test")


@pytest.fixture
def twin(peer: Peer) -> Node:
    """Return the row of the twin."""
    return Node.objects.get(origin=peer.origin)


@pytest.fixture
def thief(
    here: Node, twin: Node, opened: None, sheet: Sheet, forgetting: Forgetting
) -> dict[str, Any]:
    """Let this node say one thing and take a thief's two for its own; return its own record."""
    ours = sheet(here.origin, "shared")
    publish(ours)
    with forgetting() as kept:
        publish(sheet(here.origin, "forged"))
        publish(sheet(here.origin, "twisted", uri=ours.uri))
    state.begin(backup_at=None, by="node:test")
    taking.take(twin, *kept.only())
    state.answered(twin, [])
    assert state.conclude([twin])
    return {"uri": ours.uri}


def test_what_came_back_is_remembered_by_place(thief: object) -> None:
    (stretch,) = returned(since=clock.now().replace(year=2000))

    assert (stretch.feed, stretch.first, stretch.last, stretch.entries) == ("public", 2, 3, 2)
    assert titles() == ["forged", "twisted"]


def test_what_was_said_here_afterwards_is_said_again_when_the_rest_is_cut(
    thief: dict[str, str], here: Node, sheet: Sheet
) -> None:
    publish(sheet(here.origin, "true"))
    gone = sheet(here.origin, "gone")
    publish(gone)
    withdraw(gone.uri)

    revoke(last=1)

    assert titles() == ["shared", "true"]
    assert Feed.objects.get(name="public").head_seq == 4
    assert (Cut.objects.get().seq, Cut.objects.get().entries) == (1, 5)
    assert all(chain.whole for chain in verify_chains())


def test_what_was_erased_here_afterwards_stays_erased(
    thief: dict[str, str], here: Node, sheet: Sheet
) -> None:
    erase(uri=thief["uri"], by="test", ground="art-17")

    revoke(last=1)

    assert titles() == []
    assert Erasure.objects.filter(uri=thief["uri"]).exists()
    assert all(chain.whole for chain in verify_chains())


def test_nothing_is_said_again_when_nothing_had_come_back(
    here: Node, opened: None, sheet: Sheet
) -> None:
    publish(sheet(here.origin, "ours"))
    publish(sheet(here.origin, "written here by a thief"))

    revoke(last=1)

    assert titles() == ["ours"]
    assert Feed.objects.get(name="public").head_seq == 1


def test_a_restore_is_no_reason_to_ask(
    here: Node, twin: Node, opened: None, sheet: Sheet, forgetting: Forgetting
) -> None:
    with forgetting() as kept:
        publish(sheet(here.origin, "after the backup"))
    state.begin(backup_at=clock.now(), by="restore")
    taking.take(twin, *kept.only())

    assert list(returned(since=clock.now().replace(year=2000))) == []
