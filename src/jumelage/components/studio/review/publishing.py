"""Publishing a version with its files in one step: said, kept, and prepared by a worker."""

from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from jumelage.components.studio.media.reading.sequences import name_of
from jumelage.components.studio.models import Task, Version
from jumelage.components.studio.services import versions
from jumelage.components.studio.services.media import attach
from jumelage.components.studio.services.review import comments
from jumelage.directory.models import Person


@transaction.atomic
def publish(
    *, task: Task, files: Sequence["UploadedFile[Any]"], by: Person, text: str = "", space: str = ""
) -> Version:
    """Publish *files* as the next version of *task*: one file, or the frames of a sequence.

    *space* is the colour space of the source; empty: as the file says.

    Raises:
        As `services.versions.publish_version` and `services.media.attach`.
    """
    comment = comments.comment(task=task, by=by, text=text) if text.strip() else None
    names = [file.name or "" for file in files]
    called = name_of(names) if len(files) > 1 else names[0]
    made = versions.publish_version(task=task, by=by, comment=comment, name=called)
    options = {"input": space} if space else {}
    if len(files) == 1:
        attach(version=made, by=by, file=files[0], name=called, options=options)
    else:
        frames = list(zip(names, files, strict=True))
        attach(version=made, by=by, frames=frames, name=called, options=options)
    return made
