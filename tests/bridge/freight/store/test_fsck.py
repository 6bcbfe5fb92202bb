import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from jumelage.bridge.freight.packing.lists import hashes_of
from jumelage.bridge.freight.store import fsck
from jumelage.bridge.freight.store.fsck import Fault, Finding, Progress
from jumelage.bridge.freight.store.local import Folder
from jumelage.bridge.freight.store.store import Store
from tests.bridge.freight.samples import DAILIES, carry, noise, packed, written


@pytest.fixture
def root(local: Store, tmp_path: Path) -> bytes:
    """Return the root of a content of several chunks, which “version:1” needs."""
    return local.add(written(tmp_path, {"a.exr": noise(500_000)}) / "a.exr", name="version:1")


def place(store: Store, root: bytes, kind: str = "blobs") -> Path:
    assert isinstance(store.blobs, Folder)
    return store.blobs.place(root, kind)


def flip(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


def test_sound_store_is_clean(local: Store, root: bytes) -> None:
    told: list[Progress] = []
    report = fsck.check(local, progress=told.append)
    assert (report.clean, report.blobs, report.bytes) == (True, 1, 500_000)
    assert told == [Progress(500_000, 500_000)]


def test_damaged_chunk_is_mended_from_another_content(
    local: Store, root: bytes, tmp_path: Path
) -> None:
    longer = written(tmp_path, {"b.exr": noise(500_000) + noise(100_000, 2)}) / "b.exr"
    local.add(longer, name="version:2")
    flip(place(local, root), 250_000)
    assert fsck.check(local).findings == [Finding(Fault.DAMAGED, root.hex(), repaired=True)]
    assert b"".join(local.read(root)) == noise(500_000)
    assert fsck.check(local).clean


def test_what_cannot_be_mended_is_set_aside_and_named(
    local: Store, root: bytes, tmp_path: Path
) -> None:
    flip(place(local, root), 250_000)
    report = fsck.check(local)
    names = ("version:1",)
    assert report.lost == [
        Finding(Fault.DAMAGED, root.hex(), False, names),
        Finding(Fault.MISSING, root.hex(), False, names),
    ]
    assert local.sizes([root]) == {}
    assert (local.home / "damaged" / root.hex()).stat().st_size == 500_000
    found = packed(tmp_path / "again", {"a.exr": noise(500_000)})
    quarantine = local.quarantine("d9", found.packing_list, peer="paris")
    assert carry(found, quarantine) == 500_000
    quarantine.settle()
    quarantine.drop()
    assert fsck.check(local).clean


def test_looking_only_changes_nothing(local: Store, root: bytes) -> None:
    flip(place(local, root), 250_000)
    before = sorted(path for path in local.home.rglob("*") if "sqlite" not in path.name)
    assert fsck.check(local, repair=False).lost == [
        Finding(Fault.DAMAGED, root.hex(), False, ("version:1",))
    ]
    assert before == sorted(path for path in local.home.rglob("*") if "sqlite" not in path.name)


@pytest.mark.parametrize("name", ["a.exr", "a.mp4"])
def test_lost_table_is_found_again(local: Store, tmp_path: Path, name: str) -> None:
    content = noise(5_500_000)
    root = local.add(written(tmp_path, {name: content}) / name, name="v")
    place(local, root, "tables").unlink()
    assert fsck.check(local).findings == [Finding(Fault.TABLE_LOST, root.hex(), repaired=True)]
    assert b"".join(local.read(root)) == content
    assert fsck.check(local).clean


def test_damaged_table_is_found_again(local: Store, root: bytes) -> None:
    flip(place(local, root, "tables"), 40)
    assert fsck.check(local).findings == [Finding(Fault.TABLE_LOST, root.hex(), repaired=True)]
    assert fsck.check(local).clean


def test_index_is_made_again_from_the_blobs(opened: Callable[..., Store], tmp_path: Path) -> None:
    store = opened()
    found = packed(tmp_path / "d", DAILIES)
    quarantine = store.quarantine("d1", found.packing_list, peer="paris")
    carry(found, quarantine)
    quarantine.settle()
    quarantine.drop()
    before = store.where(list(found.packing_list.hashes()))
    store.index.database.close()
    for path in store.home.glob("index.sqlite3*"):
        path.unlink()
    again = opened()
    faults = {(one.fault, one.repaired) for one in fsck.check(again).findings}
    assert faults == {(Fault.NOT_INDEXED, True)}
    assert set(again.where(list(found.packing_list.hashes()))) == set(before)
    assert fsck.check(again).clean


def test_broken_index_is_made_again(local: Store, root: bytes, tmp_path: Path) -> None:
    local.index.database.close()
    path = local.home / "index.sqlite3"
    content = bytearray(path.read_bytes())
    content[4096:] = os.urandom(len(content) - 4096)
    path.write_bytes(content)
    for extra in local.home.glob("index.sqlite3-*"):
        extra.unlink()
    report = fsck.check(Store.open("", local.home))
    assert not report.lost
    again = Store.open("", local.home)
    assert again.sizes([root]) == {root: 500_000}
    assert fsck.check(again).clean


def test_blob_that_vanished_is_named_and_forgotten(local: Store, root: bytes) -> None:
    names = list(hashes_of(local.table(root)))
    place(local, root).unlink()
    assert (
        fsck.check(local).findings
        == [
            Finding(Fault.INDEXED_ONLY, root.hex(), repaired=True),
            Finding(Fault.MISSING, root.hex(), False, ("version:1",)),
            Finding(Fault.STRAY_TABLE, root.hex(), repaired=True),
        ][:2]
    )
    assert local.where(names) == {}


def test_what_nobody_waits_for_is_removed_from_quarantine(local: Store, tmp_path: Path) -> None:
    found = packed(tmp_path / "d", DAILIES)
    for name in ("old", "young", "promised"):
        carry(found, local.quarantine(name, found.packing_list, peer="paris"))
    local.reserve("promised", 100, peer="paris")
    for name in ("old", "promised"):
        os.utime(local.home / "quarantine" / name, (1, 1))
    assert fsck.check(local).findings == [Finding(Fault.LEFTOVER, "old", repaired=True)]
    assert sorted(path.name for path in (local.home / "quarantine").iterdir()) == [
        "promised",
        "young",
    ]


def test_table_without_a_blob_is_removed(local: Store, root: bytes) -> None:
    local.blobs.keep_table(bytes(32), b"x" * 72)
    assert fsck.check(local).findings == [
        Finding(Fault.STRAY_TABLE, bytes(32).hex(), repaired=True)
    ]
    assert fsck.check(local).clean


def test_it_can_be_cancelled(local: Store, root: bytes) -> None:
    stop = threading.Event()
    stop.set()
    report = fsck.check(local, stop=stop)
    assert (report.finished, report.clean) == (False, False)
