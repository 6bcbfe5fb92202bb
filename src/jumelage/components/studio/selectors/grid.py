"""The grid of shots (or assets) and tasks: values, not rows of models, in two queries."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import OuterRef, Q, Subquery

from jumelage.components.studio.models import Entity, Production, Task, Version
from jumelage.kit import clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What somebody asks the grid; empty: everything."""

    type: str = Entity.Type.SHOT
    text: str = ""
    parent: str = ""
    """URI of a sequence or an episode; for assets the slug of their type."""
    task_type: str = ""
    status: str = ""
    seat: str = ""
    """URI of who is on the task; `-`: nobody."""
    canceled: bool = False

    @property
    def is_about_tasks(self) -> bool:
        """Tell whether rows without a fitting task are left out."""
        return bool(self.task_type or self.status or self.seat)


class Cell(NamedTuple):
    """A task as the grid shows it."""

    uri: str
    entity: str
    task_type: str
    name: str
    status: str
    assignees: Sequence[str]
    due: date | None
    priority: int
    origin: str
    comments: int
    retakes: int
    revision: int
    version: str
    seen: datetime | None
    """When its newest version was published; None: there is nothing to see of it yet."""

    def is_late(self, on: date) -> bool:
        """Tell whether its day has passed before *on*; what is done is never late."""
        return self.due is not None and self.due < on


STATUS = Cell._fields.index("status")


class Row(NamedTuple):
    """A shot or an asset with its tasks by task type."""

    uri: str
    name: str
    parent: str
    asset_type: str
    frames: int | None
    canceled: bool
    origin: str
    main_version: str
    cells: dict[str, list[Cell]]

    @property
    def newest(self) -> str:
        """The URI of the newest version of its tasks that one can see; empty: none."""
        shown = [cell for cells in self.cells.values() for cell in cells if cell.seen]
        return max(shown, key=lambda cell: (cell.seen, cell.version)).version if shown else ""


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows in order, and the parents they are under."""

    rows: Sequence[Row]
    parents: Mapping[str, str] = field(default_factory=dict)
    """Names of sequences and episodes by URI."""

    def __iter__(self) -> Iterator[Row]:
        """Go through the rows."""
        return iter(self.rows)


def grid(production: Production, question: Question) -> Grid:
    """Return the grid of *production* that answers *question*; parents are asked for besides."""
    cells: dict[str, dict[str, list[Cell]]] = {}
    for cell in _cells(production, question):
        cells.setdefault(cell.entity, {}).setdefault(cell.task_type, []).append(cell)
    parents = _parents(production) if question.type == Entity.Type.SHOT else {}
    rows = [
        Row._make([*facts, cells.get(facts[0], {})])
        for facts in _entities(production, question)
        if not question.is_about_tasks or facts[0] in cells
    ]
    rows.sort(key=lambda row: (parents.get(row.parent, ""), row.asset_type, row.name, row.uri))
    return Grid(rows, parents)


def _entities(production: Production, question: Question) -> Sequence[tuple[Any, ...]]:
    found = Entity.objects.live().filter(production=production, type=question.type)
    if not question.canceled:
        found = found.filter(canceled=False)
    if question.text:
        words = Q(name__icontains=question.text) | Q(description__icontains=question.text)
        found = found.filter(words | Q(parent__name__icontains=question.text))
    if question.parent:
        column = "asset_type" if question.type == Entity.Type.ASSET else "parent_id"
        found = found.filter(**{column: question.parent})
    return list(
        found.order_by().values_list(
            "uri", "name", "parent_id", "asset_type", "frames", "canceled", "origin",
            "main_version",
        )
    )  # fmt: skip


def _cells(production: Production, question: Question) -> Iterator[Cell]:
    found = Task.objects.live().filter(production=production)
    if question.task_type:
        found = found.filter(task_type=question.task_type)
    shown = Version.objects.live().filter(uri=OuterRef("state__last_version"), media__isnull=False)
    columns = found.annotate(seen=Subquery(shown.order_by().values("created_at"))).order_by()
    told = columns.values_list(
        "uri", "entity_id", "task_type", "name", "status", "assignees", "due", "priority",
        "origin", "state__status", "state__comments", "state__retakes", "state__revision",
        "state__last_version", "seen",
    )  # fmt: skip
    row: tuple[Any, ...]
    for row in told:
        *task, standing, comments, retakes, revision, version, seen = row
        task[STATUS] = standing or task[STATUS]
        counts = [comments or 0, retakes or 0, revision or 0]
        cell = Cell._make([*task, *counts, version or "", seen])
        if _answers(cell, question):
            yield cell


def _answers(cell: Cell, question: Question) -> bool:
    if question.status and cell.status != question.status:
        return False
    if question.seat == "-":
        return not cell.assignees
    return not question.seat or question.seat in cell.assignees


def _parents(production: Production) -> dict[str, str]:
    kinds = (Entity.Type.SEQUENCE, Entity.Type.EPISODE)
    held = Entity.objects.live().filter(production=production, type__in=kinds)
    return dict(held.values_list("uri", "name"))


def today() -> date:
    """Return the day by which tasks are late."""
    return clock.today()
