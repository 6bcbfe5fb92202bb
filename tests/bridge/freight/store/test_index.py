from pathlib import Path

from jumelage.bridge.freight.packing.roots import ROW, root_of, rows
from jumelage.bridge.freight.store.index import Index, Place
from tests.bridge.freight.samples import noise


def content(*chunks: bytes) -> tuple[bytes, bytes]:
    """Return root and chunk table of a content."""
    table = rows(chunks)
    return root_of(table), table


def test_chunk_is_found_where_it_lies(tmp_path: Path) -> None:
    index = Index(tmp_path / "index")
    (one, table), (two, other) = content(b"a", b"bc", b"d"), content(b"e")
    index.add([(one, table), (two, other)])
    names = {table[36:68]: Place(one, 1, 2), other[:32]: Place(two, 0, 1)}
    assert index.where([*names, bytes(32)]) == names
    assert index.sizes([one, two, bytes(32)]) == {one: 4, two: 1}
    assert index.totals() == (2, 5)


def test_removed_content_is_not_found_and_shared_chunks_of_others_are(tmp_path: Path) -> None:
    index = Index(tmp_path / "index")
    (one, table), (two, other) = content(b"a", b"b"), content(b"b", b"c")
    index.add([(one, table), (two, other)])
    index.remove([(one, table)])
    assert index.where([table[:32], other[:32]]) == {other[:32]: Place(two, 0, 1)}
    index.remove([(two, None), (bytes(32), None)])
    assert (index.where([other[:32]]), index.totals()) == ({}, (0, 0))


def test_hundred_thousand_hashes_are_looked_up_at_once(tmp_path: Path) -> None:
    index = Index(tmp_path / "index")
    random = noise(3_200_000)
    names = [random[place : place + 32] for place in range(0, len(random), 32)]
    table = b"".join(ROW.pack(name, 65_536) for name in names)
    index.add([(b"r" * 32, table)])
    assert len(index.where(names)) == 100_000
    index.database.close()
    assert (tmp_path / "index").stat().st_size < 100_000 * 45


def test_index_that_cannot_be_read_is_begun_again(tmp_path: Path) -> None:
    (tmp_path / "index").write_bytes(b"this is no database, " * 500)
    assert Index(tmp_path / "index").totals() == (0, 0)


def test_two_processes_may_hold_it(tmp_path: Path) -> None:
    one, two = Index(tmp_path / "index"), Index(tmp_path / "index")
    one.add([content(b"a")])
    assert two.totals() == (1, 1)
    one.empty()
    assert two.totals() == (0, 0)
