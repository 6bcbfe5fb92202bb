"""Runs spin over a model: every state it can reach."""

import re
import subprocess
from pathlib import Path


def errors(model: Path, folder: Path, *switches: str) -> int:
    """Return how many errors the verifier finds in *model* with *switches* on (0 or 1)."""
    generate = ["spin", *(f"-D{switch}" for switch in switches), "-a", str(model)]
    subprocess.run(generate, cwd=folder, check=True, capture_output=True)
    compiled = ["cc", "-O1", "-w", "-DSAFETY", "-o", "pan", "pan.c"]
    subprocess.run(compiled, cwd=folder, check=True, capture_output=True)
    done = subprocess.run(
        ["./pan", "-m200000"], cwd=folder, check=True, capture_output=True, text=True
    )
    assert "search depth too small" not in done.stdout
    found = re.search(r"errors: (\d+)", done.stdout)
    assert found is not None, done.stdout
    return int(found[1])
