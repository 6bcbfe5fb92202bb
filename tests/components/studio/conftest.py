"""One node with a key, a paired city, an agreement that opens the studio, a production."""

from pathlib import Path

import pytest
from pytest_django import Settings

from jumelage.bridge.api import Node
from jumelage.bridge.identity import genesis
from jumelage.components.studio.models import Entity, Production, Task
from jumelage.components.studio.services.productions import open_to
from jumelage.directory.models import Person
from tests.factories import studio
from tests.factories.bridge import Peer, demo_city


@pytest.fixture
def here(db: None, tmp_path: Path, settings: Settings) -> Node:
    """Return this node; its agreement opens the studio to its twin."""
    settings.DATA, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    node = genesis.initialise(city=demo_city(), url="http://127.0.0.1:9410")
    studio.open_studio()
    return node


@pytest.fixture
def there(here: Node) -> Peer:
    """Return another city, paired with this node."""
    city = Peer()
    city.introduce()
    return city


@pytest.fixture
def producer(here: Node) -> Person:
    """Return who opens the production and coordinates it."""
    return studio.producer()


@pytest.fixture
def film(producer: Person) -> Production:
    """Return a production that belongs to this city alone."""
    return studio.production(producer)


@pytest.fixture
def joint(film: Production, there: Peer, producer: Person) -> Production:
    """Return a production that both cities make."""
    return open_to(production=film, city=Node.objects.get(origin=there.origin), by=producer)


@pytest.fixture
def shot(film: Production, producer: Person) -> Entity:
    """Return a shot of the production."""
    return studio.shots(film, producer)[0]


@pytest.fixture
def task(shot: Entity, producer: Person) -> Task:
    """Return the animation of the shot."""
    return studio.task(shot, producer)
