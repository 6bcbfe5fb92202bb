"""What README.md and docs/ tell a reader to type or to open exists."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from jumelage.node.cli import app
from jumelage.node.demonstration.cities import ACCOUNTS, PARIS, PASSWORD, SAN_FRANCISCO
from tools.measure import benchmarks, promised
from tools.write_docs import walk

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "deploy").glob("*.md")]
)
CODE = re.compile(r"^ {4}(.+)$|`([^`\n]+)`", re.MULTILINE)
LINK = re.compile(r"\]\(([^)#\s]+)\)")
COMMANDS = {
    name: {flag for parameter in command.params for flag in parameter.opts}
    for name, command in walk(typer.main.get_command(app), "jumelage")
}
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))

each_page = pytest.mark.parametrize(
    "page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix()
)


def typed(page: Path, program: str) -> Iterator[list[str]]:
    """Yield the words after *program* of every line of code and code span of *page*."""
    for line, span in CODE.findall(page.read_text("utf-8")):
        words = (line or span).partition(" #")[0].removeprefix(".venv/bin/").split()
        if words[:1] == [program] and words[1:]:
            yield words[1:]


def unknown(words: list[str]) -> list[str]:
    """Return what of a `jumelage` command does not exist; a bare group such as `pair` does."""
    if words[0] == "COMMAND":
        return []
    names = [f"jumelage {' '.join(words[:size])}" for size in (2, 1)]
    name = next((name for name in names if name in COMMANDS), None)
    if name is None:
        return [] if any(known.startswith(f"{names[1]} ") for known in COMMANDS) else words
    return [word for word in words if word.startswith("--") and word not in COMMANDS[name]]


@each_page
def test_commands_a_page_names_exist(page: Path) -> None:
    assert [found for words in typed(page, "jumelage") if (found := unknown(words))] == []


@each_page
def test_make_targets_a_page_names_exist(page: Path) -> None:
    words = {word for words in typed(page, "make") for word in words if "=" not in word}
    named = {re.sub(r"^(bench|prove)-.+", r"\1", word) for word in words}

    assert named - TARGETS == set()


@each_page
def test_files_a_page_links_to_exist(page: Path) -> None:
    links = [link for link in LINK.findall(page.read_text("utf-8")) if "://" not in link]

    assert [link for link in links if not (page.parent / link).exists()] == []


def test_readme_tells_the_demonstration_as_it_is() -> None:
    page = (ROOT / "README.md").read_text("utf-8")
    told = [f"<{city.address}>" for city in (PARIS, SAN_FRANCISCO)]
    told += [f"`{account.name}`" for account in ACCOUNTS] + [f"`{PASSWORD}`"]

    assert [fact for fact in told if fact not in page] == []


def test_readme_lists_every_benchmark_and_every_promise() -> None:
    page = (ROOT / "README.md").read_text("utf-8")
    tests = "".join(file.read_text("utf-8") for file in (ROOT / "tests").rglob("test_*.py"))
    promises = set(re.findall(r'mark\.promise\("([\w-]+)"\)', tests))
    promises.update(*map(promised, benchmarks()))

    assert set(re.findall(r"`prove-([\w-]+)`", page)) == promises
    assert set(re.findall(r"`bench-([a-z-]+)`", page)) == {
        name.replace("_", "-") for name in benchmarks()
    }
