from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumelage.bridge.freight.errors import PackingListError
from jumelage.bridge.freight.packing.parcels import DEFLATED, RAW, Bitmap, parcels, runs
from jumelage.bridge.freight.packing.roots import LARGEST_CHUNK
from tests.bridge.freight.samples import DAILIES, noise, packed

NUMBERS = st.integers(1, 400).flatmap(
    lambda size: st.tuples(st.just(size), st.sets(st.integers(0, size - 1)))
)


@given(NUMBERS)
def test_set_of_chunks_survives_the_way(given_set: tuple[int, set[int]]) -> None:
    size, numbers = given_set
    bitmap = Bitmap.of(size, numbers)
    assert list(Bitmap.unpack(bitmap.packed(), size)) == sorted(numbers)
    assert len(bitmap) == len(numbers)
    assert [number for number in range(size) if number in bitmap] == sorted(numbers)


def test_full_set_is_short() -> None:
    assert len(Bitmap.full(1_000_001)) == 1_000_001
    assert len(Bitmap.full(1_000_001).packed()) < 200


@pytest.mark.parametrize(
    "data",
    [
        b"",
        RAW,
        RAW + b"\xff",
        RAW + b"\xff\xff\xff",
        RAW + b"\xff\x04",
        b"\x07\xff\x03",
        DEFLATED + b"junk",
        DEFLATED + Bitmap.full(10_000_000).packed()[1:],
        Bitmap.full(10).packed() + b"\0",
    ],
)
def test_hostile_set_is_refused(data: bytes) -> None:
    with pytest.raises(PackingListError):
        Bitmap.unpack(data, 10)


def test_parcels_hold_every_lacking_chunk_once_and_at_most_a_mebibyte(tmp_path: Path) -> None:
    found = packed(tmp_path / "d", DAILIES).packing_list
    lacking = Bitmap.of(found.head.chunks, range(1, found.head.chunks, 2))
    wanted = parcels(found, lacking)
    assert [row for parcel in wanted for row in parcel] == list(lacking)
    assert list(wanted.sizes) == [sum(found.lengths[row] for row in parcel) for parcel in wanted]
    assert max(wanted.sizes) <= LARGEST_CHUNK
    assert all(
        a + b > LARGEST_CHUNK - 262_144
        for a, b in zip(wanted.sizes, wanted.sizes[1:], strict=False)
    )


def test_small_files_travel_together(tmp_path: Path) -> None:
    found = packed(tmp_path / "d", {f"{n}.txt": noise(8192, n) for n in range(300)}).packing_list
    wanted = parcels(found, Bitmap.full(found.head.chunks))
    assert list(wanted.sizes) == [128 * 8192, 128 * 8192, 44 * 8192]


def test_nothing_lacking_makes_no_parcel(tmp_path: Path) -> None:
    found = packed(tmp_path / "d", {"a": b"x"}).packing_list
    assert len(parcels(found, Bitmap(1))) == 0
    with pytest.raises(IndexError):
        parcels(found, Bitmap(1))[0]


def test_runs_are_rows_without_a_gap() -> None:
    assert [list(run) for run in runs([1, 2, 3, 7, 9, 10])] == [[1, 2, 3], [7], [9, 10]]
    assert list(runs([])) == []
