"""Doorbells of the processes that share one SQLite database, which tells nobody of a commit.

Who listens holds a named pipe in a folder of its own user, named after the database; who rings
writes a byte into each of them. A pipe that is full was rung already; one that nobody holds any
more is taken away. Rings may be lost (another folder for scratch files, a full disk), so who
listens also looks at the database now and then.
"""

import errno
import os
import secrets
import select
import tempfile
import time
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path


def folder_of(database: Path) -> Path:
    """Return the folder of the doorbells of *database*; it is there while somebody listens."""
    name = blake2b(os.fsencode(database.resolve()), digest_size=12).hexdigest()
    return Path(tempfile.gettempdir()) / f"jumelage-bells-{os.geteuid()}-{name}"


def _demand_own(folder: Path) -> None:
    """Refuse a folder that somebody else put there, since everybody may write beside it."""
    if folder.is_symlink() or folder.lstat().st_uid != os.geteuid():
        raise PermissionError(errno.EPERM, "the folder belongs to somebody else", str(folder))


class Doorbell:
    """What one process hears of the others that use the same database."""

    def __init__(self, database: Path) -> None:
        """Listen from now on.

        Raises:
            OSError: no pipe can be made here.
        """
        self.name = f"{os.getpid()}-{secrets.token_hex(4)}"
        try:
            self._path, self._pipe = _hung(folder_of(database), self.name)
        except FileNotFoundError:  # who listened last took the folder away in this moment
            self._path, self._pipe = _hung(folder_of(database), self.name)

    def wait(self, seconds: float) -> bool:
        """Wait at most *seconds*; tell whether somebody rang."""
        poll = select.poll()
        poll.register(self._pipe, select.POLLIN)
        if not poll.poll(seconds * 1000):
            return False
        with suppress(BlockingIOError):
            os.read(self._pipe, 65536)
        return True

    def close(self) -> None:
        """Listen no more."""
        self._path.unlink(missing_ok=True)
        os.close(self._pipe)
        with suppress(OSError):  # others still listen
            self._path.parent.rmdir()


class NoDoorbell:
    """Hears nothing, for a process that can have no pipe: it looks at the database alone."""

    name = ""

    def wait(self, seconds: float) -> bool:
        """Wait *seconds*; nobody rings."""
        time.sleep(seconds)
        return False

    def close(self) -> None:
        """Do nothing: there is nothing to close."""


def _hung(folder: Path, name: str) -> tuple[Path, int]:
    """Make the pipe *name* in *folder*; return where it is, and the pipe.

    It is opened for both ways, so that it never ends, and named when it is held: nobody takes it
    for one of the dead.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    _demand_own(folder)
    made = folder / f".{name}"
    os.mkfifo(made, 0o600)
    try:
        pipe = os.open(made, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        made.unlink()
        raise
    return made.rename(folder / name), pipe


def ring(database: Path, *, but: str = "") -> None:
    """Ring at every process that listens to *database*, but not at the doorbell named *but*."""
    with suppress(OSError):  # nobody listens, or there is no folder for scratch files
        folder = folder_of(database)
        _demand_own(folder)
        for name in os.listdir(folder):  # noqa: PTH208  # at each commit: names alone
            if name != but and not name.startswith("."):
                _ring(folder / name)


def _ring(path: Path) -> None:
    try:
        pipe = os.open(path, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if error.errno == errno.ENXIO:  # nobody holds it: its process was killed
            with suppress(OSError):
                path.unlink()
        return
    try:
        os.write(pipe, b"!")
    except OSError:  # full: it was rung already
        pass
    finally:
        os.close(pipe)
