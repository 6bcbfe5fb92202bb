"""Contact sheets: the versions of a playlist or the shots of a sequence at a glance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from jumelage.components.studio.models import Entity, Playlist, Version
from jumelage.components.studio.selectors.media import addresses_of
from jumelage.directory.models import Person
from jumelage.kit.sql.among import Among


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One picture of a contact sheet: a shot or an asset, and the version that stands for it."""

    entity: Entity
    version: Version | None
    picture: str = ""
    """Address of the thumbnail, for one person."""


def sequence_by_uri(uri: str) -> Entity | None:
    """Return the sequence the address names."""
    found = Entity.objects.live().filter(uri=uri, type=Entity.Type.SEQUENCE)
    return found.select_related("production").first()


def shots(sequence: Entity) -> Sequence[Place]:
    """Return the shots of *sequence* by name."""
    found = Entity.objects.live().filter(parent=sequence, type=Entity.Type.SHOT)
    return _placed([(shot, None) for shot in found.order_by("name", "uri")])


def places(playlist: Playlist) -> Sequence[Place]:
    """Return the places of *playlist* in its order.

    What has not arrived yet is left out, and what belongs to another production: whoever says
    the playlist may name anything.
    """
    of_it = Entity.objects.live().filter(production=playlist.production_id)
    known = of_it.in_bulk([item["entity"] for item in playlist.items])
    asked = [
        (known[item["entity"]], item.get("version"))
        for item in playlist.items
        if item["entity"] in known
    ]
    return _placed(asked)


def _placed(asked: Sequence[tuple[Entity, str | None]]) -> Sequence[Place]:
    newest = _newest([entity.uri for entity, _ in asked])
    named = [uri or entity.main_version for entity, uri in asked]
    found = _versions(uri=[uri for uri in named if uri])
    versions = {(version.production_id, version.uri): version for version in found}
    return [
        Place(
            entity=entity,
            version=versions.get((entity.production_id, uri or "")) or newest.get(entity.uri),
        )
        for (entity, _), uri in zip(asked, named, strict=True)
    ]


def _newest(entities: Sequence[str]) -> Mapping[str, Version]:
    """Return the newest version of each entity, of whichever task."""
    return {version.task.entity_id: version for version in _versions(task__entity_id=entities)}


def _versions(**among: Sequence[str]) -> Sequence[Version]:
    (column, values), *_ = among.items()
    found = Version.objects.live().filter(Among(column, values))
    return list(found.select_related("task__entity", "production").order_by("created_at", "uri"))


def seen_by(shown: dict[str, Any], person: Person) -> dict[str, Any]:
    """Give the places in *shown* addresses of their thumbnails that *person* may open."""
    places: Sequence[Place] = shown["places"]
    versions = [place.version for place in places if place.version]
    found = addresses_of(versions, "thumbnail", person)
    return {
        **shown,
        "places": [
            replace(place, picture=found.get(place.version.uri, "") if place.version else "")
            for place in places
        ],
    }
