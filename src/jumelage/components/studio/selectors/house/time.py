"""Questions about the time that people of this city spent on a production."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet, Sum

from jumelage.components.studio.models import Production, Task, TimeSpent
from jumelage.directory.models import Person

HEAD = ("person", "day", "sequence", "shot", "task", "minutes", "estimate")


@dataclass(frozen=True, slots=True)
class Week:
    """What one person spent in one week on one kind of work."""

    person: Person
    monday: date
    task_type: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Spent:
    """A task with all that was ever spent on it in this city."""

    task: Task
    minutes: int

    @property
    def is_over(self) -> bool:
        """Tell whether more was spent than was estimated."""
        return self.task.estimate is not None and self.minutes > self.task.estimate


def time_of(production: Production, since: date, until: date) -> QuerySet[TimeSpent]:
    """Return what people of this city spent on *production* from *since* to *until*."""
    spent = TimeSpent.objects.filter(task__production=production, minutes__gt=0)
    return spent.filter(day__gte=since, day__lte=until)


def weeks(spent: QuerySet[TimeSpent]) -> list[Week]:
    """Add *spent* up by week, person and kind of work, the newest week first."""
    found: Counter[tuple[int, date, str]] = Counter()
    for person, day, task_type, minutes in spent.values_list(
        "person", "day", "task__task_type", "minutes"
    ):
        found[person, day - timedelta(days=day.weekday()), task_type] += minutes
    people = Person.objects.in_bulk({person for person, *_ in found})
    told = [Week(people[who], monday, kind, sum_) for (who, monday, kind), sum_ in found.items()]
    return sorted(told, key=lambda one: (-one.monday.toordinal(), str(one.person), one.task_type))


def tasks_of(spent: QuerySet[TimeSpent]) -> Sequence[Spent]:
    """Return the tasks of *spent* by sequence and shot, each with all its time of this city."""
    tasks = Task.objects.filter(pk__in=spent.values("task")).select_related("entity__parent")
    summed = tasks.annotate(minutes=Sum("time_spent__minutes"))
    ordered = summed.order_by("entity__parent__name", "entity__name", "task_type", "uri")
    return [Spent(task, task.minutes) for task in ordered]


def lines(spent: QuerySet[TimeSpent]) -> Iterator[tuple[str, ...]]:
    """Yield *spent* as lines of a table, its head first; minutes, days as ISO 8601."""
    yield HEAD
    related = spent.select_related("person", "task__entity__parent")
    for one in related.order_by("day", "person", "pk"):
        task = one.task
        yield (
            str(one.person),
            one.day.isoformat(),
            str(task.entity.parent or ""),
            task.entity.name,
            task.task_type,
            str(one.minutes),
            "" if task.estimate is None else str(task.estimate),
        )
