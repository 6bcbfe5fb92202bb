"""`jumelage pair`: two people pair two nodes and compare eight words."""

import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jumelage.node import boot
from jumelage.node.cli.terminal import subcommands, terminal

if TYPE_CHECKING:
    from jumelage.bridge.api import Pairing

app = subcommands("Pair this node with another city's: invite, accept, compare words, confirm.")

Which = Annotated[
    str, typer.Argument(metavar="[CITY]", help="City, origin or number when several are open.")
]


@app.command
def invite(
    file: Annotated[Path | None, typer.Option(help="Write the invitation to this file.")] = None,
) -> None:
    """Make an invitation: an address or a file for the person in the other city."""
    boot.node(terminal.language)
    from django.utils.translation import gettext  # noqa: PLC0415

    from jumelage.bridge import api  # noqa: PLC0415

    pairing = api.invite(by=_person())
    address = api.invitation_address(pairing)
    if file:
        file.write_bytes(api.invitation_file(pairing))
    terminal.give(
        {"number": pairing.pk, "address": address, "expires": pairing.expires_at.isoformat()}
    )
    terminal.say(gettext("Give this address to the person in the other city:"))
    terminal.say(address)
    if file:
        terminal.say(gettext("Or send the file %(file)s.") % {"file": file})
    terminal.say(
        gettext("There: jumelage pair accept ADDRESS. Then, on both sides: jumelage pair confirm.")
    )


@app.command
def accept(
    source: Annotated[str, typer.Argument(help="Address or file of the invitation.")],
) -> None:
    """Accept an invitation and show the eight words."""
    boot.node(terminal.language)
    from jumelage.bridge import api  # noqa: PLC0415

    _show_words(api.accept(source, by=_person()))


@app.command
def words(which: Which = "") -> None:
    """Show the eight words that both people must see."""
    boot.node(terminal.language)
    from jumelage.node.operations import pairings  # noqa: PLC0415

    _show_words(pairings.choose(which))


@app.command
def confirm(
    which: Which = "",
    yes: Annotated[
        bool, typer.Option("--yes", help="The words were compared; do not ask.")
    ] = False,
) -> None:
    """Say that the other person reads the same eight words."""
    boot.node(terminal.language)
    from django.utils.translation import gettext  # noqa: PLC0415

    from jumelage.bridge import api  # noqa: PLC0415
    from jumelage.node.operations import pairings  # noqa: PLC0415

    pairing = pairings.choose(which)
    if not yes:
        _show_words(pairing)
        typer.confirm(gettext("Does the other person read exactly these words?"), abort=True)
    done = api.confirm(pairing, by=_person())
    terminal.give(pairings.facts(done))
    terminal.say(pairings.sentence(done))


@app.command
def refuse(which: Which = "") -> None:
    """Say that the words differ, withdraw an invitation, or end a pairing."""
    boot.node(terminal.language)
    from jumelage.bridge import api  # noqa: PLC0415
    from jumelage.node.operations import pairings  # noqa: PLC0415

    done = api.refuse(pairings.choose(which, ending=True), by=_person())
    terminal.give(pairings.facts(done))
    terminal.say(pairings.sentence(done))


@app.command
def reply(file: Annotated[Path, typer.Argument(help="File to write.")], which: Which = "") -> None:
    """Write the answer to a file, when this node cannot reach the inviting one."""
    boot.node(terminal.language)
    from jumelage.bridge import api  # noqa: PLC0415
    from jumelage.node.operations import pairings  # noqa: PLC0415

    file.write_bytes(api.reply_file(pairings.choose(which)))
    terminal.give({"file": str(file)})
    terminal.say(str(file))


@app.command
def take(source: Annotated[str, typer.Argument(help="Address or file of the answer.")]) -> None:
    """Take an answer that was carried here as a file, and show the eight words."""
    boot.node(terminal.language)
    from jumelage.bridge import api  # noqa: PLC0415

    _show_words(api.take_reply(source, by=_person()))


@app.named("list")
def list_() -> None:
    """List every pairing, newest first."""
    boot.node(terminal.language)
    from django.utils.translation import gettext  # noqa: PLC0415

    from jumelage.bridge import api  # noqa: PLC0415
    from jumelage.node.operations import pairings  # noqa: PLC0415

    known = api.pairings()
    terminal.give([pairings.facts(pairing) for pairing in known])
    for pairing in known:
        terminal.say(pairings.sentence(pairing))
    if not known:
        terminal.say(gettext("This node is paired with nobody. Begin with: jumelage pair invite"))


def _show_words(pairing: "Pairing") -> None:
    from jumelage.bridge import api  # noqa: PLC0415
    from jumelage.node.operations import pairings  # noqa: PLC0415

    both = api.words(pairing)
    terminal.give({**pairings.facts(pairing), "words": {"en": both.english, "fr": both.french}})
    terminal.say(pairings.sentence(pairing))
    terminal.say(" ".join(both.english), style="bold")
    terminal.say(" ".join(both.french), style="bold")


def _person() -> str:
    """Return who decided, as the pairing keeps it: the account of this machine."""
    return f"{getpass.getuser()} (jumelage pair)"
