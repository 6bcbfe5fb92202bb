"""What workers do, as tasks of `django_tasks`: rows in the database that any worker takes.

A task only names what is to be done. Whether it still is to be done stands in the rows of
`Preparation` and `TakenDelivery`, so a task that comes twice does nothing the second time.
"""

from datetime import timedelta

from django.db import transaction
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from jumelage.components.studio.models import Preparation
from jumelage.kit import clock

LOST = timedelta(seconds=30)
"""A worker says every second or two that it lives."""
FORGOTTEN = timedelta(minutes=10)
KEPT = timedelta(days=7)
MOST_TRIES = 3
"""Then it is the file that ends the workers."""


@task()
def prepare(version: str) -> None:
    """Make what is shown of *version*."""
    from jumelage.components.studio.services.media import preparing  # noqa: PLC0415  # workers only

    preparing.run(version)


@task()
def take_in(delivery: str) -> None:
    """Keep the files of a delivery of the other city."""
    from jumelage.components.studio.services.media import crossing  # noqa: PLC0415  # workers only

    crossing.take_in(delivery)


def take_again() -> int:
    """Hand on what a worker left that was killed, and what nobody took; return how many.

    A duty of the node: what is found is waiting again for any worker.
    """
    now = clock.now()
    DBTaskResult.objects.finished().filter(finished_at__lt=now - KEPT).delete()
    lost = Preparation.objects.filter(
        state=Preparation.State.WORKING, beat_at__lt=now - LOST
    ) | Preparation.objects.filter(state=Preparation.State.WAITING, asked_at__lt=now - FORGOTTEN)
    return sum(_again(held) for held in lost.select_related("version")[:50])


@transaction.atomic
def _again(held: Preparation) -> bool:
    still = Preparation.objects.select_for_update().filter(
        pk=held.pk, state=held.state, beat_at=held.beat_at, asked_at=held.asked_at
    )
    changed = {
        "state": Preparation.State.WAITING,
        "asked_at": clock.now(),
        "worker": "",
        "beat_at": None,
    }
    if not still.update(**changed):
        return False
    prepare.enqueue(held.version_id)
    return True
