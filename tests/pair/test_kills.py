"""An acknowledged record survives kill -9 on either side, and is applied once (short form)."""

import pytest

from benchmarks.kill_minus_nine import on_postgresql, on_sqlite
from tools import postgresql

pytestmark = pytest.mark.promise("P1")

KILLS = 8


def test_acknowledged_records_survive_kills_on_sqlite() -> None:
    outcome = on_sqlite(KILLS)

    assert outcome.acknowledged > 0
    assert (outcome.lost, outcome.doubled, outcome.flaws) == ([], [], [])


def test_acknowledged_records_survive_kills_on_postgresql() -> None:
    programs = postgresql.programs()
    if programs is None:
        pytest.skip("no PostgreSQL server is installed")
    outcome = on_postgresql(KILLS, programs)

    assert outcome.acknowledged > 0
    assert (outcome.lost, outcome.doubled, outcome.flaws) == ([], [], [])
