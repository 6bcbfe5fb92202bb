"""Files beside comments: kept with the other files of the studio, by their hash."""

from collections.abc import Sequence
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


@transaction.atomic
def keep(*, comment: Comment, uploads: Uploads) -> list[Attachment]:
    """Keep *uploads* beside *comment*, all or none, in their order; they stay in this city.

    Raises:
        As `weigh`.
    """
    weigh(uploads)
    return [_keep(comment, upload) for upload in uploads]


def _keep(comment: Comment, upload: "UploadedFile[Any]") -> Attachment:
    upload.seek(0)
    file = media.keep(cast("BinaryIO", upload))
    told = {"name": _name(upload), "size": file.size, "file": file.hash}
    return Attachment.objects.create(comment=comment, uuid=uuid4(), **told)


def _name(upload: "UploadedFile[Any]") -> str:
    name = PurePosixPath((upload.name or "file").replace("\\", "/")).name
    return "".join(c for c in name if c.isprintable())[:200] or "file"


def kept(attachment: Attachment) -> Path:
    """Return where the bytes of *attachment* are."""
    return media.path_of(attachment.file)
