import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jumelage.bridge.errors import BridgeError
from jumelage.bridge.freight.errors import PackingListError, UnsafeNameError
from jumelage.bridge.freight.packing.lists import MAGIC, File, PackingList
from jumelage.bridge.freight.packing.packing import assemble
from jumelage.bridge.freight.packing.parsing import LIMITS, Limits, parse
from jumelage.bridge.freight.packing.roots import ROW, root_of, rows
from tests.bridge.freight.samples import DAILIES, heading, noise, packed


def entry(path: str, pieces: list[bytes], **other: object) -> tuple[File, bytes]:
    """Return the line of a file made of *pieces*, and its chunk table."""
    table = rows(pieces)
    facts: dict[str, Any] = {
        "path": path,
        "size": sum(map(len, pieces)),
        "root": root_of(table).hex(),
        "xxh128": "0" * 32,
        "modified": 0,
        "kind": "file",
        "chunks": len(pieces),
    }
    return File(**facts | other), table


def listed(*entries: tuple[File, bytes]) -> PackingList:
    """Return a list of *entries*, however wrong they are."""
    tables = {file.root: table for file, table in entries}
    return assemble(heading(), [file for file, _table in entries], tables)


SOUND = listed(entry("a", [b"one", b"two"]), entry("b/c", [b"three"]), entry("d", []))


def changed(
    number: int, edit: Callable[[dict[str, Any]], Any], whole: PackingList = SOUND
) -> bytes:
    """Return the bytes of *whole* with an edit of its JSON line *number*; 0 is the head."""
    text, table = whole.data[len(MAGIC) :].split(b"\n\n", 1)
    lines = text.split(b"\n")
    facts = json.loads(lines[number])
    edit(facts)
    lines[number] = json.dumps(facts, separators=(",", ":"), ensure_ascii=False).encode()
    return MAGIC + b"\n".join(lines) + b"\n\n" + table


def reason(data: bytes, limits: Limits = LIMITS) -> str:
    with pytest.raises(PackingListError) as refusal:
        parse(data, limits)
    return str(refusal.value.facts["reason"])


def test_sound_list_is_read() -> None:
    assert parse(SOUND.data) == SOUND
    assert [blob.first for blob in SOUND.blobs] == [0, 2, 3]
    assert list(SOUND.lengths) == [3, 3, 5]
    assert list(SOUND.offsets) == [0, 3, 0]
    assert list(SOUND.owners) == [0, 0, 1]


LIES = {
    "its sizes do not add up": (1, {"size": 7}),
    "its chunks do not add up": (1, {"chunks": 1}),
    "a file’s chunks do not lead to its root": (1, {"root": "0" * 64}),
    "the number of its contents is wrong": (0, {"blobs": 2}),
    "it announces more contents than files": (0, {"blobs": 9}),
    "it names more files than its head says": (0, {"files": 2, "blobs": 2}),
    "it is shorter than its head says": (0, {"chunks": 10**9}),
    "the number of its files is beyond the limit": (0, {"files": 10**9}),
    "its files are larger than this city takes": (0, {"bytes": 2**52}),
    "a file of it is larger than this city takes": (1, {"size": 2**45}),
    "its chunk table has another length": (0, {"chunks": 2}),
}


@pytest.mark.parametrize(("told", "lie"), LIES.items())
def test_list_that_lies_is_refused(told: str, lie: tuple[int, dict[str, Any]]) -> None:
    assert reason(changed(lie[0], lambda facts: facts.update(lie[1]))) == told


def test_negative_and_broken_numbers_are_refused() -> None:
    for wrong in (-1, 1.5, "3", None, 2**60):
        with pytest.raises(PackingListError):
            parse(changed(1, lambda facts, wrong=wrong: facts.update(size=wrong)))  # type: ignore[misc]


def test_unknown_and_missing_members_are_refused() -> None:
    with pytest.raises(PackingListError):
        parse(changed(1, lambda facts: facts.update(mode="0777")))
    with pytest.raises(PackingListError):
        parse(changed(1, lambda facts: facts.pop("root")))


def test_path_that_leads_out_is_refused() -> None:
    for name in ("../x", "/etc/passwd", "a\\b", "nul", "A"):
        with pytest.raises(UnsafeNameError):
            parse(listed(entry("a", [b"x"]), entry(name, [b"y"])).data)


