"""Files beside comments: kept in a folder of the node, under names of their own."""

from pathlib import Path, PurePosixPath
from uuid import uuid4

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from jumelage.components.studio.kitsu.errors import TooLargeError
from jumelage.components.studio.models import Attachment, Comment

LARGEST = 64 * 1024 * 1024
"""Bytes of one file; what is larger is a version."""


def folder() -> Path:
    """Return where the files are."""
    return Path(settings.DATA) / "attachments"


def keep(*, comment: Comment, upload: "UploadedFile[bytes]") -> Attachment:
    """Keep a file beside *comment*.

    Raises:
        TooLargeError: it is larger than `LARGEST`.
    """
    if (upload.size or 0) > LARGEST:
        raise TooLargeError(largest=LARGEST)
    uuid = uuid4()
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder() / uuid.hex).open("wb") as to:
        for part in upload.chunks():
            to.write(part)
    name = PurePosixPath((upload.name or "file").replace("\\", "/")).name
    return Attachment.objects.create(
        comment=comment,
        uuid=uuid,
        name="".join(c for c in name if c.isprintable())[:200] or "file",
        size=upload.size or 0,
        file=uuid.hex,
    )


def kept(file: Attachment) -> Path:
    """Return where the bytes of *file* are."""
    return folder() / file.file
