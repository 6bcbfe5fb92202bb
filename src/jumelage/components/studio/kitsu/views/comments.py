"""Comments of a task: saying one, reading them, files beside them."""

import json
from typing import Any
from uuid import UUID

import msgspec
from django.core.files.uploadedfile import UploadedFile
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from msgspec import Struct

from jumelage.components.studio.kitsu.endpoint import Asked, found
from jumelage.components.studio.kitsu.errors import UnknownThingError, WrongBodyError
from jumelage.components.studio.kitsu.people import Crew, seat_row
from jumelage.components.studio.kitsu.people import Row as Person
from jumelage.components.studio.kitsu.rows.comments import (
    attachment_row,
    comment_row,
    comments_of,
)
from jumelage.components.studio.kitsu.words import words
from jumelage.components.studio.models import Attachment, Comment, Seat, Task, Version
from jumelage.components.studio.models.values import ChecklistItem
from jumelage.components.studio.models.words import Family
from jumelage.components.studio.selectors.walls.seeing import is_client, seen_by, wall_of
from jumelage.components.studio.services.review.attachments import kept
from jumelage.components.studio.services.review.comments import comment as say
from jumelage.components.studio.services.review.comments import withdraw_comment
from jumelage.kit.sql.among import Among
from jumelage.shell.ranges import ranged

Row = dict[str, Any]


class Item(Struct):
    """Something to be done."""

    text: str
    checked: bool = False


class NewComment(Struct):
    """A comment to be made."""

    task_status_id: UUID | None = None
    comment: str = ""
    checklist: list[Item] = []
    links: list[str] = []
    for_client: bool = False
    person_id: UUID | None = None


def new(asked: Asked, task: UUID) -> Row:
    """Say something of a task and give it a status; files may come along."""
    held, wanted, uploads = asked.scope.shown_task(task), _wanted(asked), _uploads(asked)
    if wanted.person_id and str(wanted.person_id) != asked.scope.person_id:
        raise WrongBodyError(field="person_id", reason="comments are made in one's own name")
    known = words()
    status = (
        found(known.named(Family.STATUS, wanted.task_status_id)) if wanted.task_status_id else None
    )
    made = say(
        task=held,
        by=asked.person,
        text="\n".join([wanted.comment, *wanted.links]),
        status=status.slug if status else "",
        checklist=[ChecklistItem(text=i.text, checked=i.checked) for i in wanted.checklist],
        for_client=wanted.for_client,
        files=uploads,
    )
    stood = held.status if is_client(asked.person, held) else held.standing
    row = comment_row(made, made.status or stood, asked.scope.person_id)
    beside = made.attachments.order_by("pk") if uploads else ()
    row["attachment_files"] = [attachment_row(each) for each in beside]
    return {
        **row, "task_status": known.status(made.status or stood),
        "person": asked.scope.own_row(),
    }  # fmt: skip


def _wanted(asked: Asked) -> NewComment:
    """Return the comment of a JSON body, or of a form whose lists are JSON."""
    request = asked.request
    if request.content_type != "multipart/form-data":
        return asked.body(NewComment)
    given: Row = {name: str(value) for name, value in request.POST.items()}
    try:
        for name in ("checklist", "links"):
            given[name] = json.loads(given.get(name) or "[]")
        return msgspec.convert(given, NewComment, strict=False)
    except (ValueError, RecursionError) as error:
        raise WrongBodyError(field="body", reason="it is no comment") from error


def _uploads(asked: Asked) -> list["UploadedFile[bytes]"]:
    """Return the files that came along."""
    if asked.request.content_type != "multipart/form-data":
        return []
    return [upload for _, many in asked.request.FILES.lists() for upload in many]


def comments(asked: Asked, task: UUID) -> list[Row]:
    """List the comments of a task, newest first."""
    held, crew = asked.scope.shown_task(task), asked.scope.crew
    found = seen_by(asked.person, held, Comment).filter(task=held).order_by("created_at", "uri")
    said, made = list(found), seen_by(asked.person, held, Version)
    if wall := wall_of(asked.person, held):
        rows = comments_of(held, said, crew, words(), _by_seat(said, crew), versions=made)
        return rows if wall.is_before_clients else [{**row, "for_client": False} for row in rows]
    persons: dict[str, Person] = {row["id"]: row for row in crew.rows(only=held.production_id)}
    return comments_of(held, said, crew, words(), persons, versions=made)


def _by_seat(said: list[Comment], crew: Crew) -> dict[str, Person]:
    """Return who made the comments *said* by their seats alone: to clients, nobody has a name."""
    seats = Seat.objects.filter(Among("uri", {comment.seat_id for comment in said}))
    rows = {crew.id_of(seat.uri): seat_row(seat) for seat in seats.select_related("node")}
    return {person: {**row, "id": person} for person, row in rows.items()}


def remove(asked: Asked, task: UUID, comment: UUID) -> None:
    """Take a comment back."""
    withdraw_comment(comment=_of(asked, task, comment), by=asked.person)


def _of(asked: Asked, task: UUID, comment: UUID) -> Comment:
    held: Task = asked.scope.shown_task(task)
    said = asked.scope.comment(comment)
    if said.task_id != held.uri:
        raise UnknownThingError
    return said


def attachment(asked: Asked, attachment: UUID, name: str) -> HttpResponseBase:
    """Send a file that stands beside a comment."""
    file = found(Attachment.objects.select_related("comment").filter(uuid=attachment).first())
    asked.scope.comment(file.comment.uuid)
    kind = "application/octet-stream"
    response = ranged(asked.request, kept(file), media_type=kind, etag=file.file)
    response["Content-Disposition"] = content_disposition_header(True, file.name)  # noqa: FBT003  # Django's own
    del name
    return response
