"""Putting versions in order, to be seen one after the other."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from jumelage.components.studio.models import Entity, Playlist, Production, Version
from jumelage.components.studio.models.values import PlaylistItem
from jumelage.components.studio.records import PlaylistMade
from jumelage.components.studio.services.saying import (
    put,
    revise,
    same_production,
    take_back,
    voice,
)
from jumelage.directory.models import Person
from jumelage.kit import clock

CHANGEABLE = frozenset({"name", "items", "for_entity", "for_client"})


@transaction.atomic
def make_playlist(
    *,
    production: Production,
    name: str,
    by: Person,
    items: Sequence[PlaylistItem] = (),
    for_entity: str = "shot",
    for_client: bool = False,
) -> Playlist:
    """Make a playlist of *production*."""
    held = voice(by, "studio.make-playlist", production)
    record = PlaylistMade(
        uri=held.new_uri(),
        created_at=clock.now(),
        production=production.uri,
        seat=held.seat,
        name=name.strip(),
        items=tuple(items),
        for_entity=for_entity,  # type: ignore[arg-type]  # the record refuses other words
        for_client=for_client,
    )
    return put(held, Playlist, [record])[0]


@transaction.atomic
def change_playlist(*, playlist: Playlist, changes: dict[str, Any], by: Person) -> Playlist:
    """Say *playlist* again with *changes*, fields of `PlaylistMade`."""
    return revise(voice(by, "studio.change-playlist", playlist), playlist, changes, CHANGEABLE)


@transaction.atomic
def add_to_playlist(
    *, playlist: Playlist, entity: Entity, by: Person, version: Version | None = None
) -> Playlist:
    """Put *entity* at the end of *playlist*, or its other *version* where it stands.

    Raises:
        ElsewhereError: it belongs to another production.
    """
    same_production(playlist, entity, version)
    place = {"entity": entity.uri, "version": version.uri if version else None}
    places = [item["entity"] for item in playlist.items]
    items = list(playlist.items)
    if entity.uri in places:
        items[places.index(entity.uri)] = place
    else:
        items.append(place)
    return change_playlist(playlist=playlist, changes={"items": items}, by=by)


@transaction.atomic
def withdraw_playlist(*, playlist: Playlist, by: Person) -> None:
    """Take *playlist* back."""
    take_back(voice(by, "studio.change-playlist", playlist), playlist)
