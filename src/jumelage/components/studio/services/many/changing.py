"""Changing many tasks at once: status, people, day, priority; new ones beside them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction

from jumelage.components.studio.models import Entity, Production, Seat, Task
from jumelage.components.studio.services import requests, tasks
from jumelage.components.studio.services.review import comments
from jumelage.directory.models import Person
from jumelage.kit.sql.among import Among

EVERYBODY = "*"
"""Taking off whoever is on a task, in place of the URI of a seat."""


@transaction.atomic
def change(
    *,
    production: Production,
    task: Sequence[str],
    entity: Sequence[str],
    by: Person,
    status: str = "",
    text: str = "",
    put: str = "",
    off: str = "",
    due: date | None = None,
    priority: int | None = None,
    add: str = "",
) -> int:
    """Change tasks: give a status, put somebody on them, take *off* a seat or `EVERYBODY`, say
    when they are *due* (a day) and their *priority*; set tasks on shots. Return how many.

    *task* and *entity* are URIs; what does not belong to *production* is left out. A task of
    the other city is asked for, once with all that changes.
    """
    chosen = list(
        Task.objects.live().filter(Among("uri", task), production=production)
        .select_related("production")
    )  # fmt: skip
    done = 0
    if status and chosen:
        done += len(comments.give_status(tasks=chosen, status=status, text=text, by=by))
    facts = {"due": due, "priority": priority}
    said = {name: value for name, value in facts.items() if value is not None}
    if chosen and (said or put or off):
        seats = Seat.objects.live().filter(production=production, uri__in=[put, off])
        named = {seat.uri: seat for seat in seats}
        _say(chosen, said, _people(named, put, off), by)
        done += 0 if status else len(chosen)
    if add and entity:
        done += _add(production, entity, add, by)
    return done


_People = tuple[Sequence[Seat], Sequence[Seat] | None]
"""Who is put on, who is taken off; None: everybody."""


def _people(named: dict[str, Seat], put: str, off: str) -> _People:
    on = [named[put]] if put else []
    return on, None if off == EVERYBODY else [named[off]] if off else []


def _say(chosen: Sequence[Task], said: dict[str, Any], people: _People, by: Person) -> None:
    changes = {task.uri: _changes(task, said, people) for task in chosen}
    ours = tasks.change_tasks(tasks=chosen, changes=changes, by=by)
    for task in chosen:
        if task.uri not in ours and changes[task.uri]:
            requests.ask(row=task, changes=changes[task.uri], by=by)


def _changes(task: Task, said: dict[str, Any], people: _People) -> dict[str, Any]:
    """Return what is other than before."""
    on, off = people
    left = task.assignees if off is None else [seat.uri for seat in off]
    gone = [uri for uri in task.assignees if uri not in left]
    wanted = {**said, "assignees": [*gone, *(s.uri for s in on if s.uri not in gone)]}
    return {name: value for name, value in wanted.items() if getattr(task, name) != value}


def _add(production: Production, uris: Sequence[str], task_type: str, by: Person) -> int:
    held = Entity.objects.live().filter(Among("uri", uris), production=production)
    has = set(
        Task.objects.live().filter(production=production, task_type=task_type)
        .values_list("entity_id", flat=True)
    )  # fmt: skip
    plans = [tasks.Plan(entity=each, task_type=task_type) for each in held if each.uri not in has]
    return len(tasks.set_tasks(production=production, plans=plans, by=by)) if plans else 0
