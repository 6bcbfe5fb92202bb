"""`jumelage keys`, `jumelage leave` and `jumelage verify-bundle`, typed as people type them."""

import shutil
from pathlib import Path

import pytest

from tests.node.conftest import Jumelage


def test_a_key_is_rotated_revoked_and_recovered_by_command(node: Jumelage, tmp_path: Path) -> None:
    safe = tmp_path / "stick"
    safe.mkdir()
    shutil.move(node.data / "recovery.key", safe / "recovery.key")
    key = str(safe / "recovery.key")

    rotated = node.run("keys", "rotate", "--json")
    revoked = node.run("keys", "revoke", "--recovery-key", key, "--yes")
    (node.data / "node.key").unlink()
    missing = node.run("keys", "rotate")
    recovered = node.run("keys", "recover", "--recovery-key", key)
    listed = node.run("keys", "list", "--json").json()

    assert rotated.json()["keys"][0]["why"] == "rotated"
    assert "The joined cities follow by themselves." in revoked.out
    assert missing.code == 11
    assert "jumelage keys recover" in missing.err
    assert recovered.code == 0, recovered.err
    assert [fact["why"] for fact in listed[0]["keys"]] == ["lost", "revoked", "rotated", "genesis"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--last-valid", "public"), 2),
        (("--last-valid", "nothing=3"), 2),
        (("--last-valid", "public=1", "--last-valid", "public=2"), 2),
    ],
)
def test_a_revocation_that_makes_no_sense_changes_nothing(
    node: Jumelage, arguments: tuple[str, ...], code: int
) -> None:
    key = str(node.data / "recovery.key")

    done = node.run("keys", "revoke", "--recovery-key", key, "--yes", *arguments)

    assert done.code == code, done.err
    assert len(node.run("keys", "list", "--json").json()[0]["keys"]) == 1


def test_the_nodes_own_key_is_no_recovery_key(node: Jumelage) -> None:
    done = node.run("keys", "recover", "--recovery-key", str(node.data / "node.key"))

    assert done.code == 90
    assert "not the recovery key" in done.err


def test_leaving_a_stranger_and_reading_a_bundle_that_is_none(
    node: Jumelage, tmp_path: Path
) -> None:
    left = node.run("leave", "atlantis", "--yes")
    read = node.on(tmp_path / "no-node").run("verify-bundle", str(tmp_path))

    assert (left.code, read.code) == (2, 92)
    assert "no joined city is called so" in left.err
    assert "Traceback" not in left.err + read.err
