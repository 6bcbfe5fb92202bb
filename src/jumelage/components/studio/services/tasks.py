"""Setting tasks, changing them, putting people on them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from jumelage.components.studio.errors import DueBeforeItBeginsError, UnknownWordError
from jumelage.components.studio.models import Entity, Production, Seat, Task
from jumelage.components.studio.records import TaskSet
from jumelage.components.studio.records.base import StudioRecord
from jumelage.components.studio.selectors.words import used_by
from jumelage.components.studio.services.saying import put as say_anew
from jumelage.components.studio.services.saying import (
    revised,
    same_production,
    say,
    take_back,
    voice,
)
from jumelage.directory.models import Person
from jumelage.kit import clock

CHANGEABLE = frozenset({"name", "assignees", "estimate", "starts", "due", "priority"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A task to be set: which work, on what, by whom."""

    entity: Entity
    task_type: str
    name: str = "main"
    status: str = "todo"
    assignees: tuple[Seat, ...] = ()
    estimate: int | None = None
    starts: date | None = None
    due: date | None = None
    priority: int = 0


def set_task(*, production: Production, plan: Plan, by: Person) -> Task:
    """Set one task; see `set_tasks`."""
    return set_tasks(production=production, plans=[plan], by=by)[0]


@transaction.atomic
def set_tasks(*, production: Production, plans: Sequence[Plan], by: Person) -> list[Task]:
    """Set many tasks at once, in their order; one entity may have several of a type.

    Raises:
        UnknownWordError: the production does not use the task type or the status.
        ElsewhereError: an entity or a seat belongs to another production.
        DueBeforeItBeginsError: the days of one do not follow each other.
    """
    held = voice(by, "studio.set-task", production)
    _check(production, plans)
    at = clock.now()
    records = [
        TaskSet(
            uri=held.new_uri(),
            created_at=at,
            production=production.uri,
            entity=plan.entity.uri,
            assignees=tuple(seat.uri for seat in plan.assignees),
            **{name: getattr(plan, name) for name in COPIED},
        )
        for plan in plans
    ]
    return say_anew(held, Task, records)


COPIED = ("task_type", "name", "status", "estimate", "starts", "due", "priority")


def _check(production: Production, plans: Sequence[Plan]) -> None:
    for plan in plans:
        same_production(production, plan.entity, *plan.assignees)
        if plan.starts and plan.due and plan.due < plan.starts:
            raise DueBeforeItBeginsError(name=plan.entity)
    for family, wanted in (
        ("task-type", {plan.task_type for plan in plans}),
        ("status", {plan.status for plan in plans}),
    ):
        for slug in sorted(wanted - {word.slug for word in used_by(production, family)}):
            raise UnknownWordError(word=slug)


@transaction.atomic
def change_task(*, task: Task, changes: dict[str, Any], by: Person) -> Task:
    """Say *task* again with *changes*, fields of `TaskSet`; its status changes by comments.

    Raises:
        As `anew`.
    """
    say(voice(by, "studio.change-task", task), [anew(task, changes)])
    task.refresh_from_db()
    return task


@transaction.atomic
def assign(
    *, tasks: Sequence[Task], by: Person, put: Sequence[Seat] = (), take_off: Sequence[Seat] = ()
) -> list[Task]:
    """Put seats on tasks of this city and production, and take others off.

    Raises:
        ElsewhereError: a seat or a task belongs to another production.
        NotAllowedError: a task belongs to the other city; see `requests.ask`.
    """
    records = []
    for task in tasks:
        held = voice(by, "studio.change-task", task)
        same_production(tasks[0], task, *put, *take_off)
        wanted = assigned(task, put, take_off)
        if wanted != task.assignees:
            records.append(revised(task, {"assignees": wanted}, CHANGEABLE))
    if records:
        say(held, records)
    made = Task.objects.select_related("state").in_bulk([task.uri for task in tasks])
    return [made[task.uri] for task in tasks]


@transaction.atomic
def change_tasks(
    *, tasks: Sequence[Task], changes: Mapping[str, dict[str, Any]], by: Person
) -> frozenset[str]:
    """Say *tasks* of one production again with *changes* by URI; return which are this city's.

    Those of the other city stay as they are; see `requests.ask`.

    Raises:
        As `voice`; NotChangeableError.
        DueBeforeItBeginsError: one of them, of either city, would be.
    """
    held = voice(by, "studio.assign", tasks[0])
    same_production(tasks[0], *tasks)
    ours = [task for task in tasks if task.origin == held.here]
    for task in ours:
        voice(by, "studio.change-task", task)
    said = {task.uri: anew(task, changes[task.uri]) for task in tasks if changes.get(task.uri)}
    changed = [said[task.uri] for task in ours if task.uri in said]
    if changed:
        say(held, changed)
    return frozenset(task.uri for task in ours)


def anew(task: Task, changes: dict[str, Any]) -> StudioRecord:
    """Return the record of *task* with *changes*.

    Raises:
        NotChangeableError: a field may not be changed, or not to that.
        DueBeforeItBeginsError: the days do not follow each other any more.
    """
    record: Any = revised(task, changes, CHANGEABLE)
    is_other_day = bool({"starts", "due"} & set(changes))
    if is_other_day and record.starts and record.due and record.due < record.starts:
        raise DueBeforeItBeginsError(name=task.entity)
    return record  # type: ignore[no-any-return]  # a TaskSet


def assigned(task: Task, put: Sequence[Seat], take_off: Sequence[Seat]) -> list[str]:
    """Return who is on *task* after that: URIs of seats, in order."""
    off, on = {seat.uri for seat in take_off}, [seat.uri for seat in put]
    kept = [uri for uri in task.assignees if uri not in off]
    return [*kept, *(uri for uri in on if uri not in kept)]


@transaction.atomic
def withdraw_task(*, task: Task, by: Person) -> None:
    """Take *task* back."""
    take_back(voice(by, "studio.change-task", task), task)
