"""The watch: looks at the node every few seconds, keeps the journal, tells administrators.

It is a thread of the web process, so that it lives when the worker does not, and costs no
process of its own. What it finds is in the journal; nothing else depends on it: `jumelage
status` looks for itself.

A worker that hangs in the middle of a transaction holds the database, so that each look waits for
it (11 s on SQLite). So it is told before the database is asked, and the time that a look took is
taken from the pause: 15 s of silence, 11 s, 0.5 s and 2.5 s to look again stay below half a minute.
"""

import logging
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from django.conf import settings
from django.db import connections

from jumelage.kit import clock
from jumelage.node.watching import checks, journal, mailing
from jumelage.node.watching.alerts import OF_PROCESSES, Alert
from jumelage.node.watching.beat import pause

log = logging.getLogger("jumelage.watch")

EVERY_SECONDS = 5.0
LEAST_PAUSE_SECONDS = 0.5
FIRST_AFTER_SECONDS = 3.0
"""Time for the worker to make its first turn."""
MAIL_AGAIN_ROUNDS = 12
"""After a mail that failed, a minute passes before the next attempt."""


def now() -> list[Alert]:
    """Return what is wrong now, with its beginning when it is known."""
    found, complete = checks.current()
    return journal.continued(journal.read(settings.DATA), found, complete=complete)


class Watch:
    """Looks again and again; remembers what the journal may not be able to hold."""

    def __init__(self) -> None:
        """Begin with what the journal holds, and make it while the disk still has room."""
        self.alerts = journal.read(settings.DATA)
        self._mail_pause = 0
        with suppress(OSError):
            journal.write(settings.DATA, self.alerts)

    def look(self) -> None:
        """Look once: log what began and what ended, keep it, mail what has lasted."""
        machine = checks.of_the_machine()
        self._note(self._with_processes(machine))
        found, complete = checks.with_the_database(machine)
        self._note(journal.continued(self.alerts, found, complete=complete))
        self._mail()

    def _with_processes(self, machine: Sequence[Alert]) -> list[Alert]:
        """Return what is known and the processes that hang since the last look."""
        known = {alert.key for alert in self.alerts}
        hung = [one for one in machine if one.name in OF_PROCESSES and one.key not in known]
        return [*self.alerts, *journal.continued([], hung, complete=True)]

    def _note(self, alerts: list[Alert]) -> None:
        """Log what began and what ended with *alerts*, and keep them."""
        before, after = {one.key for one in self.alerts}, {one.key for one in alerts}
        for alert in alerts:
            if alert.key not in before:
                log.warning("alert %s: %s", alert.name, alert.told.en)
        for alert in self.alerts:
            if alert.key not in after:
                log.info("alert %s ended: %s", alert.name, alert.told.en)
        self._keep(alerts)

    def _keep(self, alerts: list[Alert]) -> None:
        changed = alerts != self.alerts
        self.alerts = alerts
        if changed:
            with suppress(OSError):  # the disk filled up before the first start
                journal.write(settings.DATA, alerts)

    def _mail(self) -> None:
        """Tell administrators of each alert once, when it has lasted."""
        self._mail_pause = max(self._mail_pause - 1, 0)
        at = clock.now()
        due = [a for a in self.alerts if not a.mailed and a.since and at - a.since >= a.patience]
        if not due or self._mail_pause:
            return
        if mailing.tell(due):
            sent = {alert.key for alert in due}
            self._keep([replace(a, mailed=a.mailed or a.key in sent) for a in self.alerts])
        else:
            self._mail_pause = MAIL_AGAIN_ROUNDS


def start() -> None:
    """Watch from now on in a thread of this process, which ends with it."""
    threading.Thread(target=_watch, name="watch", daemon=True).start()


def _watch() -> None:
    watch = Watch()
    pause(FIRST_AFTER_SECONDS)
    while True:
        begun = time.monotonic()
        try:
            watch.look()
        except Exception:  # the watch goes on, whatever is wrong; that is what it is for
            log.exception("the watch could not look")
        finally:
            connections.close_all()
        took = time.monotonic() - begun
        pause(min(max(EVERY_SECONDS - took, LEAST_PAUSE_SECONDS), EVERY_SECONDS))
