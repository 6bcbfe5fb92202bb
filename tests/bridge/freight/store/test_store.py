import time
from collections.abc import Callable
from pathlib import Path

import obstore
import pytest

from jumelage.bridge.freight.errors import (
    DamagedBlobError,
    DiskFullError,
    QuotaError,
    StoreError,
    UnknownBlobError,
)
from jumelage.bridge.freight.packing.packing import Packed
from jumelage.bridge.freight.packing.parcels import parcels
from jumelage.bridge.freight.packing.parsing import parse
from jumelage.bridge.freight.store import fsck
from jumelage.bridge.freight.store.files import room
from jumelage.bridge.freight.store.local import Folder
from jumelage.bridge.freight.store.objects import Bucket
from jumelage.bridge.freight.store.reading import Stored
from jumelage.bridge.freight.store.references import Quota, Usage
from jumelage.bridge.freight.store.store import Store
from tests.bridge.freight.samples import DAILIES, carry, contents, heading, noise, packed, written
from tools.ports import free_port


def delivered(store: Store, found: Packed, name: str = "d1") -> Store:
    """Carry the whole delivery *found* into *store*."""
    quarantine = store.quarantine(name, found.packing_list, peer="paris")
    quarantine.fill()
    carry(found, quarantine)
    quarantine.settle()
    assert quarantine.complete
    quarantine.drop()
    return store


def test_delivered_files_are_held_read_and_checked_out(store: Store, tmp_path: Path) -> None:
    found = packed(tmp_path / "d", DAILIES)
    delivered(store, found)
    for file in found.packing_list.files:
        content = DAILIES[file.path.removeprefix("d/")]
        root = bytes.fromhex(file.root)
        assert b"".join(store.read(root)) == content
        target = tmp_path / "out" / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        store.check_out(root, target)
        assert target.read_bytes() == content
    assert fsck.check(store).clean
    assert store.index.totals() == (6, 4_100_018 - 300_000 + 0)


def test_store_is_the_same_after_it_was_closed(
    opened: Callable[..., Store], tmp_path: Path
) -> None:
    found = packed(tmp_path / "d", DAILIES)
    delivered(opened(), found)
    again = opened()
    assert set(again.sizes(contents(found.packing_list))) == set(contents(found.packing_list))
    assert again.references.trusted()
    assert sorted(again.references.roots("d1")) == sorted(contents(found.packing_list))


@pytest.mark.parametrize(
    ("start", "stop"),
    [(0, None), (0, 1), (1_048_575, 1_048_578), (2_400_000, None), (70, 70), (5_000_000, None)],
)
def test_part_of_a_content_is_read(
    store: Store, tmp_path: Path, start: int, stop: int | None
) -> None:
    content = noise(2_500_000)
    root = store.add(written(tmp_path, {"a.mp4": content}) / "a.mp4", name="v1")
    assert b"".join(store.read(root, start, stop)) == content[start:stop]


def test_added_file_is_held_by_its_name(store: Store, tmp_path: Path) -> None:
    path = written(tmp_path, {"a.exr": noise(400_000)}) / "a.exr"
    root = store.add(path, name="version:1", peer="paris")
    assert path.read_bytes() == noise(400_000)
    assert store.add(path, name="version:2") == root
    assert store.references.names(root) == ["version:1", "version:2"]
    assert store.references.usage("paris") == Usage(held=400_000, reserved=0)


def test_unknown_content_is_refused(store: Store, tmp_path: Path) -> None:
    for ask in (
        lambda: b"".join(store.read(bytes(32))),
        lambda: store.check_out(bytes(32), tmp_path / "x"),
        lambda: store.hold("d1", [bytes(32)]),
        lambda: store.blobs.read(bytes(32), 0, 1),
    ):
        with pytest.raises(UnknownBlobError):
            ask()
    assert store.references.roots("d1") == []
    assert not (tmp_path / "x").exists()


def test_check_out_replaces_nothing(store: Store, tmp_path: Path) -> None:
    root = store.add(written(tmp_path, {"a": b"new"}) / "a", name="v")
    (tmp_path / "there").write_bytes(b"old")
    with pytest.raises(FileExistsError):
        store.check_out(root, tmp_path / "there")
    assert (tmp_path / "there").read_bytes() == b"old"


def test_damaged_byte_is_never_given_out(local: Store, tmp_path: Path) -> None:
    content = noise(400_000)
    root = local.add(written(tmp_path, {"a": content}) / "a", name="v")
    assert isinstance(local.blobs, Folder)
    damage(local.blobs.place(root), 390_000)
    good = []
    with pytest.raises(DamagedBlobError) as refusal:
        good += list(local.read(root))
    assert refusal.value.facts["root"] == root.hex()
    with pytest.raises(DamagedBlobError):
        local.check_out(root, tmp_path / "x")
    assert not (tmp_path / "x").exists()
    assert b"".join(local.read(root, 0, 100_000)) == content[:100_000]


def damage(path: Path, place: int) -> None:
    """Flip one bit of a file."""
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)


def test_quota_of_a_peer_and_of_the_whole_store_hold(
    opened: Callable[..., Store], tmp_path: Path
) -> None:
    store = opened(quota=Quota(total=1_000_000, peer=600_000))
    delivered(store, packed(tmp_path / "d", {"a": noise(500_000)}))
    store.reserve("d2", 100_000, peer="paris")
    store.reserve("d2", 90_000, peer="paris")  # takes the place of the first
    with pytest.raises(QuotaError) as refusal:
        store.reserve("d3", 10_001, peer="paris")
    assert refusal.value.facts == {
        "wanted": 10_001, "who": "paris", "quota": 600_000, "used": 590_000,
    }  # fmt: skip
    store.reserve("d4", 400_000, peer="san-francisco")
    with pytest.raises(QuotaError):
        store.reserve("d5", 10_001, peer="oakland")
    store.release("d4")
    store.reserve("d5", 10_001, peer="oakland")


