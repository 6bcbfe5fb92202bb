"""Time spent: local, of a person on a task on a day; it never leaves the node."""

from datetime import date

from django.db import transaction
from django.db.models import Sum

from jumelage.components.studio.errors import TooLongADayError
from jumelage.components.studio.models import Task, TimeSpent
from jumelage.components.studio.selectors.seats import held_by
from jumelage.components.studio.services.saying import voice
from jumelage.directory.models import Person
from jumelage.directory.policy import ensure

DAY = 24 * 60


@transaction.atomic
def spend_time(
    *, task: Task, day: date, minutes: int, by: Person, person: Person | None = None
) -> TimeSpent:
    """Say that *by* (or *person*, said by somebody who leads) worked *minutes* on that *day*.

    Saying it again replaces what was said before.

    Raises:
        TooLongADayError: the tasks of the day take more than 24 hours.
    """
    voice(by, "studio.spend-time", task)
    worker = person or by
    if worker.pk != by.pk:
        ensure(by, "studio.read-time", task)
    others = TimeSpent.objects.filter(person=worker, day=day).exclude(task=task)
    if minutes < 0 or (others.aggregate(sum=Sum("minutes"))["sum"] or 0) + minutes > DAY:
        raise TooLongADayError
    held = held_by(worker, task)
    spent, _ = TimeSpent.objects.update_or_create(
        person=worker,
        task=task,
        day=day,
        defaults={"minutes": minutes, "seat_id": held.seat if held else None},
    )
    return spent
