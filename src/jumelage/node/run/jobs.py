"""A worker of tasks: takes what waits in the database, one task at a time, until it is told to end.

The loop is that of `django_tasks_db` with two differences. It looks without a lock whether
something waits, so that a node in peace never locks its database; and a task is told at once when
the process is to end, so that long work can be handed on instead of being killed.
"""

import logging
import os
import signal
import socket
import threading
from collections.abc import Callable
from contextlib import suppress

from django.db import InterfaceError, OperationalError, close_old_connections, connection
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult
from django_tasks_db.utils import exclusive_transaction

from jumelage.components.studio.services.media import preparing

logger = logging.getLogger(__name__)
LOOK_SECONDS = 0.5
PAUSE_SECONDS = 5.0
KINDER = 5
"""Work that takes minutes gives way to the city's pages."""


def run(beat: Callable[[], None] = lambda: None) -> None:
    """Take tasks until SIGTERM or SIGINT; Django must be set up."""
    ended = threading.Event()

    def leave(*_: object) -> None:
        ended.set()
        preparing.leaving.set()

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, leave)
    with suppress(OSError):
        os.nice(KINDER)
    worker = _worker()
    while not ended.is_set():
        beat()
        close_old_connections()
        try:
            took = take_one(worker)
        except (InterfaceError, OperationalError) as error:
            logger.warning("the database does not answer: %s", error)
            with suppress(Exception):
                connection.close()
            ended.wait(PAUSE_SECONDS)
            continue
        if not took:
            ended.wait(LOOK_SECONDS)
    logger.info("jobs stopped")


def _worker() -> Worker:
    name = f"{socket.gethostname()[:40]}:{os.getpid()}"
    return Worker(
        queue_names=["*"],
        interval=LOOK_SECONDS,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=name,
        excluded_queue_names=[],
    )


def take_one(worker: Worker | None = None) -> bool:
    """Do the task that waits longest, if there is one; tell whether there was."""
    waiting = DBTaskResult.objects.ready().filter(backend_name="default")
    if not waiting.exists():
        return False
    held = worker or _worker()
    with exclusive_transaction(waiting.db):
        task = waiting.get_locked()
        if task is not None:
            task.claim(held.worker_id)
    if task is None:
        return False
    held.run_task(task)
    return True
