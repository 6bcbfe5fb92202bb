"""What the store acknowledged survives kill -9 (short form of `make prove-freight-store`)."""

from pathlib import Path

import pytest

from benchmarks.freight_store import ordeal


@pytest.mark.promise("freight-store")
def test_acknowledged_contents_survive_kills(tmp_path: Path) -> None:
    outcome = ordeal(tmp_path, 10)
    assert (outcome.lost, outcome.findings) == ([], [])
    assert outcome.contents > 0
