"""`jumelage up`: run the node; `jumelage jobs`: more workers for it, here or elsewhere."""

import os
from typing import Annotated

import typer

from jumelage.node import boot
from jumelage.node.cli.terminal import terminal
from jumelage.node.errors import UnknownEngineError


def up(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    beside: Annotated[
        list[str] | None, typer.Option("--with", help="Also start: janus (large calls, recording).")
    ] = None,
) -> None:
    """Run the node: web server and bridge, until Ctrl-C."""
    for name, value in (("HOST", host), ("PORT", port), ("JANUS", with_janus(beside))):
        if value is not None:
            os.environ[f"JUMELAGE_{name}"] = str(value)
    boot.node(terminal.language)

    from django.utils.translation import gettext as _  # noqa: PLC0415

    from jumelage.node.run.up import run  # noqa: PLC0415

    def announce(url: str) -> None:
        terminal.give({"url": url, "process": os.getpid()})
        terminal.say(_("%(url)s is open. Ctrl-C stops it.") % {"url": url})

    run(announce=announce)


def with_janus(beside: list[str] | None) -> int | None:
    """Tell whether Janus is among the programs *beside* the node; None: the settings decide.

    Raises:
        UnknownEngineError: one of them is unknown.
    """
    for given in beside or ():
        if given != "janus":
            raise UnknownEngineError(given=given, known="janus")
    return 1 if beside else None


def jobs() -> None:
    """Prepare films beside the node's own worker, until Ctrl-C; start as many as you like.

    On another machine the settings must name the same PostgreSQL and the same folder of the
    studio's files (`media_store`).
    """
    boot.node(terminal.language)
    from django.utils.translation import gettext  # noqa: PLC0415

    from jumelage.node.run import jobs as running  # noqa: PLC0415

    terminal.say(gettext("This worker takes what waits. Ctrl-C stops it."))
    running.run()
