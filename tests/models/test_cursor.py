"""The model of cursor and commit, checked in every state; its faults must be found."""

import shutil
from pathlib import Path

import pytest

from tests.models.spinning import errors

MODEL = Path(__file__).parent / "cursor.pml"
pytestmark = [
    pytest.mark.promise("P2"),
    pytest.mark.skipif(
        not (shutil.which("spin") and shutil.which("cc")),
        reason="spin and a C compiler are not installed",
    ),
]


def test_every_state_of_cursor_and_commit_is_right(tmp_path: Path) -> None:
    assert errors(MODEL, tmp_path) == 0


@pytest.mark.parametrize("fault", ["SPLIT", "LATE", "NO_GAP_CHECK", "NO_SKIP"])
def test_a_fault_in_the_model_is_found(tmp_path: Path, fault: str) -> None:
    assert errors(MODEL, tmp_path, fault) == 1


def test_the_model_reaches_its_end(tmp_path: Path) -> None:
    assert errors(MODEL, tmp_path, "NEVER_DONE") == 1
