"""What a city says of the work to be done."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from django.utils.translation.trans_null import gettext_noop as _

from jumelage.components.studio.models import Task
from jumelage.components.studio.records.base import StudioRecord, at_most, require, to_the_twin

MINUTES = 60 * 24 * 366 * 10
"""Of ten years: no task is estimated to take longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskSet(StudioRecord):
    """A city sets a task on a shot or an asset; where it stands follows from the comments."""

    kind: ClassVar[str] = "studio.task-set"
    rows: ClassVar[type[Task]] = Task
    audiences: ClassVar[Mapping[str, frozenset[str]]] = to_the_twin(
        "production", "entity", "task_type", "name", "status", "assignees", "estimate",
        "starts", "due", "priority",
    )  # fmt: skip

    uri: str
    created_at: datetime
    production: str
    entity: str
    task_type: str
    name: str = "main"
    status: str = "todo"
    """Where it begins."""
    assignees: tuple[str, ...] = ()
    """Seats, of either city."""
    estimate: int | None = None
    """Minutes."""
    starts: date | None = None
    due: date | None = None
    priority: int = 0

    def __post_init__(self) -> None:
        """Refuse a task without a type, or with figures that mean nothing."""
        require(bool(self.task_type), _("a task has a type"))
        require(self.estimate is None or 0 <= self.estimate <= MINUTES, _("this is no estimate"))
        require(0 <= self.priority <= 9, _("a priority is from 0 to 9"))
        at_most(100, self.assignees, _("too many people on one task"))
