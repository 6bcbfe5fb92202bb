"""Task types, statuses, types of entity, departments."""

from typing import Any

from msgspec import Struct

from jumelage.components.studio.kitsu.endpoint import Asked
from jumelage.components.studio.kitsu.lists import matching
from jumelage.components.studio.kitsu.words import (
    Words,
    department_row,
    entity_type_row,
    entity_types,
    status_row,
    task_type_row,
    words,
)
from jumelage.components.studio.models.words import Family
from jumelage.components.studio.services.words import make_word

Row = dict[str, Any]


class NewType(Struct):
    """A type of asset to be made."""

    name: str


def vocabulary(known: Words) -> dict[str, list[Row]]:
    """Return the rows of all words, by the names they have in the context."""
    return {
        "asset_types": [entity_type_row(word) for word in known.of(Family.ASSET_TYPE)],
        "task_types": [task_type_row(word) for word in known.of(Family.TASK_TYPE)],
        "task_status": [status_row(word) for word in known.of(Family.STATUS)],
        "departments": [department_row(word) for word in known.of(Family.DEPARTMENT)],
    }


def task_types(asked: Asked) -> list[Row]:
    """List the task types."""
    rows = vocabulary(words())["task_types"]
    return matching(asked, rows, "id", "name", "short_name", "for_entity", "department_id")


def statuses(asked: Asked) -> list[Row]:
    """List the statuses."""
    rows = vocabulary(words())["task_status"]
    flags = ("is_default", "is_done", "is_retake", "is_wip", "is_feedback_request")
    return matching(asked, rows, "id", "name", "short_name", *flags)


def asset_types(asked: Asked) -> list[Row]:
    """List the types of asset."""
    return matching(asked, vocabulary(words())["asset_types"], "id", "name")


def departments(asked: Asked) -> list[Row]:
    """List the departments."""
    return matching(asked, vocabulary(words())["departments"], "id", "name")


def types_of_entity(asked: Asked) -> list[Row]:
    """List the types of entity: those of assets, and shots, sequences, episodes."""
    rows = [*vocabulary(words())["asset_types"], *entity_types()]
    return matching(asked, rows, "id", "name")


def new_type(asked: Asked) -> Row:
    """Make a type of asset."""
    name = asked.body(NewType).name.strip()[:80]
    made = make_word(family=Family.ASSET_TYPE, name=name, by=asked.person)
    return entity_type_row(made)
