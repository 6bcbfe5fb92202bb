"""Writes the list of the components a node runs on: CycloneDX JSON, from the lock.

The program that writes it is installed from a lock of its own into `var/sbom`.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements" / "apart" / "sbom.txt"
TOOL = ROOT / "var" / "sbom"
LISTED = ROOT / "requirements" / "runtime.txt"
WRITTEN = ROOT / "dist" / "jumelage.cdx.json"


def main() -> int:
    """Install the program when it is not there, and write the list."""
    program = TOOL / "bin" / "cyclonedx-py"
    if not program.exists():
        uv = [sys.executable, "-m", "uv", "--quiet"]
        subprocess.run([*uv, "venv", "--clear", str(TOOL)], check=True)  # noqa: S603
        install = [*uv, "pip", "install", "--python", str(TOOL), "--require-hashes"]
        subprocess.run([*install, "-r", str(LOCK)], check=True)  # noqa: S603
    WRITTEN.parent.mkdir(exist_ok=True)
    command = [str(program), "requirements", str(LISTED), "--pyproject", "pyproject.toml"]
    command += ["--output-format", "JSON", "--output-reproducible", "-o", str(WRITTEN)]
    done = subprocess.run(command, cwd=ROOT, check=False)  # noqa: S603
    if done.returncode == 0:
        print(WRITTEN.relative_to(ROOT))
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
