"""The walls inside a production: what a seat sees of it, decided here alone.

A wall stands before clients (`shown.py`) and before the seats of partners that see only their own
tasks, vendors (`assigned.py`). Pages, media addresses and the Kitsu dialect ask `sees`, or narrow
their rows with `seen_by`; verbs for those inside ask `opens`. What a wall does not name is hidden.
"""

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from jumelage.components.studio.models import Playlist, StudioRow
from jumelage.components.studio.models.rows import StudioRows
from jumelage.components.studio.selectors.seats import Held, held_by, production_of, seats_of
from jumelage.components.studio.selectors.walls.assigned import Assigned
from jumelage.components.studio.selectors.walls.shown import Shown
from jumelage.components.studio.selectors.walls.wall import Wall
from jumelage.directory.models import Person

R = TypeVar("R", bound=StudioRow)
_KEPT = "studio_walls"


def wall_of(person: Person | None, thing: object) -> Wall | None:
    """Return the wall before *person* in the production of *thing*; None: there is none."""
    held = held_by(person, thing)
    return _wall(person, held) if person and held and held.is_walled else None


def walls_of(person: Person) -> Mapping[str, Wall]:
    """Return the walls before *person*, by the URI of the production."""
    walled = [held for held in seats_of(person).values() if held.is_walled]
    return {held.production: _wall(person, held) for held in walled}


def _wall(person: Person, held: Held) -> Wall:
    """Return the wall before the seat *held* of *person*, who keeps it."""
    kept: dict[str, Wall] = person.__dict__.setdefault(_KEPT, {})
    if held.production not in kept:
        apart = Assigned(held.production, held.vendor)
        kept[held.production] = Shown(held.production) if held.is_client else apart
    return kept[held.production]


def forget_walls(person: Person) -> None:
    """Read what is shown to *person* again at the next question."""
    person.__dict__.pop(_KEPT, None)


def is_client(person: Person | None, thing: object) -> bool:
    """Tell whether *person* is a client in the production of *thing*."""
    held = held_by(person, thing)
    return held is not None and held.is_client


def sees(person: Person | None, thing: object) -> bool:
    """Tell whether *person* sits in the production of *thing*, and may see it from there."""
    if held_by(person, thing) is None:
        return False
    wall = wall_of(person, thing)
    return wall is None or wall.has(thing)


def opens(person: Person | None, thing: object) -> bool:
    """Tell whether *person* may see *thing* as those do before whom no wall stands."""
    if held_by(person, thing) is None:
        return False
    wall = wall_of(person, thing)
    return wall is None or wall.opens(thing)


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
