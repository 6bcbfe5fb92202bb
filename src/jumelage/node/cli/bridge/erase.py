"""`jumelage erase` and `jumelage erasures`: drop a record everywhere, see who has answered."""

import getpass
from typing import Annotated

import typer

from jumelage.node import boot
from jumelage.node.cli.terminal import terminal


def erase(
    uri: Annotated[str, typer.Argument(help="Identifier of the record, jumelage:…")],
    ground: Annotated[
        str, typer.Option(help="art-17, consent-withdrawn, mistake or partner-left.")
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Drop what one of this city's records says, here and at everybody who holds a copy."""
    boot.node(terminal.language)
    from django.utils.translation import gettext  # noqa: PLC0415

    from jumelage.bridge import api  # noqa: PLC0415
    from jumelage.node.operations import erasing  # noqa: PLC0415

    subject = api.erasure_subject(uri)
    if not yes and subject.erasure is None:
        for line in erasing.told(subject):
            terminal.say(line)
        typer.confirm(gettext("Erase it everywhere?"), abort=True)
    by = f"{getpass.getuser()} (jumelage erase)"
    done = api.erase(uri=uri, by=by, ground=ground)
    terminal.give(erasing.facts([done])[0])
    for line in erasing.lines([done]):
        terminal.say(line)


def erasures(
    waiting: Annotated[
        bool, typer.Option("--waiting", help="Only those somebody has not answered yet.")
    ] = False,
    most: Annotated[int, typer.Option("--most", min=1, help="How many to show.")] = 50,
) -> None:
    """List what was erased, by whom it was held, and who has confirmed it."""
    boot.node(terminal.language)
    from django.utils.translation import gettext  # noqa: PLC0415

    from jumelage.bridge import api  # noqa: PLC0415
    from jumelage.node.operations import erasing  # noqa: PLC0415

    found = list(api.erasures(state="waiting" if waiting else "")[:most])
    terminal.give(erasing.facts(found))
    for line in erasing.lines(found):
        terminal.say(line)
    if not found:
        terminal.say(gettext("Nothing was erased."))
