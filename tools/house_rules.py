"""The rules of size and naming that no other linter holds.

A function has at most 40 lines, a view 15, a file 400, a folder 12 files. Nothing is called
utils. Nothing names this machine, a package index or a task for later.
"""

import ast
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

FUNCTION, VIEW, FILE, FOLDER = 40, 15, 400, 12
SIZED = {".py", ".ts", ".css", ".html", ".mjs"}
# Written by machines, or one file per thing by nature.
EXEMPT_FOLDERS = {
    *("migrations", "templates", "tests", "locale", "decisions", "shots", "partials"),
    "benchmarks",
}
EXEMPT_FILES = {"__init__.py", "apps.py", "README.md"}  # every folder of an app has them
VAGUE = {"utils", "util", "common", "helpers", "helper", "misc", "manager", "handler", "managers"}
# Assembled from parts, so that this file does not break its own rule.
FORBIDDEN = {
    "a task for later": re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b"),
    "a package index": re.compile(r"py" + r"pi\.org|python" + r"hosted|registry\." + r"npmjs"),
    "an absolute path of a machine": re.compile(
        r"(?<![\w.:/])/(?:work|root|opt/pypi|home/\w+|Users/\w+)" + r"/[\w.]"
    ),
}
Fault = tuple[PurePosixPath, int, str]


def tracked(root: Path) -> list[PurePosixPath]:
    """Return what git tracks or would track below *root*."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True)  # noqa: S603
    paths = sorted({PurePosixPath(line) for line in listed.stdout.splitlines()})
    return [path for path in paths if (root / path).is_file()]


def is_view(path: PurePosixPath, node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Tell whether *node* is a view: a function of a module of views that takes a request."""
    holds_views = path.name.startswith("views") or "views" in path.parts[:-1]
    takes_request = bool(node.args.args) and node.args.args[0].arg == "request"
    return holds_views and takes_request and "tests" not in path.parts


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the lines of a function without decorators and docstring."""
    lines = (node.end_lineno or node.lineno) - node.lineno + 1
    if ast.get_docstring(node) is not None:
        first = node.body[0]
        lines -= (first.end_lineno or first.lineno) - first.lineno + 1
    return lines


def function_faults(path: PurePosixPath, text: str) -> Iterator[Fault]:
    """Find functions and views that are too long."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            limit = VIEW if is_view(path, node) else FUNCTION
            if (lines := length(node)) > limit:
                yield path, node.lineno, f"{node.name} has {lines} lines; at most {limit}"


def file_faults(path: PurePosixPath, text: str) -> Iterator[Fault]:
    """Find a file that is too long or holds what must not be in the tree."""
    lines = text.splitlines()
    if path.suffix in SIZED and len(lines) > FILE and "migrations" not in path.parts:
        yield path, 1, f"{len(lines)} lines; at most {FILE}"
    for number, line in enumerate(lines, start=1):
        for what, pattern in FORBIDDEN.items():
            if pattern.search(line):
                yield path, number, f"names {what}: {line.strip()[:80]}"


def tree_faults(paths: Iterable[PurePosixPath]) -> Iterator[Fault]:
    """Find folders with too many files, and names that say nothing."""
    paths = list(paths)
    for path in paths:
        if vague := VAGUE & {part.partition(".")[0].lower() for part in path.parts}:
            yield path, 1, f"“{min(vague)}” says nothing; use the field's word (docs/words.md)"
    folders = Counter(path.parent for path in paths if path.name not in EXEMPT_FILES)
    for folder, count in folders.items():
        if count > FOLDER and not EXEMPT_FOLDERS & set(folder.parts) and folder.parts:
            yield folder, 1, f"{count} files; at most {FOLDER}"


def faults(root: Path) -> Iterator[Fault]:
    """Find every break of a house rule below *root*."""
    paths = tracked(root)
    yield from tree_faults(paths)
    for path in paths:
        try:
            text = (root / path).read_text("utf-8")
        except UnicodeDecodeError:
            continue
        yield from file_faults(path, text)
        if path.suffix == ".py" and "migrations" not in path.parts:
            yield from function_faults(path, text)


def main() -> int:
    """Print every fault and return 1 when there is one."""
    found = list(faults(Path(sys.argv[1]) if len(sys.argv) > 1 else Path.cwd()))
    for path, line, what in found:
        print(f"{path}:{line}: {what}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
