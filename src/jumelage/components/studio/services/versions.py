"""Publishing versions, and what the node states of their files."""

from dataclasses import replace
from pathlib import PurePosixPath

from django.db import transaction

from jumelage.bridge.api import me, publish_all
from jumelage.components.studio.models import (
    ChangeRequest,
    Comment,
    Preparation,
    StudioRow,
    Task,
    TaskState,
    Version,
)
from jumelage.components.studio.models.values import Media
from jumelage.components.studio.records import VersionPublished
from jumelage.components.studio.services.requests import change_or_ask
from jumelage.components.studio.services.saying import (
    after,
    put,
    same_task,
    take_back,
    voice,
)
from jumelage.directory.models import Person
from jumelage.kit import clock


@transaction.atomic
def publish_version(
    *,
    task: Task,
    by: Person,
    comment: Comment | None = None,
    name: str = "",
    revision: int | None = None,
    position: int = 1,
) -> Version:
    """Publish a version of *task*; its media follows when it is ready.

    Without *revision* it is the next one that either city knows of.
    """
    held = voice(by, "studio.publish-version", task)
    same_task(task, comment)
    file = PurePosixPath(name.replace("\\", "/")).name[:200]
    record = VersionPublished(
        uri=held.new_uri(),
        created_at=after(comment.created_at if comment else None),
        production=task.production_id,
        task=task.uri,
        seat=held.seat,
        comment=comment.uri if comment else "",
        revision=revision or _last_revision(task) + 1,
        position=position,
        name="".join(c for c in file if c.isprintable()),
        extension=_extension(file),
    )
    return put(held, Version, [record])[0]


def _extension(name: str) -> str:
    return PurePosixPath(name).suffix.removeprefix(".").lower()[:10]


def _last_revision(task: Task) -> int:
    known = TaskState.objects.filter(task=task).values_list("revision", flat=True)
    return known.first() or 0


@transaction.atomic
def state_media(
    *,
    version: Version,
    media: Media | None = None,
    trouble: str = "",
    name: str | None = None,
) -> Version:
    """Say *version* of this city again with what its files hold, or why they never will.

    For the node itself, when the files were looked at; *name* is what the file is called.
    """
    record = replace(VersionPublished.of(version), media=media, trouble=trouble)
    if name:
        record = replace(record, name=name, extension=_extension(name))
    publish_all([record], audience=version.production.audience(me().origin))
    version.refresh_from_db()
    return version


@transaction.atomic
def withdraw_version(*, version: Version, by: Person) -> None:
    """Take *version* back; what a worker still makes of its file is not said any more."""
    take_back(voice(by, "studio.withdraw-version", version), version)
    states = Preparation.State
    going_on = Preparation.objects.filter(
        version=version, state__in=[states.WAITING, states.WORKING]
    )
    going_on.update(state=states.CANCELLED, stop_asked=True, ended_at=clock.now())


@transaction.atomic
def set_main(*, version: Version, by: Person) -> StudioRow | ChangeRequest:
    """Let *version* stand for its shot or asset in lists, or ask the city that owns it to."""
    entity = version.task.entity
    return change_or_ask(row=entity, changes={"main_version": version.uri}, by=by)
