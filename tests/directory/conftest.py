"""This node with a key of its own, and people in their roles."""

from pathlib import Path

import pytest
from django.core.cache import cache
from pytest_django import Settings

from jumelage.bridge.identity import genesis
from jumelage.bridge.models import Node
from jumelage.directory.models import Person
from tests.factories import directory
from tests.factories.bridge import demo_city


@pytest.fixture
def here(db: None, tmp_path: Path, settings: Settings) -> Node:
    """Return this node, with keys in a scratch folder and no attempts counted yet."""
    settings.DATA = tmp_path
    cache.clear()
    return genesis.initialise(city=demo_city(), url="http://127.0.0.1:9120")


@pytest.fixture
def officer(here: Node) -> Person:
    """Return a city officer."""
    return directory.person("officer")


@pytest.fixture
def administrator(here: Node) -> Person:
    """Return an administrator."""
    return directory.person("administrator")


@pytest.fixture
def member(here: Node) -> Person:
    """Return somebody who signed up."""
    return directory.person()
