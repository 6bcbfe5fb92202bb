"""A pytest plugin that turns the tests of each promise into one JSON line."""

import json
import os
import platform
from collections import Counter
from pathlib import Path

import pytest


def name(item: pytest.Item) -> str:
    """Return the promise that *item* shows to be kept."""
    marker = item.get_closest_marker("promise")
    return str(marker.args[0]) if marker else ""


class Promises:
    """Counts the tests of each promise, and those that passed or could not run."""

    def __init__(self) -> None:
        self.of: dict[str, str] = {}
        self.outcomes: dict[str, Counter[str]] = {}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep the tests of the promise in JUMELAGE_PROMISE, when it names one."""
        wanted = os.environ.get("JUMELAGE_PROMISE", "")
        items[:] = [item for item in items if not wanted or name(item) == wanted]
        self.of = {item.nodeid: name(item) for item in items}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count the outcome of a test: its call, or a set-up that failed or skipped."""
        if report.when == "call" or report.outcome != "passed":
            self.outcomes.setdefault(self.of[report.nodeid], Counter())[report.outcome] += 1

    def pytest_sessionfinish(self) -> None:
        """Write the lines."""
        lines = [self.line(promise) for promise in sorted(self.outcomes)]
        Path(os.environ["JUMELAGE_PROMISES"]).write_text("".join(lines), "utf-8")

    def line(self, promise: str) -> str:
        """Return the JSON line of *promise*: a test that could not run does not keep it."""
        seen = self.outcomes[promise]
        facts = {
            "id": promise,
            "value": seen["passed"],
            "unit": "tests passed",
            "bar": seen.total(),
            "ok": seen["passed"] == seen.total(),
            "peers": {},
            "conditions": {"skipped": seen["skipped"], "python": platform.python_version()},
        }
        return json.dumps(facts, ensure_ascii=False) + "\n"


def pytest_configure(config: pytest.Config) -> None:
    """Start counting."""
    config.pluginmanager.register(Promises(), "jumelage-promises")
