"""Runs benchmarks and proofs; standard output holds one JSON object a line, nothing else.

A benchmark is a module of `benchmarks/` that can be run. A promise is shown by the tests that
carry the same `@pytest.mark.promise("identifier")`, whose line says how many of them passed, and
by the benchmarks that state `PROMISE = "identifier"` (or a tuple of them), each with its own line.
"""

import ast
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUNNABLE = re.compile(r'^if __name__ == "__main__":', re.MULTILINE)
NOTHING_COLLECTED = 5
"""The exit status of pytest when no test was chosen."""


def benchmarks() -> list[str]:
    """Return the names of the modules in benchmarks/ that measure something."""
    modules = sorted((ROOT / "benchmarks").glob("*.py"))
    return [path.stem for path in modules if RUNNABLE.search(path.read_text("utf-8"))]


def promised(module: str) -> frozenset[str]:
    """Return the promises that the benchmark *module* states it shows."""
    tree = ast.parse((ROOT / "benchmarks" / f"{module}.py").read_text("utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "PROMISE":
            stated = ast.literal_eval(node.value)
            return frozenset([stated] if isinstance(stated, str) else stated)
    return frozenset()


def bench(name: str = "") -> int:
    """Run one benchmark, or all of them; return 0 when every bar was met."""
    names = benchmarks()
    if name:
        wanted = name.replace("-", "_")
        several = [found for found in names if found.startswith(f"{wanted}_")]
        if wanted not in names and several:
            return _measured_all(several)
        if wanted not in names:
            known = ", ".join(found.replace("_", "-") for found in names)
            sys.exit(f"There is no benchmark “{name}”. There are: {known}.")
        names = [wanted]
    return _measured_all(names)


def prove(promise: str = "") -> int:
    """Run the benchmarks and tests of one promise, or of all; return 0 when every one is kept.

    Benchmarks go first: they install the programs that some tests of the same promise use.
    """
    modules = [
        module
        for module in benchmarks()
        if (promise in promised(module) if promise else promised(module))
    ]
    failed = _measured_all(modules)
    kept, tested = _tested(promise)
    if not tested and not modules:
        sys.exit(f"Nothing shows the promise “{promise}”." if promise else "No promise was shown.")
    return failed or (0 if kept else 1)


def _measured_all(modules: Sequence[str]) -> int:
    """Run every benchmark of *modules*; return 0 when every bar was met."""
    failed = 0
    for module in modules:
        print(f"== {module}", file=sys.stderr, flush=True)
        command = [sys.executable, "-m", f"benchmarks.{module}"]
        failed += subprocess.run(command, cwd=ROOT, check=False).returncode != 0  # noqa: S603
    return 1 if failed else 0


def _tested(promise: str) -> tuple[bool, bool]:
    """Run the tests of *promise*; tell whether all of them passed, and whether there are any."""
    with tempfile.TemporaryDirectory(prefix="jumelage-prove-") as folder:
        lines = Path(folder) / "lines"
        command = [sys.executable, "-m", "pytest", "-q", "-m", "promise", "-p", "tests.promises"]
        environment = os.environ | {"JUMELAGE_PROMISE": promise, "JUMELAGE_PROMISES": str(lines)}
        done = subprocess.run(  # noqa: S603
            command, cwd=ROOT, env=environment, check=False, stdout=sys.stderr
        )
        said = lines.read_text("utf-8") if lines.exists() else ""
    sys.stdout.write(said)
    sys.stdout.flush()
    every = all(json.loads(line)["ok"] for line in said.splitlines())
    return every and done.returncode in {0, NOTHING_COLLECTED}, bool(said)


if __name__ == "__main__":
    sys.exit({"bench": bench, "prove": prove}[sys.argv[1]](*sys.argv[2:]))
