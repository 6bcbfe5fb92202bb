"""Shared minutes of two real nodes: a burst, a stop, a kill, a cut; the benchmark does it at length."""

from pathlib import Path

import pytest

from benchmarks import shared_minutes

pytestmark = pytest.mark.promise("minutes")


def test_ten_people_write_through_a_stop_a_kill_and_a_cut(tmp_path: Path) -> None:
    found = shared_minutes.measure(tmp_path, inserts=300, cut=6, types=1.5)

    assert found["burst"]["identical"]
    assert found["burst"]["saved"]
    assert found["lost_on_term"] == 0
    assert found["lost_seconds_on_kill"] <= shared_minutes.LOST_SECONDS
    assert found["back_after_term"]
    assert found["back_after_kill"]
    assert found["parted"]["apart"]
    assert found["parted"]["alike"]
