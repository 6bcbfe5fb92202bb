"""The ASC MHL manifest beside delivered files: what other tools of the trade verify.

A folder with its files gets `ascmhl/0001_<folder>_<time>.mhl`, which names each file with its
size and xxh128, and `ascmhl/ascmhl_chain.xml`, which names the manifest by its C4 identifier.
Hashes of folders, which the standard leaves open, are not written.

Source: ASC Media Hash List specification 2.0, chapters 4 (manifest) and 5 (chain); SMPTE
ST 2114 (C4 identifiers).
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from jumelage.bridge.freight.packing.lists import File, PackingList
from jumelage.bridge.freight.packing.names import MANIFEST_FOLDER

CHAIN = "ascmhl_chain.xml"
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
C4_DIGITS = 88
IGNORED = (".DS_Store", MANIFEST_FOLDER, f"{MANIFEST_FOLDER}/")
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def write(
    folder: Path,
    *packing_lists: PackingList,
    at: datetime,
    place: str,
    version: str,
    named: str = "",
) -> Path:
    """Write manifest and chain for the delivered files below *folder*; return the manifest.

    The *packing_lists* are those of the parts in which they came; most came in one.
    They were verified *at* that time by the node *place*, which runs the product's *version*.
    *named* is what the folder will be called, where it is called otherwise now.

    Raises: FileExistsError when the folder has a history already.
    """
    home = folder / MANIFEST_FOLDER
    home.mkdir(exist_ok=True)
    if (home / CHAIN).exists():
        raise FileExistsError(home / CHAIN)
    content = manifest(*packing_lists, at=at, place=place, version=version)
    stamp = at.astimezone(UTC).strftime("%Y-%m-%d_%H%M%SZ")
    path = home / f"0001_{(named or folder.resolve().name)[:100]}_{stamp}.mhl"
    path.write_bytes(content)
    (home / CHAIN).write_bytes(chain(path.name, content))
    return path


def manifest(*packing_lists: PackingList, at: datetime, place: str, version: str) -> bytes:
    """Return the manifest of the files of *packing_lists*, verified *at* that time."""
    return "".join(_lines(packing_lists, _stamp(at), place, version)).encode()


def chain(name: str, content: bytes) -> bytes:
    """Return the chain of a history whose only manifest is *content*, in the file *name*."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<ascmhldirectory xmlns="urn:ASC:MHL:DIRECTORY:v2.0">\n'
        '  <hashlist sequencenr="1">\n'
        f"    <path>{escape(name)}</path>\n"
        f"    <c4>{c4(content)}</c4>\n"
        "  </hashlist>\n"
        "</ascmhldirectory>\n"
    ).encode()


def c4(content: bytes) -> str:
    """Return the C4 identifier of *content*: its SHA-512 in base 58."""
    number = int.from_bytes(hashlib.sha512(content).digest(), "big")
    digits = ""
    while number:
        number, digit = divmod(number, len(BASE58))
        digits = BASE58[digit] + digits
    return "c4" + digits.rjust(C4_DIGITS, BASE58[0])


def _lines(
    packing_lists: Sequence[PackingList], stamp: str, place: str, version: str
) -> Iterable[str]:
    head, names = packing_lists[0].head, ", ".join(one.head.id for one in packing_lists)
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield '<hashlist version="2.0" xmlns="urn:ASC:MHL:v2.0">\n  <creatorinfo>\n'
    yield f"    <creationdate>{stamp}</creationdate>\n"
    yield f"    <hostname>{escape(place)}</hostname>\n"
    yield f"    <tool version={quoteattr(version)}>jumelage</tool>\n"
    yield f"    <comment>{escape(f'{head.origin} → {head.to}, {names}')}</comment>\n"
    yield "  </creatorinfo>\n  <processinfo>\n    <process>transfer</process>\n    <ignore>\n"
    yield from (f"      <pattern>{pattern}</pattern>\n" for pattern in IGNORED)
    yield "    </ignore>\n  </processinfo>\n  <hashes>\n"
    for one in packing_lists:
        for file in one.files:
            yield from _file(file, stamp)
    yield "  </hashes>\n</hashlist>\n"


def _file(file: File, stamp: str) -> Iterable[str]:
    modified = _stamp(BEGINNING + timedelta(microseconds=file.modified))
    yield f'    <hash>\n      <path size="{file.size}" lastmodificationdate="{modified}">'
    yield f"{escape(file.path)}</path>\n"
    yield f'      <xxh128 action="original" hashdate="{stamp}">{file.xxh128}</xxh128>\n'
    yield "    </hash>\n"


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).replace(microsecond=0).isoformat()
