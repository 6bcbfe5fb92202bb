"""`jumelage leave` and `jumelage verify-bundle`: end a partnership and keep the proof of it."""

import getpass
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from jumelage.node import boot
from jumelage.node.cli.terminal import terminal


def leave(
    city: Annotated[str, typer.Argument(help="Short name, name or origin of the joined city.")],
    export: Annotated[
        Path | None,
        typer.Option(help="Empty folder to keep everything both cities said, with its proof."),
    ] = None,
    erase: Annotated[
        list[str] | None,
        typer.Option(help="Kind of records for that city alone to erase; all: every kind."),
    ] = None,
    wait: Annotated[
        int, typer.Option(min=0, help="Days the other city has to confirm erasures.")
    ] = 30,
    now: Annotated[bool, typer.Option("--now", help="End without waiting for receipts.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """End a partnership: keep everything, erase what was for that city alone, end the pairing."""
    boot.node(terminal.language)
    from django.utils.translation import gettext  # noqa: PLC0415

    from jumelage.node.operations.bridge import leaving  # noqa: PLC0415

    partner = leaving.partner(city)
    kinds = None if erase is None else [kind for kind in erase if kind != "all"]
    if not yes:
        question = gettext("End the partnership with %(city)s? What was erased stays erased.")
        typer.confirm(question % {"city": partner}, abort=True)
    done = leaving.leave(
        partner,
        bundle=export,
        erase=kinds,
        days=0 if now else wait,
        by=f"{getpass.getuser()} (jumelage leave)",
    )
    terminal.give(asdict(done))
    for line in leaving.lines(done):
        terminal.say(line)


def verify_bundle(
    folder: Annotated[Path, typer.Argument(help="Folder that `jumelage leave --export` made.")],
) -> None:
    """Check the keys, chains and signatures of a kept bundle; needs no node and no database."""
    boot.languages_only(terminal.language)
    from jumelage.bridge import bundle  # noqa: PLC0415
    from jumelage.node.operations.bridge.bundles import lines  # noqa: PLC0415

    found = bundle.verify(folder)
    terminal.give([asdict(one) for one in found])
    for line in lines(found):
        terminal.say(line)
    if any(one.flaw for one in found):
        raise bundle.BundleDamagedError(folder=folder)
