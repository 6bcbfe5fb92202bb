"""The tables of the last release become those of this one with nothing lost, and go back."""

from collections.abc import Callable, Iterator

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from jumelage.bridge import api as bridge
from jumelage.bridge.feeds.write import publish, withdraw
from jumelage.bridge.models import Entry, Node, Tally
from jumelage.components.practices.records import PracticeShared

Sheet = Callable[..., PracticeShared]
LAST_RELEASE = "0001_initial"


@pytest.fixture
def back_and_forth(transactional_db: None) -> Iterator[Callable[[str], None]]:
    """Return what moves the tables of the bridge to a migration; they end as the newest."""

    def move(name: str) -> None:
        call_command("migrate", "bridge", name, verbosity=0)

    yield move
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


@pytest.mark.promise("P10")
def test_the_tables_go_back_to_the_last_release_and_forth_again(
    back_and_forth: Callable[[str], None], here: Node, opened: None, sheet: Sheet
) -> None:
    said = sheet(here.origin)
    publish(said)
    publish(sheet(here.origin))
    withdraw(said.uri)
    before = [(p.kind, p.put, p.withdraw, p.bytes) for p in bridge.passages()]
    entries = list(Entry.objects.order_by("pk").values_list("uri", "seq", "hash", "state"))

    back_and_forth(LAST_RELEASE)
    back_and_forth("0003_count_what_crossed")

    assert [(p.kind, p.put, p.withdraw, p.bytes) for p in bridge.passages()] == before
    assert list(Entry.objects.order_by("pk").values_list("uri", "seq", "hash", "state")) == entries
    assert Tally.objects.count() == 2
