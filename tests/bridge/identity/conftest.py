"""A data folder of its own for each test, and cities that do not exist."""

from pathlib import Path

import pytest
from pytest_django import Settings

from jumelage.kit.city import City
from jumelage.kit.i18n import Bilingual


@pytest.fixture
def data(tmp_path: Path, settings: Settings) -> Path:
    """Return a fresh data folder that this node now uses."""
    settings.DATA = tmp_path / "node"
    return tmp_path / "node"


@pytest.fixture
def city() -> City:
    """Return an invented city."""
    return City(
        slug="port-demo",
        name=Bilingual(fr="Port-Démo", en="Port Demo"),
        country="FR",
        time_zone="Europe/Paris",
        languages=("fr", "en"),
    )
