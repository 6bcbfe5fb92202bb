"""Deliveries to pack and keep: small, deterministic, of every kind that matters."""

import random
from collections.abc import Mapping
from pathlib import Path

from jumelage.bridge.freight.packing.lists import Heading, PackingList
from jumelage.bridge.freight.packing.packing import Packed, pack
from jumelage.bridge.freight.packing.parcels import parcels
from jumelage.bridge.freight.packing.source import Files
from jumelage.bridge.freight.store.quarantine import Quarantine


def heading() -> Heading:
    """Return what a sender says of a delivery."""
    return Heading(
        id="abcdefghijklmnopqrstuvwxyz"[:26],
        origin="paris",
        to="san-francisco",
        created="2026-11-22T12:00:00Z",
        title="Dailies",
        production="The Bridge",
        article="annex 3, article 2",
        priority="proxy",
        by="editor",
    )


def noise(size: int, seed: int = 1) -> bytes:
    """Return *size* bytes that no chunker and no compression finds a pattern in."""
    return random.Random(seed).randbytes(size)


def written(folder: Path, files: Mapping[str, bytes]) -> Path:
    """Write *files* below *folder* and return it."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def packed(folder: Path, files: Mapping[str, bytes]) -> Packed:
    """Write *files* into *folder* and pack it."""
    return pack([written(folder, files)], heading=heading())


DAILIES: dict[str, bytes] = {
    "cut.mov": noise(700_000),
    "frames/0001.exr": noise(300_000, 2),
    "frames/0002.exr": noise(150_000, 2) + noise(150_000, 3),
    "frames/0003.exr": noise(300_000, 2),
    "proxy.mp4": noise(2_500_000, 4),
    "notes.txt": b"Bonjour, bonsoir.\n",
    "empty": b"",
}
"""Two names of one content, two contents that share a part, one cut every MiB, an empty one."""


def carry(packed_: Packed, quarantine: Quarantine) -> int:
    """Carry what *quarantine* lacks, as a carrier would; return the bytes that travelled."""
    wanted = parcels(quarantine.list, quarantine.lacking())
    with Files(packed_.packing_list, packed_.places) as source:
        for number in range(len(wanted)):
            quarantine.take(wanted[number], memoryview(source.read(wanted[number])))
    quarantine.durable()
    return sum(wanted.sizes)


def contents(packing_list: PackingList) -> list[bytes]:
    """Return the roots of the contents of *packing_list*."""
    return [blob.root for blob in packing_list.blobs]
