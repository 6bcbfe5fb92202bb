"""Workers that make files, and some that should not; run inside the sandbox only."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

Told = Callable[[int, int], None]
Facts = dict[str, Any]


def copies(source: Path, target: Path, options: Mapping[str, Any], told: Told) -> Facts:
    """Copy the file as often as it is asked to."""
    for number in range(options["times"]):
        (target / f"{number}.txt").write_bytes(source.read_bytes())
        told(number + 1, options["times"])
    return {"made": options["times"]}


def lasts(_source: Path, _target: Path, _options: Mapping[str, Any], told: Told) -> Facts:
    """Work for an hour."""
    for second in range(36_000):
        told(second, 36_000)
        time.sleep(0.1)
    return {}


def overwrites(source: Path, _target: Path, _options: Mapping[str, Any], _told: Told) -> Facts:
    """Try to change what it works on."""
    try:
        source.write_text("changed")
    except OSError:
        return {"changed": False}
    return {"changed": True}


def swells(_source: Path, target: Path, _options: Mapping[str, Any], _told: Told) -> Facts:
    """Write without end."""
    with (target / "large").open("wb") as file:
        while True:
            file.write(bytes(1024 * 1024))
            file.flush()


def lies(_source: Path, _target: Path, _options: Mapping[str, Any], told: Told) -> Facts:
    """Tell nonsense about how far it is."""
    told("all", [])  # type: ignore[arg-type]  # that is the lie
    return {}
