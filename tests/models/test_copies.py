"""Copies are exact prefixes and converge: the real code under a model, and its planted faults.

`make test` runs a short form, always the same examples; `make prove-P2` runs many, and each
fault again with examples of the day.
"""

import os
from collections.abc import Iterator

import pytest
from django.conf import settings as node
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from pytest_django.plugin import DjangoDbBlocker

from tests.models.cities import City, three
from tests.models.faults import FAULTS
from tests.models.machine import ThreeCities
from tests.models.planted import Fault, planted

pytestmark = pytest.mark.promise("P2")

PROVING = "JUMELAGE_PROMISES" in os.environ
EXAMPLES = 1200 if PROVING else 30
TIMES = 3 if PROVING else 1
"""How often each fault must be killed; the first time with examples that never change."""
STEPS = 25
MOST_EXAMPLES = 1000
"""A fault that is not killed sooner is not killed."""


@pytest.fixture(scope="module")
def cities(
    tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker
) -> Iterator[tuple[City, City, City]]:
    """Return three cities in memory, made once."""
    if "sqlite" not in node.DATABASES["default"]["ENGINE"]:
        pytest.skip("the cities of the model bring SQLite databases of their own")
    with django_db_blocker.unblock():
        yield three(tmp_path_factory.mktemp("cities"))


def chosen(examples: int, *, always_the_same: bool) -> settings:
    """Return how to run the model for at most so many examples."""
    return settings(
        max_examples=examples,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        derandomize=always_the_same,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )


def test_copies_are_prefixes_and_converge(cities: tuple[City, City, City]) -> None:
    ThreeCities.cities = cities

    run_state_machine_as_test(ThreeCities, settings=chosen(EXAMPLES, always_the_same=not PROVING))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name.replace(" ", "-"))
def test_planted_fault_is_killed(cities: tuple[City, City, City], fault: Fault) -> None:
    ThreeCities.cities = cities

    for number in range(TIMES):
        quick = settings(
            chosen(MOST_EXAMPLES, always_the_same=number == 0), phases=[Phase.generate]
        )
        with planted(fault), pytest.raises(Exception):  # noqa: B017, PT011  # any way kills it
            run_state_machine_as_test(ThreeCities, settings=quick)
