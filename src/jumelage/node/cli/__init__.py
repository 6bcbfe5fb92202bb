"""The `jumelage` command: one file per group of commands, one place for errors.

Exit codes are stable and listed in docs/commands.md; each error class carries its own.
"""

import sys
import traceback

import typer

from jumelage import __version__
from jumelage.node import boot, config
from jumelage.node.cli import (
    backup,
    demo,
    doctor,
    exchange,
    init,
    pair,
    settings,
    status,
    up,
    user,
)
from jumelage.node.cli.bridge import erase, freight, keys, leave, maintain, recover, wall
from jumelage.node.cli.terminal import terminal, with_common_options
from jumelage.node.errors import PythonTooOldError
from jumelage.node.operations.diagnosis import explained

OLDEST_PYTHON = (3, 11)

app = typer.Typer(
    name="jumelage",
    help="Run a sister-city agreement: one node per city, joined by a signed bridge.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)


def version() -> None:
    """Print the version."""
    terminal.give({"version": __version__, "python": sys.version.split()[0]})
    terminal.say(f"jumelage {__version__}")


for _command in (
    init.init,
    up.up,
    up.jobs,
    demo.demo,
    status.status,
    doctor.doctor,
    settings.settings,
    exchange.report,
    backup.backup,
    backup.restore,
    recover.recover,
    erase.erase,
    erase.erasures,
    maintain.maintain,
    leave.leave,
    version,
):
    app.command()(with_common_options(_command))
app.command("verify-bundle")(with_common_options(leave.verify_bundle))
app.add_typer(pair.app.typer, name="pair")
app.add_typer(wall.app.typer, name="bridge")
app.add_typer(freight.app.typer, name="freight")
app.add_typer(keys.app.typer, name="keys")
app.add_typer(exchange.imports.typer, name="import")
app.add_typer(exchange.exports.typer, name="export")
app.add_typer(user.app.typer, name="user")


def main() -> None:
    """Run the command; an error becomes its sentence and its exit code, never a traceback."""
    terminal.json = "--json" in sys.argv  # until the options are read
    try:
        if sys.version_info < OLDEST_PYTHON:
            _refuse_python()
        app()
    except Exception as error:  # noqa: BLE001  # the one place where every error ends
        sys.exit(_report(error))


def _refuse_python() -> None:
    needed = ".".join(map(str, OLDEST_PYTHON))
    raise PythonTooOldError(needed=needed, found=sys.version.split()[0])


def _report(error: Exception) -> int:
    """Print what *error* means to a person and return the exit code."""
    if terminal.debug:
        traceback.print_exception(error)
    known = explained(error, config.folder())
    boot.languages_only(terminal.language)
    terminal.complain(code=known.code, message=known.message, exit_code=known.exit_code)
    return known.exit_code
