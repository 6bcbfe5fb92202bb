"""Two commands: from an empty folder with cold caches to both demonstration cities running.

Clones this repository, makes the environment as `make demo` does (locked packages, islands,
catalogues), and starts both cities from nothing; then starts them a second time. What is not
counted: cloning over a network.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.nodes import ROOT
from benchmarks.result import Result, say
from tools.ports import free_port

BAR = 240.0
BAR_AGAIN = 5.0


def demo_seconds(clone: Path, ports: Sequence[str]) -> float:
    """Start the demonstration, wait until it says that both cities run, and stop it.

    Raises:
        RuntimeError: it says something else.
    """
    began = time.monotonic()
    with subprocess.Popen(  # noqa: S603  # our own command
        [clone / ".venv" / "bin" / "jumelage", "demo", "--folder", "var/bench", "--json", *ports],
        cwd=clone, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        told = ""
        for line in process.stdout or ():
            told += line
            if line.rstrip() == "}":
                break
        seconds = time.monotonic() - began
        process.terminate()
        process.wait(15)
    if "cities" not in json.loads(told):
        raise RuntimeError(told)
    return seconds


def main() -> int:
    """Run the benchmark once; print its line."""
    with tempfile.TemporaryDirectory(prefix="jumelage-bench-") as folder:
        clone = Path(folder) / "jumelage"
        subprocess.run(["git", "clone", "-q", ROOT, clone], check=True)  # noqa: S603, S607
        caches = {"PIP_NO_CACHE_DIR": "1", "npm_config_cache": f"{folder}/npm"}
        say("making the environment")
        began = time.monotonic()
        subprocess.run(  # our own Makefile
            ["make", ".venv/.stamp-runtime"],  # noqa: S607
            cwd=clone, env=os.environ | caches, check=True, stdout=sys.stderr,
        )  # fmt: skip
        made = time.monotonic() - began
        ports = ["--paris-port", str(free_port()), "--san-francisco-port", str(free_port())]
        first, again = demo_seconds(clone, ports), demo_seconds(clone, ports)
    return Result(
        "cold-demo", round(made + first, 1), "s", BAR,
        ok=made + first <= BAR and again <= BAR_AGAIN,
        conditions={
            "environment_s": round(made, 1), "first_start_s": round(first, 1),
            "second_start_s": round(again, 1), "second_start_bar_s": BAR_AGAIN,
            "caches": "pip and npm caches empty",
        },
    ).finish()  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