def test_name_that_stands_twice_is_refused() -> None:
    with pytest.raises(UnsafeNameError):
        parse(listed(entry("a", [b"x"]), entry("a", [b"y"])).data)


def test_empty_and_enormous_chunks_are_refused() -> None:
    empty = listed(entry("a", [b"", b"x"]))
    assert reason(empty.data) == "a chunk of it is empty"
    large = listed(entry("a", [bytes(1024 * 1024 + 1)]))
    assert reason(large.data) == "a chunk of it is too large"


def test_chunks_of_two_files_cannot_overlap() -> None:
    (one, table), (two, other) = entry("a", [b"x", b"y"]), entry("b", [b"y", b"z"])
    tables = {one.root: table[: ROW.size], two.root: other}
    assert (
        reason(assemble(heading(), [one, two], tables).data) == "its chunk table has another length"
    )


def test_one_chunk_of_two_lengths_is_refused() -> None:
    table = rows([b"abc"]) + ROW.pack(rows([b"abc"])[:32], 4)
    file = entry("a", [])[0]
    lying = msgspec.structs.replace(file, size=7, chunks=2, root=root_of(table).hex())
    assert reason(listed((lying, table)).data) == "one chunk has two lengths"


def test_two_files_of_one_root_must_agree() -> None:
    one, two = entry("a", [b"x"]), entry("b", [b"x"], xxh128="1" * 32)
    assert reason(listed(one, two).data) == "two files of one root differ"


def test_bomb_is_refused_by_its_ratio() -> None:
    grain = bytes(1024 * 1024)
    table = rows([grain]) * 2000
    file = entry("zeros", [], size=2000 * len(grain), chunks=2000, root=root_of(table).hex())[0]
    bomb = listed((file, table))
    assert reason(bomb.data) == "it unpacks to a bomb"
    assert len(bomb.data) < 75_000
    parse(bomb.data, Limits(ratio=2000))


def test_limits_are_those_of_the_reader() -> None:
    assert reason(SOUND.data, Limits(list_bytes=100)) == "it is larger than this city takes"
    assert reason(SOUND.data, Limits(files=2)) == "the number of its files is beyond the limit"
    assert reason(SOUND.data, Limits(total_bytes=10)) == "its files are larger than this city takes"


def test_second_way_to_write_a_list_is_refused() -> None:
    spaced = SOUND.data.replace(b'"kind":"file"', b'"kind": "file"', 1)
    assert reason(spaced) == "it is not written in the canonical form"
    reordered = changed(1, lambda facts: facts.update(path=facts.pop("path")))
    assert reason(reordered) == "it is not written in the canonical form"
    assert reason(SOUND.data + b"\0" * 36) == "its chunk table has another length"


def test_endless_line_is_refused() -> None:
    assert reason(MAGIC + b"{" * 100_000) == "a line of it is too long or not ended"
    assert reason(b"PK\x03\x04") == "it does not begin as a packing list does"


@pytest.mark.parametrize(
    "line",
    [
        b'{"x":' + b"[" * 4000 + b"]" * 4000 + b"}",
        b"[" * 7000,
        b'{"id":' + b"[" * 4000,
        rb'{"id":"\ud800"}',
        b"\xff\xfe",
        b"null",
        b'{"id":' + b"9" * 5000 + b"}",
        b'{"files":1e400}',
    ],
)
def test_hostile_json_is_refused(line: bytes) -> None:
    with pytest.raises(PackingListError):
        parse(MAGIC + line + b"\n")


def test_any_damaged_byte_is_noticed(tmp_path: Path) -> None:
    data = packed(tmp_path / "d", DAILIES).packing_list.data
    for place in range(0, len(data), 7):
        broken = bytearray(data)
        broken[place] ^= 1
        try:
            read = parse(bytes(broken))
        except BridgeError:
            continue
        assert read.data == bytes(broken)  # a name, a title: what no hash inside the list covers


@settings(max_examples=200)
@given(st.binary(max_size=300), st.integers(0, 2000), st.integers(0, 400))
def test_hostile_bytes_never_do_more_than_be_refused(junk: bytes, place: int, drop: int) -> None:
    data = SOUND.data
    place %= len(data)
    try:
        parse(data[:place] + junk + data[place + drop :])
    except BridgeError:
        return


def test_ten_thousand_files_are_read_in_a_second_or_two() -> None:
    many = listed(*(entry(f"shots/{n:05}.exr", [noise(8, n)]) for n in range(10_000)))
    assert parse(many.data) == many
