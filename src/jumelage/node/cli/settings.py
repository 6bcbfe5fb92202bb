"""`jumelage settings`: what is in force, and where each value comes from."""

import os
from typing import Annotated, Any

import typer

from jumelage.node import config
from jumelage.node.cli.terminal import terminal

HIDDEN = "•••"


def settings(
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Print the reference for docs/settings.md.")
    ] = False,
) -> None:
    """Print the settings in force; secrets are hidden."""
    if markdown:
        terminal.out.file.write(reference())
        return
    rows = _effective()
    terminal.give(rows)
    for row in rows:
        terminal.say(f"{row['name']} = {row['value']}   ({row['from']})")


def _effective() -> list[dict[str, Any]]:
    node, written = config.load(), config.stored(config.folder())
    return [
        {
            "name": name,
            "value": HIDDEN if _is_hidden(name, node) else str(getattr(node, name)),
            "from": _source(name, written),
        }
        for name in config.known()
    ]


def _is_hidden(name: str, node: config.NodeConfig) -> bool:
    return bool(config.known()[name].metadata["secret"] and getattr(node, name))


def _source(name: str, written: dict[str, object]) -> str:
    if f"JUMELAGE_{name.upper()}" in os.environ:
        return f"JUMELAGE_{name.upper()}"
    return "node.toml" if name in written else "default"


def reference() -> str:
    """Return docs/settings.md: every setting with its default and what it does."""
    lines = [
        "# Settings",
        "",
        "A node reads `node.toml` in its data folder; `JUMELAGE_<NAME>` in the environment wins.",
        "`jumelage settings` prints what is in force. This page is written by `make docs`.",
        "",
        "| name | default | what it does |",
        "|---|---|---|",
    ]
    for name, setting in config.known().items():
        default = f"`{setting.default}`" if setting.default not in {"", None} else "-"
        lines.append(f"| `{name}` | {default} | {setting.metadata['doc']} |")
    return "\n".join(lines) + "\n"
