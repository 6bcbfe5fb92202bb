"""Checking a delivery out: whole or marked as begun, and a cut costs nothing."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from jumelage.bridge.freight.deliveries import shelf
from jumelage.bridge.freight.deliveries.receiving import checkout
from jumelage.bridge.freight.deliveries.receiving.checkout import check_out
from jumelage.bridge.freight.deliveries.receiving.storing import open_store
from jumelage.bridge.freight.deliveries.receiving.workplace import workplace
from jumelage.bridge.freight.errors import FolderFullError, FolderTakenError, NotDeliveredError
from jumelage.bridge.freight.packing.lists import PackingList
from jumelage.bridge.freight.packing.packing import Packed
from jumelage.bridge.freight.store.local import Folder
from jumelage.bridge.models import Delivery, DeliveryOffer
from jumelage.kit.uris import Uri
from tests.bridge.freight.conftest import enlarge
from tests.bridge.freight.deliveries.conftest import BIG

Received = tuple[Delivery, PackingList]


class CutError(Exception):
    """Somebody pulled the plug."""


def cut_after(files: int) -> Callable[[int, int], None]:
    """Return what is told the progress, and pulls the plug after so many files."""
    seen = []

    def told(done: int, _all: int) -> None:
        seen.append(done)
        if len(seen) == files:
            raise CutError

    return told


def whole(folder: Path, media: Path) -> bool:
    """Tell whether *folder* holds the delivery, its manifest and nothing else."""
    there = {path.name for path in (folder / "ascmhl").iterdir()}
    names = {path.name for path in media.iterdir()}
    same = [(folder / "shots" / n).read_bytes() == (media / n).read_bytes() for n in names]
    manifest = next(name for name in there if name.endswith(".mhl"))
    return (
        all(same)
        and {path.name for path in folder.iterdir()} == {"ascmhl", "shots"}
        and there == {manifest, "ascmhl_chain.xml"}
        and manifest.startswith(f"0001_{folder.name}_")
    )


@pytest.mark.parametrize("exists", [False, True])
def test_a_cut_leaves_what_the_same_command_goes_on_with(
    received: Received, media: Path, tmp_path: Path, exists: bool
) -> None:
    made, _held = received
    folder = tmp_path / "out"
    if exists:
        folder.mkdir()
    with pytest.raises(CutError):
        check_out(made, folder, cut_after(3))
    begun = folder if exists else tmp_path / "out.part"
    assert folder.exists() == exists
    written = [path for path in (begun / "shots").iterdir() if path.is_file()]
    kept = {path: path.stat().st_ino for path in written}
    assert len(kept) == 3
    damaged = begun / "shots" / "plate.exr"  # the last one, of which a cut left half
    damaged.unlink(missing_ok=True)
    damaged.write_bytes(BIG[:1000])

    check_out(made, folder)
    assert whole(folder, media)
    assert not (tmp_path / "out.part").exists()
    for path, number in kept.items():
        if path.name != "plate.exr":
            assert (folder / "shots" / path.name).stat().st_ino == number


def test_what_changed_meanwhile_is_written_again(
    received: Received, media: Path, tmp_path: Path
) -> None:
    made, _held = received
    with pytest.raises(CutError):
        check_out(made, tmp_path / "out", cut_after(5))
    (tmp_path / "out.part" / "shots" / "plate.exr").write_bytes(bytes(len(BIG)))

    check_out(made, tmp_path / "out")
    assert whole(tmp_path / "out", media)


def test_a_cut_after_the_manifest_is_made_good(
    received: Received, media: Path, tmp_path: Path
) -> None:
    made, held = received
    with workplace(made, tmp_path / "other") as place:
        checkout._sign(place, [held], named="out")
        shutil.copytree(place, tmp_path / "out.part")

    check_out(made, tmp_path / "out")
    assert whole(tmp_path / "out", media)


def test_nothing_of_anybody_else_is_touched(received: Received, tmp_path: Path) -> None:
    made, _held = received
    mine = tmp_path / "out.part"
    mine.mkdir()
    (mine / "mine.txt").write_text("mine")
    with pytest.raises(FolderTakenError):
        check_out(made, tmp_path / "out")
    assert [path.name for path in mine.rglob("*")] == ["mine.txt"]

    other = Delivery(uri=made.uri[:-1] + ("b" if made.uri[-1] == "a" else "a"))
    with pytest.raises(CutError), workplace(other, tmp_path / "other"):
        raise CutError
    with pytest.raises(FolderTakenError):
        check_out(made, tmp_path / "other")


def test_two_do_not_write_the_same_folder(received: Received, tmp_path: Path) -> None:
    made, _held = received
    with workplace(made, tmp_path / "out"), pytest.raises(FolderTakenError):
        check_out(made, tmp_path / "out")


def test_room_is_looked_for_first_and_a_full_disk_is_said_by_name(
    received: Received, media: Path, tmp_path: Path, disk: Path
) -> None:
    made, _held = received
    with pytest.raises(FolderFullError) as known:
        check_out(made, disk / "out")
    assert known.value.facts["wanted"] == 9_512_005
    assert not (disk / "out.part" / "shots").exists()

    enlarge(disk)
    filler = disk / "filler"

    def fill(_done: int, _all: int) -> None:
        if not filler.exists():
            filler.write_bytes(bytes(shutil.disk_usage(disk).free - 4_000_000))

    with pytest.raises(FolderFullError):
        check_out(made, disk / "out", fill)
    filler.unlink()
    check_out(made, disk / "out")
    assert whole(disk / "out", media)


def test_on_the_disk_of_the_node_some_room_stays_free(received: Received, tmp_path: Path) -> None:
    store = open_store()
    store.blobs = Apart(store.home)
    store.floor = 2**62
    with pytest.raises(FolderFullError):
        store.check_target(tmp_path, 1)
    store.check_target(tmp_path, 0)


class Apart(Folder):
    """Blobs of a disk that shares no blocks."""

    def shares(self, folder: Path) -> bool:
        """Tell that a copy takes room."""
        return False


@pytest.fixture
def parts(
    received: Received, offered: Callable[..., tuple[DeliveryOffer, Packed]], tmp_path: Path
) -> tuple[Delivery, Delivery]:
    """Return two deliveries that came in, which are parts of one."""
    first, _held = received
    more = tmp_path / "shots 2"
    more.mkdir()
    (more / "later.mov").write_bytes(b"later")
    offer, packed = offered((more,))
    open_store().add(more / "later.mov", name=Uri.parse(offer.uri).id)
    second = Delivery.objects.get(pk=first.pk)
    second.pk, second.whole, second.part, second.parts = offer.uri, first.uri, 2, 2
    second.save(force_insert=True)
    shelf.keep_list(second.slug, packed.packing_list.data)
    first.whole, first.parts = first.uri, 2
    first.save()
    return first, second


def test_what_came_in_parts_is_written_together(
    parts: tuple[Delivery, Delivery], media: Path, tmp_path: Path
) -> None:
    told: list[tuple[int, int]] = []
    check_out(parts[1], tmp_path / "out", lambda done, of: told.append((done, of)))

    names = {path.name for path in (tmp_path / "out" / "shots").iterdir()}
    assert names == {path.name for path in media.iterdir()}
    assert (tmp_path / "out" / "shots 2" / "later.mov").read_bytes() == b"later"
    assert told[-1][0] == told[-1][1] > len(BIG)
    (manifest,) = (tmp_path / "out" / "ascmhl").glob("*.mhl")
    said = manifest.read_text()
    assert said.count("<hash>") == len(names) + 1
    assert f"{parts[0].slug}, {parts[1].slug}" in said


def test_one_part_alone_needs_no_other(parts: tuple[Delivery, Delivery], tmp_path: Path) -> None:
    first, second = parts
    Delivery.objects.filter(pk=first.pk).update(state="carrying")
    with pytest.raises(NotDeliveredError):
        check_out(second, tmp_path / "out")
    check_out(second, tmp_path / "out", alone=True)
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"ascmhl", "shots 2"}

    Delivery.objects.filter(pk=first.pk).delete()
    with pytest.raises(NotDeliveredError):
        check_out(second, tmp_path / "other")
