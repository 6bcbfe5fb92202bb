"""What deliveries hold is saved beside the backup, or the backup says that it left it out."""

import os
from pathlib import Path

from jumelage.bridge.freight.store import fsck
from jumelage.bridge.freight.store.store import Store
from tests.node.conftest import Jumelage


def test_backup_says_what_it_leaves_out_and_a_folder_brings_it_back(
    node: Jumelage, tmp_path: Path
) -> None:
    media, copy = tmp_path / "plate.mov", tmp_path / "contents"
    media.write_bytes(os.urandom(3_000_000))
    root = Store.open("", node.data / "freight" / "store", floor=0).add(media, name="d1")

    without = node.run("backup", str(tmp_path / "first.tar"))
    saved = node.run("backup", str(tmp_path / "second.tar"), "--freight", str(copy))
    again = node.run("backup", str(tmp_path / "third.tar"), "--freight", str(copy))
    assert "is not in it (1 contents, 3.0\xa0MB): add --freight" in without.out
    assert "holds 1 contents of deliveries, 3.0\xa0MB, of which 3.0\xa0MB are new" in saved.out
    assert "of which 0\xa0B are new" in again.out

    lost = node.on(tmp_path / "new")
    back = lost.run("restore", str(tmp_path / "third.tar"), "--freight", str(copy))
    assert back.code == 0, back.err
    assert "1 contents of deliveries, 3.0\xa0MB, are back" in back.out
    store = Store.open("", lost.data / "freight" / "store")
    assert fsck.check(store).clean
    assert b"".join(store.read(root)) == media.read_bytes()
    assert store.references.names(root) == ["d1"]
