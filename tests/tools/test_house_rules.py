"""Each house rule is broken once, in a scratch folder, and found."""

import subprocess
from pathlib import Path, PurePosixPath

import pytest

from tools import house_rules

ROOT = Path(__file__).resolve().parent.parent.parent
LONG_FUNCTION = "def long():\n" + "    step()\n" * 40
LONG_VIEW = "def page(request):\n" + "    step()\n" * 15


def write(root: Path, name: str, text: str) -> None:
    """Write a file below *root*."""
    file = root / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Return an empty git repository."""
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("a/long.py", LONG_FUNCTION, "long has 41 lines; at most 40"),
        ("a/views.py", LONG_VIEW, "page has 16 lines; at most 15"),
        ("a/file.py", "x = 1\n" * 401, "401 lines; at most 400"),
        ("a/style.css", "a{}\n" * 401, "401 lines; at most 400"),
        ("a/utils.py", "", "“utils” says nothing; use the field's word (docs/words.md)"),
        ("helpers/a.py", "", "“helpers” says nothing; use the field's word (docs/words.md)"),
        ("a/later.py", "# TO" + "DO: more\n", "names a task for later: # TO" + "DO: more"),
        (
            "a/lock.txt",
            "https://py" + "pi.org/x\n",
            "names a package index: https://py" + "pi.org/x",
        ),
        (
            "a/notes.md",
            "see /ho" + "me/ada/notes\n",
            "names an absolute path of a machine: see /ho" + "me/ada/notes",
        ),
    ],
)
def test_house_rule_finds_the_fault(tree: Path, name: str, text: str, fault: str) -> None:
    write(tree, name, text)

    assert [what for _, _, what in house_rules.faults(tree)] == [fault]


def test_folder_of_thirteen_files_is_too_full(tree: Path) -> None:
    for number in range(13):
        write(tree, f"a/thing{number}.py", "")
    write(tree, "a/__init__.py", "")

    assert list(house_rules.faults(tree)) == [(PurePosixPath("a"), 1, "13 files; at most 12")]


def test_docstring_and_migrations_do_not_count(tree: Path) -> None:
    docstring = '    """Say it.\n\n' + "    More.\n" * 30 + '    """\n'
    write(tree, "a/short.py", "def short():\n" + docstring + "    step()\n" * 30)
    write(tree, "a/migrations/0001_initial.py", LONG_FUNCTION)

    assert list(house_rules.faults(tree)) == []


def test_link_is_not_a_path_of_a_machine(tree: Path) -> None:
    write(tree, "a/notes.md", "https://city.example/work/plan\n")

    assert list(house_rules.faults(tree)) == []


def test_this_tree_keeps_the_house_rules() -> None:
    assert list(house_rules.faults(ROOT)) == []
