"""Two cities: this node in Paris, and San Francisco, paired."""

from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from jumelage.bridge.identity import genesis
from jumelage.bridge.models import Contact, Node, Pairing
from jumelage.kit import clock
from tests.factories.bridge import Peer, demo_city


def city(slug: str, name: str, zone: str, accent: tuple[str, str], *, is_self: bool) -> Node:
    """Write a city into this node's database."""
    return Node.objects.create(
        origin=slug.replace("-", "")[:1] * 32,
        genesis=b"",
        signing_key=bytes(32),
        is_self=is_self,
        slug=slug,
        name={"fr": name, "en": name},
        country="FR",
        time_zone=zone,
        languages=["fr", "en"],
        accent={"light": accent[0], "dark": accent[1]},
    )


@pytest.fixture
def paris(db: None) -> Node:
    """This node."""
    return city("paris", "Paris", "Europe/Paris", ("#35607a", "#8bb7cd"), is_self=True)


@pytest.fixture
def san_francisco(paris: Node) -> Node:
    """The peer, heard 2 s ago."""
    accent = ("#c0362c", "#f08a6c")
    node = city("san-francisco", "San Francisco", "America/Los_Angeles", accent, is_self=False)
    Pairing.objects.create(
        nonce="nonce",
        node=node,
        state=Pairing.State.PAIRED,
        created_at=clock.now(),
        expires_at=clock.now(),
    )
    heard = clock.now() - timedelta(seconds=2)
    Contact.objects.create(node=node, last_word_at=heard, line_up=True, changed_at=heard)
    return node


@pytest.fixture
def peer(db: None, tmp_path: Path, settings: Settings) -> Peer:
    """Return the other city, paired with this node."""
    settings.DATA = tmp_path
    genesis.initialise(city=demo_city(), url="http://127.0.0.1:9121")
    found = Peer()
    found.introduce()
    return found
