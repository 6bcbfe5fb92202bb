"""Putting many shots and versions into a playlist at once."""

from collections.abc import Sequence

from django.db import transaction

from jumelage.components.studio.models import Entity, Playlist, Production, Task, Version
from jumelage.components.studio.services.review import playlists
from jumelage.directory.models import Person
from jumelage.kit.sql.among import Among


@transaction.atomic
def gather(
    *,
    production: Production,
    task: Sequence[str],
    entity: Sequence[str],
    by: Person,
    playlist: Playlist | None,
    name: str = "",
) -> Playlist:
    """Put the chosen into *playlist*, or into a new one called *name*, in the order of the grid.

    *task* and *entity* are URIs; what does not belong to *production* is left out. A task brings
    its newest version, a shot or an asset whatever is its newest when it is watched.
    """
    if playlist is None:
        playlist = playlists.make_playlist(production=production, name=name, by=by)
    shown = [*_versions(production, task), *_entities(production, entity)]
    return playlists.add_to_playlist(playlist=playlist, shown=shown, by=by) if shown else playlist


def _versions(production: Production, uris: Sequence[str]) -> list[tuple[Entity, Version | None]]:
    held = Task.objects.live().filter(Among("uri", uris), production=production)
    newest: dict[str, Version] = {}
    versions = Version.objects.live().filter(Among("task_id", uris), production=production)
    for version in versions.order_by("revision", "created_at"):
        newest[version.task_id] = version
    tasks = held.select_related("entity").order_by("entity__parent__name", "entity__name", "uri")
    return [(task.entity, newest.get(task.uri)) for task in tasks]


def _entities(production: Production, uris: Sequence[str]) -> list[tuple[Entity, Version | None]]:
    held = Entity.objects.live().filter(Among("uri", uris), production=production)
    return [(each, None) for each in held.order_by("parent__name", "name", "uri")]
