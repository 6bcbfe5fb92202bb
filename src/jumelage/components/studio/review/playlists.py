"""The playlists of a production, and the places of one as somebody puts them in order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from jumelage.components.studio.models import Entity, Playlist, Version
from jumelage.components.studio.models.values import PlaylistItem
from jumelage.kit.sql.among import Among

SORTS = {"name": "name", "-name": "-name", "made": "-created_at", "-made": "created_at"}


def playlist_by_uri(uri: str) -> Playlist | None:
    """Return the playlist the address names."""
    found = Playlist.objects.live().filter(uri=uri, production__withdrawn_at=None)
    return found.select_related("production", "seat__node", "node").first()


def playlists_of(seen: QuerySet[Playlist], *, text: str = "", sort: str = "") -> QuerySet[Playlist]:
    """Return those of *seen* whose name holds *text*, in order; the newest first."""
    found = seen.filter(name__icontains=text)
    return found.select_related("seat__node", "node").order_by(
        SORTS.get(sort, "-created_at"), "uri"
    )


@dataclass(frozen=True, slots=True)
class Slot:
    """A place of a playlist: which it is, what is seen there, which versions could be."""

    index: int
    entity: Entity
    version: str
    """URI; empty: the newest."""
    versions: Sequence[Version]


def slots(playlist: Playlist) -> list[Slot]:
    """Return the places of *playlist* whose shots are known here, in its order."""
    items = [
        PlaylistItem(entity=item["entity"], version=item.get("version")) for item in playlist.items
    ]
    of_it = Entity.objects.live().filter(production=playlist.production_id)
    known = of_it.select_related("parent").in_bulk([item.entity for item in items])
    versions = _versions(playlist, list(known))
    return [
        Slot(index, known[item.entity], item.version or "", versions.get(item.entity, []))
        for index, item in enumerate(items)
        if item.entity in known
    ]


def _versions(playlist: Playlist, entities: Sequence[str]) -> Mapping[str, Sequence[Version]]:
    """Return the versions of each of *entities*, the newest first."""
    found: dict[str, list[Version]] = {}
    of_it = Version.objects.live().filter(production=playlist.production_id)
    rows = of_it.filter(Among("task__entity_id", entities)).select_related("task")
    for version in rows.order_by("-created_at", "uri"):
        found.setdefault(version.task.entity_id, []).append(version)
    return found
