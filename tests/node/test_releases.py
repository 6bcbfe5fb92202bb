"""An older program leaves the tables of a newer one alone."""

import sqlite3
from contextlib import closing

import pytest

from tests.node.conftest import Jumelage


def _as_left_by(node: Jumelage, oldest: str) -> None:
    """Make the tables those of release 9.1.0, which *oldest* can still use."""
    with closing(sqlite3.connect(node.data / "node.sqlite3")) as tables:
        tables.execute("UPDATE bridge_release SET product = '9.1.0', oldest = ?", [oldest])
        tables.commit()


def test_up_refuses_tables_that_need_a_newer_release(node: Jumelage) -> None:
    _as_left_by(node, "9.0.0")

    refused = node.run("up", "--json")

    error = refused.json()["error"]
    assert (refused.code, error["code"]) == (71, "newer-database")
    assert error["message"].startswith("The node in ")
    assert "at least 9.0.0" in error["message"]


@pytest.mark.parametrize("oldest", ["0.1.0", "0.2"])
def test_tables_that_an_older_release_may_use_are_used(node: Jumelage, oldest: str) -> None:
    _as_left_by(node, oldest)

    process = node.start("up", "--json")

    assert process.stdout is not None
    assert process.stdout.readline().startswith("{")
