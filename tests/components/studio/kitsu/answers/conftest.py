"""People of one production with their programs; counters of attempts that begin at nothing."""

import pytest
from django.core.cache import cache

from jumelage.components.studio.models import Production
from jumelage.directory.models import Person
from tests.components.studio.kitsu.answers.asking import Client, signed_in
from tests.factories import studio


@pytest.fixture(autouse=True)
def _no_attempts() -> None:
    cache.clear()


@pytest.fixture
def boss(producer: Person, film: Production) -> Client:
    """Return the program of who coordinates the production."""
    return signed_in(producer)


@pytest.fixture
def artist(film: Production, producer: Person) -> Person:
    """Return an artist of the production."""
    return studio.member(film, "artist", producer)


@pytest.fixture
def stranger(producer: Person) -> Client:
    """Return the program of who coordinates another production and has no seat in this one."""
    other = studio.producer()
    studio.production(other)
    return signed_in(other)
