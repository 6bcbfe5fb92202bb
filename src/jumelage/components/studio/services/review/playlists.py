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
    *, playlist: Playlist, shown: Sequence[tuple[Entity, Version | None]], by: Person
) -> Playlist:
    """Put each entity at the end of *playlist*, or its other version where it stands first.

    Without a version its newest is seen.

    Raises:
        ElsewhereError: one belongs to another production.
    """
    same_production(playlist, *(thing for pair in shown for thing in pair))
    more = [
        PlaylistItem(entity=entity.uri, version=version.uri if version else None)
        for entity, version in shown
    ]
    items = with_places(playlist, more)
    return change_playlist(playlist=playlist, changes={"items": items}, by=by)


def with_places(playlist: Playlist, more: Sequence[PlaylistItem]) -> list[PlaylistItem]:
    """Return the places of *playlist* with *more*: at the end, or where the entity stands."""
    items = [PlaylistItem(**item) for item in playlist.items]
    for place in more:
        standing = [index for index, item in enumerate(items) if item.entity == place.entity]
        if standing:
            items[standing[0]] = place
        else:
            items.append(place)
    return items


@transaction.atomic
def withdraw_playlist(*, playlist: Playlist, by: Person) -> None:
    """Take *playlist* back."""
    take_back(voice(by, "studio.change-playlist", playlist), playlist)
