"""What one person may see: the productions they have a seat in, and all that is in those.

A client or a vendor sees of a production what their wall lets through (`selectors/walls/seeing.py`).
Anything else is not there: the answer is the same as for nothing at all.
"""

from collections.abc import Iterable
from functools import cached_property
from typing import Any, TypeVar, cast
from uuid import UUID

from django.db.models import Q

from jumelage.bridge.api import me
from jumelage.components.studio.kitsu.errors import UnknownThingError
from jumelage.components.studio.kitsu.ids import person_id
from jumelage.components.studio.kitsu.people import (
    MANAGER,
    Crew,
    Row,
    account_row,
    role_of,
    strongest,
)
from jumelage.components.studio.models import (
    Comment,
    Entity,
    Playlist,
    Production,
    StudioRow,
    Task,
    Version,
)
from jumelage.components.studio.models.rows import StudioRows
from jumelage.components.studio.selectors.seats import Held, seats_of
from jumelage.components.studio.selectors.walls.assigned import narrowed
from jumelage.components.studio.selectors.walls.seeing import (
    forget_walls,
    is_client,
    opens,
    sees,
    walls_of,
)
from jumelage.directory.models import Grant, Person
from jumelage.directory.policy import has_role

R = TypeVar("R", bound=StudioRow)
ADMIN = "admin"


class Scope:
    """The productions of one person, and how to find things in them."""

    def __init__(self, person: Person) -> None:
        """Look from where *person* sits, at what is shown there now."""
        self.person = person
        forget_walls(person)

    @property
    def held(self) -> dict[str, Held]:
        """Their seats, by the URI of the production."""
        return dict(seats_of(self.person))

    @property
    def inside(self) -> dict[str, Held]:
        """Their seats that no wall stands before: where they are no client and no vendor."""
        return {uri: held for uri, held in self.held.items() if not held.is_walled}

    @cached_property
    def here(self) -> str:
        """The origin of this node."""
        held = next(iter(self.held.values()), None)
        return held.here if held else me().origin

    @property
    def person_id(self) -> str:
        """The identifier of the person."""
        return person_id(self.person.pk, self.here)

    @property
    def role(self) -> str:
        """What they are called in Kitsu's words, over all their productions."""
        roles = [role_of(held.role) for held in self.held.values()]
        if roles and has_role(self.person, Grant.Role.OFFICER, Grant.Role.ADMINISTRATOR):
            return ADMIN
        return strongest(roles)

    @property
    def manages(self) -> bool:
        """Tell whether they run a production, so that they must find people by address."""
        return self.role in {ADMIN, MANAGER}

    @property
    def managed(self) -> frozenset[str]:
        """The productions (URIs) they coordinate, whose members' addresses they see."""
        seats = self.held.items()
        return frozenset(uri for uri, held in seats if role_of(held.role) == MANAGER)

    @cached_property
    def crew(self) -> Crew:
        """Everybody in their productions; behind a wall one learns of nobody who sits there."""
        hidden = self.held.keys() - self.inside.keys()
        return Crew(self.here, self.held, hidden=hidden, own=self.person.pk)

    def own_row(self) -> Row:
        """Return their own row."""
        return account_row(self.person, self.here, self.role, mail=True)

    def rows(self, model: type[R]) -> StudioRows[R]:
        """Return what of *model* stands in their productions, and they may see."""
        rows: Any = model.objects.live()
        if issubclass(model, Production):
            return cast("StudioRows[R]", rows.filter(uri__in=list(self.held)))
        seen = Q(production_id__in=list(self.inside))
        for wall in walls_of(self.person).values():
            seen |= wall.condition(model)
        return cast("StudioRows[R]", rows.filter(seen))

    def entities(self, found: Iterable[Entity]) -> list[Entity]:
        """Return *found*, which they see, as far as it is theirs to read."""
        return narrowed(found, walls_of(self.person))

    def one(self, model: type[R], uuid: UUID | None, *related: str) -> R:
        """Return the thing *uuid*, with *related* rows.

        Raises:
            UnknownThingError: there is none, it is in a production of others, or not shown.
        """
        if uuid is None:
            raise UnknownThingError
        rows: Any = model.objects.live().filter(uuid=uuid)
        rows = rows.select_related(*related) if related else rows
        found = next(iter(rows[:1]), None)  # `first` would order by the key
        if found is None or not sees(self.person, found):
            raise UnknownThingError
        return cast("R", found)

    def _inside(self, found: R) -> R:
        """Return *found*, which lies open before them.

        Raises:
            UnknownThingError: a wall stands before all of it, or before a part.
        """
        if not opens(self.person, found):
            raise UnknownThingError
        return found

    def production(self, uuid: UUID | None) -> Production:
        """Return a production they sit in, to read or change all that is in it."""
        return self._inside(self.shown_production(uuid))

    def worked_in(self, uuid: UUID | None) -> Production:
        """Return a production in which they have work, to read of it what they see: no clients."""
        found = self.shown_production(uuid)
        if is_client(self.person, found):
            raise UnknownThingError
        return found

    def shown_production(self, uuid: UUID | None) -> Production:
        """Return a production they sit in, perhaps as a client or a vendor."""
        return self.one(Production, uuid)

    def entity(self, uuid: UUID | None, *kinds: str) -> Entity:
        """Return an entity of one of *kinds*, or of any."""
        entity = self.one(Entity, uuid, "production")
        if kinds and entity.type not in kinds:
            raise UnknownThingError
        return self.entities([entity])[0]

    def task(self, uuid: UUID | None) -> Task:
        """Return a task, with where it stands."""
        return self._inside(self.shown_task(uuid))

    def shown_task(self, uuid: UUID | None) -> Task:
        """Return a task of which they may read what is said: a client, if a version is shown."""
        return self.one(Task, uuid, "state")

    def version(self, uuid: UUID | None) -> Version:
        """Return a version, with its task."""
        return self.one(Version, uuid, "task")

    def comment(self, uuid: UUID | None) -> Comment:
        """Return a comment, with its task."""
        return self.one(Comment, uuid, "task")

    def playlist(self, uuid: UUID | None) -> Playlist:
        """Return a playlist."""
        return self.one(Playlist, uuid)
