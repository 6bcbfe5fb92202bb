"""A full disk stops a delivery with a name, loses nothing, and is over when there is room."""

from pathlib import Path

import pytest

from jumelage.bridge.freight.errors import DiskFullError
from jumelage.bridge.freight.store import fsck
from jumelage.bridge.freight.store.store import Store
from tests.bridge.freight.conftest import enlarge
from tests.bridge.freight.samples import carry, noise, packed, written


def test_delivery_goes_on_when_there_is_room_again(disk: Path, tmp_path: Path) -> None:
    found = packed(tmp_path / "d", {"a.mov": noise(3_000_000), "b.mov": noise(5_000_000, 2)})
    store = Store.open("", disk / "store", floor=0)
    with pytest.raises(DiskFullError):
        store.reserve("d1", found.packing_list.head.bytes, peer="paris")
    quarantine = store.quarantine("d1", found.packing_list, peer="paris")
    with pytest.raises(DiskFullError):
        carry(found, quarantine)
    enlarge(disk)
    quarantine.durable()
    held = quarantine.had_bytes
    again = store.quarantine("d1", found.packing_list, peer="paris")
    assert again.had_bytes == held > 0
    assert carry(found, again) == 8_000_000 - held
    again.settle()
    assert again.complete
    assert fsck.check(store).clean


def test_file_that_does_not_fit_leaves_nothing_behind(disk: Path, tmp_path: Path) -> None:
    store = Store.open("", disk / "store", floor=0)
    path = written(tmp_path, {"a.mov": noise(5_000_000)}) / "a.mov"
    with pytest.raises(DiskFullError):
        store.add(path, name="v")
    enlarge(disk)
    store.add(path, name="v")
    assert fsck.check(store).clean


def test_write_that_the_index_has_no_room_for_is_named(disk: Path) -> None:
    store = Store.open("", disk / "store", floor=0)
    rest = disk / "rest"
    with pytest.raises(OSError, match="No space left"), rest.open("wb") as file:
        file.write(bytes(8_000_000))
    with pytest.raises(DiskFullError):
        store.index.add((noise(32, number), noise(3600, number)) for number in range(200))
    rest.unlink()
    store.index.add([(noise(32), noise(36))])
    assert store.index.database.sound()
