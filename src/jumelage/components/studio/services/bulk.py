"""What is done to many shots and tasks at once, in one transaction."""

import re
from collections.abc import Sequence

from django.db import transaction

from jumelage.components.studio.errors import TooManyAtOnceError
from jumelage.components.studio.models import Entity, Production, Seat, Task
from jumelage.components.studio.services import comments, entities, requests, tasks
from jumelage.components.studio.services.saying import voice
from jumelage.directory.models import Person
from jumelage.kit.among import Among

MOST = 5000
RANGE = re.compile(r"(\D*)(\d+)-(\D*)(\d+)(?::(\d+))?")


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


@transaction.atomic
def plan(
    *,
    production: Production,
    names: str,
    by: Person,
    parent: str = "",
    asset_type: str = "",
    task_types: Sequence[str] = (),
) -> list[Entity]:
    """Plan shots (or assets, with *asset_type*) by *names*, one a line or a range, with tasks.

    Raises:
        TooManyAtOnceError: more than 5,000.
        NameTakenError: one of them is there.
    """
    within = (
        _sequence(production, parent.strip(), by) if parent.strip() and not asset_type else None
    )
    kind = "asset" if asset_type else "shot"
    plans = [
        entities.Plan(type=kind, name=name, parent=within, asset_type=asset_type)
        for name in spelled_out(names)
    ]
    made = entities.plan_entities(production=production, plans=plans, by=by)
    works = [tasks.Plan(entity=each, task_type=slug) for each in made for slug in task_types]
    if works:
        tasks.set_tasks(production=production, plans=works, by=by)
    return made


def _sequence(production: Production, name: str, by: Person) -> Entity:
    held = Entity.objects.live().filter(production=production, type="sequence", name=name)
    return held.order_by("uri").first() or entities.plan_entity(
        production=production, plan=entities.Plan(type="sequence", name=name), by=by
    )


def spelled_out(text: str) -> list[str]:
    """Return the names *text* holds, one a line: `sh010-sh030:10` is sh010, sh020, sh030.

    Raises:
        TooManyAtOnceError: more than 5,000.
    """
    found: list[str] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        match = RANGE.fullmatch(line)
        if match and match[3] in {"", match[1]}:
            first, last, step = int(match[2]), int(match[4]), int(match[5] or 1) or 1
            if (last - first) // step > MOST:
                raise TooManyAtOnceError(limit=MOST)
            width = len(match[2])
            found += [f"{match[1]}{at:0{width}d}" for at in range(first, last + 1, step)]
        else:
            found.append(line[:120])
    if len(found) > MOST:
        raise TooManyAtOnceError(limit=MOST)
    return found
