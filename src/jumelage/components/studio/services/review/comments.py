"""Saying something of a task, and giving it a status."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from jumelage.components.studio.errors import (
    EmptyCommentError,
    StatusNotYoursError,
    UnknownWordError,
)
from jumelage.components.studio.models import Comment, Production, Seat, Task, TaskState
from jumelage.components.studio.models.values import ChecklistItem
from jumelage.components.studio.records import CommentMade
from jumelage.components.studio.selectors.seats import LEADS, Held
from jumelage.components.studio.selectors.words import decision_of, used_by, word_of
from jumelage.components.studio.services.house import quota
from jumelage.components.studio.services.review import attachments
from jumelage.components.studio.services.saying import (
    after,
    put,
    revise,
    same_production,
    same_task,
    take_back,
    voice,
)
from jumelage.directory.models import Person
from jumelage.kit.sql.among import Among

CHANGEABLE = frozenset({"text", "status", "decision", "checklist", "for_client", "pinned"})


def comment(
    *,
    task: Task,
    by: Person,
    text: str = "",
    status: str = "",
    checklist: Sequence[ChecklistItem] = (),
    reply_to: Comment | None = None,
    for_client: bool = False,
    pinned: bool = False,
    files: attachments.Uploads = (),
    then: Callable[[Comment], object] = lambda _said: None,
) -> Comment:
    """Say something of *task*, and give it *status* (a slug) unless it is empty.

    *files* are kept beside it, in this city alone; nothing is said when one cannot be. Their bytes
    are written first; *then* is done with the comment in the transaction that says it.

    Raises:
        EmptyCommentError: neither text, status nor checklist.
        UnknownWordError: the production does not use the status.
        StatusNotYoursError: the role of *by* does not give it.
        FileTooLargeError, TooManyAtOnceError: see `attachments.weigh`.
        OverMemberQuotaError, OverOrganisationQuotaError: there is no room left for *files*.
    """
    if not (text.strip() or status or checklist):
        raise EmptyCommentError
    said = {"text": text.strip(), "status": status, "checklist": tuple(checklist)}
    kept = _stored(files, task, by, status, reply_to)
    with transaction.atomic():
        held, answers = _voice(task, by, status, reply_to)
        if kept:
            quota.take(**_room(held, task, kept))
        last = _last_said([task]).get(task.uri)
        told = {"for_client": for_client and not held.vendor, "pinned": pinned}
        made = put(held, Comment, [_record(held, task, last, **said, **answers, **told)])[0]
        attachments.put_beside(comment=made, files=kept)
        then(made)
    return made


def _voice(
    task: Task, by: Person, status: str, reply_to: Comment | None
) -> tuple[Held, dict[str, Any]]:
    """Return the seat from which *by* may say that, what it decides and what it answers."""
    held = voice(by, "studio.comment", task)
    same_task(task, reply_to)
    decision = _decision(held, task.production, status) if status else ""
    return held, {"decision": decision, "reply_to": reply_to.uri if reply_to else None}


def _stored(
    files: attachments.Uploads, task: Task, by: Person, status: str, reply_to: Comment | None
) -> list[attachments.Kept]:
    """Keep the bytes of *files*, unless what comes with them would be refused."""
    if not files:
        return []
    attachments.weigh(files)
    held, _ = _voice(task, by, status, reply_to)
    quota.demand(**_room(held, task, files))
    return attachments.store(files)


def _room(
    held: Held, task: Task, files: attachments.Uploads | Sequence[attachments.Kept]
) -> dict[str, Any]:
    """Return the room that *files* take, as `quota` is asked for it."""
    coming = sum(file.size or 0 for file in files)
    seat = Seat.objects.get(uri=held.seat)
    return {"production": task.production, "seat": seat, "coming": coming}


@transaction.atomic
def give_status(*, tasks: Sequence[Task], status: str, by: Person, text: str = "") -> list[Comment]:
    """Give all of *tasks*, of one production, the same *status* with the same words.

    Raises:
        As `comment`; and ElsewhereError.
    """
    if not tasks:
        return []
    same_production(tasks[0], *tasks)
    held = voice(by, "studio.comment", tasks[0])
    for task in tasks[1:]:
        voice(by, "studio.comment", task)
    decision = _decision(held, tasks[0].production, status)
    said = {"text": text.strip(), "status": status, "decision": decision}
    last = _last_said(tasks)
    return put(held, Comment, [_record(held, task, last.get(task.uri), **said) for task in tasks])


def _record(held: Held, task: Task, last: datetime | None, **said: Any) -> CommentMade:  # noqa: ANN401  # fields of the record
    """Return what is *said* of *task* from the seat *held*, after what was said *last*."""
    return CommentMade(
        uri=held.new_uri(),
        created_at=after(last),
        production=task.production_id,
        task=task.uri,
        seat=held.seat,
        **said,
    )


def _last_said(tasks: Sequence[Task]) -> dict[str, datetime]:
    held = TaskState.objects.filter(Among("task_id", [task.uri for task in tasks]))
    return {task: at for task, at in held.values_list("task_id", "last_at") if at}


def _decision(held: Held, production: Production, status: str) -> str:
    """Return what *status* decides, when the role of the seat may give it."""
    word = word_of(production, "status", status)
    if word is None:
        raise UnknownWordError(word=status)
    key = "by_client" if held.role == Seat.Role.CLIENT else "by_artist"
    if held.role not in LEADS and not word.facts.get(key):
        raise StatusNotYoursError(status=word.name)
    return decision_of(word)


def may_give(held: Held, production: Production) -> list[str]:
    """Return the slugs of the statuses the seat *held* may give in *production*."""
    key = "by_client" if held.role == Seat.Role.CLIENT else "by_artist"
    words = used_by(production, "status")
    return [word.slug for word in words if held.role in LEADS or word.facts.get(key)]


@transaction.atomic
def change_comment(*, comment: Comment, changes: dict[str, Any], by: Person) -> Comment:
    """Say *comment* again with *changes*, fields of `CommentMade`; it keeps its time."""
    held = voice(by, "studio.change-comment", comment)
    if held.vendor:
        changes = {name: value for name, value in changes.items() if name != "for_client"}
    if status := changes.get("status"):
        changes = {**changes, "decision": _decision(held, comment.production, status)}
    elif "status" in changes:
        changes = {**changes, "decision": ""}
    return revise(held, comment, changes, CHANGEABLE)


@transaction.atomic
def withdraw_comment(*, comment: Comment, by: Person) -> None:
    """Take *comment* back, and with it the status it gave."""
    take_back(voice(by, "studio.withdraw-comment", comment), comment)
