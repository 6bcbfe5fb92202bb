"""Files that say how to reach a running city, for clients and benchmarks of others."""

import shlex
from collections.abc import Mapping
from pathlib import Path

from jumelage.node.demonstration.cities import PASSWORD, DemoCity

ACCOUNT = "officer"
"""Opens productions, so that a client can begin one."""


def write(folder: Path, city: DemoCity, data: Path, processes: Mapping[str, int]) -> Path:
    """Write `<slug>.env` into *folder*: lines `NAME='value'` that a shell or a program reads.

    *processes* are all that do the city's work, by name. `HOST` is where Kitsu's clients ask,
    `STORE` the folder of kept media.
    """
    host = f"http://127.0.0.1:{city.port}"
    told = {
        "NAME": city.name,
        "HOST": f"{host}/api",
        "EVENT_HOST": host,
        "EMAIL": f"{ACCOUNT}@{city.slug}.demo.invalid",
        "PASSWORD": PASSWORD,
        "PIDS": " ".join(f"{name}={pid}" for name, pid in processes.items()),
        "STORE": str((data / "studio" / "files").resolve()),
    }
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{city.slug}.env"
    lines = [f"{name}={shlex.quote(value)}\n" for name, value in told.items()]
    file.write_text("".join(lines), "utf-8")
    return file
