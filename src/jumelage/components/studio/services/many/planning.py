"""Planning many shots or assets at once, by names and ranges of names."""

import re
from collections.abc import Sequence

from django.db import transaction

from jumelage.components.studio.errors import TooManyAtOnceError
from jumelage.components.studio.models import Entity, Production
from jumelage.components.studio.services import entities, tasks
from jumelage.directory.models import Person

MOST = 5000
RANGE = re.compile(r"(\D*)(\d+)-(\D*)(\d+)(?::(\d+))?")


@transaction.atomic
def plan(
    *,
    production: Production,
    names: str,
    by: Person,
    parent: str = "",
    episode: str = "",
    asset_type: str = "",
    task_types: Sequence[str] = (),
) -> list[Entity]:
    """Plan shots (or assets, with *asset_type*) by *names*, one a line or a range, with tasks.

    Shots are put into the sequence *parent*, and that into *episode*; what is new is planned.

    Raises:
        TooManyAtOnceError: more than 5,000.
        NameTakenError: one of them is there.
    """
    within = None
    if parent.strip() and not asset_type:
        place = _place(production, "episode", episode.strip(), by) if episode.strip() else None
        within = _place(production, "sequence", parent.strip(), by, place)
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


def _place(
    production: Production, kind: str, name: str, by: Person, parent: Entity | None = None
) -> Entity:
    """Return the episode or sequence *name*, planned if there is none within *parent*."""
    held = Entity.objects.live().filter(production=production, type=kind, name=name)
    if parent:
        held = held.filter(parent=parent)
    return held.order_by("uri").first() or entities.plan_entity(
        production=production, plan=entities.Plan(type=kind, name=name, parent=parent), by=by
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
