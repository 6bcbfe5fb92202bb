"""Single frames out of the files that are kept here."""

import logging
import shutil
from collections.abc import Mapping
from dataclasses import dataclass

from PIL import Image

from jumelage.components.studio.models import Version
from jumelage.components.studio.review.stills.inside import NAME
from jumelage.components.studio.selectors.media import rendition
from jumelage.components.studio.services.media import path_of
from jumelage.components.studio.services.media.keeping import scratch
from jumelage.kit.sandbox import Limits, NotExaminedError, work

logger = logging.getLogger(__name__)
WORKER = "jumelage.components.studio.review.stills.inside:still"
LIMITS = Limits(seconds=30, processor_seconds=25, memory=4 * 1024**3, written=128 * 1024**2)
SHOWN = ("hd", "light")


@dataclass(frozen=True, slots=True)
class Source:
    """A kept file with a frame in it, and which frame that is."""

    hash: str
    options: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Reel:
    """The kept file that every frame of a version is taken from."""

    hash: str
    frames: int
    rate: str
    """Frames per second; empty: it is one picture."""

    def at(self, index: int) -> Source | None:
        """Return where frame *index*, from 0, is; None: there is no such frame."""
        if not 0 <= index < self.frames:
            return None
        options = {"index": index, "rate": self.rate} if self.rate else {"is_picture": True}
        return Source(self.hash, options)


def reel_of(version: Version) -> Reel | None:
    """Return the picture of *version*, or the best proxy that is kept here; None: none is."""
    media = version.facts
    if media is None:
        return None
    frames = max(1, media.frames)
    if picture := rendition(version, "picture"):
        return Reel(picture.hash, frames, rate="")
    kept = next((file for name in SHOWN if (file := rendition(version, name))), None)
    return Reel(kept.hash, frames, media.rate or version.production.rate) if kept else None


def source_of(version: Version, index: int) -> Source | None:
    """Return where frame *index* of *version* is; None: nowhere here."""
    reel = reel_of(version)
    return reel.at(index) if reel else None


def decoded(version: Version, index: int) -> Image.Image | None:
    """Return frame *index* of *version*; None when this node keeps no file it could be taken from."""
    source = source_of(version, index)
    return taken(source) if source else None


def taken(source: Source) -> Image.Image | None:
    """Take a frame out of a kept file, which another city may have made, behind the walls.

    The database is not asked: this may happen in any thread. None: it cannot be taken.
    """
    folder, hash_, options = scratch(), source.hash, source.options
    try:
        work(
            path_of(hash_), folder, WORKER, options=options,
            limits=LIMITS, told=lambda _done, _of: None, stop=lambda: False,
        )  # fmt: skip
        with Image.open(folder / NAME, formats=("PNG",)) as held:
            return held.convert("RGB")
    except NotExaminedError as error:
        logger.warning("no frame (%s) of %s: %s", options, hash_, error.code)
        return None
    finally:
        shutil.rmtree(folder, ignore_errors=True)
