"""Keeps a few forked processes alive, and leaves none behind.

Theory of operation. Each child is forked from the prepared parent (so it starts in
milliseconds) into a session of its own, where the terminal's Ctrl-C does not reach it; only
the supervisor decides when it ends. A pipe whose writing end only the supervisor holds ends
when the supervisor is gone, however it went; each child reads it and then stops by itself.

    waiting --fork--> running --exits--> waiting (0.5 s, 1 s, 2 s ... 30 s) --> running
                         |                  `-- too often, and never lasted --> KeepsStoppingError
                         `--stop--> SIGTERM --4 s--> SIGKILL
"""

import logging
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import FrameType, TracebackType
from typing import Self

from jumelage.node.errors import KeepsStoppingError

log = logging.getLogger("jumelage.run")

GRACE_SECONDS = 4.0
LONGEST_PAUSE_SECONDS = 30.0
HEALTHY_AFTER_SECONDS = 60.0
MOST_FAILURES = 8


@dataclass(slots=True)
class Child:
    """One supervised process; `pid` is 0 while it waits to be started again."""

    name: str
    target: Callable[[], None]
    pid: int = 0
    started: float = 0.0
    due: float = 0.0
    failures: int = 0
    lasted: bool = False
    """Whether it once ran for a while: then what ends it now may pass, such as a full disk."""


class Supervisor:
    """Starts, restarts and stops the processes that *targets* name."""

    def __init__(
        self,
        targets: Mapping[str, Callable[[], None]],
        *,
        most_failures: int = MOST_FAILURES,
        longest_pause: float = LONGEST_PAUSE_SECONDS,
    ) -> None:
        """Keep the targets; nothing runs before the `with` block is entered."""
        self.most_failures = most_failures
        self.longest_pause = longest_pause
        self.children = [Child(name, target) for name, target in targets.items()]
        self.stopping = False
        self._life, self._breath = os.pipe()
        self._bell, self._knock = os.pipe()

    def __enter__(self) -> Self:
        """Start every child and answer SIGINT and SIGTERM by stopping."""
        os.set_blocking(self._knock, False)
        signal.set_wakeup_fd(self._knock, warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
            signal.signal(number, self._on_signal)
        for child in self.children:
            self._start(child)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop every child, at the latest by force."""
        self.stop()
        signal.set_wakeup_fd(-1)
        for pipe in (self._life, self._breath, self._bell, self._knock):
            os.close(pipe)

    def run(self) -> None:
        """Supervise until a signal asks to stop."""
        while not self.stopping:
            self.watch(1.0)

    def watch(self, seconds: float, also: Sequence[int] = ()) -> list[int]:
        """Wait at most *seconds* for a signal, a child or one of the descriptors *also*.

        Returns:
            the descriptors of *also* that can be read.
        """
        readable, _, _ = select.select([self._bell, *also], [], [], seconds)
        if self._bell in readable:
            os.read(self._bell, 4096)
            readable.remove(self._bell)
        for child in self.children:
            self._check(child)
        return readable

    def stop(self) -> None:
        """End every child: SIGTERM, and SIGKILL for those that outlast the grace period."""
        self.stopping = True
        deadline = time.monotonic() + GRACE_SECONDS
        self._tell(signal.SIGTERM)
        while any(child.pid for child in self.children) and time.monotonic() < deadline:
            select.select([self._bell], [], [], 0.05)
            self._reap()
        self._tell(signal.SIGKILL)
        while any(child.pid for child in self.children):
            self._reap(0)

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        if number != signal.SIGCHLD:
            self.stopping = True

    def _tell(self, number: signal.Signals) -> None:
        for child in self.children:
            if child.pid:
                with suppress(ProcessLookupError):
                    os.kill(child.pid, number)

    def _reap(self, options: int = os.WNOHANG) -> None:
        for child in self.children:
            if child.pid and os.waitpid(child.pid, options)[0]:
                child.pid = 0

    def _check(self, child: Child) -> None:
        """Notice that *child* ended, or start it again when its pause is over."""
        if child.pid:
            pid, status = os.waitpid(child.pid, os.WNOHANG)
            if pid and not self.stopping:
                self._plan(child, os.waitstatus_to_exitcode(status))
        elif not self.stopping and time.monotonic() >= child.due:
            self._start(child)

    def _plan(self, child: Child, code: int) -> None:
        """Decide when *child*, which ended with *code*, starts again."""
        now = time.monotonic()
        healthy = now - child.started > HEALTHY_AFTER_SECONDS
        child.pid, child.failures = 0, 1 if healthy else child.failures + 1
        child.lasted = child.lasted or healthy
        if child.failures >= self.most_failures and not child.lasted:
            raise KeepsStoppingError(child=child.name, times=child.failures, code=code)
        pause = min(0.25 * 2 ** min(child.failures, 10), self.longest_pause)
        child.due = now + pause
        log.warning("%s ended with code %s; it starts again in %.1f s", child.name, code, pause)

    def _start(self, child: Child) -> None:
        _flush()
        child.started = time.monotonic()
        child.pid = os.fork()
        if not child.pid:
            self._become(child)

    def _become(self, child: Child) -> None:
        """Run the target of *child* in this new process and never return."""
        code = 1
        try:
            os.setsid()
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
                signal.signal(number, signal.SIG_DFL)
            for pipe in (self._breath, self._bell, self._knock):
                os.close(pipe)
            threading.Thread(target=_stop_with, args=(self._life,), daemon=True).start()
            child.target()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        except BaseException:  # the process ends here; say why
            log.exception("%s broke", child.name)
        finally:
            _flush()
            os._exit(code)


def _flush() -> None:
    """Write out what was printed; a full disk under the log must not end anything."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()


def _stop_with(life: int) -> None:
    """End this process when the supervisor, which holds the other end of *life*, is gone."""
    os.read(life, 1)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)
