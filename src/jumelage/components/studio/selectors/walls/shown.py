"""The wall before clients: what the studio shows them of a production.

A client sees the playlists marked for the client, the versions these show, and of what was said
about those versions: what is marked for the client, what clients said, and the answers to both, unless a vendor gave them.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar

from django.db.models import Q

from jumelage.components.studio.models import (
    Annotation,
    Comment,
    Playlist,
    Production,
    Seat,
    Task,
    Version,
)
from jumelage.components.studio.models.rows import StudioRows
from jumelage.components.studio.review.places import seen_in
from jumelage.components.studio.selectors.seats import UNMOVED
from jumelage.components.studio.selectors.walls.wall import Wall
from jumelage.kit.sql.among import Among


class Shown(Wall):
    """What the studio shows to its clients of one production; its versions are read once."""

    is_before_clients = True

    def __init__(self, production: str, vendors: Sequence[str] | None = None) -> None:
        """Look at the production of this URI; its *vendors* are read unless they are given."""
        super().__init__(production)
        self._given = vendors

    @cached_property
    def _vendors(self) -> Sequence[str]:
        if self._given is not None:
            return self._given
        made = Production.objects.filter(uri=self.production)
        return made.values_list("vendors", flat=True).first() or ()

    @cached_property
    def _versions(self) -> Mapping[str, str]:
        lists = Playlist.objects.live().filter(self.condition(Playlist))
        return {version.uri: version.task_id for version in seen_in(list(lists))}

    @property
    def _told(self) -> Q:
        """What is marked for the client, and what clients said."""
        clients = Seat.objects.filter(production=self.production, role=Seat.Role.CLIENT)
        return Q(for_client=True) | Q(seat__in=clients.values("uri"))

    @cached_property
    def _apart(self) -> Q:
        """What vendors say: it is no answer to a client."""
        theirs = Seat.objects.filter(production=self.production, organisation__in=self._vendors)
        return Q(seat__in=theirs.exclude(role__in=UNMOVED).values("uri"))

    def _meant(self, heads: StudioRows[Comment]) -> Q:
        """What is told, and what answers *heads*."""
        return self._told | (Q(reply_to__in=heads.values("uri")) & ~self._apart)

    @property
    def _comments(self) -> Q:
        heads = Comment.objects.live().filter(self._told, production=self.production)
        return Q(Among("task_id", set(self._versions.values()))) & self._meant(heads)

    @property
    def _drawings(self) -> Q:
        clients = Seat.objects.filter(production=self.production, role=Seat.Role.CLIENT)
        said = Comment.objects.live().filter(self.condition(Comment)).values("uri")
        theirs = Q(seat__in=clients.values("uri"))
        return Q(Among("version_id", self._versions)) & (theirs | Q(comment__in=said))

    conditions: ClassVar[Mapping[type[Any], Callable[["Shown"], Q]]] = {
        Playlist: lambda _: Q(for_client=True),
        Version: lambda shown: Q(Among("uri", shown._versions)),  # noqa: SLF001  # its own table
        Comment: lambda shown: shown._comments,  # noqa: SLF001  # the same
        Annotation: lambda shown: shown._drawings,  # noqa: SLF001  # the same
    }

    def has(self, thing: object) -> bool:
        """Tell whether clients see *thing*; a task, if they read what is said of it."""
        if isinstance(thing, Version):
            return thing.uri in self._versions
        if isinstance(thing, Task):
            return thing.uri in self._versions.values()
        return super().has(thing)

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
        said = Comment.objects.live().filter(self._meant(heads), task=task)
        return frozenset(said.values_list("uri", flat=True))
