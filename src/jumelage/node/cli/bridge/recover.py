"""`jumelage recover`: take back from the peers what a restored node has said."""

from typing import Annotated

import typer

from jumelage.node import boot, config
from jumelage.node.cli.bridge.showing import shown
from jumelage.node.cli.terminal import terminal
from jumelage.node.errors import NotConfirmedError, StillRecoveringError


def recover(
    status: Annotated[
        bool, typer.Option("--status", help="Only say how far the recovery is.")
    ] = False,
    once: Annotated[bool, typer.Option("--once", help="Ask every city once, do not wait.")] = False,
    begin: Annotated[
        bool,
        typer.Option("--begin", help="The database was put back by other means: compare it."),
    ] = False,
    new_epoch: Annotated[
        bool, typer.Option("--new-epoch", help="Publish without waiting: begin every feed anew.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before a new epoch.")] = False,
) -> None:
    """Take back from the joined cities what this node has said since the backup."""
    boot.node(terminal.language)
    from jumelage.bridge import api as bridge  # noqa: PLC0415
    from jumelage.node.operations import recovery  # noqa: PLC0415

    recovery.begin_if_restored()
    if begin:
        bridge.recovery.begin(backup_at=None, by="operator")
    if new_epoch:
        _open_epoch(yes=yes)
    elif not (status or begin):
        _take_back(once=once)
    found = bridge.recovery.latest()
    terminal.give(recovery.plain(found))
    for line in recovery.sentences(found):
        terminal.say(line)
    if found and found.ended_at is None and not (status or begin or new_epoch):
        raise StillRecoveringError(reason=recovery.reason(found))


def _take_back(*, once: bool) -> None:
    """Ask the peers in this process, or watch the worker of the running node do it."""
    from jumelage.bridge import api as bridge  # noqa: PLC0415
    from jumelage.node.operations import recovery  # noqa: PLC0415
    from jumelage.node.run import prepare  # noqa: PLC0415

    bridge.recovery.demand()
    with shown() as told:

        def show(found: bridge.Recovery) -> None:
            if found.wanted:
                told("taking", found.taken, found.wanted)

        if prepare.runs(config.folder()):
            recovery.watch(show, once=once)
            return
        recovery.demand_key()
        with prepare.lock(config.folder()):
            bridge.take_back(show, once=once)


def _open_epoch(*, yes: bool) -> None:
    from django.utils.translation import gettext as _  # noqa: PLC0415

    from jumelage.bridge import api as bridge  # noqa: PLC0415
    from jumelage.node.operations import recovery  # noqa: PLC0415

    recovery.demand_key()
    if not yes:
        terminal.say(
            _(
                "Every feed begins again at entry 1, and every joined city sees that. What it holds"
                " of the time after the backup comes back when it answers. Wait for the cities"
                " instead if they can be reached soon."
            )
        )
        if terminal.json or not typer.confirm(_("Begin a new epoch?")):
            raise NotConfirmedError
    bridge.open_epoch(by="operator")
