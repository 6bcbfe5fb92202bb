"""Environments beside `.venv`: programs whose own needs would disturb those of the product."""

import hashlib
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def made(name: str) -> Path:
    """Return the folder with the programs of `requirements/<name>.txt`, installed when it changed.

    Raises:
        subprocess.CalledProcessError: the package index cannot be reached.
    """
    lock, folder = ROOT / "requirements" / f"{name}.txt", ROOT / "var" / name
    mark, wanted = folder / ".lock", hashlib.sha256(lock.read_bytes()).hexdigest()
    if not mark.is_file() or mark.read_text("utf-8") != wanted:
        print(f"installing {name} (once)", file=sys.stderr, flush=True)
        uv = [sys.executable, "-m", "uv", "--quiet"]
        subprocess.run([*uv, "venv", "--clear", str(folder)], check=True)  # noqa: S603
        install = [*uv, "pip", "install", "--python", str(folder), "--require-hashes"]
        subprocess.run([*install, "-r", str(lock)], check=True)  # noqa: S603
        mark.write_text(wanted, "utf-8")
    return folder


def program(name: str, of: str) -> str:
    """Return the path of the program *name* in the environment *of* that name."""
    return str(made(of) / "bin" / name)
