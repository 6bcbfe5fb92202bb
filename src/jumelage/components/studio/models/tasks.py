"""Work to be done on a shot or an asset, where it stands, and time spent on it."""

from datetime import date

from django.db import models
from django.urls import reverse

from jumelage.components.studio.models.entities import Entity
from jumelage.components.studio.models.people import Seat
from jumelage.components.studio.models.productions import Production
from jumelage.components.studio.models.rows import StudioRow


class Task(StudioRow):
    """One kind of work on one entity. `status` is where it began; `state` where it stands."""

    production = models.ForeignKey(
        Production, db_constraint=False, on_delete=models.DO_NOTHING, related_name="tasks"
    )
    entity = models.ForeignKey(
        Entity, db_constraint=False, on_delete=models.DO_NOTHING, related_name="tasks"
    )
    task_type = models.CharField(max_length=40)
    name = models.CharField(max_length=80, default="main")
    status = models.CharField(max_length=40, default="todo")
    assignees = models.JSONField(default=list)
    """URIs of seats."""
    estimate = models.PositiveIntegerField(null=True)
    """Minutes."""
    starts = models.DateField(null=True)
    due = models.DateField(null=True)
    priority = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        """Return what is done."""
        return self.task_type

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("studio:task", kwargs={"uri": self.uri})

    @property
    def standing(self) -> str:
        """The status it has now: of the newest comment of either city that names one."""
        state = getattr(self, "state", None)
        return (state.status if state else "") or self.status

    def mark_new(self) -> None:
        """Know that nobody has said anything of it yet, so that `state` need not be asked for."""
        self._state.fields_cache["state"] = None

    def is_late(self, on: date) -> bool:
        """Tell whether its day has passed before *on*."""
        return self.due is not None and self.due < on


class TaskState(models.Model):
    """Where a task stands: the fold of both cities’ comments and versions, the same in each.

    Written by records only (`records/folding.py`). There is a row for each task that has a
    live comment or version.
    """

    task = models.OneToOneField(
        Task,
        primary_key=True,
        db_constraint=False,
        on_delete=models.DO_NOTHING,
        related_name="state",
    )
    status = models.CharField(max_length=40, blank=True)
    """Empty: no comment named one."""
    decision = models.CharField(max_length=8, blank=True)
    changed_at = models.DateTimeField(null=True)
    """When the comment that gave the status was said, by its author's clock."""
    changed_by = models.CharField(max_length=80, blank=True)
    """The seat that gave the status."""
    last_at = models.DateTimeField(null=True)
    """When the newest comment was said."""
    last_comment = models.CharField(max_length=80, blank=True)
    comments = models.PositiveIntegerField(default=0)
    retakes = models.PositiveIntegerField(default=0)
    versions = models.PositiveIntegerField(default=0)
    revision = models.PositiveIntegerField(default=0)
    """The highest revision of either city."""
    last_version = models.CharField(max_length=80, blank=True)

    def __str__(self) -> str:
        """Return the status."""
        return self.status


class TimeSpent(models.Model):
    """Minutes a person worked on a task on one day; local, never in a feed."""

    person = models.ForeignKey(
        "directory.Person", on_delete=models.CASCADE, related_name="studio_time"
    )
    task = models.ForeignKey(
        Task, db_constraint=False, on_delete=models.DO_NOTHING, related_name="time_spent"
    )
    seat = models.ForeignKey(
        Seat, null=True, db_constraint=False, on_delete=models.DO_NOTHING, related_name="+"
    )
    day = models.DateField()
    minutes = models.PositiveIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["person", "task", "day"], name="one_time_a_day_and_task"
            ),
            models.CheckConstraint(
                condition=models.Q(minutes__lte=1440), name="a_day_has_1440_minutes"
            ),
        )

    def __str__(self) -> str:
        """Return the day and the minutes."""
        return f"{self.day}: {self.minutes}"
