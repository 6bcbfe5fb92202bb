"""docs/security.md: every requirement is answered, and every test it names exists."""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")
ROW = re.compile(
    r"^\| V(\d+)\.(\d+)\.(\d+) \| ([12]) \| (.+) \| (.+) \| (.+) \| ([a-z ]+) \|$", re.MULTILINE
)
STATES = {"met", "partly", "not met", "not applicable"}
LEVELS = {"1": 70, "2": 183}
"""How many requirements of each level version 5.0.0 has."""


@cache
def functions(file: str) -> frozenset[str]:
    """Return the functions a test module defines."""
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def test_every_requirement_of_both_levels_is_answered_once() -> None:
    rows = ROW.findall(PAGE)
    numbers = [tuple(map(int, row[:3])) for row in rows]

    assert numbers == sorted(set(numbers))
    assert {level: sum(row[3] == level for row in rows) for level in LEVELS} == LEVELS
    assert {row[7] for row in rows} <= STATES
    assert {chapter for chapter, _, _ in numbers} == set(range(1, 18))


def test_counts_of_the_page_are_those_of_its_table() -> None:
    states = [row[7] for row in ROW.findall(PAGE)]
    for state in STATES:
        assert f"{states.count(state)} {state}" in PAGE


def test_every_test_the_page_names_exists() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)
    assert named
    assert [(file, name) for file, name in named if name not in functions(file)] == []
    for file in re.findall(r"`(benchmarks/\w+\.py)`", PAGE):
        assert (ROOT / file).is_file()
