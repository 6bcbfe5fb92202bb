"""Planning what a production is made of: episodes, sequences, shots, assets."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from jumelage.components.studio.errors import NameTakenError, UnknownWordError
from jumelage.components.studio.models import Entity, Production
from jumelage.components.studio.models.values import Plain
from jumelage.components.studio.records import EntityPlanned
from jumelage.components.studio.selectors.words import used_by
from jumelage.components.studio.services.saying import (
    put,
    revise,
    same_production,
    take_back,
    voice,
)
from jumelage.directory.models import Person
from jumelage.kit import clock
from jumelage.kit.sql.among import Among

CHANGEABLE = frozenset(
    {
        "name", "code", "description", "parent", "asset_type", "frames", "frame_in", "frame_out",
        "handles", "cast", "canceled", "main_version", "data",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be planned: the facts of one entity."""

    type: str
    name: str
    code: str = ""
    description: str = ""
    parent: Entity | None = None
    asset_type: str = ""
    frames: int | None = None
    frame_in: int | None = None
    frame_out: int | None = None
    handles: int | None = None
    data: dict[str, Plain] = field(default_factory=dict)


def plan_entity(*, production: Production, plan: Plan, by: Person) -> Entity:
    """Plan one entity; see `plan_entities`."""
    return plan_entities(production=production, plans=[plan], by=by)[0]


@transaction.atomic
def plan_entities(*, production: Production, plans: Sequence[Plan], by: Person) -> list[Entity]:
    """Plan many entities at once, in their order.

    Raises:
        NameTakenError: something of that type is called so already in the same place.
        UnknownWordError: the production has no such type of asset.
        ElsewhereError: a parent belongs to another production.
    """
    held = voice(by, "studio.plan", production)
    _check(production, plans)
    at = clock.now()
    records = [
        EntityPlanned(
            uri=held.new_uri(),
            created_at=at,
            production=production.uri,
            type=plan.type,  # type: ignore[arg-type]  # the record refuses other words
            name=plan.name.strip(),
            parent=plan.parent.uri if plan.parent else None,
            **{name: getattr(plan, name) for name in COPIED},
        )
        for plan in plans
    ]
    return put(held, Entity, records)


COPIED = (
    "code", "description", "asset_type", "frames", "frame_in", "frame_out", "handles", "data",
)  # fmt: skip


def _check(production: Production, plans: Sequence[Plan]) -> None:
    same_production(production, *{plan.parent for plan in plans})
    known = {word.slug for word in used_by(production, "asset-type")}
    for plan in plans:
        if plan.asset_type and plan.asset_type not in known:
            raise UnknownWordError(word=plan.asset_type)
    wanted = [(p.type, p.parent.uri if p.parent else None, p.name.strip()) for p in plans]
    held = Entity.objects.live().filter(
        Among("name", {name for *_, name in wanted}), production=production
    )
    taken: set[tuple[str, str | None, str]] = set(held.values_list("type", "parent_id", "name"))
    for place in wanted:
        if place in taken:
            raise NameTakenError(name=place[2])
        taken.add(place)


@transaction.atomic
def change_entity(*, entity: Entity, changes: dict[str, Any], by: Person) -> Entity:
    """Say *entity* again with *changes*, fields of `EntityPlanned`."""
    return revise(voice(by, "studio.change-entity", entity), entity, changes, CHANGEABLE)


@transaction.atomic
def cast(*, entity: Entity, cast: dict[str, int], by: Person) -> Entity:
    """Say which assets (by URI) are seen in *entity*, and how often each.

    Raises:
        ElsewhereError: an asset does not belong to the production.
    """
    assets = Entity.objects.live().filter(uri__in=list(cast), type=Entity.Type.ASSET)
    held = {asset.uri: asset for asset in assets}
    same_production(entity, *held.values())
    for uri in sorted(set(cast) - set(held)):
        raise UnknownWordError(word=uri)
    return change_entity(entity=entity, changes={"cast": cast}, by=by)


@transaction.atomic
def withdraw_entity(*, entity: Entity, by: Person) -> None:
    """Take *entity* back; its tasks leave the lists with it."""
    take_back(voice(by, "studio.change-entity", entity), entity)
