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
LARGEST = 20 * 1024 * 1024
"""Bytes of a photo as a camera makes it."""
LIMITS = sandbox.Limits(seconds=20, processor_seconds=15, written=8 * 1024 * 1024)
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


def _write(source: Path, parts: Iterable[bytes]) -> None:
    size = 0
    with source.open("xb") as file:
        for part in parts:
            size += len(part)
            if size > LARGEST:
                raise PhotoRefusedError(reason=_("it has more than 20 megabytes"))
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
