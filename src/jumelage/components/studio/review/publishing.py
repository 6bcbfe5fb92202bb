"""Publishing a version with its files in one step: said, kept, and prepared by a worker."""

from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from jumelage.components.studio.media.reading.sequences import name_of
from jumelage.components.studio.models import Seat, Task, Version
from jumelage.components.studio.services import media, versions
from jumelage.components.studio.services.house import quota
from jumelage.components.studio.services.review import comments
from jumelage.components.studio.services.saying import voice
from jumelage.directory.models import Person


def publish(
    *, task: Task, files: Sequence["UploadedFile[Any]"], by: Person, text: str = "", space: str = ""
) -> Version:
    """Publish *files* as the next version of *task*: one file, or the frames of a sequence.

    *space* is the colour space of the source; empty: as the file says. The files are kept first,
    so that nobody waits for the database meanwhile.

    Raises:
        As `services.versions.publish_version` and `services.media.attach`.
    """
    held = voice(by, "studio.publish-version", task)
    room: Any = {"production": task.production, "seat": Seat.objects.get(uri=held.seat)}
    kept = media.keep_original(**room, **_named(files))
    with transaction.atomic():
        quota.take(**room, coming=kept.bytes)
        comment = comments.comment(task=task, by=by, text=text) if text.strip() else None
        made = versions.publish_version(task=task, by=by, comment=comment, name=kept.name)
        options = {"input": space} if space else {}
        media.enqueue(version=made, original=kept, options=options)
    return made


def _named(files: Sequence["UploadedFile[Any]"]) -> dict[str, Any]:
    """Return *files* as `keep_original` takes them."""
    names = [file.name or "" for file in files]
    if len(files) == 1:
        return {"file": files[0], "name": names[0]}
    return {"frames": list(zip(names, files, strict=True)), "name": name_of(names)}
