"""Tells what a file is: its first bytes decide, then its name."""

from pathlib import Path

from jumelage.components.studio.media.facts import Refusal
from jumelage.components.studio.media.reading import exr

MOVIES = frozenset(
    [
        "3g2", "3gp", "apng", "asf", "avi", "dv", "flv", "gif", "m2p", "m2t", "m2ts", "m2v",
        "m4v", "mkv", "mod", "mov", "mp4", "mpeg", "mpg", "mts", "mxf", "ogv", "qt", "tod",
        "ts", "vob", "webm", "wmv", "y4m",
    ]
)  # fmt: skip
STILLS = frozenset(
    [
        "avif", "bmp", "ico", "jp2", "jpe", "jpeg", "jpg", "pgm", "png", "ppm", "psd", "sgi",
        "tga", "tif", "tiff", "webp",
    ]
)  # fmt: skip
FRAMES = frozenset(["exr", "dpx", "cin", "hdr"])
RAW = frozenset(
    [
        "3fr", "ari", "arw", "arx", "braw", "cine", "cr2", "cr3", "crm", "crw", "dcr", "dng",
        "erf", "iiq", "kdc", "mef", "mos", "mrw", "nef", "nrw", "orf", "pef", "r3d", "raf",
        "rw2", "rwl", "sr2", "srf", "srw", "x3f",
    ]
)  # fmt: skip
"""What cameras write before anybody has decided how it looks."""
MAGICS = (
    (0, exr.MAGIC, "exr"), (0, b"SDPX", "dpx"), (0, b"XPDS", "dpx"),
    (8, b"CR\x02", "cr2"), (4, b"ftypcrx ", "cr3"), (0, b"FUJIFILMCCD-RAW", "raf"),
    (4, b"RED1", "r3d"), (4, b"RED2", "r3d"), (0, b"ARRI", "ari"),
    (4, b"ftypM4A ", "m4a"), (4, b"ftypM4B ", "m4a"),
    (4, b"ftyp", "mp4"), (4, b"moov", "mov"), (4, b"mdat", "mov"), (4, b"wide", "mov"),
    (0, b"\x1a\x45\xdf\xa3", "mkv"), (8, b"AVI ", "avi"), (0, b"\x06\x0e\x2b\x34", "mxf"),
    (0, b"\0\0\x01\xba", "mpg"), (8, b"WAVE", "wav"), (0, b"ID3", "mp3"), (0, b"fLaC", "flac"),
    (0, b"\x89PNG\r\n", "png"), (0, b"\xff\xd8\xff", "jpg"), (0, b"GIF8", "gif"),
    (0, b"II*\0", "tif"), (0, b"MM\0*", "tif"), (8, b"WEBP", "webp"), (0, b"8BPS", "psd"),
)  # fmt: skip
AMBIGUOUS = frozenset(["", "tif", "mp4", "mov"])
"""What first bytes may say of a raw recording as well: then its name decides."""
AVIF = (b"avif",)
HEIF = (b"heic", b"heix", b"heim", b"heis", b"mif1")
"""Brands of single pictures. Source: ISO/IEC 23008-12, section 10; AV1 Image File Format, 6."""


def kind_of(path: Path, name: str) -> str:
    """Return the usual suffix of what *path* holds, such as `mp4`; its own where none is known."""
    with path.open("rb") as file:
        first = file.read(64)
    if not first:
        raise Refusal("empty")
    found = _by_bytes(first)
    named = Path(name or path.name).suffix.lower().removeprefix(".")
    if found in AMBIGUOUS and named in RAW:
        return named
    return found or named


def _by_bytes(first: bytes) -> str:
    """Return what the *first* bytes say; empty: nothing."""
    if first[4:8] == b"ftyp" and (picture := _in_boxes(first)):
        return picture
    for place, magic, suffix in MAGICS:
        if first[place : place + len(magic)] == magic:
            return suffix
    return ""


def _in_boxes(first: bytes) -> str:
    """Return which picture lies in a file of boxes, by the brands it names; empty: none."""
    length = min(len(first), int.from_bytes(first[:4], "big"))
    brands = {first[8:12], *(first[at : at + 4] for at in range(16, length, 4))}
    if first[8:12] not in AVIF + HEIF:
        return ""
    return "avif" if brands & set(AVIF) else "heic"


def check(kind: str) -> None:
    """Refuse what could be shown only after somebody has worked on it.

    Raises: Refusal.
    """
    if kind in RAW:
        raise Refusal("camera-raw")
    if kind in {"heic", "heif"}:
        raise Refusal("heic")
