"""The model of booking a room in each city, checked in every state; its faults must be found."""

import shutil
from pathlib import Path

import pytest

from tests.models.spinning import errors

MODEL = Path(__file__).parent / "rooms.pml"
pytestmark = [
    pytest.mark.promise("two-rooms"),
    pytest.mark.skipif(
        not (shutil.which("spin") and shutil.which("cc")),
        reason="spin and a C compiler are not installed",
    ),
]
FAULTS = ["OWN_CLOCK", "ALONE", "SILENT", "STUBBORN", "EARLY", "UNDONE", "FORGETFUL"]


def test_every_state_of_two_rooms_is_right(tmp_path: Path) -> None:
    assert errors(MODEL, tmp_path) == 0


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_the_model_is_found(tmp_path: Path, fault: str) -> None:
    assert errors(MODEL, tmp_path, fault) == 1


def test_both_rooms_can_be_confirmed(tmp_path: Path) -> None:
    assert errors(MODEL, tmp_path, "NEVER_BOTH") == 1
