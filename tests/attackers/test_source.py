"""Our source as bandit reads it; the whole attack is `make prove-P14`."""

from pathlib import Path

import pytest

from benchmarks.attackers.environment import ROOT, Environment
from benchmarks.attackers.targets import PLANTED
from benchmarks.attackers.tools import bandit

FOLDER = ROOT / "var" / "attackers"


@pytest.fixture
def attackers() -> Environment:
    """Return the attackers' environment, where it was made."""
    if not (FOLDER / "bin" / "bandit").exists():
        pytest.skip("`make prove-P14` was not run here; it installs the attackers")
    return Environment(FOLDER)


def high(attackers: Environment, folder: Path) -> set[str]:
    """Return the kinds of high findings in *folder*."""
    return {one.kind for one in bandit(attackers, folder) if one.high}


@pytest.mark.promise("P14")
def test_our_source_has_no_high_finding(attackers: Environment) -> None:
    assert high(attackers, ROOT / "src") == set()


@pytest.mark.promise("P14")
def test_planted_holes_are_found_in_their_source(attackers: Environment) -> None:
    assert high(attackers, PLANTED) >= {"Source: subprocess_popen_with_shell_equals_true"}
