"""Episodes, sequences, shots and assets as entities."""

from collections.abc import Mapping
from typing import Any

from jumelage.components.studio.kitsu.ids import city_id, maybe, moment, uid
from jumelage.components.studio.kitsu.words import ENTITIES, entity_type_id
from jumelage.components.studio.models import Entity

Row = dict[str, Any]
BLANK: Row = {
    "shotgun_id": None, "is_casting_standby": False, "is_shared": False, "status": "running",
    "source_id": None, "ready_for": None,
}  # fmt: skip


def type_name(entity: Entity) -> str:
    """Return what Kitsu calls the type of *entity*."""
    return ENTITIES.get(entity.type, "Asset")


def data_of(entity: Entity) -> Row:
    """Return the free facts of *entity*, with its first and last frame among them."""
    told: Row = {}
    if entity.frame_in is not None:
        told["frame_in"] = entity.frame_in
    if entity.frame_out is not None:
        told["frame_out"] = entity.frame_out
    return {**told, **entity.data}


def entity_row(entity: Entity) -> Row:
    """Return an entity as generic lists have it."""
    described = entity.description or (None if entity.type == "shot" else "")
    return {
        **BLANK, "id": uid(entity.uri), "name": entity.name, "code": entity.code or None,
        "description": described, "canceled": entity.canceled, "nb_frames": entity.frames,
        "nb_entities_out": len(entity.cast), "project_id": uid(entity.production_id),
        "entity_type_id": entity_type_id(entity.type, entity.asset_type),
        "parent_id": maybe(entity.parent_id), "preview_file_id": maybe(entity.main_version),
        "data": data_of(entity), "created_by": city_id(entity.origin),
        "created_at": moment(entity.created_at), "updated_at": moment(entity.recorded_at),
        "type": type_name(entity),
    }  # fmt: skip


LINKS: Row = {
    "entities_out": [],
    "entity_concept_links": [],
    "instance_casting": [],
    "entities_in": [],
}
"""What single entities have besides."""


def shot_row(entity: Entity, names: "Names") -> Row:
    """Return a shot with the names of what it is in."""
    episode = names.episode_of(entity)
    told = entity.data
    return {
        **entity_row(entity), **LINKS, "fps": told.get("fps"), "frame_in": entity.frame_in,
        "frame_out": entity.frame_out, "sequence_id": maybe(entity.parent_id),
        "sequence_name": names.of(entity.parent_id), "episode_id": maybe(episode),
        "episode_name": names.of(episode), "project_name": names.project, "tasks": [],
        "entities_out": [uid(asset) for asset in entity.cast],
    }  # fmt: skip


def asset_row(entity: Entity, names: "Names", asset_type: str) -> Row:
    """Return an asset with the names of what it is in."""
    row = {**entity_row(entity), **LINKS}
    row["ready_for"] = entity.data.get("ready_for")
    return {
        **row, "project_name": names.project, "asset_type_id": row["entity_type_id"],
        "asset_type_name": asset_type, "episode_id": maybe(entity.parent_id),
        "casting_episode_ids": [], "tasks": [],
    }  # fmt: skip


class Names:
    """The names of sequences and episodes of one production, in one query."""

    def __init__(self, project: str, rows: Mapping[str, tuple[str, str | None]]) -> None:
        """Keep name and parent of each by URI, and the name of the production."""
        self.project, self._rows = project, rows

    @classmethod
    def in_production(cls, production: str, project: str) -> "Names":
        """Read them."""
        found = Entity.objects.filter(production=production, type__in=["sequence", "episode"])
        return cls(project, {
            uri: (name, parent) for uri, name, parent in found.values_list("uri", "name", "parent")
        })  # fmt: skip

    def of(self, uri: str | None) -> str:
        """Return the name of *uri*, empty for none."""
        return self._rows[uri][0] if uri and uri in self._rows else ""

    def episode_of(self, entity: Entity) -> str | None:
        """Return the episode of a shot: what its sequence is in."""
        return self.parent_of(entity.parent_id)

    def parent_of(self, uri: str | None) -> str | None:
        """Return what the sequence *uri* is in."""
        row = self._rows.get(uri or "")
        return row[1] if row else None


def casting_rows(
    entity: Entity, assets: Mapping[str, Entity], types: Mapping[str, str]
) -> list[Row]:
    """Return what is seen in *entity*: each asset of its cast that still stands."""
    return [
        {
            "asset_id": uid(uri), "asset_name": assets[uri].name,
            "asset_type_name": types.get(assets[uri].asset_type, assets[uri].asset_type),
            "ready_for": None, "episode_id": None,
            "preview_file_id": maybe(assets[uri].main_version), "nb_occurences": times,
            "label": "fixed", "is_shared": False, "project_id": uid(entity.production_id),
        }
        for uri, times in entity.cast.items()
        if uri in assets
    ]  # fmt: skip
