"""`jumelage import`, `jumelage export` and `jumelage report`: the agreement as files."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from jumelage.node import boot
from jumelage.node.cli.terminal import subcommands, terminal
from jumelage.node.errors import FileExistsAlreadyError

imports = subcommands("Read an agreement or organisations from a file.")
exports = subcommands("Write what the node holds to a file.")

By = Annotated[
    str, typer.Option("--by", help="Whose account acts; default: the first administrator's.")
]
Which = Annotated[
    str, typer.Option("--partnership", help="Its short name, when there are several.")
]
Target = Annotated[
    Path | None, typer.Option("--file", help="File to write; without it, standard output.")
]


class AgreementForm(StrEnum):
    """The formats of an exported agreement."""

    YAML = "yaml"
    JSON = "json"


class ActivityForm(StrEnum):
    """The formats of the activity of a year."""

    JSON = "json"
    CSV = "csv"
    IATI = "iati"
    ZIP = "zip"


class ReportForm(StrEnum):
    """The formats of the report."""

    PDF = "pdf"
    CSV = "csv"
    JSON = "json"


@imports.named("agreement")
def import_agreement(
    file: Annotated[Path, typer.Argument(help="YAML file of a partnership.")], by: By = ""
) -> None:
    """Import a partnership and its instruments as history; all of it or nothing."""
    boot.node(terminal.language)
    from jumelage.components.agreement.services.imports import (  # noqa: PLC0415
        import_agreement as read,
    )
    from jumelage.node.operations import accounts  # noqa: PLC0415

    partnership = read(file, by=accounts.acting(by))
    terminal.give({"uri": partnership.uri, "slug": partnership.slug})
    terminal.say(f"{partnership.slug}  {partnership.uri}")


@imports.named("organisations")
def import_organisations(
    file: Annotated[Path, typer.Argument(help="YAML file of organisations.")], by: By = ""
) -> None:
    """Import the organisations an agreement names; all of them or none."""
    boot.node(terminal.language)
    from jumelage.directory.services import import_actors  # noqa: PLC0415
    from jumelage.node.operations import accounts  # noqa: PLC0415

    listed = import_actors(file, by=accounts.acting(by))
    terminal.give([{"slug": row.slug, "name": row.current_name} for row in listed])
    for row in listed:
        terminal.say(f"{row.slug}  {row.current_name}")


@exports.named("agreement")
def export_agreement(
    form: Annotated[AgreementForm, typer.Option("--format", help="Format.")] = AgreementForm.YAML,
    file: Target = None,
    partnership: Which = "",
) -> None:
    """Write a partnership with its instruments as YAML or JSON."""
    boot.node(terminal.language)
    from jumelage.node.operations import exchange  # noqa: PLC0415

    _write(exchange.agreement_file(exchange.partnership(partnership), form), file)


@exports.named("text")
def export_text(
    instrument: Annotated[str, typer.Argument(help="Short name of the instrument.")],
    file: Target = None,
    partnership: Which = "",
) -> None:
    """Write the text of one instrument as Akoma Ntoso 3.0, in the language of --language."""
    boot.node(terminal.language)
    from jumelage.node.operations import exchange  # noqa: PLC0415

    of = exchange.partnership(partnership)
    _write(exchange.text_file(of, instrument, terminal.language), file)


@exports.named("activity")
def export_activity(
    year: Annotated[int, typer.Argument(help="Calendar year.")],
    form: Annotated[ActivityForm, typer.Option("--format", help="Format.")] = ActivityForm.JSON,
    file: Target = None,
    partnership: Which = "",
) -> None:
    """Write the activity of a year as JSON, CSV or IATI 2.03, or every export as ZIP."""
    boot.node(terminal.language)
    from jumelage.node.operations import exchange  # noqa: PLC0415

    _write(exchange.activity_file(exchange.partnership(partnership), year, form), file)


def report(
    year: Annotated[int, typer.Argument(help="Calendar year.")],
    form: Annotated[ReportForm, typer.Option("--format", help="Format.")] = ReportForm.PDF,
    file: Target = None,
    partnership: Which = "",
    freeze: Annotated[
        bool, typer.Option("--freeze", help="Freeze and sign it first; it never changes then.")
    ] = False,
    by: By = "",
) -> None:
    """Write the annual report for both councils, in the language of --language."""
    boot.node(terminal.language)
    from jumelage.node.operations import accounts, exchange  # noqa: PLC0415

    signer = accounts.acting(by) if freeze else None
    held = exchange.report(exchange.partnership(partnership), year, freeze_by=signer)
    _write(exchange.report_file(held, form, terminal.language), file)


def _write(content: bytes, file: Path | None) -> None:
    """Write *content* to a new *file*, or to standard output.

    Raises:
        FileExistsAlreadyError: the file exists.
    """
    if file is None:
        sys.stdout.buffer.write(content)
        return
    try:
        with file.open("xb") as target:
            target.write(content)
    except FileExistsError as error:
        raise FileExistsAlreadyError(file=file) from error
    terminal.give({"file": str(file), "bytes": len(content)})
    terminal.say(str(file))
