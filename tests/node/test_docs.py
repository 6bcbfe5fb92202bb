"""What the documentation must name: settings, commands, errors, words and components."""

import re
from pathlib import Path

import pytest
from django.apps import apps

from jumelage.kit.component import record_types
from jumelage.node.config import NodeConfig
from tools import write_docs

ROOT = Path(__file__).resolve().parent.parent.parent
WORD = re.compile(r"[A-Z]?[a-z]+")
COMPONENTS = sorted((ROOT / "src/jumelage/components").glob("*/component.py"))


@pytest.mark.parametrize("name", ["settings.md", "commands.md"])
def test_generated_page_is_up_to_date(name: str) -> None:
    file = ROOT / "docs" / name

    assert file.read_text("utf-8") == write_docs.pages()[file], "run `make docs`"


def test_settings_page_names_every_setting() -> None:
    page = (ROOT / "docs/settings.md").read_text("utf-8")

    documented = re.findall(r"^\| `(\w+)`", page, re.MULTILINE)

    assert documented == list(NodeConfig.__dataclass_fields__)


def listed_words() -> set[str]:
    """Return the words in bold of docs/words.md."""
    page = (ROOT / "docs/words.md").read_text("utf-8")
    return {word for entry in re.findall(r"\*\*([a-z ]+)\*\*", page) for word in entry.split()}


def test_words_of_every_table_are_listed() -> None:
    models = [m for m in apps.get_models() if m.__module__.startswith("jumelage.")]
    used = {word.lower() for model in models for word in WORD.findall(model.__name__)}

    assert sorted(used - listed_words()) == []


def test_words_of_every_kind_of_record_are_listed() -> None:
    used = {word for kind in record_types() for word in WORD.findall(kind)}

    assert sorted(used - listed_words()) == []


def test_words_have_a_french_word_and_a_meaning() -> None:
    page = (ROOT / "docs/words.md").read_text("utf-8")

    rows = [row.strip("| ").split(" | ") for row in page.splitlines() if row.startswith("| **")]

    assert [row for row in rows if len(row) != 3 or not all(row)] == []


@pytest.mark.parametrize("file", COMPONENTS, ids=lambda file: file.parent.name)
def test_component_has_a_short_readme(file: Path) -> None:
    readme = file.with_name("README.md")

    assert readme.exists()
    assert len(readme.read_text("utf-8").splitlines()) <= 40


def test_architecture_names_every_layer() -> None:
    page = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    folders = {path.parent.name for path in (ROOT / "src/jumelage").glob("*/__init__.py")}

    assert sorted(name for name in folders if f"`{name}`" not in page) == []


def test_readme_names_every_component() -> None:
    page = (ROOT / "README.md").read_text("utf-8")

    names = [file.parent.name for file in COMPONENTS]
    assert [name for name in names if f"components/{name}" not in page] == []
