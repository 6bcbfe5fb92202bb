"""The words of the studio as the dialect names them: by UUID, by name, by short name."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import connection

from jumelage.components.studio.kitsu.ids import word_id
from jumelage.components.studio.models import Word
from jumelage.components.studio.models.words import Family

ENTITIES = {"shot": "Shot", "sequence": "Sequence", "episode": "Episode"}
"""Types of entity that are no types of asset, as clients call them."""
FRESH_SECONDS = 2.0
EPOCH = "2026-01-01T00:00:00"
"""The date of what was shipped."""
ENTITY_TYPE = "entity-type"

Row = dict[str, Any]


@dataclass(frozen=True)
class Words:
    """Every word this node knows."""

    rows: Sequence[Word]

    @cached_property
    def told(self) -> Mapping[str, list[Row]]:
        """The rows of each family; clients ask for them again and again."""
        return {
            family: [row(word) for word in self.of(family)]
            for family, row in (
                (Family.ASSET_TYPE, entity_type_row),
                (Family.TASK_TYPE, task_type_row),
                (Family.STATUS, status_row),
                (Family.DEPARTMENT, department_row),
            )
        }

    def of(self, family: str) -> Sequence[Word]:
        """Return the words of *family*, in their order."""
        return [word for word in self.rows if word.family == family]

    @cached_property
    def by_id(self) -> Mapping[UUID, Word]:
        """The words by UUID."""
        return {word.uuid: word for word in self.rows}

    @cached_property
    def by_slug(self) -> Mapping[tuple[str, str], Word]:
        """The words by family and slug."""
        return {(word.family, word.slug): word for word in self.rows}

    def named(self, family: str, uuid: UUID) -> Word | None:
        """Return the word *uuid* of *family*, None when there is none."""
        word = self.by_id.get(uuid)
        return word if word and word.family == family else None

    def status(self, slug: str) -> Row:
        """Return the row of a status; one that nobody defines is made of its name."""
        word = self.by_slug.get((Family.STATUS, slug))
        return status_row(word or Word(family=Family.STATUS, slug=slug, name=slug))

    def task_type(self, slug: str) -> Row:
        """Return the row of a task type; one that nobody defines is made of its name."""
        word = self.by_slug.get((Family.TASK_TYPE, slug))
        return task_type_row(word or Word(family=Family.TASK_TYPE, slug=slug, name=slug))

    def asset_type(self, slug: str) -> Row:
        """Return the row of a type of asset; one that nobody defines is made of its name."""
        word = self.by_slug.get((Family.ASSET_TYPE, slug))
        return entity_type_row(word or Word(family=Family.ASSET_TYPE, slug=slug, name=slug))

    def slugs(self, fact: str) -> frozenset[str]:
        """Return the statuses whose fact *fact* is true."""
        return frozenset(w.slug for w in self.of(Family.STATUS) if w.facts.get(fact))

    @cached_property
    def default_status(self) -> str:
        """The status a task begins with."""
        return next(iter(self.slugs("default")), "todo")


_held: tuple[float, tuple[int, int], Words] | None = None


def words() -> Words:
    """Return every word; asked again when one was added, and at least every two seconds."""
    global _held  # noqa: PLW0603  # one list for the process
    stamp = _stamp()
    at = time.monotonic()
    if _held is None or _held[1] != stamp or at - _held[0] > FRESH_SECONDS:
        _held = (at, stamp, Words(list(Word.objects.order_by("order", "slug"))))
    return _held[2]


def _stamp() -> tuple[int, int]:
    """Return how many words there are, and the newest: asked at almost every request."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*), MAX(id) FROM {Word._meta.db_table}")  # noqa: S608  # our own table
        count, newest = cursor.fetchone()
    return count, newest or 0


def _base(word: Word, kind: str) -> Row:
    return {
        "id": word_id(word.family, word.slug), "created_at": EPOCH, "updated_at": EPOCH,
        "type": kind, "name": word.name, "archived": False,
    }  # fmt: skip


def status_row(word: Word) -> Row:
    """Return a status."""
    told = word.facts.get
    return {
        **_base(word, "TaskStatus"), "short_name": str(told("short", word.slug)),
        "description": None, "color": word.colour, "priority": word.order,
        "is_done": bool(told("done")), "is_artist_allowed": bool(told("by_artist")),
        "is_client_allowed": bool(told("by_client")), "is_retake": bool(told("retake")),
        "is_feedback_request": bool(told("feedback")), "is_default": bool(told("default")),
        "is_wip": bool(told("wip")), "shotgun_id": None, "for_concept": False,
    }  # fmt: skip


def task_type_row(word: Word) -> Row:
    """Return a task type."""
    crew = str(word.facts.get("department") or "")
    on = str(word.facts.get("on") or "shot")
    return {
        **_base(word, "TaskType"), "short_name": word.slug[:20], "description": None,
        "color": word.colour, "priority": word.order, "for_entity": on.capitalize(),
        "allow_timelog": True, "shotgun_id": None,
        "department_id": word_id(Family.DEPARTMENT, crew or "edit"),
    }  # fmt: skip


def entity_type_row(word: Word) -> Row:
    """Return a type of asset."""
    row = _base(word, "EntityType")
    return {**row, "short_name": None, "description": None, "task_types": []}


def department_row(word: Word) -> Row:
    """Return a department."""
    return {**_base(word, "Department"), "color": word.colour}


def entity_types() -> list[Row]:
    """Return the types of entity that are no types of asset."""
    return [entity_row(slug) for slug in ENTITIES]


def entity_row(slug: str) -> Row:
    """Return the type `shot`, `sequence` or `episode`."""
    return entity_type_row(Word(family=ENTITY_TYPE, slug=slug, name=ENTITIES[slug]))


def entity_type_id(kind: str, asset_type: str) -> str:
    """Return the identifier of the type of an entity."""
    return word_id(Family.ASSET_TYPE, asset_type) if kind == "asset" else word_id(ENTITY_TYPE, kind)
