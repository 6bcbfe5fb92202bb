"""One node with a key, a paired city, an agreement that opens the rooms, a room in each city."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from jumelage.bridge.api import Node
from jumelage.bridge.identity import genesis
from jumelage.directory.models import Person, Resource
from jumelage.kit import clock
from tests.factories import directory, rooms
from tests.factories.bridge import Peer, demo_city


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """Stop the clock."""
    with clock.fixed(rooms.NOON):
        yield


@pytest.fixture
def here(noon: None, db: None, tmp_path: Path, settings: Settings) -> Node:
    """Return this node; its agreement opens the rooms."""
    settings.DATA = tmp_path
    node = genesis.initialise(city=demo_city(), url="http://127.0.0.1:9450")
    rooms.open_rooms()
    return node


@pytest.fixture
def there(here: Node) -> Peer:
    """Return another city, paired with this node."""
    city = Peer()
    city.introduce()
    return city


@pytest.fixture
def officer(here: Node) -> Person:
    """Return a city officer."""
    return directory.person("officer")


@pytest.fixture
def member(here: Node) -> Person:
    """Return somebody who books."""
    return directory.person(name="Canari Personne")


@pytest.fixture
def room(officer: Person) -> Resource:
    """Return a room of this city, always open, given at once."""
    return rooms.room(officer)


@pytest.fixture
def twin_room(there: Peer) -> Resource:
    """Return a room of the other city."""
    return rooms.room_there(there)
