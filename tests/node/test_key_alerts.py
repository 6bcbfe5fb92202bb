"""A change of key, and an attempt at one, are alerts for a while."""

from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from jumelage.bridge import api as bridge
from jumelage.bridge.boundary.refusals import record_refusal
from jumelage.bridge.identity import genesis
from jumelage.bridge.identity.errors import KeyStatementError
from jumelage.bridge.identity.keychain.chain import adopt
from jumelage.bridge.models import Feed, Recovery
from jumelage.bridge.recovery.returned import remember
from jumelage.kit import clock
from jumelage.node.config import NodeConfig
from jumelage.node.watching import checks
from tests.factories.bridge import Peer, demo_city

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def here(tmp_path: Path, settings: Settings) -> bridge.Node:
    """Make this node."""
    settings.DATA = tmp_path
    settings.NODE = NodeConfig(data=tmp_path, slug="paris", name_en="Paris", name_fr="Paris")
    (tmp_path / "node.toml").touch()
    return genesis.initialise(city=demo_city(), url="http://127.0.0.1:9222")


def _told() -> dict[str, str]:
    """Return the alerts about keys: name and sentence."""
    found, _ = checks.current()
    return {alert.name: alert.sentence for alert in found if alert.name.startswith("key-")}


def test_a_changed_key_is_an_alert_on_both_sides_for_a_week() -> None:
    peer = Peer()
    node = peer.introduce()
    assert _told() == {}
    peer.change_key("revoked")
    adopt(node, peer.chain)

    assert "Baie Demo signs with another key" in _told()["key-changed"]
    with clock.fixed(clock.now() + timedelta(days=8)):
        assert "key-changed" not in _told()


def test_this_nodes_own_change_is_one_too() -> None:
    bridge.rotate_key(by="person:1")

    assert "Port Demo signs with another key" in _told()["key-changed"]


def test_an_attempt_that_proved_nothing_is_an_alert_for_a_day() -> None:
    peer = Peer()
    peer.introduce()
    record_refusal(peer.origin, KeyStatementError(origin=peer.origin, reason="forged"))

    assert "Baie Demo" in _told()["key-refused"]
    with clock.fixed(clock.now() + timedelta(days=2)):
        assert "key-refused" not in _told()


def test_words_that_came_back_are_an_alert_that_names_the_place(here: bridge.Node) -> None:
    feed = Feed.objects.create(node=here, name="public", head_seq=17, head_hash=b"")
    bridge.recovery.begin(backup_at=None, by="node:test")
    remember(feed, 13, 17)
    Recovery.objects.update(ended_at=clock.now())

    (alert,) = [one for one in checks.current()[0] if one.name == "words-returned"]

    assert "gave back 5 entries of the feed “public”" in alert.sentence
    assert alert.advice.endswith("jumelage keys revoke --last-valid public=12")
    assert alert.to_do.fr.endswith("jumelage keys revoke --last-valid public=12")
    with clock.fixed(clock.now() + timedelta(days=8)):
        assert "words-returned" not in {one.name for one in checks.current()[0]}
