from pathlib import Path

import pytest

from jumelage.bridge.freight.errors import ChangedSinceError
from jumelage.bridge.freight.packing.parcels import Bitmap, parcels
from jumelage.bridge.freight.packing.source import Files
from tests.bridge.freight.samples import DAILIES, noise, packed


def test_parcels_are_read_again_from_where_the_files_lie(tmp_path: Path) -> None:
    found = packed(tmp_path / "d", DAILIES)
    wanted = parcels(found.packing_list, Bitmap.full(found.packing_list.head.chunks))
    with Files(found.packing_list, found.places) as source:
        data = b"".join(source.read(wanted[number]) for number in range(len(wanted)))
    once = {file.root: file.path.removeprefix("d/") for file in reversed(found.packing_list.files)}
    assert data == b"".join(DAILIES[once[blob.root.hex()]] for blob in found.packing_list.blobs)


def test_many_files_are_read_with_few_open(tmp_path: Path) -> None:
    found = packed(tmp_path / "d", {f"{n:03}": noise(100, n) for n in range(200)})
    with Files(found.packing_list, found.places) as source:
        data = source.read(range(200))
    assert data == b"".join(noise(100, n) for n in range(200))


@pytest.mark.parametrize("content", [b"", b"shorter", noise(700_000, 5)])
def test_file_that_changed_since_is_named(tmp_path: Path, content: bytes) -> None:
    found = packed(tmp_path / "d", DAILIES)
    (tmp_path / "d" / "cut.mov").write_bytes(content)
    with (
        Files(found.packing_list, found.places) as source,
        pytest.raises(ChangedSinceError) as refusal,
    ):
        source.read([0])
    assert refusal.value.facts == {"path": tmp_path / "d" / "cut.mov"}


def test_file_that_is_gone_is_named(tmp_path: Path) -> None:
    found = packed(tmp_path / "d", {"a": b"x"})
    (tmp_path / "d" / "a").unlink()
    with Files(found.packing_list, found.places) as source, pytest.raises(ChangedSinceError):
        source.read([0])


def test_file_that_is_a_link_now_is_not_followed(tmp_path: Path) -> None:
    found = packed(tmp_path / "d", {"a": b"x"})
    (tmp_path / "d" / "a").rename(tmp_path / "elsewhere")
    (tmp_path / "d" / "a").symlink_to(tmp_path / "elsewhere")
    with Files(found.packing_list, found.places) as source, pytest.raises(ChangedSinceError):
        source.read([0])
