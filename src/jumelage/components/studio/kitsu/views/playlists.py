"""Playlists: lists, one, a new one, what is in it."""

from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from jumelage.components.studio.kitsu.change import asked_to_withdraw, changed, differing, told
from jumelage.components.studio.kitsu.endpoint import Asked
from jumelage.components.studio.kitsu.lists import Filter, by, filtered, listed, whole
from jumelage.components.studio.kitsu.rows.previews import playlist_in_list, playlist_row
from jumelage.components.studio.kitsu.views.entities import FILTERS as OF_ENTITIES
from jumelage.components.studio.models import Playlist
from jumelage.components.studio.models.values import PlaylistItem
from jumelage.components.studio.selectors.walls.seeing import items_seen_by, seen_by
from jumelage.components.studio.services.review.playlists import (
    make_playlist,
    with_places,
    withdraw_playlist,
)
from jumelage.components.studio.services.saying import same_production

Row = dict[str, Any]
FILTERS: dict[str, Filter] = {
    "id": OF_ENTITIES["id"],
    "project_id": OF_ENTITIES["project_id"],
    "name": by("name"),
    "for_entity": by("for_entity"),
}
PAGE = 20
"""Playlists of one page of a production."""


class NewPlaylist(Struct):
    """A playlist to be made."""

    name: str
    project_id: UUID
    for_entity: str = "shot"
    for_client: bool = False


class Place(Struct):
    """What is shown, and which version of it."""

    entity_id: UUID
    preview_file_id: UUID | None = None


class Changes(Struct):
    """What of a playlist is to be said anew."""

    name: str | None = None
    shots: list[Place] | None = None
    for_client: bool | None = None


def playlists(asked: Asked) -> object:
    """List the playlists of the person's productions."""
    rows = filtered(asked, asked.scope.rows(Playlist), FILTERS).order_by("-created_at", "uri")
    return listed(asked, rows, lambda found: [_row(asked, each) for each in found])


def playlist(asked: Asked, playlist: UUID) -> Row:
    """Return one playlist."""
    return _row(asked, asked.scope.playlist(playlist))


def of_project(asked: Asked, project: UUID) -> list[Row]:
    """List the playlists of one production, a page of them, the newest first."""
    of = asked.scope.shown_production(project)
    rows = seen_by(asked.person, of, Playlist)
    ordered, page = rows.order_by("-created_at", "uri"), whole(asked.word("page") or "")
    if page is not None:
        first = (max(page, 1) - 1) * PAGE
        ordered = ordered[first : first + PAGE]
    crew, by = asked.scope.crew, asked.person
    return [
        playlist_in_list(each, crew.id_of(each.seat_id), items_seen_by(by, each))
        for each in ordered
    ]


def new(asked: Asked) -> Row:
    """Make a playlist."""
    wanted = asked.body(NewPlaylist)
    made = make_playlist(
        production=asked.scope.production(wanted.project_id),
        name=wanted.name,
        for_entity=wanted.for_entity,
        for_client=wanted.for_client,
        by=asked.person,
    )
    return _row(asked, made)


def change(asked: Asked, playlist: UUID) -> object:
    """Say a playlist anew, or ask the city that owns it to."""
    held, wanted = asked.scope.playlist(playlist), asked.body(Changes)
    given: Row = {
        name: value
        for name in ("name", "for_client")
        if (value := getattr(wanted, name)) is not None
    }
    if wanted.shots is not None:
        given["items"] = _plain([_item(asked, held, each) for each in wanted.shots])
    request = changed(row=held, changes=differing(held, given), by=asked.person)
    return told(_row(asked, held), request)


def add_entity(asked: Asked, playlist: UUID) -> object:
    """Put something at the end of a playlist, or another version of it where it stands."""
    held = asked.scope.playlist(playlist)
    items = _plain(with_places(held, [_item(asked, held, asked.body(Place))]))
    request = changed(row=held, changes=differing(held, {"items": items}), by=asked.person)
    return told(_row(asked, held), request)


def _plain(items: list[PlaylistItem]) -> list[Row]:
    """Return *items* as the row keeps them, so that they can be compared."""
    plain: list[Row] = msgspec.to_builtins(items)
    return plain


def _item(asked: Asked, playlist: Playlist, place: Place) -> PlaylistItem:
    entity = asked.scope.entity(place.entity_id)
    version = asked.scope.version(place.preview_file_id) if place.preview_file_id else None
    same_production(playlist, entity, version)
    return PlaylistItem(entity=entity.uri, version=version.uri if version else None)


def remove(asked: Asked, playlist: UUID) -> None:
    """Take a playlist back, or ask the city that owns it to."""
    held = asked.scope.playlist(playlist)
    if held.origin == asked.scope.here:
        withdraw_playlist(playlist=held, by=asked.person)
    else:
        asked_to_withdraw(row=held, by=asked.person)


def _row(asked: Asked, playlist: Playlist) -> Row:
    maker, items = asked.scope.crew.id_of(playlist.seat_id), items_seen_by(asked.person, playlist)
    return playlist_row(playlist, maker, items)
