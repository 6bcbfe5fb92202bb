"""Writes the pages of docs/ that come from code: docs/settings.md and docs/commands.md."""

import os
import re
import tempfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import django
import typer

import jumelage
from jumelage.kit.errors import JumelageError
from jumelage.node.cli import app
from jumelage.node.cli.settings import reference

ROOT = Path(__file__).resolve().parent.parent
ERROR_CLASS = re.compile(r"^class \w+Error\(", re.MULTILINE)
COMMANDS = """# Commands

`jumelage COMMAND --help` says the same in the terminal. This page is written by `make docs`.
"""
# What every command takes is said once, at the top.
COMMON = {"--data", "--language", "--json", "--debug", "--help"}
EXIT_CODES = """
## Exit codes

0 means done. Every error has its sentence, a code that stays the same, and with `--json` its name.

| code | name | what a person reads |
|---|---|---|
"""


def commands() -> str:
    """Return docs/commands.md: every command with its arguments, then the exit codes."""
    listed = list(walk(typer.main.get_command(app), "jumelage"))
    text = COMMANDS + "\nEvery command also takes:\n\n" + options(listed[0][1], common=True)
    for name, command in listed:
        text += f"\n## {name}\n\n{one_line(command.help)}\n"
        if own := options(command, common=False):
            text += "\n" + own
    return text + EXIT_CODES + exit_codes()


def walk(command: Any, name: str) -> Iterator[tuple[str, Any]]:  # noqa: ANN401  # click's own types
    """Yield the full name and the command of every leaf, by name."""
    children = getattr(command, "commands", None)
    if children is None:
        yield name, command
        return
    for child in sorted(children):
        yield from walk(children[child], f"{name} {child}")


def options(command: Any, *, common: bool) -> str:  # noqa: ANN401  # click's own types
    """Return a list of the options and arguments of *command*, common ones or its own."""
    lines = []
    for parameter in command.params:
        if bool(COMMON & set(parameter.opts)) == common and "--help" not in parameter.opts:
            names = ", ".join(f"`{flag}`" for flag in (*parameter.opts, *parameter.secondary_opts))
            shown = (
                names if parameter.param_type_name == "option" else f"`{parameter.name.upper()}`"
            )
            lines.append(f"- {shown}: {one_line(getattr(parameter, 'help', ''))}\n")
    return "".join(lines)


def one_line(text: str | None) -> str:
    """Return *text* without line breaks."""
    return " ".join((text or "").split())


def error_classes(kind: type[JumelageError] = JumelageError) -> Iterator[type[JumelageError]]:
    """Yield every error a person can meet."""
    for child in kind.__subclasses__():
        yield child
        yield from error_classes(child)


def exit_codes() -> str:
    """Return the table of errors, by exit code and name."""
    source = Path(jumelage.__path__[0])
    for file in sorted(source.rglob("*.py")):
        if ERROR_CLASS.search(file.read_text("utf-8")):
            import_module(".".join(file.relative_to(source.parent).with_suffix("").parts))
    rows = {
        (error.exit_code, error.__new__(error).code, one_line(error.__doc__).replace("|", "\\|"))
        for error in error_classes()
        if error.__module__.startswith("jumelage.")
    }
    return "".join(f"| {code} | `{name}` | {sentence} |\n" for code, name, sentence in sorted(rows))


def pages() -> dict[Path, str]:
    """Return each generated page by its file."""
    return {
        ROOT / "docs" / "settings.md": reference(),
        ROOT / "docs" / "commands.md": commands(),
    }


def main() -> None:
    """Write the generated pages."""
    with tempfile.TemporaryDirectory() as data:
        os.environ |= {"JUMELAGE_DATA": data, "DJANGO_SETTINGS_MODULE": "jumelage.node.settings"}
        django.setup()
        for file, text in pages().items():
            file.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
