"""The attackers' own Python environment, from the locked list, made once."""

import hashlib
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.result import say

ROOT = Path(__file__).resolve().parent.parent.parent
LOCK = ROOT / "requirements" / "attackers.txt"
FOLDER = ROOT / "var" / "attackers"


@dataclass(frozen=True)
class Environment:
    """A folder with the attackers' programs."""

    folder: Path

    def program(self, name: str) -> str:
        """Return the path of the program *name*."""
        return str(self.folder / "bin" / name)

    def run(self, name: str, *arguments: str, seconds: float) -> str:
        """Run a program for at most *seconds* and return what it said, however it ended."""
        command = [self.program(name), *arguments]
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
    mark, wanted = FOLDER / ".lock", hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if not mark.is_file() or mark.read_text("utf-8") != wanted:
        say("installing the attackers (a minute, once)")
        uv = [sys.executable, "-m", "uv", "--quiet"]
        subprocess.run([*uv, "venv", "--clear", str(FOLDER)], check=True)  # noqa: S603
        install = [*uv, "pip", "install", "--python", str(FOLDER), "--require-hashes"]
        subprocess.run([*install, "-r", str(LOCK)], check=True)  # noqa: S603
        mark.write_text(wanted, "utf-8")
    return Environment(FOLDER)
