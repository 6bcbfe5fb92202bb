"""`jumelage jobs`: more workers for a node, on this machine or another."""

from jumelage.node import boot
from jumelage.node.cli.terminal import terminal


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
