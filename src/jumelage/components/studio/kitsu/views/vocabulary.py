"""Task types, statuses, types of entity, departments."""

from typing import Any

from msgspec import Struct

from jumelage.components.studio.kitsu.endpoint import Asked
from jumelage.components.studio.kitsu.errors import WrongBodyError
from jumelage.components.studio.kitsu.lists import matching
from jumelage.components.studio.kitsu.words import (
    Words,
    entity_type_row,
    entity_types,
    words,
)
from jumelage.components.studio.models import Production
from jumelage.components.studio.models.words import Family
from jumelage.components.studio.services.words import make_word

Row = dict[str, Any]


NAMES = {
    "asset_types": Family.ASSET_TYPE,
    "task_types": Family.TASK_TYPE,
    "task_status": Family.STATUS,
    "departments": Family.DEPARTMENT,
}


class NewType(Struct):
    """A type of asset to be made."""

    name: str


def vocabulary(asked: Asked) -> dict[str, list[Row]]:
    """Return the rows of all words, by the names they have in the context."""
    return {name: _told(asked, family) for name, family in NAMES.items()}


def _told(asked: Asked, family: str) -> list[Row]:
    """Return the words of *family*; who is a client everywhere reads none of other productions."""
    known, scope = words(), asked.scope
    if scope.inside or not any(word.given_by for word in known.of(family)):
        return known.told[family]
    said = scope.rows(Production).values_list("words", flat=True)
    used = {each["slug"] for of in said for each in of if each["family"] == family}
    rows = [word for word in known.of(family) if not word.given_by or word.slug in used]
    return Words(rows).told[family]


def task_types(asked: Asked) -> list[Row]:
    """List the task types."""
    rows = _told(asked, Family.TASK_TYPE)
    return matching(asked, rows, "id", "name", "short_name", "for_entity", "department_id")


def statuses(asked: Asked) -> list[Row]:
    """List the statuses."""
    rows = _told(asked, Family.STATUS)
    flags = ("is_default", "is_done", "is_retake", "is_wip", "is_feedback_request")
    return matching(asked, rows, "id", "name", "short_name", *flags)


def asset_types(asked: Asked) -> list[Row]:
    """List the types of asset."""
    return matching(asked, _told(asked, Family.ASSET_TYPE), "id", "name")


def departments(asked: Asked) -> list[Row]:
    """List the departments."""
    return matching(asked, _told(asked, Family.DEPARTMENT), "id", "name")


def types_of_entity(asked: Asked) -> list[Row]:
    """List the types of entity: those of assets, and shots, sequences, episodes."""
    rows = [*_told(asked, Family.ASSET_TYPE), *entity_types()]
    return matching(asked, rows, "id", "name")


def new_type(asked: Asked) -> Row:
    """Make a type of asset."""
    name = asked.body(NewType).name.strip()[:80]
    if not name:
        raise WrongBodyError(field="name", reason="it is empty")
    made = make_word(family=Family.ASSET_TYPE, name=name, by=asked.person)
    return entity_type_row(made)
