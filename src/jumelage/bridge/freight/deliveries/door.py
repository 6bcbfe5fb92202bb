"""The door between the web process and the freight process of one node.

A peer asks for a session through the web port; the answer holds a key and a certificate that
only the freight process has. So the web process hands the question through a socket in the data
folder and gives back what comes: one question and one answer a connection, each JSON after its
length in four bytes.
"""

import json
import logging
import os
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.db import connection

from jumelage.bridge.freight.deliveries import shelf
from jumelage.bridge.freight.errors import FreightAsleepError, SessionRefusedError
from jumelage.kit.errors import JumelageError

logger = logging.getLogger(__name__)
Said = Mapping[str, Any]
Answer = Callable[[Said], Said]
LARGEST = 64 * 1024 * 1024
PATIENCE = 60.0
"""Seconds to find out what is lacking of a large delivery."""
NAME = "door"


def ask(question: Said) -> Said:
    """Ask the freight process of this node.

    Raises:
        FreightAsleepError: it does not run.
        SessionRefusedError: it refuses; the reason is its own.
    """
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(PATIENCE)
            with _near(shelf.folder()) as place:
                line.connect(str(place / NAME))
            _send(line, question)
            told = _receive(line)
    except (OSError, ValueError) as error:
        raise FreightAsleepError from error
    if "refused" in told:
        raise SessionRefusedError(reason=told["refused"], code=told.get("code", ""))
    return told


def awake() -> bool:
    """Tell whether the freight process of this node runs."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(1)
            with _near(shelf.folder()) as place:
                line.connect(str(place / NAME))
    except OSError:
        return False
    return True


@contextmanager
def _near(folder: Path) -> Iterator[Path]:
    """Give a short name of *folder*: the name of a socket has at most some hundred bytes."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        short = Path(f"/proc/self/fd/{handle}")
        yield short if short.exists() else folder
    finally:
        os.close(handle)


def _send(line: socket.socket, said: Said) -> None:
    data = json.dumps(said).encode()
    line.sendall(len(data).to_bytes(4, "big") + data)


def _receive(line: socket.socket) -> Said:
    size = int.from_bytes(_exactly(line, 4), "big")
    if size > LARGEST:
        raise ValueError(size)
    found: Said = json.loads(_exactly(line, size))
    return found


def _exactly(line: socket.socket, size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        more = line.recv(min(size - len(data), 1 << 20))
        if not more:
            message = "the other end has gone"
            raise ValueError(message)
        data += more
    return bytes(data)


class Door:
    """The freight process's end: answers each question in a thread of its own."""

    def __init__(self, answer: Answer) -> None:
        """Open the door; questions are given to *answer*."""
        self._answer = answer
        self._line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        with _near(shelf.folder()) as place:
            (shelf.folder() / NAME).unlink(missing_ok=True)
            self._line.bind(str(place / NAME))
        self._line.listen(16)
        threading.Thread(target=self._listen, name="door", daemon=True).start()

    def close(self) -> None:
        """Close the door."""
        with suppress(OSError):
            self._line.shutdown(socket.SHUT_RDWR)
        self._line.close()
        (shelf.folder() / NAME).unlink(missing_ok=True)

    def _listen(self) -> None:
        while True:
            try:
                line, _ = self._line.accept()
            except OSError:  # closed
                return
            threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, line: socket.socket) -> None:
        with line:
            line.settimeout(PATIENCE)
            try:
                _send(line, self._told(_receive(line)))
            except (OSError, ValueError):
                logger.debug("somebody left the door")
            finally:
                connection.close()

    def _told(self, question: Said) -> Said:
        try:
            return self._answer(question)
        except JumelageError as error:
            return {"refused": error.message, "code": error.facts.get("code", error.code)}
        except Exception:  # the process goes on; the web process says that it could not
            logger.exception("a question at the door failed")
            return {"refused": "an error in the freight process", "code": "error"}
