"""The one JSON line a benchmark prints."""

import json
import os
import platform
import sys
from dataclasses import asdict, dataclass, field


@dataclass
class Result:
    """One figure against its bar; `peers` holds the figures of what one would use instead."""

    id: str
    value: float
    unit: str
    bar: float
    ok: bool
    peers: dict[str, float | str] = field(default_factory=dict)
    conditions: dict[str, object] = field(default_factory=dict)

    def finish(self) -> int:
        """Print the line and return the exit status: 0 when the bar is met."""
        load = os.getloadavg()[0]
        self.conditions |= {"cores": os.cpu_count(), "load": round(load, 1)}
        self.conditions["python"] = platform.python_version()
        print(json.dumps(asdict(self), ensure_ascii=False), flush=True)
        return 0 if self.ok else 1


def say(text: str) -> None:
    """Tell a person how far the benchmark is; standard output is for the result."""
    print(text, file=sys.stderr, flush=True)
