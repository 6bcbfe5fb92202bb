"""`jumelage keys`: the keys of this node and its peers; change, revoke and recover the own one."""

import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jumelage.node import boot
from jumelage.node.cli.terminal import subcommands, terminal

if TYPE_CHECKING:
    from collections.abc import Mapping

app = subcommands("The keys nodes sign with: list them; change, revoke or recover this node's own.")

RecoveryKey = Annotated[
    Path,
    typer.Option(
        "--recovery-key", exists=True, dir_okay=False, help="The recovery key, from its safe place."
    ),
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


@app.named("list")
def list_() -> None:
    """List every key of this node and of the nodes it has met, the present one marked."""
    boot.node(terminal.language)
    from jumelage.node.operations.bridge import keys  # noqa: PLC0415

    found = keys.histories()
    terminal.give([keys.facts(node, history) for node, history in found])
    for node, history in found:
        terminal.say(f"{node}  {node.origin}", style="bold")
        for fact in history:
            terminal.say(f"  {keys.sentence(fact)}")


@app.command
def rotate() -> None:
    """Sign with a fresh key from now on; the present one says so and is destroyed."""
    boot.node(terminal.language)
    from jumelage.bridge import api  # noqa: PLC0415

    api.rotate_key(by=_person("rotate"))
    _tell()


@app.command
def revoke(
    recovery_key: RecoveryKey,
    last_valid: Annotated[
        list[str] | None,
        typer.Option(
            "--last-valid",
            metavar="FEED=NUMBER",
            help="Last entry of a feed that is this city's own, if somebody wrote here too.",
        ),
    ] = None,
    yes: Yes = False,
) -> None:
    """Say that the present key is in other hands; peers take back what others signed with it."""
    boot.node(terminal.language)
    from django.utils.translation import gettext  # noqa: PLC0415

    from jumelage.bridge import api  # noqa: PLC0415
    from jumelage.node.operations.bridge import keys  # noqa: PLC0415

    ends = keys.last_valid(last_valid or [])
    if not yes:
        _show_ends(ends)
        typer.confirm(gettext("Revoke the present key?"), abort=True)
    key = api.recovery_key_in(recovery_key)
    api.revoke_key(recovery_key=key, last_valid=ends, by=_person("revoke"))
    _tell()


@app.command
def recover(recovery_key: RecoveryKey) -> None:
    """Give the node a fresh key after its own was lost; nothing is taken back."""
    boot.node(terminal.language)
    from jumelage.bridge import api  # noqa: PLC0415

    api.recover_key(recovery_key=api.recovery_key_in(recovery_key), by=_person("recover"))
    _tell()


def _show_ends(asked: "Mapping[str, int]") -> None:
    """Say what counts as this city's own and what would be taken back here."""
    from django.utils.translation import gettext  # noqa: PLC0415

    from jumelage.node.operations.bridge import keys  # noqa: PLC0415

    own = gettext("%(feed)s: entries up to %(last)s are this city’s own")
    gone = gettext("%(feed)s: %(after)s entries after %(last)s are taken back, here as well")
    for feed, last, after in keys.ends(asked):
        terminal.say((gone if after else own) % {"feed": feed, "last": last, "after": after})


def _tell() -> None:
    """Say which key signs now, and that nobody needs to do anything."""
    from django.utils.translation import gettext  # noqa: PLC0415

    from jumelage.bridge import api  # noqa: PLC0415
    from jumelage.node.operations.bridge import keys  # noqa: PLC0415

    history = api.key_history(api.me())
    terminal.give(keys.facts(api.me(), history))
    terminal.say(keys.sentence(history[0]))
    terminal.say(gettext("The joined cities follow by themselves. The node need not be restarted."))


def _person(command: str) -> str:
    """Return who decided: the account of this machine."""
    return f"{getpass.getuser()} (jumelage keys {command})"
