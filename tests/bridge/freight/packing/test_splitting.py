"""What one packing list cannot hold is split; nothing is read but the beginnings of large files."""

from pathlib import Path

import pytest

from jumelage.bridge.freight.errors import TooMuchToPackError
from jumelage.bridge.freight.packing.chunking import FILE, most_chunks
from jumelage.bridge.freight.packing.packing import HEADROOM, Found, pack_found
from jumelage.bridge.freight.packing.parsing import LIMITS, Limits
from jumelage.bridge.freight.packing.roots import ROW
from jumelage.bridge.freight.packing.splitting import split
from tests.bridge.freight.samples import heading

GB = 10**9


def found(*files: tuple[str, int]) -> list[Found]:
    """Return files that are nowhere."""
    return [Found(path, f"/nowhere/{path}", size) for path, size in files]


def paths(parts: object) -> list[list[str]]:
    """Return the paths of each part."""
    return [[one.path for one in part] for part in parts]  # type: ignore[attr-defined]  # parts


def test_frames_of_a_terabyte_become_parts_that_one_list_holds() -> None:
    frames = found(*((f"f{number:05}.exr", 50_000_000) for number in range(20_000)))
    parts = split(frames)
    assert [len(part) for part in parts] == [5211, 5211, 5211, 4367]
    assert [one for part in parts for one in part] == frames


def test_movies_that_are_cut_every_mebibyte_stay_together() -> None:
    assert len(split(found(*((f"m{number}.mp4", 100 * GB) for number in range(10))))) == 1


def test_the_first_bytes_decide_how_a_large_file_is_cut(tmp_path: Path) -> None:
    place = tmp_path / "movie.bin"
    place.write_bytes(b"\0\0\0\0ftypisom")
    movie = Found("movie.bin", str(place), 250 * GB)
    assert len(split([movie, *found(("z.mp4", 300 * GB))])) == 1
    assert len(split(found(("movie.bin", 250 * GB), ("z.mp4", 300 * GB)))) == 2


def test_number_and_bytes_of_the_files_are_bounds_too() -> None:
    files = found(("a", 1), ("b", 1), ("c", 1))
    assert paths(split(files, Limits(files=2))) == [["a", "b"], ["c"]]
    assert paths(split(files, Limits(total_bytes=1))) == [["a"], ["b"], ["c"]]
    assert paths(split(files)) == [["a", "b", "c"]]


def test_parts_leave_room_for_files_that_come_between_theirs() -> None:
    files = found(*((f"f{number:03}", 1) for number in range(120)))
    assert [len(part) for part in split(files, Limits(files=60))] == [57, 57, 6]
    assert [len(part) for part in split(files, Limits(files=120))] == [120]


def test_a_file_that_is_too_much_by_itself_is_a_part_of_its_own() -> None:
    files = found(("a", 1), ("b.exr", 7000 * GB), ("c", 1))
    assert paths(split(files)) == [["a"], ["b.exr"], ["c"]]


def test_one_file_goes_into_one_list_up_to_terabytes() -> None:
    for size in (100, 257, 258, 400, 501, 502, 900, 912, 913, 5700):
        assert most_chunks(FILE, size * GB) * ROW.size <= LIMITS.list_bytes - HEADROOM


def test_a_file_that_no_list_holds_is_refused_before_it_is_read() -> None:
    with pytest.raises(TooMuchToPackError):
        pack_found(found(("b.exr", 7000 * GB)), heading=heading())
