"""Files beside comments: kept with the other files of the studio, by their hash."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, cast
from uuid import uuid4

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from jumelage.components.studio.errors import FileTooLargeError, TooManyAtOnceError
from jumelage.components.studio.models import Attachment, Comment
from jumelage.components.studio.services import media

MEGABYTE = 1024 * 1024
LARGEST = 64 * MEGABYTE
"""Bytes of one file; what is larger is a version."""
MOST = 100
"""Files beside one comment."""
Uploads = Sequence["UploadedFile[Any]"]


@dataclass(frozen=True, slots=True)
class Kept:
    """A file whose bytes are kept, and that is not beside a comment yet."""

    name: str
    size: int
    """Bytes."""
    hash: str
    """Their BLAKE3; see `MediaFile`."""


def weigh(uploads: Uploads) -> None:
    """Look at the *uploads* before anything is said with them.

    Raises:
        FileTooLargeError: one is larger than `LARGEST`.
        TooManyAtOnceError: there are more than `MOST`.
    """
    if len(uploads) > MOST:
        raise TooManyAtOnceError(limit=MOST)
    for upload in uploads:
        if (upload.size or 0) > LARGEST:
            raise FileTooLargeError(name=_name(upload), most=LARGEST // MEGABYTE)


def store(uploads: Uploads) -> list[Kept]:
    """Keep the bytes of *uploads*, in their order.

    It may take minutes, so it is done before the transaction that puts them beside a comment.

    Raises:
        As `weigh`.
    """
    weigh(uploads)
    return [_store(upload) for upload in uploads]


def _store(upload: "UploadedFile[Any]") -> Kept:
    upload.seek(0)
    file = media.keep(cast("BinaryIO", upload))
    return Kept(name=_name(upload), size=file.size, hash=file.hash)


@transaction.atomic
def put_beside(*, comment: Comment, files: Sequence[Kept]) -> list[Attachment]:
    """Put *files* beside *comment*, all or none, in their order; they stay in this city."""
    return [
        Attachment.objects.create(
            comment=comment, uuid=uuid4(), name=one.name, size=one.size, file=one.hash
        )
        for one in files
    ]


def _name(upload: "UploadedFile[Any]") -> str:
    name = PurePosixPath((upload.name or "file").replace("\\", "/")).name
    return "".join(c for c in name if c.isprintable())[:200] or "file"


def kept(attachment: Attachment) -> Path:
    """Return where the bytes of *attachment* are."""
    return media.path_of(attachment.file)
