"""Versions as preview files: made with a comment, given their file, drawn on."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from msgspec import Struct

from jumelage.components.studio.kitsu.change import changed, told
from jumelage.components.studio.kitsu.endpoint import Asked, found
from jumelage.components.studio.kitsu.errors import UnknownThingError, WrongBodyError
from jumelage.components.studio.kitsu.lists import Filter, filtered, listed, whole
from jumelage.components.studio.kitsu.rows.drawing import Drawn, first_frame, strokes_of
from jumelage.components.studio.kitsu.rows.entities import entity_row
from jumelage.components.studio.kitsu.rows.previews import drawn_on, preview_row, status_of
from jumelage.components.studio.models import Annotation, Comment, Task, Version
from jumelage.components.studio.models.rows import StudioRows
from jumelage.components.studio.selectors.walls.seeing import seen_by
from jumelage.components.studio.services.house import quota
from jumelage.components.studio.services.media import attach
from jumelage.components.studio.services.review.annotations import draw, redraw, remove
from jumelage.components.studio.services.saying import voice
from jumelage.components.studio.services.versions import publish_version, withdraw_version
from jumelage.kit.sql.among import Among

Row = dict[str, Any]
FORM = 64 * 1024
"""Bytes of a form that may be none of its file."""


class Wanted(Struct):
    """A version to be made; without a revision it is the next one."""

    revision: int | None = None


class Annotations(Struct):
    """Drawings to be added, drawn again, or removed."""

    additions: list[Drawn] = []
    updates: list[Drawn] = []
    deletions: list[UUID | Drawn] = []


def _id(value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError as error:
        raise UnknownThingError from error


def _task(rows: StudioRows[Any], value: str) -> StudioRows[Any]:
    return rows.filter(task_id=Task.objects.filter(uuid=_id(value)).values("uri")[:1])


FILTERS: dict[str, Filter] = {
    "id": lambda rows, value: rows.filter(uuid=_id(value)),
    "task_id": _task,
    "revision": lambda rows, value: rows.filter(
        revision=-1 if (of := whole(value)) is None else of
    ),
}


def rows_of(asked: Asked, versions: Sequence[Version]) -> list[Row]:
    """Return *versions* with their drawings and what was decided of them."""
    uris, crew = [version.uri for version in versions], asked.scope.crew
    drawings = asked.scope.rows(Annotation).filter(Among("version_id", uris))
    rate = float(versions[0].production.exact_rate) if versions else 0.0
    drawn = drawn_on(drawings.select_related("version").order_by("created_at"), rate)
    said = asked.scope.rows(Comment).filter(
        Among("uri", [v.comment for v in versions if v.comment])
    )
    decided = dict(said.values_list("uri", "decision"))
    return [
        preview_row(each, crew.id_of(each.seat_id), decided, drawn.get(each.uri))
        for each in versions
    ]


def previews(asked: Asked) -> object:
    """List the versions of the person's productions."""
    rows = filtered(asked, asked.scope.rows(Version), FILTERS).select_related("production")
    ordered = rows.order_by("created_at", "uri")
    return listed(asked, ordered, lambda found: rows_of(asked, found))


def preview(asked: Asked, preview: UUID) -> Row:
    """Return one version."""
    return rows_of(asked, [asked.scope.version(preview)])[0]


def of_task(asked: Asked, task: UUID) -> list[Row]:
    """List the versions of a task, the newest first."""
    of = asked.scope.shown_task(task)
    held = seen_by(asked.person, of, Version).filter(task=of)
    ordered = held.order_by("-revision", "position", "created_at").select_related("production")
    return rows_of(asked, list(ordered))


def add(asked: Asked, task: UUID, comment: UUID) -> Row:
    """Make a version with a comment; its file follows."""
    held, said = asked.scope.task(task), asked.scope.comment(comment)
    if said.task_id != held.uri:
        raise UnknownThingError
    wanted = asked.body(Wanted) if asked.request.content_type == "application/json" else Wanted()
    made = publish_version(
        task=held, by=asked.person, comment=said, revision=wanted.revision or None
    )
    return preview_row(made, asked.scope.person_id)


def upload(asked: Asked, preview: UUID) -> Row:
    """Give a version its file; workers then make what is shown of it."""
    held = asked.scope.version(preview)
    voice(asked.person, "studio.publish-version", held)
    _demand_room(asked, held)
    files = [one for _, many in asked.request.FILES.lists() for one in many]
    if not files:
        raise WrongBodyError(field="file", reason="no file came with the request")
    first = files[0]
    if len(files) > 1:
        attach(version=held, by=asked.person, frames=[(_name(one), one) for one in files])
    else:
        attach(version=held, by=asked.person, file=first, name=_name(first))
    held.refresh_from_db()
    row = rows_of(asked, [held])[0]
    row["file_size"] = row["file_size"] or sum(one.size or 0 for one in files)
    return row


def _demand_room(asked: Asked, held: Version) -> None:
    """Refuse a file that is too large for the member before it is read."""
    said = asked.request.headers.get("content-length", "")
    coming = int(said) if said.isdigit() else 0
    quota.demand(
        production=held.production, seat=held.seat,
        coming=max(0, coming - FORM), without=held.uri,
    )  # fmt: skip


def _name(file: "UploadedFile[Any]") -> str:
    return file.name or "file"


def withdraw(asked: Asked, preview: UUID) -> None:
    """Take a version back."""
    withdraw_version(version=asked.scope.version(preview), by=asked.person)


def set_main(asked: Asked, preview: UUID) -> object:
    """Let a version stand for its shot or asset in lists."""
    held = asked.scope.version(preview)
    entity = asked.scope.entity(held.task.entity.uuid)
    wanted = {} if entity.main_version == held.uri else {"main_version": held.uri}
    request = changed(row=entity, changes=wanted, by=asked.person)
    return told({**entity_row(entity), "preview_file_status": status_of(held)}, request)


def annotate(asked: Asked, preview: UUID) -> Row:
    """Add, change and remove drawings; each is a record of whoever drew it."""
    held, wanted = asked.scope.version(preview), asked.body(Annotations)
    _draw(asked, held, wanted.additions)
    for each in wanted.updates:
        if each.id is None:
            _draw(asked, held, [each])
        else:
            changes = {"drawing": strokes_of(each, held)}
            redraw(annotation=_drawing(asked, held, each.id), changes=changes, by=asked.person)
    for gone in wanted.deletions:
        uuid = gone.id if isinstance(gone, Drawn) else gone
        remove(annotation=_drawing(asked, held, uuid), by=asked.person)
    row = rows_of(asked, [held])[0]
    return {**row, "annotations": row["annotations"] or []}


def _draw(asked: Asked, held: Version, drawings: Iterable[Drawn]) -> None:
    for each in drawings:
        strokes = strokes_of(each, held)
        if strokes:
            frame = first_frame(each, held)
            draw(
                version=held, first_frame=frame, last_frame=frame, strokes=strokes,
                by=asked.person,
            )  # fmt: skip


def _drawing(asked: Asked, held: Version, uuid: UUID | None) -> Annotation:
    drawn = seen_by(asked.person, held, Annotation)
    return found(drawn.filter(version=held, uuid=found(uuid)).first())
