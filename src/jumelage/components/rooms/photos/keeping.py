"""Keeps photos of rooms below `MEDIA_ROOT`, each under the SHA-256 of what was written anew."""

import hashlib
import os
import re
import secrets
import tempfile
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation.trans_null import gettext_noop

from jumelage.components.rooms.photos.inside import NAME
from jumelage.kit import sandbox
from jumelage.kit.errors import InvalidInputError

WORKER = "jumelage.components.rooms.photos.inside:photo"
EXAMINER = "jumelage.components.rooms.photos.inside:as_kept"
MEGABYTE = 1024 * 1024
LARGEST = 20 * MEGABYTE
"""Bytes of a photo as a camera makes it."""
LARGEST_KEPT = 8 * MEGABYTE
"""Bytes of a photo that was written anew."""
LIMITS = sandbox.Limits(seconds=20, processor_seconds=15, written=LARGEST_KEPT)
HASH = re.compile(r"[0-9a-f]{64}")
REASONS = {
    "unknown-type": gettext_noop("it is not a JPEG, PNG or WebP picture"),
    "too-many-pixels": gettext_noop("the picture has too many pixels"),
    "image-broken": gettext_noop("the picture is broken"),
}


class PhotoRefusedError(InvalidInputError):
    """The photo is refused: {reason}."""


def keep(parts: Iterable[bytes]) -> str:
    """Keep the picture whose bytes are *parts*, written anew; return its hash.

    A parser in a process of its own reads it; place, camera and comments stay behind.

    Raises:
        PhotoRefusedError: too large, no picture, or broken.
    """
    with tempfile.TemporaryDirectory(prefix="jumelage-") as folder:
        source, target = Path(folder) / "given", Path(folder) / "made"
        target.mkdir()
        _write(source, parts)
        _work(source, target)
        return keep_made((target / NAME).read_bytes())


def keep_theirs(parts: Iterable[bytes], name: str) -> None:
    """Keep the photo with the hash *name* whose bytes another city sent, as they are.

    It must be what `keep` could have written: a JPEG of that size which says nothing but its picture.

    Raises:
        PhotoRefusedError: it is not; the reason is a word for the log.
        NotExaminedError: nobody could tell, which may be the fault of this machine.
    """
    with tempfile.TemporaryDirectory(prefix="jumelage-") as folder:
        source = Path(folder) / "given"
        _write(source, parts, most=LARGEST_KEPT)
        content = source.read_bytes()
        if hashlib.sha256(content).hexdigest() != name:
            raise PhotoRefusedError(reason="other-hash")
        try:
            sandbox.examine(source, EXAMINER, limits=LIMITS)
        except sandbox.FileRefusedError as error:
            raise PhotoRefusedError(reason=error.reason) from error
        keep_made(content)


def keep_made(content: bytes) -> str:
    """Keep the bytes of a photo that was written anew, here or in the other city."""
    name = hashlib.sha256(content).hexdigest()
    place = path_of(name)
    if not place.is_file():
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = place.with_name(f"{secrets.token_hex(8)}.draft")
        with draft.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(place)
    return name


def path_of(name: str) -> Path:
    """Return where the photo with this hash lies, whether it is there or not.

    Raises:
        ValueError: *name* is no hash.
    """
    if not HASH.fullmatch(name):
        raise ValueError(name)
    return Path(settings.MEDIA_ROOT) / "rooms" / f"{name}.jpg"


def is_here(name: str) -> bool:
    """Tell whether the photo with this hash is kept here; an empty one is not."""
    return bool(HASH.fullmatch(name)) and path_of(name).is_file()


def _write(source: Path, parts: Iterable[bytes], most: int = LARGEST) -> None:
    size = 0
    with source.open("xb") as file:
        for part in parts:
            size += len(part)
            if size > most:
                words = _("it has more than {count} megabytes")
                raise PhotoRefusedError(reason=words.format(count=most // MEGABYTE))
            file.write(part)


def _work(source: Path, target: Path) -> None:
    try:
        sandbox.work(
            source, target, WORKER, options={}, limits=LIMITS,
            told=lambda _done, _of: None, stop=lambda: False,
        )  # fmt: skip
    except sandbox.FileRefusedError as error:
        reason = REASONS.get(error.reason)
        raise PhotoRefusedError(reason=_(reason) if reason else error.reason) from error
    except sandbox.NotExaminedError as error:
        raise PhotoRefusedError(reason=error.message) from error
