"""What the documentation must name: settings, commands, errors, words and components."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from django.apps import apps

from jumelage.kit.component import record_types
from jumelage.node.config import NodeConfig
from jumelage.node.logs import MEMBERS
from jumelage.node.watching.alerts import KINDS
from jumelage.node.watching.health import CHECKS
from jumelage.node.watching.metrics import METRICS
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


def operations_table(first: str) -> list[str]:
    """Return the names in the first column of the table of docs/operations.md that *first* heads."""
    page = (ROOT / "docs/operations.md").read_text("utf-8")
    table = page.partition(f"\n| {first} |")[2].partition("\n\n")[0]
    return re.findall(r"^\| `([a-z_-]+)(?:\{[a-z,]+\})?`", table, re.MULTILINE)


@pytest.mark.parametrize(
    ("first", "known"),
    [("metric", METRICS), ("alert", KINDS), ("check", CHECKS), ("member", list(MEMBERS))],
)
def test_operations_page_tells_of_everything_watched(first: str, known: Iterable[str]) -> None:
    assert operations_table(first) == list(known)


def test_operations_page_gives_metrics_their_labels() -> None:
    page = (ROOT / "docs/operations.md").read_text("utf-8")
    labelled = {
        name: f"{{{','.join(m.labels)}}}" if m.labels else "" for name, m in METRICS.items()
    }

    assert [n for n, labels in labelled.items() if f"| `{n}{labels}` |" not in page] == []


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
