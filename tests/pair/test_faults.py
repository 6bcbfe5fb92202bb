"""A full disk, a wrong clock and a silent line: told by name, harmless, and over at once."""

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from benchmarks import faults
from benchmarks.faults import Outcome

pytestmark = [
    pytest.mark.promise("P12"),
    pytest.mark.skipif(
        "JUMELAGE_PROMISES" not in os.environ,
        reason="its seconds are measured with nothing else running: make prove-P12",
    ),
]

HOLE_SECONDS = 20.0


def kept(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Return the faults that did more than they may."""
    return [outcome for outcome in outcomes if not outcome.ok]


@pytest.mark.skipif(not faults.disk_is_possible(), reason="only root can mount a small disk")
def test_a_full_disk_is_told_and_harms_nothing(tmp_path: Path) -> None:
    assert kept(faults.disk_full(tmp_path)) == []


@pytest.mark.skipif(not faults.clock_is_possible(), reason="no C compiler is installed")
def test_a_clock_that_is_a_day_off_is_told_and_harms_nothing(tmp_path: Path) -> None:
    assert kept(faults.clock_off(tmp_path)) == []


def test_a_line_that_swallows_everything_is_told_and_used_again(tmp_path: Path) -> None:
    assert kept(faults.black_hole(tmp_path, HOLE_SECONDS)) == []
