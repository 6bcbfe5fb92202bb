"""When the live files are rebuilt, and what the worker does until then."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from jumelage.bridge.boundary.policy import open_kind
from jumelage.bridge.erasing import maintenance
from jumelage.bridge.feeds.write import publish
from jumelage.bridge.models import Erasure, Node
from jumelage.components.practices.records import PracticeShared
from jumelage.kit import clock
from tests.bridge.conftest import KIND
from tests.bridge.erasing.conftest import Erase

Sheet = Callable[..., PracticeShared]
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOURS = [(0, False), (13, False), (14, True), (15, False), (19, False), (20.1, True), (38, True)]
"""Hours after noon in London; the city is in Paris, where it is night from 3 to 4."""


@pytest.fixture
def opened(here: Node) -> None:
    """Open the practice sheets to the public the day before, whatever day the test runs."""
    text = f"jumelage:{here.origin}:x"
    with clock.fixed(NOON - timedelta(days=1)):
        open_kind(kind=KIND, audience="public", article="annex", instrument=text)


def erased_at_noon(here: Node, sheet: Sheet, erasing: Erase) -> Erasure:
    """Return a record that was erased at noon."""
    record = sheet(here.origin)
    with clock.fixed(NOON):
        publish(record)
        return erasing(record.uri)


@pytest.mark.parametrize(("hours", "due"), HOURS)
def test_files_are_rebuilt_at_night_or_within_a_day(
    here: Node, opened: None, sheet: Sheet, erasing: Erase, hours: float, *, due: bool
) -> None:
    erased_at_noon(here, sheet, erasing)

    with clock.fixed(NOON + timedelta(hours=hours)):
        assert maintenance._is_time() is due


def test_nothing_is_rebuilt_when_nothing_was_erased(here: Node) -> None:
    with clock.fixed(NOON.replace(hour=2)):
        maintenance.keep_clean()
        assert maintenance.clean() == maintenance.Cleaned(rebuilt=False, swept=True, erasures=0)


def test_erasure_that_is_clean_is_not_cleaned_again(
    here: Node, opened: None, sheet: Sheet, erasing: Erase
) -> None:
    erased_at_noon(here, sheet, erasing)
    Erasure.objects.update(cleaned_at=NOON)

    with clock.fixed(NOON + timedelta(hours=30)):
        assert maintenance.clean().rebuilt is False


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="tests/pair/test_erasure.py: SQLite")
def test_tables_of_postgresql_are_rebuilt() -> None:
    done = maintenance.clean(always=True)

    assert (done.rebuilt, done.swept, done.erasures) == (True, True, 0)
