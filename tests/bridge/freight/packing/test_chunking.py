import pytest

from jumelage.bridge.freight.packing import chunking
from jumelage.bridge.freight.packing.chunking import FILE, KINDS, Cutter, Kind, kind_of, most_chunks
from tests.bridge.freight.samples import noise

FIXED = next(kind for kind in KINDS if kind.cut != FILE.cut)


def cut(kind: Kind, data: bytes, piece: int, told: int = 0) -> list[int]:
    """Return the lengths of the chunks of *data* that arrives in pieces of *piece* bytes.

    The cutter is *told* how many bytes there are; 0: as many as there are.
    """
    cutter, lengths, carried = Cutter(kind, told or len(data)), [], b""
    for place in range(0, len(data), piece):
        whole = memoryview(carried + data[place : place + piece])
        chunks = list(cutter.cut(whole, last=place + piece >= len(data)))
        lengths += [len(chunk) for chunk in chunks]
        carried = bytes(whole[sum(map(len, chunks)) :])
    return lengths


@pytest.mark.parametrize("kind", [FILE, FIXED])
@pytest.mark.parametrize("piece", [300_000, 1_000_003, 2_097_152])
def test_cuts_do_not_depend_on_the_pieces_read(kind: Kind, piece: int) -> None:
    data = noise(6_000_000)
    assert cut(kind, data, piece) == cut(kind, data, len(data))


def test_content_is_cut_within_bounds() -> None:
    lengths = cut(FILE, noise(8_000_000), 8_000_000)
    assert sum(lengths) == 8_000_000
    assert min(lengths[:-1]) >= chunking.SMALLEST
    assert max(lengths) <= chunking.GREATEST
    assert 64_000 <= sum(lengths) / len(lengths) <= 96_000


def test_content_with_too_many_chunks_is_cut_every_mebibyte_in_the_end() -> None:
    data, told = noise(6_000_000), 1_000_000  # six times the chunks of a file of that size
    cuts, budget = cut(FILE, data, len(data), told), told // chunking.LEAST_MEAN + chunking.SPARE
    assert cuts[:budget] == cut(FILE, data, len(data))[:budget]
    assert set(cuts[budget:-1]) == {chunking.FIXED}
    assert sum(cuts) == len(data)
    assert cut(FILE, data, 1_000_003, told) == cuts
    assert budget + 1 <= most_chunks(FILE, told)


@pytest.mark.parametrize(("size", "least"), [(300 * 10**9, 32 * 1024), (900 * 10**9, 64 * 1024)])
def test_a_very_large_file_has_larger_chunks(size: int, least: int) -> None:
    lengths = [len(one) for one in Cutter(FILE, size).cut(memoryview(noise(16_000_000)), last=True)]
    assert min(lengths[:-1]) >= least
    assert max(lengths) <= 16 * least
    assert 4 * least <= sum(lengths) / len(lengths) <= 6 * least


def test_a_file_of_terabytes_is_cut_every_mebibyte() -> None:
    lengths = [
        len(one) for one in Cutter(FILE, 10**12).cut(memoryview(noise(3_000_000)), last=True)
    ]
    assert lengths == [chunking.FIXED, chunking.FIXED, 3_000_000 - 2 * chunking.FIXED]


def test_what_is_inserted_in_front_moves_no_later_cut() -> None:
    data = noise(4_000_000)
    before, after = cut(FILE, data, len(data)), cut(FILE, noise(1000, 9) + data, len(data) + 1000)
    assert before[-20:] == after[-20:]


def test_compressed_whole_is_cut_every_mebibyte() -> None:
    assert cut(FIXED, bytes(2_500_000), 2_500_000) == [1_048_576, 1_048_576, 402_848]


@pytest.mark.parametrize(
    ("name", "first", "kind"),
    [
        ("a.exr", b"\x76\x2f\x31\x01\x02\0\0\0", "frame"),
        ("a.bin", b"\x76\x2f\x31\x01\x02\0\0\0", "frame"),
        ("a.mov", b"\0\0\0\x14ftypqt  \0\0\0\0", "intra-movie"),
        ("a.mov", b"\0\0\0\x14ftypisom\0\0\0\0", "movie"),
        ("a.mp4", b"", "movie"),
        ("a.zip", b"PK\x03\x04", "archive"),
        ("a.usdz", b"PK\x03\x04", "scene-package"),
        ("a.blend", b"BLENDER-v403", "scene"),
        ("a.blend", b"\x28\xb5\x2f\xfd\0\0", "archive"),
        ("A.WAV", b"RIFF\0\0\0\0WAVEfmt ", "pcm"),
        ("a.jpg", b"\xff\xd8\xff\xe0", "image"),
        ("notes", b"Bonjour", "file"),
    ],
)
def test_first_bytes_and_name_tell_the_kind(name: str, first: bytes, kind: str) -> None:
    assert kind_of(name, first).name == kind
