"""Which contents are whole is counted right, whatever shares a parcel or a chunk."""

from pathlib import Path

from jumelage.bridge.freight.deliveries.sending.counting import Contents
from jumelage.bridge.freight.packing.lists import PackingList
from jumelage.bridge.freight.packing.parcels import Bitmap, parcels
from tests.bridge.freight.samples import noise, packed

PLATE = noise(3_000_000, seed=7)
FILES = {"a.mov": PLATE, "again.mov": PLATE, "b.txt": b"take two", "c": b"", "d.mov": PLATE + b"x"}


def roots(held: PackingList) -> dict[str, str]:
    """Return the content of each file by its name."""
    return {Path(file.path).name: file.root for file in held.files}


def test_a_content_is_whole_with_its_last_parcel(tmp_path: Path) -> None:
    held = packed(tmp_path / "d", {"a.mov": PLATE, "b.txt": b"take two"}).packing_list
    lacking = Bitmap.full(len(held.lengths))
    cut = parcels(held, lacking)
    counted, known = Contents(held, lacking, cut), roots(held)

    assert counted.there == []
    seen = []
    for number in reversed(range(len(cut))):
        counted.arrived([number])
        seen.append(set(counted.whole()))
    assert seen[0] == {known["b.txt"]}
    assert seen[-1] == {known["a.mov"]}
    assert not any(seen[1:-1])
    assert counted.whole() == []


def test_contents_that_share_a_chunk_wait_for_the_parcel_that_holds_it(tmp_path: Path) -> None:
    held = packed(tmp_path / "d", FILES).packing_list
    rows = range(len(held.lengths))
    later = {row for others in held.twins.values() for row in others}
    assert later  # the last file begins as the first one does
    lacking = Bitmap.of(len(rows), (row for row in rows if row not in later))
    cut = parcels(held, lacking)
    counted, known = Contents(held, lacking, cut), roots(held)

    assert counted.there == [known["c"]]
    last = len(cut) - 1
    counted.arrived([last])
    assert known["d.mov"] not in counted.whole()
    counted.arrived(range(last))
    assert {known["a.mov"], known["d.mov"]} <= set(counted.whole())


def test_what_lacks_nothing_is_there(tmp_path: Path) -> None:
    held = packed(tmp_path / "d", FILES).packing_list
    nothing = Bitmap(len(held.lengths))
    counted = Contents(held, nothing, parcels(held, nothing))

    assert set(counted.there) == set(roots(held).values())
