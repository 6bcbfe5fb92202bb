"""Runs an examiner on a file in a process of its own and returns what it found."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

from jumelage.kit.sandbox import inside
from jumelage.kit.sandbox.errors import (
    FileRefusedError,
    NotExaminedError,
    ParserEndedError,
    TooMuchMemoryError,
    TooSlowError,
    WroteTooMuchError,
)
from jumelage.kit.sandbox.walls import Walls, best, bubblewrap, interpreter

Facts = Mapping[str, Any]
MEGABYTE = 1024 * 1024
MOST_ANSWER = MEGABYTE
"""Bytes of JSON an examiner may answer."""
AT_ONCE = threading.BoundedSemaphore(2)
"""Two files at a time: an upload must not take the machine from the city's own site."""
ENVIRONMENT = {"PATH": os.defpath, "LANG": "C.UTF-8"}
INSIDE = Path(inside.__file__)
SHOWN = Path("/examined")
_ERRORS: Mapping[str, type[NotExaminedError]] = {
    "memory": TooMuchMemoryError,
    "room": WroteTooMuchError,
    "ended": ParserEndedError,
}
OUT_OF_TIME = {-signal.SIGXCPU, 128 + signal.SIGXCPU}
"""How a process ends that used up its processor seconds, without and with bubblewrap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one examination may take."""

    seconds: int = 10
    """Of the clock on the wall."""
    processor_seconds: int = 8
    memory: int = 1024 * MEGABYTE
    """Bytes of address space."""
    written: int = MOST_ANSWER
    """Bytes of any file it writes, its answer included."""
    open_files: int = 64


def examine(
    path: Path, kind: str, *, limits: Limits | None = None, walls: Walls | None = None
) -> Facts:
    """Return what the examiner *kind* (`package.module:function`) finds in the file *path*.

    Blocks; waits while two others are examined.

    Raises:
        FileRefusedError: the examiner refuses the file; `reason` is its word.
        TooSlowError, TooMuchMemoryError, ParserEndedError: it did not come to an end.
    """
    chosen, around = limits or Limits(), walls or best()
    package = package_of(kind)
    shown = SHOWN if around is bubblewrap else path.resolve()
    readable = {**interpreter(), package: package, INSIDE: INSIDE, path.resolve(): shown}
    command = [
        sys.executable, "-I", "-B", str(INSIDE),
        str(package.parent), kind, str(shown), json.dumps(asdict(chosen)),
    ]  # fmt: skip
    with AT_ONCE, tempfile.TemporaryFile() as answer:
        _run(around(command, readable), answer, chosen.seconds)
        answer.seek(0)
        return facts_in(answer.read(MOST_ANSWER + 1))


def package_of(kind: str) -> Path:
    """Return the folder of the outermost package of an examiner."""
    spec = find_spec(kind.partition(".")[0])
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(kind)
    return Path(spec.origin).parent.resolve()


def _run(command: list[str], answer: IO[bytes], seconds: float) -> None:
    """Run *command* in a session of its own; end all of it when the time is over."""
    process = subprocess.Popen(  # noqa: S603  # our own command
        command,
        stdin=subprocess.DEVNULL,
        stdout=answer,
        stderr=subprocess.DEVNULL,
        env=ENVIRONMENT,
        cwd="/",
        start_new_session=True,
    )
    try:
        status = process.wait(seconds)
    except subprocess.TimeoutExpired as error:
        raise TooSlowError from error
    finally:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    if status in OUT_OF_TIME:
        raise TooSlowError


def facts_in(answer: bytes) -> Facts:
    """Return the facts in what the process left; anything but one well-formed answer is an error.

    Raises:
        FileRefusedError, TooMuchMemoryError, WroteTooMuchError, ParserEndedError.
    """
    try:
        said = json.loads(answer or b"null")
    except (ValueError, RecursionError) as error:
        raise ParserEndedError from error
    match said:
        case {"facts": dict(facts)}:
            return facts
        case {"refused": str(reason)}:
            raise FileRefusedError(reason=reason[:60])
        case {"broke": str(why)}:
            raise _ERRORS.get(why, ParserEndedError)
        case _:
            raise ParserEndedError
