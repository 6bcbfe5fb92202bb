"""Where a file is cut, decided by what it is.

Content-defined cuts find the unchanged part of a changed file wherever it moved: measured, 60 to
99 % of a re-rendered sequence, a regraded ProRes or a saved scene need not travel. In long-GOP
movies and in what is compressed as a whole nothing is found again, so those are cut every MiB,
which costs less and needs a shorter list. A list holds some five million chunks: above 250 GB
those of one file are two and four times as large, above 910 GB all are of a MiB, and what has far
more chunks than content has is cut every MiB from there on. So the size of a file bounds them.
The cuts are FastCDC's (Xia et al., USENIX ATC 2016 and IEEE TPDS 2020) with its published gear
table. They are in the list, so a reader never needs to find them again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from pyfastcdc import FastCDC

from jumelage.bridge.freight.packing.roots import LARGEST_CHUNK

SMALLEST, AIM, GREATEST = 16 * 1024, 64 * 1024, 256 * 1024
"""Bytes of a content-defined chunk."""
FIXED = LARGEST_CHUNK
LEAST_MEAN = 48 * 1024
"""Bytes of a content-defined chunk, on average, at least; measured: 64 to 77 KiB."""
SPARE = 8
"""Chunks that a file may have more than by the average: of a few there may be twice as many."""
SCALES = (1, 2, 4)
"""How many times the chunks of a large file are larger."""
MOST_CHUNKS = 5_500_000
"""Of one file, so that a list holds them; cut every MiB it is more only beyond 5.7 TB."""
LOOK = 16
"""How many of a file's first bytes decide about it."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a file is, as far as cutting it goes."""

    name: str
    cut: Literal["by content", "every MiB"]
    suffixes: frozenset[str] = frozenset()
    signatures: tuple[tuple[int, bytes], ...] = ()
    """Places and bytes of which one must be found; they say more than a name does."""

    def begins(self, first: bytes) -> bool:
        """Tell whether a file with the *first* bytes is of this kind."""
        return any(first[at : at + len(mark)] == mark for at, mark in self.signatures)


def _suffixes(text: str) -> frozenset[str]:
    return frozenset(f".{suffix}" for suffix in text.split())


FILE = Kind("file", "by content")
PACKAGE = Kind("scene-package", "by content", _suffixes("usdz"))
"""A zip whose members are stored as they are."""
KINDS = (
    PACKAGE,
    Kind(
        "frame",
        "by content",
        _suffixes("exr dpx cin tif tiff tx hdr pfm vdb"),
        ((0, b"\x76\x2f\x31\x01"), (0, b"SDPX"), (0, b"XPDS"), (0, b"II*\0"), (0, b"MM\0*")),
    ),
    Kind(
        "intra-movie",
        "by content",
        _suffixes("mov mxf r3d braw ari"),
        ((4, b"ftypqt  "), (0, b"\x06\x0e\x2b\x34")),
    ),
    Kind(
        "archive",
        "every MiB",
        _suffixes("zip gz tgz bz2 xz zst 7z rar jar whl br"),
        (
            (0, b"PK\x03\x04"),
            (0, b"\x1f\x8b"),
            (0, b"BZh"),
            (0, b"\xfd7zXZ\0"),
            (0, b"\x28\xb5\x2f\xfd"),
            (0, b"7z\xbc\xaf\x27\x1c"),
            (0, b"Rar!"),
        ),
    ),
    Kind(
        "movie",
        "every MiB",
        _suffixes("mp4 m4v mkv webm avi ts m2ts mts mpg mpeg wmv 3gp ogv"),
        ((4, b"ftyp"), (0, b"\x1a\x45\xdf\xa3"), (0, b"\0\0\x01\xba")),
    ),
    Kind(
        "image",
        "every MiB",
        _suffixes("jpg jpeg png webp avif heic heif gif jxl jp2"),
        ((0, b"\xff\xd8\xff"), (0, b"\x89PNG"), (0, b"GIF8")),
    ),
    Kind(
        "sound",
        "every MiB",
        _suffixes("mp3 aac m4a ogg opus flac"),
        ((0, b"fLaC"), (0, b"OggS"), (0, b"ID3")),
    ),
    Kind(
        "pcm",
        "by content",
        _suffixes("wav bwf rf64 aif aiff caf"),
        ((8, b"WAVE"), (8, b"AIFF"), (8, b"AIFC")),
    ),
    Kind(
        "scene",
        "by content",
        _suffixes("usd usdc usda abc blend ma mb hip hipnc c4d nk fbx obj gltf glb"),
        ((0, b"PXR-USDC"), (0, b"BLENDER")),
    ),
)


