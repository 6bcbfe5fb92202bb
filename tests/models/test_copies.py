"""Copies are exact prefixes and converge: the real code under a model, and its planted faults."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from pytest_django.plugin import DjangoDbBlocker

from tests.models.cities import City, three
from tests.models.faults import FAULTS
from tests.models.machine import ThreeCities
from tests.models.planted import Fault, planted

EXAMPLES = 50
STEPS = 30
MOST_EXAMPLES = 300
pytestmark = pytest.mark.promise("P2")


@pytest.fixture(scope="module")
def cities(
    tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker
) -> Iterator[tuple[City, City, City]]:
    """Return three cities in memory, made once."""
    with django_db_blocker.unblock():
        yield three(tmp_path_factory.mktemp("cities"))


def check(examples: int, **more: Any) -> None:  # noqa: ANN401  # settings of many types
    """Run the model for so many examples."""
    chosen = settings(
        max_examples=examples,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        **more,
    )
    run_state_machine_as_test(ThreeCities, settings=chosen)


def test_copies_are_prefixes_and_converge(cities: tuple[City, City, City]) -> None:
    ThreeCities.cities = cities

    check(EXAMPLES)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name.replace(" ", "-"))
def test_planted_fault_is_killed(cities: tuple[City, City, City], fault: Fault) -> None:
    ThreeCities.cities = cities

    with planted(fault), pytest.raises(Exception):  # noqa: B017, PT011  # any way to fail kills it
        check(MOST_EXAMPLES, phases=[Phase.generate], derandomize=True, report_multiple_bugs=False)
