"""A node with rooms, a paired city with rooms, an agreement that opens them, and browsers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from jumelage.bridge.api import Node
from jumelage.bridge.identity import genesis
from jumelage.directory.calendars.records import Hours
from jumelage.directory.models import Person, Resource
from jumelage.kit import clock
from tests.factories import directory
from tests.factories import rooms as make
from tests.factories.bridge import Peer, demo_city


@pytest.fixture
def here(db: None, tmp_path: Path, settings: Settings) -> Iterator[Node]:
    """Return this node on a Sunday at noon; its agreement opens the rooms."""
    settings.DATA, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    with clock.fixed(make.NOON):
        node = genesis.initialise(city=demo_city(), url="http://127.0.0.1:9470")
        make.open_rooms()
        yield node


@pytest.fixture
def there(here: Node) -> Peer:
    """Return another city, paired with this node."""
    city = Peer()
    city.introduce()
    return city


@pytest.fixture
def officer(here: Node) -> Person:
    """Return the city officer."""
    return directory.person("officer")


@pytest.fixture
def member(here: Node) -> Person:
    """Return a member."""
    return directory.person("member")


@pytest.fixture
def room(officer: Person) -> Resource:
    """Return a room of this city, open in office hours."""
    return make.room(officer, hours=make.OFFICE)


@pytest.fixture
def twin_room(there: Peer) -> Resource:
    """Return a room of the other city, open from eight to six."""
    hours = tuple(Hours(day=day, opens="08:00", closes="18:00") for day in range(5))
    return make.room_there(there, hours=hours)


def browser(person: Person) -> Client:
    """Return the browser of *person*, in English."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(person.user)
    return client


@pytest.fixture
def as_officer(officer: Person) -> Client:
    """Return the officer's browser."""
    return browser(officer)


@pytest.fixture
def as_member(member: Person) -> Client:
    """Return the member's browser."""
    return browser(member)
