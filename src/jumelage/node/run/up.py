"""Runs the node of the data folder: prepared, then web, worker, freight and jobs, supervised."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import connections

from jumelage.bridge import worker
from jumelage.bridge.api import reconcile_ledger
from jumelage.components.rooms.engines.choosing import janus_settings
from jumelage.components.rooms.engines.janus import configuration, process
from jumelage.kit import memory
from jumelage.node.operations import recovery
from jumelage.node.run import prepare, static, web
from jumelage.node.run.supervisor import GRACE_SECONDS, Supervisor
from jumelage.node.watching.beat import FREIGHT, Beat

ORPHANS_SECONDS = GRACE_SECONDS + 2
"""How long the children of a supervisor that was killed may take to end."""


@contextmanager
def ready(folder: Path, host: str, port: int) -> Iterator[socket.socket]:
    """Hold the folder and the port, with tables, ledger and static files up to date.

    Raises:
        AlreadyRunningError: another process runs the node.
        PortTakenError: another program listens on the port.
        EngineAbsentError: a program that is to run beside the node is not installed.
    """
    _demand_engines()
    with prepare.lock(folder, patience=ORPHANS_SECONDS), web.listen(host, port) as listener:
        prepare.migrate()
        recovery.begin_if_restored()
        recovery.demand_key()
        reconcile_ledger()
        static.collect_when_changed()
        yield listener


def targets(listener: socket.socket) -> dict[str, Callable[[], None]]:
    """Return what runs beside each other: web server, worker, freight, jobs, engines of calls."""
    connections.close_all()
    memory.few_heaps()
    engines = {"janus": partial(process.run, janus_settings())} if settings.NODE.janus else {}
    return {
        "web": partial(_serve, listener),
        "worker": _work,
        "freight": _carry,
        "jobs": _prepare,
        **engines,
    }


def _demand_engines() -> None:
    """Refuse to start without a program that the settings ask for."""
    if settings.NODE.janus:
        configuration.demand()


def _serve(listener: socket.socket) -> None:
    """Answer requests."""
    memory.give_back()
    web.serve(listener)


def _work() -> None:
    """Run the worker, and let the others see that it moves."""
    memory.give_back()
    worker.run(Beat(settings.DATA))


def _carry() -> None:
    """Run freight, which is loaded in its own process only, and let the others see that it moves."""
    from jumelage.bridge.freight.deliveries.running import work  # noqa: PLC0415

    work.run(Beat(settings.DATA, FREIGHT))


def _prepare() -> None:
    """Do what takes long, such as proxies of films."""
    from jumelage.node.run import jobs  # noqa: PLC0415

    jobs.run()


def run(*, announce: Callable[[str], None]) -> None:
    """Run the node until SIGINT or SIGTERM; *announce* gets its address when it listens."""
    node = settings.NODE
    with (
        ready(node.data, node.host, node.port) as listener,
        Supervisor(targets(listener)) as supervisor,
    ):
        announce(node.public_url)
        supervisor.run()
