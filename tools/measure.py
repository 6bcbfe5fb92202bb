"""Runs benchmarks and proofs; standard output holds one JSON object a line, nothing else.

A benchmark is a module of `benchmarks/` that can be run. A proof is a set of tests that carry
the same `@pytest.mark.promise("identifier")`; its line says how many of them passed.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUNNABLE = re.compile(r'^if __name__ == "__main__":', re.MULTILINE)


def benchmarks() -> list[str]:
    """Return the names of the modules in benchmarks/ that measure something."""
    modules = sorted((ROOT / "benchmarks").glob("*.py"))
    return [path.stem for path in modules if RUNNABLE.search(path.read_text("utf-8"))]


def bench(name: str = "") -> int:
    """Run one benchmark, or all of them; return 0 when every bar was met."""
    names = benchmarks()
    if name:
        wanted = name.replace("-", "_")
        if wanted not in names:
            known = ", ".join(found.replace("_", "-") for found in names)
            sys.exit(f"There is no benchmark “{name}”. There are: {known}.")
        names = [wanted]
    failed = 0
    for module in names:
        print(f"== {module}", file=sys.stderr, flush=True)
        command = [sys.executable, "-m", f"benchmarks.{module}"]
        failed += subprocess.run(command, cwd=ROOT, check=False).returncode != 0  # noqa: S603
    return 1 if failed else 0


def prove(promise: str = "") -> int:
    """Run the tests of one promise, or of all; return 0 when every promise is kept."""
    with tempfile.TemporaryDirectory(prefix="jumelage-prove-") as folder:
        lines = Path(folder) / "lines"
        command = [sys.executable, "-m", "pytest", "-q", "-m", "promise", "-p", "tools.promises"]
        environment = os.environ | {"JUMELAGE_PROMISE": promise, "JUMELAGE_PROMISES": str(lines)}
        done = subprocess.run(  # noqa: S603
            command, cwd=ROOT, env=environment, check=False, stdout=sys.stderr
        )
        said = lines.read_text("utf-8") if lines.exists() else ""
    if not said:
        sys.exit(f"No test makes the promise “{promise}”." if promise else "No promise was tested.")
    sys.stdout.write(said)
    return done.returncode


if __name__ == "__main__":
    sys.exit({"bench": bench, "prove": prove}[sys.argv[1]](*sys.argv[2:]))