def test_room_that_the_disk_does_not_have_is_not_promised(tmp_path: Path) -> None:
    store = Store.open("", tmp_path / "store", floor=2**60)
    with pytest.raises(DiskFullError):
        store.reserve("d1", 1, peer="paris")
    assert store.references.reservations() == {}


def test_promised_room_is_not_promised_twice(tmp_path: Path) -> None:
    free = room(tmp_path)
    store = Store.open("", tmp_path / "store", floor=free // 2)
    store.reserve("d1", free // 3, peer="paris")
    with pytest.raises(DiskFullError):
        store.reserve("d2", free // 3, peer="paris")
    store.reserve("d1", free // 3, peer="paris")


def test_whole_content_is_never_on_two_accounts_of_one_peer(store: Store, tmp_path: Path) -> None:
    found = packed(tmp_path / "d", {"a": noise(100_000)})
    delivered(store, found, "d1")
    delivered(store, found, "d2")
    assert store.references.usage("paris").held == 100_000


def test_setting_that_is_no_bucket_is_refused(tmp_path: Path) -> None:
    for where in ("s3://", "s3://bucket?secret=x"):
        with pytest.raises(StoreError):
            Store.open(where, tmp_path)


def test_bucket_that_cannot_be_reached_is_named_shortly(tmp_path: Path, s3: str) -> None:
    with pytest.raises(StoreError) as refusal:
        Store.open(s3.replace("media", "nowhere"), tmp_path)
    assert len(str(refusal.value)) < 400


def test_large_content_goes_up_in_parts(store: Store, tmp_path: Path) -> None:
    content = noise(17 * 1024 * 1024)
    root = store.add(written(tmp_path, {"a.mov": content}) / "a.mov", name="v")
    assert b"".join(store.read(root)) == content
    if isinstance(store.blobs, Bucket):
        tag = obstore.head(store.blobs.store, store.blobs.place(root))["e_tag"]
        assert str(tag).strip('"').endswith("-2")


def test_damaged_object_is_never_given_out(s3: str, tmp_path: Path) -> None:
    store = Store.open(s3.format(prefix="damaged"), tmp_path / "store")
    assert isinstance(store.blobs, Bucket)
    content = bytearray(noise(500_000))
    root = store.add(written(tmp_path, {"a.mov": bytes(content)}) / "a.mov", name="v")
    content[250_000] ^= 1
    obstore.put(store.blobs.store, store.blobs.place(root), bytes(content))
    with pytest.raises(DamagedBlobError):
        list(store.read(root))
    assert [one.fault for one in fsck.check(store).lost] == ["damaged", "missing"]
    assert store.sizes([root]) == {}


def test_reading_ends_where_a_content_ends(store: Store, tmp_path: Path) -> None:
    root = store.add(written(tmp_path, {"a": b"0123456789"}) / "a", name="v")
    assert store.blobs.read(root, 8, 100) == b"89"
    assert store.blobs.read(root, 10, 100) == b""
    assert store.blobs.read(root, 100, 1) == b""
    assert store.blobs.read(root, 3, 0) == b""


def test_bucket_whose_server_is_away_is_named_soon(s3: str, tmp_path: Path) -> None:
    where = f"s3://media/away?endpoint=http://127.0.0.1:{free_port()}"
    begun = time.monotonic()
    with pytest.raises(StoreError):
        Store.open(where, tmp_path)
    assert time.monotonic() - begun < 30


def test_delivery_waits_for_a_bucket_that_is_away(s3: str, tmp_path: Path) -> None:
    found = packed(tmp_path / "d", DAILIES)
    store = Store.open(s3.format(prefix="waits"), tmp_path / "store")
    quarantine = store.quarantine("d1", found.packing_list, peer="paris")
    carry(found, quarantine)
    there = store.blobs
    store.blobs = Bucket(s3.replace("media", "nowhere").format(prefix="waits"))
    with pytest.raises(StoreError):
        quarantine.settle()
    store.blobs = there
    quarantine.settle()
    assert quarantine.complete
    quarantine.drop()
    assert fsck.check(store).clean


def test_held_contents_are_sent_on_from_the_store(store: Store, tmp_path: Path) -> None:
    first = packed(tmp_path / "d", DAILIES)
    delivered(store, first)
    roots = {file.path: bytes.fromhex(file.root) for file in first.packing_list.files}
    onward = store.listed(roots, heading=heading(), modified=0)
    assert parse(onward.data) == onward
    assert [file.xxh128 for file in onward.files] == [f.xxh128 for f in first.packing_list.files]
    other = Store.open("", tmp_path / "other")
    quarantine = other.quarantine("d1", onward, peer="paris")
    wanted = parcels(onward, quarantine.lacking())
    for number in range(len(wanted)):
        rows = wanted[number]
        quarantine.take(rows, memoryview(Stored(onward, store.blobs).read(rows)))
    quarantine.settle()
    assert quarantine.complete


def test_damaged_content_is_not_sent_on(local: Store, tmp_path: Path) -> None:
    root = local.add(written(tmp_path, {"a": noise(400_000)}) / "a", name="v")
    onward = local.listed({"a": root}, heading=heading(), modified=0)
    assert isinstance(local.blobs, Folder)
    damage(local.blobs.place(root), 399_999)
    with pytest.raises(DamagedBlobError):
        Stored(onward, local.blobs).read(range(onward.head.chunks))
