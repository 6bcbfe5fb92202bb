"""Episodes, sequences, shots and assets: lists, one, a new one, changes, casting."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

from jumelage.components.studio.kitsu.change import asked_to_withdraw, changed, differing, told
from jumelage.components.studio.kitsu.endpoint import Asked, found
from jumelage.components.studio.kitsu.errors import UnknownThingError, WrongBodyError
from jumelage.components.studio.kitsu.grid import answer as whole_grid
from jumelage.components.studio.kitsu.ids import uid
from jumelage.components.studio.kitsu.lists import Filter, by, filtered, listed, truth
from jumelage.components.studio.kitsu.rows.entities import (
    LINKS,
    Names,
    asset_row,
    casting_rows,
    entity_row,
    shot_row,
)
from jumelage.components.studio.kitsu.words import words
from jumelage.components.studio.models import Entity, Production, Task
from jumelage.components.studio.models.rows import StudioRows
from jumelage.components.studio.models.words import Family
from jumelage.components.studio.services.entities import (
    Plan,
    plan_entity,
    withdraw_entity,
)
from jumelage.components.studio.services.saying import same_production
from jumelage.components.studio.services.words import use_words
from jumelage.kit.sql.among import Among

Row = dict[str, Any]
Build = Callable[[Sequence[Entity]], list[Row]]


def _production(rows: StudioRows[Any], value: str) -> StudioRows[Any]:
    return rows.filter(production_id__in=Production.objects.filter(uuid=_id(value)).values("uri"))


def _parent(rows: StudioRows[Any], value: str) -> StudioRows[Any]:
    return rows.filter(parent_id=Entity.objects.filter(uuid=_id(value)).values("uri")[:1])


def _asset_type(rows: StudioRows[Any], value: str) -> StudioRows[Any]:
    word = words().named(Family.ASSET_TYPE, _id(value))
    return rows.filter(asset_type=word.slug) if word else rows.none()


def _id(value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError as error:
        raise UnknownThingError from error


FILTERS: dict[str, Filter] = {
    "id": lambda rows, value: rows.filter(uuid=_id(value)),
    "name": by("name"),
    "project_id": _production,
    "parent_id": _parent,
    "sequence_id": _parent,
    "episode_id": _parent,
    "entity_type_id": _asset_type,
    "canceled": lambda rows, value: rows.filter(canceled=truth(value)),
}


class NewEntity(Struct):
    """Something to be planned."""

    name: str
    description: str | None = None
    data: dict[str, Any] = {}
    nb_frames: int | None = None
    sequence_id: UUID | None = None
    episode_id: UUID | None = None
    parent_id: UUID | None = None
    code: str | None = None
    is_shared: bool = False


class Changes(Struct):
    """What of an entity is to be said anew; the rest of a row that comes back is not read."""

    name: str | UnsetType = UNSET
    code: str | UnsetType | None = UNSET
    description: str | UnsetType | None = UNSET
    nb_frames: int | UnsetType | None = UNSET
    canceled: bool | UnsetType = UNSET
    parent_id: UUID | UnsetType | None = UNSET
    data: dict[str, Any] | UnsetType | None = UNSET


class Cast(Struct):
    """An asset that is seen, and how often."""

    asset_id: UUID
    nb_occurences: int = 1


def every(kind: str, *, named: bool = False) -> Callable[[Asked], object]:
    """Return the list of everything of *kind* in the productions of the person."""

    def answer(asked: Asked) -> object:
        rows = asked.scope.rows(Entity).filter(type=kind)
        return _listed(asked, filtered(asked, rows, FILTERS), named=named)

    return answer


def of_project(kind: str) -> Callable[..., object]:
    """Return the list of everything of *kind* in one production."""

    def answer(asked: Asked, project: UUID) -> object:
        production = asked.scope.worked_in(project)
        rows = asked.scope.rows(Entity).filter(production=production, type=kind)
        return _listed(asked, filtered(asked, rows, FILTERS))

    return answer


def of_parent(asked: Asked, entity: UUID) -> object:
    """List the shots of a sequence, or the sequences of an episode."""
    parent = asked.scope.entity(entity, "sequence", "episode")
    rows = asked.scope.rows(Entity).filter(parent=parent, production_id=parent.production_id)
    return _listed(asked, filtered(asked, rows, FILTERS), named=True)


def _listed(asked: Asked, rows: StudioRows[Entity], *, named: bool = False) -> object:
    if named:
        rows = rows.prefetch_related("production", "parent")  # most of these lists are empty
    build: Build = _named_rows if named else lambda found: [entity_row(each) for each in found]
    ordered = rows.order_by("name", "uri")
    return listed(asked, ordered, lambda found: build(asked.scope.entities(found)))


def _named_rows(entities: Sequence[Entity]) -> list[Row]:
    return [
        {
            **entity_row(each), "project_name": each.production.name,
            "sequence_name": each.parent.name if each.parent else "",
        }
        for each in entities
    ]  # fmt: skip


def one(asked: Asked, entity: UUID) -> Row:
    """Return one episode, sequence, shot or asset."""
    held = asked.scope.entity(entity)
    if held.type not in {"shot", "asset"}:
        return {**entity_row(held), **LINKS}
    names = Names.in_production(held.production_id, held.production.name)
    if held.type == "shot":
        return shot_row(held, names)
    return asset_row(held, names, str(words().asset_type(held.asset_type)["name"]))


def new(kind: str) -> Callable[..., object]:
    """Return what plans an episode, a sequence or a shot."""

    def answer(asked: Asked, project: UUID) -> Row:
        return entity_row(_planned(asked, asked.scope.production(project), kind))

    return answer


def new_asset(asked: Asked, project: UUID, asset_type: UUID) -> Row:
    """Plan an asset; its type becomes one of the production's when it is not yet."""
    production = asked.scope.production(project)
    word = found(words().named(Family.ASSET_TYPE, asset_type))
    production = use_words(production=production, words=[word], by=asked.person)
    return entity_row(_planned(asked, production, "asset", word.slug))


