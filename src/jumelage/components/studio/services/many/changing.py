"""Changing many tasks at once: their status, who is on them, new ones beside them."""

from collections.abc import Sequence

from django.db import transaction

from jumelage.components.studio.models import Entity, Production, Seat, Task
from jumelage.components.studio.services import requests, tasks
from jumelage.components.studio.services.review import comments
from jumelage.components.studio.services.saying import voice
from jumelage.directory.models import Person
from jumelage.kit.sql.among import Among


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
    add: str = "",
) -> int:
    """Give tasks a status, put somebody on them, set tasks on shots; return how many.

    *task* and *entity* are URIs; what does not belong to *production* is left out. A task of
    the other city is asked for.
    """
    chosen = list(
        Task.objects.live().filter(Among("uri", task), production=production)
        .select_related("production")
    )  # fmt: skip
    done = 0
    if status and chosen:
        done += len(comments.give_status(tasks=chosen, status=status, text=text, by=by))
    if put and chosen:
        done += _put(chosen, Seat.objects.live().get(uri=put, production=production), by)
    if add and entity:
        done += _add(production, entity, add, by)
    return done


def _put(chosen: Sequence[Task], seat: Seat, by: Person) -> int:
    here = voice(by, "studio.assign", chosen[0]).here
    ours = [task for task in chosen if task.origin == here]
    tasks.assign(tasks=ours, put=[seat], by=by)
    for task in chosen:
        if task not in ours and seat.uri not in task.assignees:
            wanted = tasks.assigned(task, [seat], [])
            requests.ask(row=task, changes={"assignees": wanted}, by=by)
    return len(chosen)


def _add(production: Production, uris: Sequence[str], task_type: str, by: Person) -> int:
    held = Entity.objects.live().filter(Among("uri", uris), production=production)
    has = set(
        Task.objects.live().filter(production=production, task_type=task_type)
        .values_list("entity_id", flat=True)
    )  # fmt: skip
    plans = [tasks.Plan(entity=each, task_type=task_type) for each in held if each.uri not in has]
    return len(tasks.set_tasks(production=production, plans=plans, by=by)) if plans else 0
