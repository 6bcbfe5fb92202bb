"""Janus as a child of the node: its configuration is written, then the process becomes Janus."""

import ctypes
import os
import signal

from jumelage.components.rooms.engines.janus import configuration
from jumelage.components.rooms.engines.janus.configuration import SOCKET, JanusSettings

_PR_SET_PDEATHSIG = 1


def run(told: JanusSettings) -> None:
    """Become Janus; never return. It ends with the process that supervises it.

    Raises:
        EngineAbsentError: it is not installed.
    """
    folder = configuration.write(told)
    os.umask(0o077)
    os.chdir(folder)
    (folder / SOCKET).unlink(missing_ok=True)
    _end_with_parent()
    os.execv(configuration.program(), [configuration.PROGRAM, "--configs-folder", str(folder)])  # noqa: S606  # the program itself, no shell


def _end_with_parent() -> None:
    """Ask Linux for a SIGTERM when the supervisor is gone, however it went; exec keeps this.

    Source: prctl(2).
    """
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
