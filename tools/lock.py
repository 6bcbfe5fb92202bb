"""Resolves the requirements into hash-locked files that name no index and no path."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = {
    "requirements/runtime.txt": ("pyproject.toml", "requirements/build.in"),
    "requirements/dev.txt": ("requirements/dev.in",),
    "requirements/apart/sbom.txt": ("requirements/apart/sbom.in",),
    "requirements/apart/attackers.txt": ("requirements/apart/attackers.in",),
    "requirements/apart/media.txt": ("requirements/apart/media.in",),
    "requirements/apart/gazu.txt": ("requirements/apart/gazu.in",),
    "requirements/apart/zou.txt": ("requirements/apart/zou.in",),
    "requirements/apart/iroh.txt": ("requirements/apart/iroh.in",),
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
