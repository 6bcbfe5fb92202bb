import threading
from pathlib import Path

import pytest

from jumelage.bridge.freight.errors import ReferencesLostError, UnknownBlobError
from jumelage.bridge.freight.packing.roots import chunk_hash
from jumelage.bridge.freight.store import fsck, garbage
from jumelage.bridge.freight.store.garbage import Swept
from jumelage.bridge.freight.store.references import Needed
from jumelage.bridge.freight.store.store import Store
from tests.bridge.freight.samples import carry, noise, packed, written


def test_only_what_nothing_needs_is_freed(store: Store, tmp_path: Path) -> None:
    written(tmp_path, {"a": noise(200_000), "b": noise(300_000, 2)})
    one, two = (store.add(tmp_path / name, name=f"version:{name}") for name in "ab")
    store.hold("playlist", [two])
    for name in ("version:a", "version:b"):
        store.release(name)
    assert garbage.sweep(store, grace=-1) == Swept(1, 200_000)
    assert store.sizes([one, two]) == {two: 300_000}
    assert store.where([chunk_hash(noise(200_000)[:1])]) == {}
    with pytest.raises(UnknownBlobError):
        store.hold("late", [one])
    assert fsck.check(store).clean


def test_what_has_just_arrived_is_left_alone(store: Store, tmp_path: Path) -> None:
    root = store.add(written(tmp_path, {"a": b"x"}) / "a", name="v")
    store.release("v")
    assert garbage.sweep(store) == Swept(0, 0)
    assert store.sizes([root]) == {root: 1}


def test_nothing_is_swept_when_it_is_not_known_what_is_needed(store: Store, tmp_path: Path) -> None:
    root = store.add(written(tmp_path, {"a": b"x"}) / "a", name="v")
    store.references.database.close()
    (store.home / "references.sqlite3").unlink()
    again = Store(store.home, store.blobs)
    with pytest.raises(ReferencesLostError):
        garbage.sweep(again, grace=-1)
    assert again.sizes([root]) == {root: 1}
    assert [one.fault for one in fsck.check(again).findings] == ["references-lost"]


@pytest.mark.parametrize("kept", [0, 4096])
def test_damaged_references_stop_the_sweep_and_nothing_else(
    local: Store, tmp_path: Path, kept: int
) -> None:
    root = local.add(written(tmp_path, {"a": b"x"}) / "a", name="v")
    local.references.database.close()
    path = local.home / "references.sqlite3"
    content = path.read_bytes()
    path.write_bytes(content[:kept] + noise(len(content) - kept))
    for extra in local.home.glob("references.sqlite3-*"):
        extra.unlink()
    again = Store(local.home, local.blobs)
    assert b"".join(again.read(root)) == b"x"
    with pytest.raises(ReferencesLostError):
        garbage.sweep(again, grace=-1)
    assert [one.fault for one in fsck.check(again).findings] == ["references-lost"]
    assert again.count_anew([Needed("v", "paris", [root])]) == []
    assert fsck.check(again).clean
    assert garbage.sweep(again, grace=-1).blobs == 0


def test_lost_references_are_counted_anew(local: Store, tmp_path: Path) -> None:
    written(tmp_path, {"a": b"kept", "b": b"let go"})
    kept, other = (local.add(tmp_path / name, name=name) for name in "ab")
    local.references.database.close()
    (local.home / "references.sqlite3").unlink()
    again = Store(local.home, local.blobs)
    assert again.count_anew([Needed("a", "paris", [kept, bytes(32)])]) == [bytes(32)]
    assert garbage.sweep(again, grace=-1).blobs == 1
    assert again.sizes([kept, other]) == {kept: 4}


def test_sweep_tells_how_far_it_is_and_stops(local: Store, tmp_path: Path) -> None:
    found = packed(tmp_path / "d", {f"{number:03}": b"%d" % number for number in range(150)})
    quarantine = local.quarantine("d1", found.packing_list, peer="paris")
    carry(found, quarantine)
    quarantine.settle()
    local.release("d1")
    told: list[int] = []
    stop = threading.Event()

    def stop_early(swept: Swept) -> None:
        told.append(swept.blobs)
        stop.set()

    assert garbage.sweep(local, grace=-1, progress=stop_early, stop=stop).blobs == 100
    assert (
        garbage.sweep(local, grace=-1, progress=lambda swept: told.append(swept.blobs)).blobs == 50
    )
    assert told == [100, 50]