SIGNATURES = tuple((at, mark, kind) for kind in KINDS for at, mark in kind.signatures)
SUFFIXES = {suffix: kind for kind in reversed(KINDS) for suffix in kind.suffixes}
PLACES = tuple(
    (place, tuple(mark for at, mark, _kind in SIGNATURES if at == place))
    for place in sorted({at for at, _mark, _kind in SIGNATURES})
)
"""Where signatures stand, and those that stand there: most files have none of them."""


def kind_of(name: str, first: bytes) -> Kind:
    """Return what the file *name* with its *first* bytes is.

    The bytes decide, except inside a container that its name tells more about.
    """
    suffix = _suffix(name)
    if suffix in PACKAGE.suffixes:
        return PACKAGE
    if any(first.startswith(marks, place) for place, marks in PLACES):
        return next(kind for kind in KINDS if kind.begins(first))
    return SUFFIXES.get(suffix, FILE)


def _suffix(name: str) -> str:
    stem, dot, suffix = name[name.rfind("/") + 1 :].rpartition(".")
    return f".{suffix.lower()}" if stem and dot else ""


def scale_of(kind: Kind, size: int) -> int:
    """Return how many times larger the content-defined chunks of a file are; 0: it has none."""
    if kind.cut != "by content":
        return 0
    fitting = (scale for scale in SCALES if _bound(size, scale) <= MOST_CHUNKS)
    return next(fitting, 0)


def most_chunks(kind: Kind, size: int) -> int:
    """Return how many chunks a file of *size* bytes has at most."""
    return _bound(size, scale_of(kind, size))


def _bound(size: int, scale: int) -> int:
    by_content = min(size // (SMALLEST * scale), _budget(size, scale)) if scale else 0
    return by_content + size // FIXED + 1


def _budget(size: int, scale: int) -> int:
    """Return how many chunks are cut by content before the rest is cut every MiB."""
    return size // (LEAST_MEAN * scale) + SPARE


class Cutter:
    """Cuts one file of *size* bytes that arrives in pieces; the cuts do not depend on the pieces."""

    def __init__(self, kind: Kind, size: int) -> None:
        scale = scale_of(kind, size)
        self._left = _budget(size, scale) if scale else 0
        self._chunker = FastCDC(
            AIM * max(1, scale),
            min_size=SMALLEST * max(1, scale),
            max_size=GREATEST * max(1, scale),
            normalized_chunking=1,
        )

    def cut(self, data: memoryview, *, last: bool) -> Iterator[memoryview]:
        """Yield the chunks at the beginning of *data*.

        What is left over after them, unless this is the *last* piece, belongs in front of the
        next piece.
        """
        lengths = self._lengths(data)
        if not last and lengths:
            lengths.pop()  # it ended with the piece, and perhaps only therefore
        self._left = max(0, self._left - len(lengths))
        place = 0
        for length in lengths:
            yield data[place : place + length]
            place += length

    def _lengths(self, data: memoryview) -> list[int]:
        found = self._chunker.cut_buf(data) if data and self._left else ()
        lengths = [chunk.length for chunk in islice(found, self._left)]
        whole, rest = divmod(len(data) - sum(lengths), FIXED)
        return [*lengths, *[FIXED] * whole, *([rest] if rest else [])]
