"""A city of the demonstration as a process of its own that does one step after the other.

Theory of operation. Django holds one set of settings per process, so each city is forked from
the conductor before Django is set up, and both set it up at the same time; `PRELOADED` is
what both need and what can be read once, before the fork, because it asks for no settings. The conductor sends
`(name of a step, arguments)` over a pipe and gets the result or the error's sentence. START makes the
city supervise its web server and its worker; steps keep working beside them. When
the pipe ends, for whatever reason, the city stops what it started and goes.
"""

import os
import signal
import sys
import time
import traceback
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from importlib import import_module
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections

from jumelage.node import boot
from jumelage.node.demonstration.cities import DemoCity
from jumelage.node.errors import DemonstrationStepError
from jumelage.node.operations.diagnosis import explained
from jumelage.node.run.supervisor import Supervisor

START = "start"
PROCESSES = "processes"
"""Not steps: done by the city's process itself."""
PRELOADED = ("django.db.models", "django.forms", "httpx", "requests", "uvicorn", "yaml")


class CityProcess:
    """The conductor's end: calls steps in the city and stops it."""

    def __init__(self, city: DemoCity, folder: Path, language: str, others: list[int]) -> None:
        """Fork the city; *others* are descriptors of the conductor it must not keep open."""
        for module in PRELOADED:
            import_module(module)
        self.city, self.folder = city, folder
        self._connection, theirs = Pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        self.pid = os.fork()
        if not self.pid:
            for descriptor in (*others, self._connection.fileno()):
                os.close(descriptor)
            _live(theirs, city, folder, language)  # never returns
        theirs.close()

    def descriptor(self) -> int:
        """Return the descriptor that later cities must close."""
        return self._connection.fileno()

    def begin(self, step: str, *arguments: object) -> None:
        """Ask the city to do *step* or START; do not wait."""
        with suppress(BrokenPipeError):
            self._connection.send((step, arguments))

    def finish(self) -> Any:  # noqa: ANN401  # whatever the step returns
        """Wait for the step that was begun and return what it returned.

        Raises:
            DemonstrationStepError: the step failed, or the city's process is gone.
        """
        try:
            good, result = self._connection.recv()
        except (EOFError, ConnectionResetError):
            good, result = False, ("-", 1)
        if not good:
            sentence, code = result
            log = self.folder / "node.log"
            raise DemonstrationStepError(
                code, city=self.city.name, reason=sentence.rstrip("."), log=log
            )
        return result

    def do(self, step: str, *arguments: object) -> Any:  # noqa: ANN401
        """Do *step* in the city and return what it returns."""
        self.begin(step, *arguments)
        return self.finish()

    def close(self) -> None:
        """Tell the city to stop; `wait` sees it gone."""
        self._connection.close()

    def wait(self, deadline: float) -> None:
        """Wait until the city is gone; after *deadline* (monotonic seconds) by force."""
        while os.waitpid(self.pid, os.WNOHANG)[0] == 0:
            if time.monotonic() > deadline:
                os.kill(self.pid, signal.SIGKILL)
                os.waitpid(self.pid, 0)
                return
            time.sleep(0.02)


@dataclass(slots=True)
class _City:
    """The city's end: does the steps it is asked for, beside what it runs."""

    connection: Connection
    folder: Path
    held: ExitStack
    supervisor: Supervisor | None = None

    def live(self) -> None:
        """Do steps until the conductor is gone or a signal says stop."""
        while self.supervisor is None or not self.supervisor.stopping:
            if self.supervisor and not self.supervisor.watch(1.0, [self.connection.fileno()]):
                continue
            try:
                step, arguments = self.connection.recv()
            except (EOFError, ConnectionResetError):
                return
            self._do(step, arguments)

    def _do(self, step: str, arguments: tuple[object, ...]) -> None:
        try:
            result = None
            if step == START:
                self._start()
            elif step == PROCESSES:
                result = self._processes()
            else:
                steps = import_module("jumelage.node.demonstration.steps")
                result = getattr(steps, step)(*arguments)
            connections.close_all()
            self.connection.send((True, result))
        except Exception as error:  # noqa: BLE001  # told to the conductor
            _tell_error(self.connection, error, self.folder)

    def _processes(self) -> dict[str, int]:
        """Return the processes that do the city's work, by name."""
        children = self.supervisor.children if self.supervisor else []
        return {"supervisor": os.getpid(), **{c.name: c.pid for c in children if c.pid}}

    def _start(self) -> None:
        """Begin to supervise the web server and the worker."""
        from jumelage.node.run import up  # noqa: PLC0415

        node = settings.NODE
        listener = self.held.enter_context(up.ready(node.data, node.host, node.port))
        self.supervisor = self.held.enter_context(Supervisor(up.targets(listener)))


def _live(connection: Connection, city: DemoCity, folder: Path, language: str) -> None:
    """Be the city until the conductor's end of *connection* closes; never return."""
    code = 1
    try:
        os.setsid()
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        _log_to(folder / "node.log")
        os.environ["JUMELAGE_DATA"] = str(folder)
        os.environ["JUMELAGE_JANUS"] = str(int(city.janus))
        os.environ["JUMELAGE_MEDIA_URL"] = city.media_url
        os.environ["JUMELAGE_FREIGHT_PORT"] = str(city.freight_port)
        boot.node(language)
        with ExitStack() as held:
            _City(connection, folder, held).live()
        code = 0
    except Exception as error:  # noqa: BLE001  # told to the conductor
        _tell_error(connection, error, folder)
    finally:
        os._exit(code)


def _log_to(file: Path) -> None:
    with file.open("ab") as log:
        for descriptor in (1, 2):
            os.dup2(log.fileno(), descriptor)


def _tell_error(connection: Connection, error: Exception, folder: Path) -> None:
    traceback.print_exception(error)
    sys.stderr.flush()
    known = explained(error, folder)
    boot.languages_only()
    with suppress(BrokenPipeError, OSError):
        connection.send((False, (known.message, known.exit_code)))
