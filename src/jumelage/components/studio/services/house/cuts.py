"""Bringing a cut of the editor, and letting the shots follow it."""

from collections import Counter
from pathlib import Path

import blake3
import msgspec
from django.db import transaction

from jumelage.bridge.api import me
from jumelage.components.studio.editorial.reading import read
from jumelage.components.studio.errors import CutSettledError
from jumelage.components.studio.models import Entity, KeptCut, Production
from jumelage.components.studio.selectors.house.cuts import Consequence, Deed, last_applied, preview
from jumelage.components.studio.services.entities import Plan, plan_entities, plan_entity
from jumelage.components.studio.services.requests import change_or_ask
from jumelage.components.studio.services.saying import voice
from jumelage.directory.models import Person
from jumelage.kit import clock

MOST_NAME = 120


def bring_cut(
    *,
    production: Production,
    path: Path,
    name: str,
    by: Person,
    sequence: str = "",
    trust_sources: bool = False,
) -> KeptCut:
    """Read the cut in the file *path*, called *name*, and keep it to be looked at; blocks.

    Raises:
        CutRefusedError: one of its kinds, each with what to do.
    """
    voice(by, "studio.plan", production)
    cut = read(
        path, name, rate=production.exact_rate, sequence=sequence, trust_sources=trust_sources
    )
    return KeptCut.objects.create(
        production=production,
        name=cut.name or name,
        file_name=name[-200:],
        hash=blake3.blake3(path.read_bytes()).hexdigest(),
        contents=msgspec.to_builtins(cut),
        events=len(cut.events),
        frames=cut.frames,
        by=by,
    )


@transaction.atomic
def apply_cut(
    *, kept: KeptCut, by: Person, sequence: Entity | None = None, cancels: bool = True
) -> KeptCut:
    """Let the shots follow *kept*: plan the new ones, change ours, ask for theirs.

    New shots go into *sequence*, or into one named after the cut. Unless *cancels*, shots that
    left the cut stay as they are.

    Raises:
        CutSettledError: it was applied or put aside already.
    """
    voice(by, "studio.plan", kept.production)
    _still_open(kept)
    kept.before = last_applied(kept.production)
    found = preview(kept, me().origin).consequences
    done = [one for one in found if cancels or not one.leaves]
    new = [one for one in done if one.deed == Deed.PLAN]
    if new:
        _plan(kept, new, sequence or _sequence(kept, by), by)
    for one in done:
        if one.entity is not None:
            change_or_ask(row=one.entity, changes=dict(one.fields), by=by, reason=kept.name)
    kept.state, kept.applied_at = KeptCut.State.APPLIED, clock.now()
    kept.outcome = dict(Counter(one.deed.value for one in done))
    kept.save(update_fields=["state", "applied_at", "outcome", "before"])
    return kept


@transaction.atomic
def put_cut_aside(*, kept: KeptCut, by: Person) -> KeptCut:
    """Keep *kept* in the list without applying it.

    Raises:
        CutSettledError: it was applied or put aside already.
    """
    voice(by, "studio.plan", kept.production)
    _still_open(kept)
    kept.state = KeptCut.State.PUT_ASIDE
    kept.save(update_fields=["state"])
    return kept


def _still_open(kept: KeptCut) -> None:
    """Lock the production’s cuts, so that two people do not apply at once."""
    Production.objects.select_for_update().get(uri=kept.production_id)
    kept.refresh_from_db(fields=["state"])
    if kept.state != KeptCut.State.READ:
        raise CutSettledError


def _plan(kept: KeptCut, new: list[Consequence], sequence: Entity, by: Person) -> None:
    plans = [
        Plan(
            type=Entity.Type.SHOT,
            name=one.shot[:MOST_NAME],
            parent=sequence,
            **{name: one.fields[name] for name in ("frames", "frame_in", "frame_out")},
        )
        for one in new
    ]
    plan_entities(production=kept.production, plans=plans, by=by)


def _sequence(kept: KeptCut, by: Person) -> Entity:
    """Return the sequence called as the cut, planned when there is none."""
    name = kept.name[:MOST_NAME]
    held = Entity.objects.live().filter(
        production=kept.production, type=Entity.Type.SEQUENCE, name=name
    )
    plan = Plan(type=Entity.Type.SEQUENCE, name=name)
    return held.first() or plan_entity(production=kept.production, plan=plan, by=by)
