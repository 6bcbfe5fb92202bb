"""What every wall inside a production has in common: what is seen from behind it, row by row."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, cast

from django.db.models import Q

from jumelage.components.studio.models import Attachment, Playlist, Production, StudioRow, Version


class Wall:
    """What stands between a seat and the rest of its production; it names what passes."""

    conditions: ClassVar[Mapping[type[Any], Callable[[Any], Q]]] = {}
    """What of each kind of row is seen; a kind that is missing is not."""
    is_before_clients: ClassVar[bool] = False

    def __init__(self, production: str) -> None:
        """Stand in the production of this URI."""
        self.production = production

    def condition(self, model: type[StudioRow]) -> Q:
        """Return the condition of the rows of *model* that are seen; it holds for no others."""
        of = self.conditions.get(model)
        return Q(production=self.production) & of(self) if of else Q(pk__in=())

    def has(self, thing: object) -> bool:
        """Tell whether *thing* is seen: a row, a file beside a comment, a frame of a version."""
        if isinstance(thing, Attachment):
            return self.has(thing.comment)
        if type(thing) in self.conditions:
            rows = cast("type[StudioRow]", type(thing)).objects.live()
            return rows.filter(self.condition(type(thing)), pk=thing.pk).exists()  # type: ignore[attr-defined, arg-type]  # a row of ours
        of = getattr(thing, "version", None)
        return isinstance(thing, Production) or (isinstance(of, Version) and self.has(of))

    def opens(self, thing: object) -> bool:
        """Tell whether *thing* is seen as those see it before whom no wall stands."""
        del thing
        return False

    def items(self, playlist: Playlist) -> list[dict[str, Any]]:
        """Return the places of *playlist* as records say them, naming no version that is hidden."""
        del playlist
        return []
