"""Runs long work on a file nobody here made: behind the same walls, with progress and a stop."""

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from jumelage.kit.sandbox.errors import ParserEndedError, StoppedError, TooSlowError
from jumelage.kit.sandbox.examining import (
    ENVIRONMENT,
    INSIDE,
    MOST_ANSWER,
    OUT_OF_TIME,
    SHOWN,
    Facts,
    Limits,
    facts_in,
    package_of,
)
from jumelage.kit.sandbox.walls import Walls, best, bubblewrap, interpreter

TARGET = Path("/made")
LOOK_SECONDS = 0.25
"""How often somebody is asked whether the work should stop."""


def work(
    source: Path,
    target: Path,
    kind: str,
    *,
    options: Mapping[str, Any],
    limits: Limits,
    told: Callable[[int, int], None],
    stop: Callable[[], bool],
    walls: Walls | None = None,
) -> Facts:
    """Let the worker *kind* make files in the folder *target* from the file or folder *source*.

    The worker is a function `(source, target, options, told) -> facts` named as
    `package.module:function`; *told* hears how much is done and of how much. Blocks.

    Raises:
        FileRefusedError: the worker refuses the file; `reason` is its word.
        StoppedError: *stop* said so.
        TooSlowError, TooMuchMemoryError, WroteTooMuchError, ParserEndedError: it did not end well.
    """
    around, package = walls or best(), package_of(kind)
    hidden = around is bubblewrap
    here, there = (SHOWN, TARGET) if hidden else (source.resolve(), target.resolve())
    readable = {**interpreter(), package: package, INSIDE: INSIDE, source.resolve(): here}
    command = [
        sys.executable, "-I", "-B", str(INSIDE), str(package.parent), kind, str(here),
        json.dumps(asdict(limits)), str(there), json.dumps(dict(options)),
    ]  # fmt: skip
    return _run(around(command, readable, {target.resolve(): there}), limits.seconds, told, stop)


def _run(
    command: list[str],
    seconds: float,
    told: Callable[[int, int], None],
    stop: Callable[[], bool],
) -> Facts:
    """Run *command* in a session of its own; end all of it when the time is over."""
    process = subprocess.Popen(  # noqa: S603  # our own command
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=ENVIRONMENT,
        cwd="/",
        start_new_session=True,
    )
    assert process.stdout is not None  # noqa: S101  # a pipe was asked for
    try:
        last = _listen(process.stdout, time.monotonic() + seconds, told, stop)
        status = process.wait(LOOK_SECONDS * 40)
    except subprocess.TimeoutExpired as error:
        raise TooSlowError from error
    finally:
        process.stdout.close()
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    if status in OUT_OF_TIME:
        raise TooSlowError
    return facts_in(last)


def _listen(
    pipe: IO[bytes], end: float, told: Callable[[int, int], None], stop: Callable[[], bool]
) -> bytes:
    """Hear the lines of the process until it closes the pipe; return the last one."""
    last = b""
    for line in _lines(pipe.fileno(), end, stop):
        if line.startswith(b'{"done"'):
            _tell(line, told)
        else:
            last = line
    return last


def _tell(line: bytes, told: Callable[[int, int], None]) -> None:
    try:
        said = json.loads(line)
        done, of = int(said["done"]), int(said["of"])
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise ParserEndedError from error
    told(max(0, min(done, of)), max(0, of))


def _lines(pipe: int, end: float, stop: Callable[[], bool]) -> Iterator[bytes]:
    held = b""
    while True:
        if stop():
            raise StoppedError
        if time.monotonic() > end:
            raise TooSlowError
        if not select.select([pipe], [], [], LOOK_SECONDS)[0]:
            continue
        data = os.read(pipe, 65536)
        *lines, held = (held + data).split(b"\n")
        yield from lines
        if not data or len(held) > MOST_ANSWER:
            return
