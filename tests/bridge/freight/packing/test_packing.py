import os
import threading
import unicodedata
from pathlib import Path

import pytest
from blake3 import blake3
from xxhash import xxh3_128_hexdigest

from jumelage.bridge.freight.errors import (
    ChangedSinceError,
    NothingToPackError,
    NotPackableError,
    TooMuchToPackError,
    UnsafeNameError,
)
from jumelage.bridge.freight.packing.lists import PackingList
from jumelage.bridge.freight.packing.packing import HEADROOM, PIECE, pack
from jumelage.bridge.freight.packing.parsing import Limits, parse
from jumelage.bridge.freight.packing.roots import ROW, chunk_hash, root_of, rows
from tests.bridge.freight.samples import DAILIES, heading, noise, packed, written


def chunks(packing_list: PackingList, path: str, content: bytes) -> list[bytes]:
    """Return *content* in the chunks the list names for *path*."""
    file = next(file for file in packing_list.files if file.path == path)
    blob = next(blob for blob in packing_list.blobs if blob.root.hex() == file.root)
    return [content[packing_list.offsets[row] :][: packing_list.lengths[row]] for row in blob.rows]


def test_list_names_every_file_by_what_it_holds(tmp_path: Path) -> None:
    found = packed(tmp_path / "dailies", DAILIES).packing_list
    assert [file.path for file in found.files] == sorted(f"dailies/{name}" for name in DAILIES)
    for file in found.files:
        content = DAILIES[file.path.removeprefix("dailies/")]
        pieces = chunks(found, file.path, content)
        assert b"".join(pieces) == content
        assert file.root == root_of(rows(pieces)).hex()
        assert (file.size, file.xxh128) == (len(content), xxh3_128_hexdigest(content))
    assert found.head.bytes == sum(map(len, DAILIES.values()))
    assert (found.head.files, found.head.blobs) == (7, 6)


def test_list_is_read_back_from_its_bytes(tmp_path: Path) -> None:
    found = packed(tmp_path / "dailies", DAILIES).packing_list
    read = parse(found.data)
    assert read == found
    assert read.list_hash == found.list_hash == blake3(found.data).digest()


def test_large_file_is_packed_in_pieces_as_in_one(tmp_path: Path) -> None:
    content = noise(2 * PIECE + 12_345)
    found = packed(tmp_path / "big", {"a.exr": content}).packing_list
    file = found.files[0]
    assert file.xxh128 == xxh3_128_hexdigest(content)
    assert [chunk_hash(c) for c in chunks(found, "big/a.exr", content)] == list(found.hashes())


def test_packing_twice_gives_the_same_list(tmp_path: Path) -> None:
    packed(tmp_path / "dailies", DAILIES)
    one, two = (pack([tmp_path / "dailies"], heading=heading()) for _ in range(2))
    assert one.packing_list.list_hash == two.packing_list.list_hash


def test_single_files_and_folders_lie_side_by_side(tmp_path: Path) -> None:
    written(tmp_path, {"x/one.txt": b"1", "y/two.txt": b"2"})
    found = pack([tmp_path / "x", tmp_path / "y" / "two.txt"], heading=heading())
    assert found.places == {
        "two.txt": str(tmp_path / "y" / "two.txt"),
        "x/one.txt": str(tmp_path / "x" / "one.txt"),
    }


def test_decomposed_name_is_composed(tmp_path: Path) -> None:
    name = unicodedata.normalize("NFD", "été.txt")
    found = packed(tmp_path / "d", {name: b"x"})
    assert found.packing_list.files[0].path == "d/été.txt"
    assert Path(found.places["d/été.txt"]).read_bytes() == b"x"


def test_what_file_managers_leave_is_not_sent(tmp_path: Path) -> None:
    found = packed(tmp_path / "d", {".DS_Store": b"x", "a/Thumbs.db": b"x", "a/b": b"x"})
    assert list(found.places) == ["d/a/b"]


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (Limits(files=6), "files"),
        (Limits(total_bytes=1_000), "TiB"),
        (Limits(file_bytes=1_000), "TiB"),
        (Limits(list_bytes=HEADROOM + 2 * ROW.size), "chunks"),
    ],
)
def test_what_no_city_takes_is_refused_before_it_is_all_read(
    tmp_path: Path, limits: Limits, reason: str
) -> None:
    folder = written(tmp_path / "dailies", DAILIES)
    with pytest.raises(TooMuchToPackError, match=reason):
        pack([folder], heading=heading(), limits=limits)


def test_link_is_refused(tmp_path: Path) -> None:
    written(tmp_path / "d", {"a": b"x"})
    (tmp_path / "d" / "link").symlink_to("/etc/passwd")
    with pytest.raises(NotPackableError) as refusal:
        pack([tmp_path / "d"], heading=heading())
    assert str(refusal.value.facts["reason"]) == "it is a link; send what it points at"


def test_pipe_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(NotPackableError):
        pack([tmp_path / "pipe"], heading=heading())


def test_names_that_differ_in_case_are_refused(tmp_path: Path) -> None:
    written(tmp_path / "d", {"a.exr": b"x", "A.exr": b"y"})
    with pytest.raises(UnsafeNameError):
        pack([tmp_path / "d"], heading=heading())


def test_missing_and_empty_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(NotPackableError):
        pack([tmp_path / "nowhere"], heading=heading())
    with pytest.raises(NothingToPackError):
        pack([tmp_path], heading=heading())


def test_file_that_grows_while_it_is_packed_is_refused(tmp_path: Path) -> None:
    written(tmp_path / "d", {"growing": noise(3 * PIECE)})
    begun, enough = threading.Event(), threading.Event()

    def grow() -> None:
        with (tmp_path / "d" / "growing").open("ab", buffering=0) as file:
            while not enough.is_set():
                file.write(b"more")
                begun.set()

    writer = threading.Thread(target=grow)
    writer.start()
    begun.wait()
    try:
        with pytest.raises(ChangedSinceError):
            pack([tmp_path / "d"], heading=heading())
    finally:
        enough.set()
        writer.join()


def test_progress_tells_bytes_and_can_stop(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    written(tmp_path / "d", {"a": bytes(10), "b": bytes(20)})
    pack(
        [tmp_path / "d"], heading=heading(), progress=lambda done, whole: told.append((done, whole))
    )
    assert told == [(10, 30), (30, 30)]

    def stop(done: int, whole: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pack([tmp_path / "d"], heading=heading(), progress=stop)
