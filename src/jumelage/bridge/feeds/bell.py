"""The bell: tells every process of the node that something was committed.

In the process that committed, `ring` wakes the listeners at once. Other processes (the web
server when the worker applied something, the worker when a command published) learn it from
one watcher thread a process: on PostgreSQL through LISTEN/NOTIFY, on SQLite through a doorbell
(`kit/sql/doorbells.py`), and by reading `PRAGMA data_version` now and then, which changes when
another connection commits.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from django.db import connection

from jumelage.kit.sql import doorbells
from jumelage.kit.sql.doorbells import Doorbell, NoDoorbell

logger = logging.getLogger(__name__)

LOOK_SECONDS = 0.25
"""How often SQLite is looked at for a commit that rang at nobody.

Looking every 4 ms instead of being rung at took 2 % of a core of every process that listens.
"""
CHANNEL = "jumelage_bell"


class Bell:
    """Wakes listeners of this process; listeners must look for themselves what is new."""

    def __init__(self) -> None:
        """Start silent; the watcher thread starts with the first listener."""
        self._lock = threading.Lock()
        self._listeners: set[Callable[[], None]] = set()
        self._watcher: threading.Thread | None = None
        self.name = ""
        """The name of this process's doorbell, once it has one."""

    def ring(self) -> None:
        """Wake every listener of this process."""
        with self._lock:
            listeners = list(self._listeners)
        for wake in listeners:
            wake()

    def listen(self, wake: Callable[[], None]) -> Callable[[], None]:
        """Call *wake* (from any thread) after each ring; return the function that stops it."""
        with self._lock:
            self._listeners.add(wake)
            if self._watcher is None:
                self._watcher = threading.Thread(target=self._watch, name="bell", daemon=True)
                self._watcher.start()

        def stop() -> None:
            with self._lock:
                self._listeners.discard(wake)

        return stop

    def _heard(self) -> bool:
        """Tell whether somebody still listens; if not, let the watcher end."""
        with self._lock:
            if not self._listeners:
                self._watcher = None
            return bool(self._listeners)

    def _watch(self) -> None:
        while self._heard():
            try:
                if connection.vendor == "postgresql":
                    self._watch_postgresql()
                else:
                    self._watch_sqlite()
            except Exception:  # noqa: BLE001  # the database may go away for a while
                time.sleep(1)
            finally:
                connection.close()

    def _watch_sqlite(self) -> None:
        with closing(_doorbell()) as door:
            self.name = door.name
            connection.ensure_connection()
            look, seen, rung = connection.connection.execute, None, True
            while self._listeners:
                version = look("PRAGMA data_version").fetchone()
                if rung or version != seen:
                    seen = version
                    self.ring()
                rung = door.wait(LOOK_SECONDS)

    def _watch_postgresql(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"LISTEN {CHANNEL}")
        while self._listeners:
            for _ in connection.connection.notifies(timeout=1, stop_after=1):
                self.ring()


_bell = Bell()
listen = _bell.listen


def ring() -> None:
    """Tell every process of this node that something was committed; call it on commit."""
    _bell.ring()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"NOTIFY {CHANNEL}")
    else:
        doorbells.ring(_database(), but=_bell.name)


def _doorbell() -> Doorbell | NoDoorbell:
    """Return a doorbell of this process, or none where no pipe can be made."""
    try:
        return Doorbell(_database())
    except OSError as error:
        logger.warning("no doorbell: commits are seen after %.2f s: %s", LOOK_SECONDS, error)
        return NoDoorbell()


def _database() -> Path:
    return Path(connection.settings_dict["NAME"])


class Waiter:
    """Lets one coroutine wait for the bell without missing a ring between two waits."""

    def __init__(self) -> None:
        """Start listening; must be made inside a running event loop."""
        self._event = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._stop = listen(self._wake)

    def _wake(self) -> None:
        if self._event.is_set():
            return  # it was not heard yet: who hears it looks afterwards
        with suppress(RuntimeError):  # the loop was closed while the bell rang
            self._loop.call_soon_threadsafe(self._event.set)

    async def wait(self, seconds: float) -> bool:
        """Wait for a ring, at most *seconds*; tell whether one came."""
        try:
            await asyncio.wait_for(self._event.wait(), seconds)
        except TimeoutError:
            return False
        self._event.clear()
        return True

    def close(self) -> None:
        """Stop listening."""
        self._stop()