def _planned(asked: Asked, production: Production, kind: str, asset_type: str = "") -> Entity:
    wanted = asked.body(NewEntity)
    within = wanted.sequence_id or wanted.episode_id or wanted.parent_id
    data, frames = frames_apart(wanted.data)
    plan = Plan(
        type=kind,
        name=wanted.name,
        code=wanted.code or "",
        description=wanted.description or "",
        parent=asked.scope.entity(within, "sequence", "episode") if within else None,
        asset_type=asset_type,
        frames=wanted.nb_frames,
        data=data,
        **frames,
    )
    return plan_entity(production=production, plan=plan, by=asked.person)


def frames_apart(data: Row) -> tuple[Row, Row]:
    """Return *data* without the first and last frame, and these by our names."""
    rest = {key: value for key, value in data.items() if key not in FRAMES}
    return rest, {key: _frame(data[key]) for key in FRAMES if key in data}


FRAMES = ("frame_in", "frame_out")


def _frame(value: object) -> int | None:
    """Read a frame number, which older tools send as text."""
    try:
        return None if value is None or value == "" else int(str(value))
    except ValueError as error:
        raise WrongBodyError(field="data", reason="a frame is a whole number") from error


def change(asked: Asked, entity: UUID) -> object:
    """Say an entity anew, or ask the city that owns it to."""
    held, wanted = asked.scope.entity(entity), asked.body(Changes)
    given: Row = {}
    for ours, theirs in (("name", "name"), ("frames", "nb_frames"), ("canceled", "canceled")):
        if getattr(wanted, theirs) is not UNSET:
            given[ours] = getattr(wanted, theirs)
    for name in ("code", "description"):
        if getattr(wanted, name) is not UNSET:
            given[name] = getattr(wanted, name) or ""
    if wanted.data is not UNSET and wanted.data is not None:
        data, frames = frames_apart(wanted.data)
        given |= {"data": held.data | data, **frames}
    if wanted.parent_id is not UNSET:
        given["parent"] = _parent_of(asked, held, wanted.parent_id)
    request = changed(row=held, changes=differing(held, given), by=asked.person)
    return told({**entity_row(held), **LINKS}, request)


def _parent_of(asked: Asked, held: Entity, wanted: UUID | None) -> str | None:
    """Return the sequence or episode *wanted*, of the production of *held*."""
    if wanted is None:
        return None
    parent = asked.scope.entity(wanted, "sequence", "episode")
    same_production(held, parent)
    return str(parent.uri)


def remove(asked: Asked, entity: UUID) -> None:
    """Take an entity back; one with tasks is cancelled first, unless it must go (`force`)."""
    held = asked.scope.entity(entity)
    force = truth(asked.word("force") or "")
    if not force and not held.canceled and Task.objects.live().filter(entity=held).exists():
        changed(row=held, changes={"canceled": True}, by=asked.person)
    elif held.origin == asked.scope.here:
        withdraw_entity(entity=held, by=asked.person)
    else:
        asked_to_withdraw(row=held, by=asked.person)


def casting(asked: Asked, project: UUID, entity: UUID) -> list[Row]:
    """List what is seen in a shot."""
    held = _in_project(asked, project, entity)
    assets = Entity.objects.live().filter(Among("uri", list(held.cast)))
    names = {word.slug: word.name for word in words().of(Family.ASSET_TYPE)}
    return casting_rows(held, {asset.uri: asset for asset in assets}, names)


def change_casting(asked: Asked, project: UUID, entity: UUID) -> object:
    """Say what is seen in a shot."""
    held, wanted = _in_project(asked, project, entity), asked.body(list[Cast])
    ids = [each.asset_id for each in wanted]
    assets = Entity.objects.live().filter(
        uuid__in=ids, production_id=held.production_id, type="asset"
    )
    uris = {asset.uuid: asset.uri for asset in assets}
    cast = {found(uris.get(each.asset_id)): each.nb_occurences for each in wanted}
    changed(row=held, changes=differing(held, {"cast": cast}), by=asked.person)
    return [{"asset_id": uid(uri), "nb_occurences": times} for uri, times in held.cast.items()]


def _in_project(asked: Asked, project: UUID, entity: UUID) -> Entity:
    production, held = asked.scope.production(project), asked.scope.entity(entity)
    if held.production_id != production.uri:
        raise UnknownThingError
    return held


def grid(kind: str) -> Callable[[Asked], object]:
    """Return the grid of the shots or assets of one production, with their tasks."""

    def answer(asked: Asked) -> object:
        uuid = asked.id("project_id")
        if uuid is None:
            raise WrongBodyError(field="project_id", reason="say which production")
        return whole_grid(asked, asked.scope.production(uuid), kind)

    return answer
