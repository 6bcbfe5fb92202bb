"""What every command shares: its common options, and one way to speak to people and scripts."""

import inspect
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from typing import Annotated, Any

import typer
from rich.console import Console

from jumelage.kit.i18n import LANGUAGES
from jumelage.node import boot


@dataclass(slots=True)
class Terminal:
    """How this run of the command talks: to a script (`json`) or a person, and in which language."""

    json: bool = False
    debug: bool = False
    language: str = field(default_factory=boot.spoken_language)
    out: Console = field(default_factory=lambda: Console(highlight=False))
    err: Console = field(default_factory=lambda: Console(stderr=True, highlight=False))

    def say(self, text: str, **style: Any) -> None:  # noqa: ANN401  # rich's own options
        """Print a line for a person; a script that asked for JSON does not see it."""
        if not self.json:
            self.out.print(text, markup=False, soft_wrap=True, **style)

    def give(self, facts: Mapping[str, Any] | list[Any]) -> None:
        """Print the result for a script, as one JSON document."""
        if self.json:
            sys.stdout.write(json.dumps(facts, ensure_ascii=False, default=str, indent=2) + "\n")

    def complain(self, *, code: str, message: str, exit_code: int) -> None:
        """Print an error: a sentence on standard error, or JSON on standard output."""
        if self.json:
            self.give({"error": {"code": code, "message": message, "exit_code": exit_code}})
        else:
            self.err.print(message, style="bold red", markup=False, soft_wrap=True)

    @contextmanager
    def busy(self, text: str) -> Iterator[None]:
        """Show that something is being done, then that it is done and how long it took."""
        if self.json or not self.err.is_terminal:
            yield
            return
        with self.err.status(text):
            yield


terminal = Terminal()


_COMMON: dict[str, Any] = {
    "data_": Annotated[
        str | None,
        typer.Option("--data", metavar="FOLDER", help="Data folder of the node."),
    ],
    "language_": Annotated[
        str | None,
        typer.Option("--language", metavar="fr|en", help="Language of the messages."),
    ],
    "json_": Annotated[bool, typer.Option("--json", help="Answer, and report errors, as JSON.")],
    "debug_": Annotated[bool, typer.Option("--debug", help="Show where an error comes from.")],
}


Command = Callable[..., None]


def with_common_options(command: Command) -> Command:
    """Return *command* with the options every command has, which set up the terminal."""

    @wraps(command)
    def run(**options: Any) -> None:  # noqa: ANN401  # whatever the command takes
        common = {name: options.pop(name) for name in _COMMON}
        _set_up(common)
        command(**options)

    own = inspect.signature(command)
    added = [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            annotation=hint,
            default=None if name in {"data_", "language_"} else False,
        )
        for name, hint in _COMMON.items()
    ]
    run.__signature__ = own.replace(  # type: ignore[attr-defined]  # inspect reads it
        parameters=[*own.parameters.values(), *added]
    )
    run.__annotations__ = {**command.__annotations__, **_COMMON}
    return run


def _set_up(common: Mapping[str, Any]) -> None:
    """Apply the common options to this run."""
    if common["data_"]:
        os.environ["JUMELAGE_DATA"] = common["data_"]
    if language := common["language_"]:
        if language not in LANGUAGES:
            message = f"{language}: fr | en"
            raise typer.BadParameter(message)
        terminal.language = language
    terminal.json, terminal.debug = common["json_"], common["debug_"]


class CommandGroup:
    """A group of commands such as `jumelage pair`, each with the common options."""

    def __init__(self, about: str) -> None:
        """Make an empty group that *about* describes."""
        self.typer = typer.Typer(help=about, no_args_is_help=True)

    def command(self, command: Command) -> Command:
        """Add *command* under its own name."""
        return self.named(command.__name__)(command)

    def named(self, name: str) -> Callable[[Command], Command]:
        """Return a decorator that adds a command as *name*."""

        def add(command: Command) -> Command:
            self.typer.command(name)(with_common_options(command))
            return command

        return add


def subcommands(about: str) -> CommandGroup:
    """Return an empty group of commands."""
    return CommandGroup(about)
