"""What stands in a row, to be seen one after the other: a playlist, the shots of a sequence."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse

from jumelage.components.studio.models import Entity, Playlist, Production, Version
from jumelage.components.studio.review.playlists import playlist_by_uri
from jumelage.kit.sql.among import Among

Whole = Playlist | Entity
"""What is seen: a playlist, or a sequence with its shots."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place: a shot or an asset, and the version that stands for it."""

    entity: Entity
    version: Version | None
    named: str = ""
    """URI of the version that a playlist names there; empty: none."""
    picture: str = ""
    """Address of the thumbnail, for one person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Along:
    """Where in a row somebody is: *number* of *count*, and what is beside."""

    whole: Whole
    number: int
    count: int
    previous: Version | None
    next: Version | None

    @property
    def sheet(self) -> str:
        """The address of its contact sheet."""
        is_playlist = isinstance(self.whole, Playlist)
        return reverse(
            "studio:playlist" if is_playlist else "studio:sequence-sheet",
            kwargs={"uri": self.whole.uri},
        )


def sequence_by_uri(uri: str) -> Entity | None:
    """Return the sequence the address names."""
    found = Entity.objects.live().filter(uri=uri, type=Entity.Type.SEQUENCE)
    return found.select_related("production").first()


def whole_of(production: Production, uri: str) -> Whole | None:
    """Return the playlist or the sequence *uri* of *production*."""
    found = playlist_by_uri(uri) or sequence_by_uri(uri) if uri else None
    return found if found and found.production_id == production.uri else None


def places(whole: Whole) -> Sequence[Place]:
    """Return the places of *whole* in order: as the playlist says, or the shots by name.

    A place shows the version it names, else the one that stands for its shot, else the newest.
    What has not arrived yet is left out, and what belongs to another production: whoever says
    a playlist may name anything.
    """
    if isinstance(whole, Entity):
        shots = Entity.objects.live().filter(parent=whole, type=Entity.Type.SHOT)
        return _placed([(shot, None) for shot in shots.order_by("name", "uri")])
    return _items(whole.production_id, whole.items)


def versions(whole: Whole) -> Sequence[Version]:
    """Return the versions that are seen in *whole*, in order."""
    return [place.version for place in places(whole) if place.version]


def seen_in(playlists: Sequence[Playlist]) -> Sequence[Version]:
    """Return the versions that are seen in any of *playlists*, of one production, in four queries.

    Where a place names a version that is not there, nothing is seen: another may be a secret.
    """
    items = [item for playlist in playlists for item in playlist.items]
    found = _items(playlists[0].production_id, items) if items else []
    shown = [(place.version, place.named) for place in found if place.version]
    return [version for version, named in shown if named in {"", version.uri}]


def along(version: Version, uri: str, sees: Callable[[object], bool]) -> Along | None:
    """Return where *version* is among what a reader *sees* in the playlist or sequence *uri*.

    Nothing when it is not in it, or they do not see the playlist or sequence itself.
    """
    whole = whole_of(version.production, uri)
    seen = versions(whole) if whole and sees(whole) else ()
    row = [one for one in seen if one.media and sees(one)]
    at = next((index for index, one in enumerate(row) if one.uri == version.uri), None)
    if whole is None or at is None:
        return None
    return Along(
        whole=whole,
        number=at + 1,
        count=len(row),
        previous=row[at - 1] if at else None,
        next=row[at + 1] if at + 1 < len(row) else None,
    )


def _items(production: str, items: Sequence[Mapping[str, str]]) -> Sequence[Place]:
    known = Entity.objects.live().filter(production=production)
    known_by_uri = known.in_bulk({item["entity"] for item in items})
    return _placed([
        (known_by_uri[item["entity"]], item.get("version"))
        for item in items
        if item["entity"] in known_by_uri
    ])  # fmt: skip


def _placed(asked: Sequence[tuple[Entity, str | None]]) -> Sequence[Place]:
    newest = _newest([entity.uri for entity, _ in asked])
    named = [uri or entity.main_version for entity, uri in asked]
    found = _versions(uri=[uri for uri in named if uri])
    held = {(version.production_id, version.uri): version for version in found}
    return [
        Place(
            entity=entity,
            version=held.get((entity.production_id, uri or "")) or newest.get(entity.uri),
            named=said or "",
        )
        for (entity, said), uri in zip(asked, named, strict=True)
    ]


def _newest(entities: Sequence[str]) -> Mapping[str, Version]:
    """Return the newest version of each entity, of whichever task."""
    return {version.task.entity_id: version for version in _versions(task__entity_id=entities)}


def _versions(**among: Sequence[str]) -> Sequence[Version]:
    (column, values), *_ = among.items()
    found = Version.objects.live().filter(Among(column, values))
    found = found.select_related("task__entity__parent", "production", "node")
    return list(found.order_by("created_at", "uri"))
