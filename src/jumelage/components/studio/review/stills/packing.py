"""All frames of versions that somebody noted or drew on, as PNG in one zip made on the way."""

import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice

from jumelage.components.studio.errors import TooManyAtOnceError
from jumelage.components.studio.models import Version
from jumelage.components.studio.review.notes import Notes
from jumelage.components.studio.review.stills.decoding import Source, reel_of
from jumelage.components.studio.review.stills.frames import Planned, Still, made, planned
from jumelage.components.studio.services.media.originals import packed
from jumelage.directory.models import Person

MOST = 2000
"""Frames in one zip; each takes about a second to make."""
POOL = ThreadPoolExecutor(2, thread_name_prefix="frames")
"""Where zips are made: however many are asked for, files and pages do not wait for them."""
_UNSAFE = re.compile(r"[^\w.-]+")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A frame that goes into the zip: its name there, and what it is made of."""

    name: str
    version: Version
    plan: Planned


def sheets(versions: Sequence[Version], reader: Person) -> list[Sheet]:
    """Return the frames of *versions* at which notes begin that *reader* may read, in order.

    What this node does not keep is left out. A name is `shot_version_frame.png`.

    Raises:
        TooManyAtOnceError: there are more than `MOST`.
    """
    wanted = list(islice(_noted(versions, reader), MOST + 1))
    if len(wanted) > MOST:
        raise TooManyAtOnceError(limit=MOST)
    found: dict[str, Sheet] = {}
    for still, source, notes in wanted:
        name = _name(still, found)
        found[name] = Sheet(name, still.version, planned(still, source, notes=notes))
    return list(found.values())


def _noted(versions: Sequence[Version], reader: Person) -> Iterator[tuple[Still, Source, Notes]]:
    """Yield the frames that are kept here at which notes begin; a version is asked about once."""
    for version in {version.uri: version for version in versions}.values():
        reel, notes = reel_of(version), Notes(version, reader)
        if reel is None:
            continue
        for frame in sorted({drawn.first_frame for drawn in notes.annotations}):
            still = Still(version, frame)
            if source := reel.at(still.index):
                yield still, source, notes


def _name(still: Still, taken: dict[str, Sheet]) -> str:
    """Return a name nothing else has: of two shots called alike, the later has a number, too."""
    version = still.version
    said = f"{version.task.entity}_{version}_{still.number}"
    stem = _UNSAFE.sub("-", said).strip("-.")
    name, number = f"{stem}.png", 1
    while name in taken:
        number += 1
        name = f"{stem}-{number}.png"
    return name


def zipped(wanted: Sequence[Sheet], *, mark: str = "") -> Iterator[bytes]:
    """Yield a zip of the pictures, piece by piece: one picture is made and held at a time.

    *mark* is a watermark for who gets it. Whoever stops reading stops the making. The database is
    not asked. A frame that turns out to be damaged is left out.
    """
    pictures = ((sheet.name, made(sheet.plan, mark=mark)) for sheet in wanted)
    return packed((name, picture) for name, picture in pictures if picture is not None)
