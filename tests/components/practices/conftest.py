"""One node with a key, a paired city, an agreement that opens practices, and its people."""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from jumelage.bridge.api import Node, open_kind
from jumelage.bridge.identity import genesis
from jumelage.directory.models import Account, Grant, Organisation, Person
from jumelage.kit import clock
from tests.factories.bridge import Peer, demo_city
from tests.factories.practices import KINDS


@pytest.fixture
def here(db: None, tmp_path: Path, settings: Settings) -> Node:
    """Return this node; its agreement opens the four kinds."""
    settings.DATA = tmp_path
    node = genesis.initialise(city=demo_city(), url="http://127.0.0.1:9180")
    for kind in KINDS:
        open_kind(kind=kind, audience="public", article="annex", instrument="test")
    return node


@pytest.fixture
def there(here: Node) -> Peer:
    """Return another city, paired with this node."""
    city = Peer()
    city.introduce()
    return city


@pytest.fixture
def workshop(here: Node) -> Organisation:
    """Return an invented organisation of this city."""
    return Organisation.objects.create(
        uri=f"jumelage:{here.origin}:{'w' * 26}",
        slug="atelier-demo",
        kind=Organisation.Kind.COMPANY,
        name="Atelier Démo (fictif)",
        current_name="Atelier Démo (fictif)",
        city="port-demo",
        country="FR",
        fictional=True,
        recorded_at=clock.now(),
    )


def _person(role: str, scope: str = "") -> Person:
    account = Account.objects.create(email=f"{role}@port.example")
    person = Person.objects.create(user=account, name=role)
    Grant.objects.create(person=person, role=role, scope=scope)
    return person


@pytest.fixture
def officer(here: Node) -> Person:
    """Return the city officer."""
    return _person("officer")


@pytest.fixture
def member(here: Node) -> Person:
    """Return a member without organisation."""
    return _person("member")


@pytest.fixture
def editor(workshop: Organisation) -> Person:
    """Return the editor of the workshop."""
    return _person("organisation-editor", workshop.uri)


@pytest.fixture
def as_officer(officer: Person) -> Client:
    """Return the officer's browser, in English."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(officer.user)
    return client
