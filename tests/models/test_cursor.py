"""The model of cursor and commit, checked in every state; its faults must be found."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

MODEL = Path(__file__).parent / "cursor.pml"
pytestmark = [
    pytest.mark.promise("P2"),
    pytest.mark.skipif(
        not (shutil.which("spin") and shutil.which("cc")),
        reason="spin and a C compiler are not installed",
    ),
]


def errors(folder: Path, *switches: str) -> int:
    """Return how many errors the verifier finds in the model with *switches* on."""
    generate = ["spin", *(f"-D{switch}" for switch in switches), "-a", str(MODEL)]
    subprocess.run(generate, cwd=folder, check=True, capture_output=True)
    compiled = ["cc", "-O1", "-w", "-DSAFETY", "-o", "pan", "pan.c"]
    subprocess.run(compiled, cwd=folder, check=True, capture_output=True)
    done = subprocess.run(
        ["./pan", "-m100000"], cwd=folder, check=True, capture_output=True, text=True
    )
    assert "search depth too small" not in done.stdout
    found = re.search(r"errors: (\d+)", done.stdout)
    assert found is not None, done.stdout
    return int(found[1])


def test_every_state_of_cursor_and_commit_is_right(tmp_path: Path) -> None:
    assert errors(tmp_path) == 0


@pytest.mark.parametrize("fault", ["SPLIT", "LATE", "NO_GAP_CHECK", "NO_SKIP"])
def test_a_fault_in_the_model_is_found(tmp_path: Path, fault: str) -> None:
    assert errors(tmp_path, fault) == 1


def test_the_model_reaches_its_end(tmp_path: Path) -> None:
    assert errors(tmp_path, "NEVER_DONE") == 1
