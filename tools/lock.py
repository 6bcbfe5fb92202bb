"""Resolves the requirements into hash-locked files that name no index and no path."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = {
    "requirements/runtime.txt": ("pyproject.toml", "requirements/build.in"),
    "requirements/dev.txt": ("requirements/dev.in",),
    "requirements/sbom.txt": ("requirements/sbom.in",),
    "requirements/attackers.txt": ("requirements/attackers.in",),
    "requirements/media.txt": ("requirements/media.in",),
    "requirements/gazu.txt": ("requirements/gazu.in",),
    "requirements/zou.txt": ("requirements/zou.in",),
    "requirements/iroh.txt": ("requirements/iroh.in",),
}
OPTIONS = ("--universal", "--python-version", "3.11", "--generate-hashes", "--no-annotate")


def main() -> int:
    """Write each lock from its sources; a version already locked stays unless `--upgrade`."""
    command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--no-header", *OPTIONS]
    for lock, sources in LOCKS.items():
        resolve = [*command, *sys.argv[1:], *sources, "-o", lock]
        done = subprocess.run(resolve, cwd=ROOT, check=False)  # noqa: S603
        if done.returncode:
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
