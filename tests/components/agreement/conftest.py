"""This node with a key, a paired city, the real agreement, and people in their roles."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.cache import cache
from pytest_django import Settings

from jumelage.bridge.identity import genesis
from jumelage.bridge.models import Node
from jumelage.components.agreement.models import Instrument, Partnership
from jumelage.components.agreement.services.demonstration import load_demonstration
from jumelage.components.agreement.services.imports import import_agreement
from jumelage.directory.models import Person
from jumelage.directory.services import import_actors
from jumelage.kit import clock
from tests.factories import directory
from tests.factories.agreement import ACTORS, AGREEMENT, Convention
from tests.factories.bridge import Peer, demo_city


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """Stop the clock, so that no test depends on the day it is run."""
    with clock.fixed(datetime(2026, 11, 22, 12, tzinfo=UTC)):
        yield


@pytest.fixture
def here(db: None, tmp_path: Path, settings: Settings) -> Node:
    """Return this node, with keys and files in a scratch folder."""
    settings.DATA = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    cache.clear()
    return genesis.initialise(city=demo_city("paris"), url="http://127.0.0.1:9121")


@pytest.fixture
def peer(here: Node) -> Peer:
    """Return the other city, paired with this node."""
    found = Peer(slug="san-francisco")
    found.introduce()
    return found


@pytest.fixture
def officer(here: Node) -> Person:
    """Return a city officer."""
    return directory.person("officer")


@pytest.fixture
def member(here: Node) -> Person:
    """Return somebody who signed up."""
    return directory.person()


@pytest.fixture
def partnership(officer: Person) -> Partnership:
    """Return the real history, imported from the packaged file."""
    import_actors(ACTORS, by=officer)
    return import_agreement(AGREEMENT, by=officer)


@pytest.fixture
def convention(officer: Person, peer: Peer) -> Convention:
    """Return the demonstration convention, signed by both cities, without activity."""
    load_demonstration(by=officer)
    agreed = Convention(Instrument.objects.get(invented=True), peer)
    agreed.sign_there()
    return agreed
