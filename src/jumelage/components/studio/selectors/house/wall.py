"""The wall before clients: what the studio shows them of a production, decided here alone.

A client sees the playlists marked for the client, the versions these show, and of what was said
about those versions: what is marked for the client, what clients said, and the answers to both.
Pages, media addresses and the Kitsu dialect ask `sees`, or narrow their rows with `seen_by`.
What this module does not name is behind the wall.
"""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, TypeVar, cast

from django.db.models import Q

from jumelage.components.studio.models import (
    Annotation,
    Attachment,
    Comment,
    Playlist,
    Production,
    Seat,
    StudioRow,
    Task,
    Version,
)
from jumelage.components.studio.models.rows import StudioRows
from jumelage.components.studio.review.places import seen_in
from jumelage.components.studio.selectors.seats import held_by, production_of
from jumelage.directory.models import Person
from jumelage.kit.sql.among import Among

R = TypeVar("R", bound=StudioRow)
_KEPT = "studio_walls"


class Shown:
    """What the studio shows to its clients of one production; its versions are read once."""

    def __init__(self, production: str) -> None:
        """Look at the production of this URI."""
        self.production = production

    @cached_property
    def _versions(self) -> Mapping[str, str]:
        lists = Playlist.objects.live().filter(self.condition(Playlist))
        return {version.uri: version.task_id for version in seen_in(list(lists))}

    def condition(self, model: type[StudioRow]) -> Q:
        """Return the condition of the rows of *model* that clients see; it holds for no others."""
        of = CONDITIONS.get(model)
        return Q(production=self.production) & of(self) if of else Q(pk__in=())

    @property
    def _told(self) -> Q:
        """What is marked for the client, and what clients said."""
        clients = Seat.objects.filter(production=self.production, role=Seat.Role.CLIENT)
        return Q(for_client=True) | Q(seat__in=clients.values("uri"))

    @property
    def _comments(self) -> Q:
        heads = Comment.objects.live().filter(self._told, production=self.production)
        about = Q(Among("task_id", set(self._versions.values())))
        return about & (self._told | Q(reply_to__in=heads.values("uri")))

    @property
    def _drawings(self) -> Q:
        clients = Seat.objects.filter(production=self.production, role=Seat.Role.CLIENT)
        said = Comment.objects.live().filter(self.condition(Comment)).values("uri")
        theirs = Q(seat__in=clients.values("uri"))
        return Q(Among("version_id", self._versions)) & (theirs | Q(comment__in=said))

    def has(self, thing: object) -> bool:
        """Tell whether clients see *thing*: a row, a file beside a comment, a frame of a version."""
        if isinstance(thing, Version):
            return thing.uri in self._versions
        if isinstance(thing, Task):
            return thing.uri in self._versions.values()
        if isinstance(thing, Attachment):
            return self.has(thing.comment)
        if type(thing) in CONDITIONS:
            rows = cast("type[StudioRow]", type(thing)).objects.live()
            return rows.filter(self.condition(type(thing)), pk=thing.pk).exists()  # type: ignore[attr-defined, arg-type]  # a row of ours
        return isinstance(thing, Production) or self._has_picture(thing)

    def _has_picture(self, thing: object) -> bool:
        of = getattr(thing, "version", None)
        return isinstance(of, Version) and self.has(of)

    def items(self, playlist: Playlist) -> list[dict[str, Any]]:
        """Return the places of *playlist* as records say them, naming shown versions alone."""
        return [
            item if item.get("version") in self._versions else {**item, "version": None}
            for item in playlist.items
        ]

    def told(self, task: str) -> frozenset[str]:
        """Return the URIs of the comments of *task* (a URI) that are meant for clients.

        They are read as soon as a version of the task is shown.
        """
        heads = Comment.objects.live().filter(self._told, task=task)
        meant = self._told | Q(reply_to__in=heads.values("uri"))
        said = Comment.objects.live().filter(meant, task=task)
        return frozenset(said.values_list("uri", flat=True))


CONDITIONS: Mapping[type[Any], Callable[[Shown], Q]] = {
    Playlist: lambda _: Q(for_client=True),
    Version: lambda shown: Q(Among("uri", shown._versions)),  # noqa: SLF001  # its own table
    Comment: lambda shown: shown._comments,  # noqa: SLF001  # the same
    Annotation: lambda shown: shown._drawings,  # noqa: SLF001  # the same
}
"""What clients may read of each kind of row; a kind that is missing, they do not."""


def wall_of(person: Person | None, thing: object) -> Shown | None:
    """Return the wall before *person* in the production of *thing*; None: there is none."""
    held = held_by(person, thing)
    if person is None or held is None or not held.is_client:
        return None
    kept: dict[str, Shown] = person.__dict__.setdefault(_KEPT, {})
    return kept.setdefault(held.production, Shown(held.production))


def forget_walls(person: Person) -> None:
    """Read what is shown to *person* again at the next question."""
    person.__dict__.pop(_KEPT, None)


def sees(person: Person | None, thing: object) -> bool:
    """Tell whether *person* sits in the production of *thing*, and may see it from there."""
    if held_by(person, thing) is None:
        return False
    wall = wall_of(person, thing)
    return wall is None or wall.has(thing)


def seen_by(person: Person | None, thing: object, model: type[R]) -> StudioRows[R]:
    """Return the live rows of *model* that *person* may read in the production of *thing*."""
    rows: Any = model.objects.live()
    held, wall = held_by(person, thing), wall_of(person, thing)
    if held is None:
        found = rows.none()
    elif wall is None:
        found = rows.filter(production=production_of(thing))
    else:
        found = rows.filter(wall.condition(model))
    return cast("StudioRows[R]", found)


def items_seen_by(person: Person | None, playlist: Playlist) -> list[dict[str, Any]]:
    """Return the places of *playlist* as *person*, who sees it, may read them."""
    wall = wall_of(person, playlist)
    return list(playlist.items) if wall is None else wall.items(playlist)
