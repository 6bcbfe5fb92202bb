"""The attackers' own Python environment, from the locked list, made once."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from benchmarks.nodes import leashed
from tools import environments

ROOT = environments.ROOT


@dataclass(frozen=True)
class Environment:
    """A folder with the attackers' programs."""

    folder: Path

    def program(self, name: str) -> str:
        """Return the path of the program *name*."""
        return str(self.folder / "bin" / name)

    def run(self, name: str, *arguments: str, seconds: float) -> str:
        """Run a program for at most *seconds* and return what it said, however it ended."""
        command = leashed([self.program(name), *arguments])
        try:
            done = subprocess.run(  # noqa: S603  # programs of the locked list
                command,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired as late:
            return (late.stdout or b"").decode("utf-8", "replace")  # bytes, even of a text stream
        return done.stdout


def environment() -> Environment:
    """Return the environment; install it first when the lock changed.

    Raises:
        subprocess.CalledProcessError: the package index cannot be reached.
    """
    return Environment(environments.made("attackers"))
