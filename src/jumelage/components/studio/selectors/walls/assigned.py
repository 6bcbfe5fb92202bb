"""The wall before vendors: what a partner organisation sees of a production it only works for.

A vendor (the word of visual effects and of Kitsu) sees the tasks that are assigned to one of its
seats, in whichever city, and all that is said and made in those; of the shot or asset, and of what
that is in, no more than what one needs to work on it. It sees nothing of other tasks, and nothing
that is about the whole production.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar, TypeVar

from django.db.models import Q

from jumelage.components.studio.models import (
    Annotation,
    Comment,
    Entity,
    Production,
    Seat,
    Task,
    Version,
)
from jumelage.components.studio.models.rows import StudioRows
from jumelage.components.studio.selectors.walls.wall import Wall
from jumelage.kit.sql.among import Among

E = TypeVar("E", bound=Entity)


class Assigned(Wall):
    """What is assigned to one organisation in one production; its tasks are read once."""

    def __init__(self, production: str, organisation: str) -> None:
        """Look at the production of this URI from the seats of this organisation (a URI)."""
        super().__init__(production)
        self.organisation = organisation

    @cached_property
    def tasks(self) -> Mapping[str, str]:
        """The entity of each task, by the URI of the task."""
        sitting = Seat.objects.live().filter(
            production=self.production, organisation=self.organisation
        )
        seats = frozenset(sitting.values_list("uri", flat=True))
        given = given_out(self.production) if seats else ()
        return {uri: entity for uri, entity, on in given if not seats.isdisjoint(on)}

    @cached_property
    def _worked_on(self) -> frozenset[str]:
        return frozenset(self.tasks.values())

    @cached_property
    def _above(self) -> frozenset[str]:
        """What the shots and assets are in: their sequences and episodes."""
        above: set[str] = set()
        level = set(self._worked_on)
        while level:
            rows = Entity.objects.filter(Among("uri", level), production=self.production)
            level = {uri for uri in rows.values_list("parent_id", flat=True) if uri} - above
            above |= level
        return frozenset(above)

    @property
    def _versions(self) -> StudioRows[Version]:
        return Version.objects.live().filter(Among("task_id", self.tasks))

    @cached_property
    def _shown(self) -> frozenset[str]:
        return frozenset(self._versions.values_list("uri", flat=True))

    conditions: ClassVar[Mapping[type[Any], Callable[["Assigned"], Q]]] = {
        Task: lambda wall: Q(Among("uri", wall.tasks)),
        Entity: lambda wall: Q(Among("uri", wall._above | wall._worked_on)),  # noqa: SLF001  # its own table
        Version: lambda wall: Q(Among("task_id", wall.tasks)),
        Comment: lambda wall: Q(Among("task_id", wall.tasks)),
        Annotation: lambda wall: Q(version__in=wall._versions.values("uri")),  # noqa: SLF001  # the same
    }

    def has(self, thing: object) -> bool:
        """Tell whether the organisation sees *thing*, or something of it."""
        if isinstance(thing, Task):
            return thing.uri in self.tasks
        if isinstance(thing, Version):
            return thing.task_id in self.tasks
        return super().has(thing)

    def opens(self, thing: object) -> bool:
        """Tell whether *thing* is a task of theirs, or said or made in one.

        A production, and what the shots of others are in too, is seen but not opened.
        """
        return not isinstance(thing, (Production, Entity)) and self.has(thing)

    def narrowed(self, entity: E) -> E:
        """Take from *entity* (it is not to be kept) what is not of the organisation's tasks.

        Of what its shots are in, that is all but the name.
        """
        entity.cast = {}
        if entity.uri not in self._worked_on:
            entity.description, entity.data, entity.code = "", {}, ""
            entity.frames = entity.frame_in = entity.frame_out = entity.handles = None
        if entity.main_version not in self._shown:
            entity.main_version = ""
        return entity


def given_out(production: str) -> Iterable[tuple[str, str, Sequence[str]]]:
    """Return each task of *production* (a URI) that somebody is on: its URI, its entity, the seats."""
    live = Task.objects.live().filter(production=production, entity__withdrawn_at=None)
    return live.exclude(assignees=[]).values_list("uri", "entity_id", "assignees")


def narrowed(entities: Iterable[E], walls: Mapping[str, Wall]) -> list[E]:
    """Return *entities*, those of a production (URI) with a wall of *walls* narrowed by it."""
    found = []
    for entity in entities:
        wall = walls.get(entity.production_id)
        found.append(wall.narrowed(entity) if isinstance(wall, Assigned) else entity)
    return found
