"""Environments beside `.venv`: programs whose own needs would disturb those of the product."""

import fcntl
import hashlib
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def made(name: str) -> Path:
    """Return the environment of `requirements/apart/<name>.txt`, installed when that changed.

    Raises:
        subprocess.CalledProcessError: the package index cannot be reached.
    """
    folder = ROOT / "var" / name
    folder.parent.mkdir(exist_ok=True)
    with folder.with_suffix(".busy").open("w") as busy:
        fcntl.flock(busy, fcntl.LOCK_EX)  # tests run in several processes
        _install(ROOT / "requirements" / "apart" / f"{name}.txt", folder)
    return folder


def _install(lock: Path, folder: Path) -> None:
    mark, wanted = folder / ".lock", hashlib.sha256(lock.read_bytes()).hexdigest()
    if mark.is_file() and mark.read_text("utf-8") == wanted:
        return
    print(f"installing {folder.name} (once)", file=sys.stderr, flush=True)
    uv = [sys.executable, "-m", "uv", "--quiet"]
    subprocess.run([*uv, "venv", "--clear", str(folder)], check=True)  # noqa: S603
    install = [*uv, "pip", "install", "--python", str(folder), "--require-hashes"]
    subprocess.run([*install, "-r", str(lock)], check=True)  # noqa: S603
    mark.write_text(wanted, "utf-8")


def program(name: str, of: str) -> str:
    """Return the path of the program *name* in the environment *of* that name."""
    return str(made(of) / "bin" / name)
