"""Files beside comments: kept with the other files of the studio, by their hash."""

from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast
from uuid import uuid4

from django.core.files.uploadedfile import UploadedFile

from jumelage.components.studio.kitsu.errors import TooLargeError
from jumelage.components.studio.models import Attachment, Comment
from jumelage.components.studio.services import media

LARGEST = 64 * 1024 * 1024
"""Bytes of one file; what is larger is a version."""


def weigh(uploads: Iterable["UploadedFile[bytes]"]) -> None:
    """Look at the *uploads* before anything is said with them.

    Raises:
        TooLargeError: one is larger than `LARGEST`.
    """
    if any((upload.size or 0) > LARGEST for upload in uploads):
        raise TooLargeError(largest=LARGEST)


def keep(*, comment: Comment, upload: "UploadedFile[bytes]") -> Attachment:
    """Keep a file beside *comment*.

    Raises:
        TooLargeError: it is larger than `LARGEST`.
    """
    weigh([upload])
    file = media.keep(cast("BinaryIO", upload))
    name = PurePosixPath((upload.name or "file").replace("\\", "/")).name
    return Attachment.objects.create(
        comment=comment,
        uuid=uuid4(),
        name="".join(c for c in name if c.isprintable())[:200] or "file",
        size=file.size,
        file=file.hash,
    )


def kept(attachment: Attachment) -> Path:
    """Return where the bytes of *attachment* are."""
    return media.path_of(attachment.file)
