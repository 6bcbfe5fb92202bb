"""The walls around the process: bubblewrap where it works, nothing but limits otherwise."""

import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Literal, Protocol

Protection = Literal["bubblewrap", "limits"]
PROGRAM = "bwrap"
_SYSTEM = ("/usr", "/lib", "/lib64", "/lib32", "/bin", "/sbin")
"""What an interpreter needs of the system; `/etc`, `/home`, `/root`, `/var` are not there."""
NOBODY = "65534"
PROBE_SECONDS = 10
NOTHING: Mapping[Path, Path] = {}


class Walls(Protocol):
    """Puts walls around a command."""

    def __call__(
        self,
        command: Sequence[str],
        readable: Mapping[Path, Path],
        writable: Mapping[Path, Path] = NOTHING,
    ) -> list[str]:
        """Return *command* so that it sees only *readable*: where a path is, where it shows.

        In the folders *writable* it may write.
        """


def no_walls(
    command: Sequence[str],
    readable: Mapping[Path, Path],
    writable: Mapping[Path, Path] = NOTHING,
) -> list[str]:
    """Return *command* as it is: it can read what its user can read.

    *readable* and *writable* must then show at their own places.
    """
    del readable, writable
    return list(command)


def bubblewrap(
    command: Sequence[str],
    readable: Mapping[Path, Path],
    writable: Mapping[Path, Path] = NOTHING,
) -> list[str]:
    """Return *command* in namespaces of its own, as nobody, without network.

    All is read-only but *writable*.
    """
    shown = [part for path in _SYSTEM for part in _system(Path(path))]
    for here, there in readable.items():
        shown += ["--ro-bind", str(here), str(there)]
    for here, there in writable.items():
        shown += ["--bind", str(here), str(there)]
    return [
        shutil.which(PROGRAM) or PROGRAM,
        "--unshare-all", "--die-with-parent", "--new-session", "--clearenv",
        "--cap-drop", "ALL", "--uid", NOBODY, "--gid", NOBODY, "--hostname", "examiner",
        "--proc", "/proc", "--dev", "/dev", "--size", str(1024**2), "--tmpfs", "/tmp",  # noqa: S108  # its own
        *shown,
        "--remount-ro", "/", "--chdir", "/", "--setenv", "PATH", "/usr/bin", "--",
        *command,
    ]  # fmt: skip


def _system(path: Path) -> list[str]:
    """Return how to show a folder of the system: as the link it is, or read-only."""
    if path.is_symlink():
        return ["--symlink", str(path.readlink()), str(path)]
    return ["--ro-bind", str(path), str(path)] if path.is_dir() else []


def interpreter() -> dict[Path, Path]:
    """Return the folders this interpreter consists of, at their own places."""
    folders = {Path(sys.prefix), Path(sys.base_prefix), *_link_targets(Path(sys.executable))}
    outside = [folder for folder in folders if not folder.is_relative_to("/usr")]
    return {folder: folder for folder in outside}


def _link_targets(program: Path) -> set[Path]:
    """Return the installation folders that the links behind *program* lead to."""
    found = set()
    while program.is_symlink():
        program = program.parent / program.readlink()
        found.add(program.parent.resolve().parent)
    return found


@cache
def protection() -> Protection:
    """Tell what stands around examiners here: bubblewrap, if it is installed and allowed."""
    if shutil.which(PROGRAM) is None:
        return "limits"
    probe = bubblewrap([sys.executable, "-I", "-S", "-c", ""], interpreter())
    try:
        done = subprocess.run(probe, capture_output=True, timeout=PROBE_SECONDS, check=False)  # noqa: S603  # our own command
    except (OSError, subprocess.TimeoutExpired):
        return "limits"
    return "limits" if done.returncode else "bubblewrap"


def best() -> Walls:
    """Return the highest walls there are here."""
    return bubblewrap if protection() == "bubblewrap" else no_walls
