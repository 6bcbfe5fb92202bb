"""What deliveries hold is copied beside the backup, once, and comes back verified."""

import shutil
from pathlib import Path

import pytest

from jumelage.bridge.api import freight
from jumelage.bridge.freight.deliveries import shelf
from jumelage.bridge.freight.deliveries.receiving import saving
from jumelage.bridge.freight.deliveries.receiving.storing import open_store
from jumelage.bridge.freight.errors import ContentsMissingError, DamagedBlobError, StoreError
from jumelage.bridge.freight.packing.lists import PackingList
from jumelage.bridge.freight.store import fsck
from jumelage.bridge.models import Delivery

Received = tuple[Delivery, PackingList]


def lose() -> None:
    """Lose everything that freight keeps on this machine."""
    shutil.rmtree(shelf.folder())


def test_what_was_lost_comes_back_whole(received: Received, media: Path, tmp_path: Path) -> None:
    made, held = received
    first = saving.save(tmp_path / "copy")
    again = saving.save(tmp_path / "copy")
    assert (first.contents, first.fresh) == (len(held.blobs), len(held.blobs))
    assert (again.contents, again.fresh, again.bytes) == (len(held.blobs), 0, first.bytes)

    lose()
    back = saving.bring_back(tmp_path / "copy")
    assert (back.contents, back.fresh) == (len(held.blobs), len(held.blobs))
    assert fsck.check(open_store()).clean
    freight.check_out(made, tmp_path / "out")
    for file in media.iterdir():
        assert (tmp_path / "out" / "shots" / file.name).read_bytes() == file.read_bytes()
    assert saving.bring_back(tmp_path / "copy").fresh == 0
    assert open_store().references.roots(made.slug)


def test_without_the_copy_a_person_reads_what_to_do(received: Received, tmp_path: Path) -> None:
    made, held = received
    lose()
    shelf.keep_list(made.slug, held.data)
    with pytest.raises(ContentsMissingError):
        freight.check_out(made, tmp_path / "out")
    with pytest.raises(ContentsMissingError):
        freight.contents(made)
    with pytest.raises(StoreError):
        saving.bring_back(tmp_path / "copy")


def test_nothing_damaged_is_copied_or_comes_back(received: Received, tmp_path: Path) -> None:
    _made, held = received
    largest = max(held.blobs, key=lambda blob: blob.size)
    name = largest.root.hex()
    saving.save(tmp_path / "copy")
    with (tmp_path / "copy" / "blobs" / name[:2] / name).open("r+b") as file:
        file.write(b"damage")
    lose()
    with pytest.raises(DamagedBlobError):
        saving.bring_back(tmp_path / "copy")
    assert largest.root not in open_store().sizes([largest.root])
    assert not list(open_store().home.rglob("*.part"))
