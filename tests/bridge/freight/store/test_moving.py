"""A home whose contents are kept elsewhere from now on, and the way back."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import obstore
import pytest

from jumelage.bridge.freight.errors import ReferencesLostError
from jumelage.bridge.freight.packing.packing import Packed
from jumelage.bridge.freight.store import fsck, garbage
from jumelage.bridge.freight.store.database import suffix_in_use
from jumelage.bridge.freight.store.fsck import Fault, Finding
from jumelage.bridge.freight.store.local import Folder
from jumelage.bridge.freight.store.objects import Bucket
from jumelage.bridge.freight.store.references import Needed
from jumelage.bridge.freight.store.store import Store
from tests.bridge.freight.samples import DAILIES, carry, contents, noise, packed, written
from tests.bridge.freight.store.conftest import NUMBERS

Opened = Callable[[str], Store]


@pytest.fixture
def at(tmp_path: Path) -> Opened:
    """Return what opens one home with the setting `freight_store` as given."""
    return lambda where: Store.open(where, tmp_path / "store")


@pytest.fixture
def bucket(s3: str) -> str:
    """Return the address of an empty place in a bucket."""
    return s3.format(prefix=f"test{next(NUMBERS)}")


@pytest.fixture(params=["there", "back"])
def places(request: pytest.FixtureRequest, bucket: str) -> tuple[str, str]:
    """Return a place and another one: a folder and a bucket, and the other way round."""
    return ("", bucket) if request.param == "there" else (bucket, "")


def arrive(store: Store, found: Packed) -> int:
    """Carry what *store* lacks of the delivery “d1” and settle it; return the bytes that came."""
    quarantine = store.quarantine("d1", found.packing_list, peer="paris")
    quarantine.fill()
    came = carry(found, quarantine)
    quarantine.settle()
    assert quarantine.complete
    return came


def test_what_lies_in_one_place_is_not_believed_to_lie_in_another(
    at: Opened, places: tuple[str, str], tmp_path: Path
) -> None:
    found = packed(tmp_path / "d", DAILIES)
    roots = contents(found.packing_list)
    first, second = places
    came = arrive(at(first), found)

    moved = at(second)
    assert moved.sizes(roots) == {}
    assert moved.where(list(found.packing_list.hashes())) == {}
    assert (moved.index.totals()[0], moved.references.all_names()) == (0, set())
    assert not moved.quarantine("d1", found.packing_list, peer="paris").complete
    assert arrive(moved, found) == came  # all of it crosses, and is verified there
    assert set(moved.sizes(roots)) == set(roots)
    assert fsck.check(moved).clean


def test_who_only_looks_reads_the_files_in_use(
    at: Opened, places: tuple[str, str], tmp_path: Path
) -> None:
    for place in (*places, places[0]):
        store = at(place)
        suffix = suffix_in_use(tmp_path / "store")
        assert store.references.database.path.name == f"references{suffix}.sqlite3"


def test_back_at_the_old_place_everything_is_known_again(
    at: Opened, places: tuple[str, str], tmp_path: Path
) -> None:
    written(tmp_path, {"a": noise(300_000), "b": noise(200_000, 2)})
    first, second = places
    old = at(first).add(tmp_path / "a", name="d1", peer="paris")
    new = at(second).add(tmp_path / "b", name="d2", peer="paris")

    back = at(first)
    assert back.sizes([old, new]) == {old: 300_000}
    assert back.references.trusted()
    assert back.references.all_names() == {"d1"}
    assert garbage.sweep(back, grace=-1).blobs == 0
    assert fsck.check(back).clean
    again = at(second)
    assert again.sizes([old, new]) == {new: 200_000}
    assert garbage.sweep(again, grace=-1).blobs == 0
    assert fsck.check(again).clean


def test_two_buckets_are_two_stores(at: Opened, bucket: str, s3: str, tmp_path: Path) -> None:
    path = written(tmp_path, {"a": noise(1000)}) / "a"
    root = at(bucket).add(path, name="d1")
    other = s3.format(prefix=f"test{next(NUMBERS)}")
    assert at(other).sizes([root]) == {}
    assert at(bucket).sizes([root]) == {root: 1000}


def test_copied_contents_are_kept_until_they_are_counted(at: Opened, tmp_path: Path) -> None:
    root = at("").add(written(tmp_path, {"a": noise(300_000)}) / "a", name="d1")
    other = tmp_path / "other"
    for kind in ("blobs", "tables"):
        shutil.copytree(tmp_path / "store" / kind, other / kind)

    moved = at(str(other))
    assert moved.sizes([root]) == {}
    with pytest.raises(ReferencesLostError):
        garbage.sweep(moved, grace=-1)
    report = fsck.check(moved)
    path = moved.references.database.path
    assert report.lost == [Finding(Fault.REFERENCES_LOST, str(path), repaired=False)]
    report = fsck.check(moved, needs=lambda: [Needed("d1", "paris", [root])])
    assert report.findings == [Finding(Fault.REFERENCES_LOST, str(path), repaired=True)]
    assert garbage.sweep(moved, grace=-1).blobs == 0
    assert fsck.check(moved).clean
    assert b"".join(moved.read(root)) == noise(300_000)


def test_place_that_was_copied_with_its_name_is_another_one(
    at: Opened, bucket: str, tmp_path: Path
) -> None:
    written(tmp_path, {"a": noise(300_000), "b": noise(1000, 2)})
    root = at("").add(tmp_path / "a", name="d1")
    home, there = tmp_path / "store", Bucket(bucket)
    for path in home.rglob("*"):
        if path.is_file() and path.stat().st_size:
            key = f"{path.relative_to(home)}"
            obstore.put(there.store, there._key(key), path.read_bytes())  # as a copying tool

    moved = at(bucket)
    assert moved.sizes([root]) == {}
    fsck.check(moved)
    assert moved.sizes([root]) == {root: 300_000}
    late = moved.add(tmp_path / "b", name="d2")
    assert at("").sizes([root, late]) == {root: 300_000}


def test_index_of_another_store_is_emptied(local: Store, tmp_path: Path) -> None:
    root = local.add(written(tmp_path, {"a": b"x"}) / "a", name="v")
    local.index.claim("0" * 32)
    assert local.sizes([root]) == {}
    assert local.where([root]) == {}


def test_index_made_before_it_knew_its_store_is_kept(local: Store, tmp_path: Path) -> None:
    root = local.add(written(tmp_path, {"a": b"x"}) / "a", name="v")
    local.index.database.close()
    with closing(sqlite3.connect(local.home / "index.sqlite3")) as connection:
        connection.execute("DROP TABLE store")
        connection.commit()
    assert Store.open("", local.home).sizes([root]) == {root: 1}


def test_folder_that_lost_its_name_loses_no_content(local: Store, tmp_path: Path) -> None:
    root = local.add(written(tmp_path, {"a": b"x"}) / "a", name="v")
    (local.home / "store-id").unlink()
    again = Store(local.home, Folder(local.home))
    with pytest.raises(ReferencesLostError):
        garbage.sweep(again, grace=-1)
    fsck.check(again)
    assert again.sizes([root]) == {root: 1}
