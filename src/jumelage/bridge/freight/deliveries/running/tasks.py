"""Threads of the freight process, one for each thing that is being done."""

import logging
import threading
from collections.abc import Callable

from django.db import connections

logger = logging.getLogger(__name__)
LEAVE_SECONDS = 3.0


class Task:
    """One thread that does one thing for one delivery; `stop` asks it to end early."""

    def __init__(self, name: str, do: Callable[[threading.Event], object]) -> None:
        """Begin to *do* it."""
        self.stop = threading.Event()
        self._do = do
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._do(self.stop)
        except Exception:  # whatever one delivery does, the others go on
            logger.exception("%s failed", self._thread.name)
        finally:
            connections.close_all()

    @property
    def alive(self) -> bool:
        """Whether it is still at it."""
        return self._thread.is_alive()

    def join(self) -> None:
        """Wait until it has ended, but not for long."""
        self._thread.join(LEAVE_SECONDS)


class Tasks:
    """What is being done now, by what it is and for which delivery."""

    def __init__(self) -> None:
        """Do nothing yet."""
        self._held: dict[tuple[str, str], Task] = {}

    def start(self, what: str, uri: str, do: Callable[[threading.Event], object]) -> None:
        """Do *what* for *uri*, unless that is being done."""
        if not self.does(what, uri):
            self._held[what, uri] = Task(f"freight-{what}", do)

    def does(self, what: str, uri: str) -> bool:
        """Tell whether *what* is being done for *uri*."""
        task = self._held.get((what, uri))
        return task is not None and task.alive

    def halt(self, what: str, uri: str) -> None:
        """Ask the thread that does *what* for *uri* to end."""
        if task := self._held.get((what, uri)):
            task.stop.set()

    def doing(self, what: str) -> frozenset[str]:
        """Return the deliveries for which *what* is being done."""
        self._held = {key: task for key, task in self._held.items() if task.alive}
        return frozenset(uri for kind, uri in self._held if kind == what)

    def end(self) -> None:
        """Ask all to end and wait for them a little."""
        for task in self._held.values():
            task.stop.set()
        for task in self._held.values():
            task.join()
