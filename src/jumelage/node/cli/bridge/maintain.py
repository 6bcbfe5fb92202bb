"""`jumelage maintain`: leave nothing of what was erased in the live files."""

from dataclasses import asdict

from jumelage.node import boot
from jumelage.node.cli.terminal import terminal


def maintain() -> None:
    """Rebuild the database so that nothing erased is left in its files; works while it runs."""
    boot.node(terminal.language)
    from django.utils.translation import gettext  # noqa: PLC0415

    from jumelage.node.operations import erasing  # noqa: PLC0415

    with terminal.busy(gettext("The tables are rebuilt…")):
        done = erasing.maintain()
    terminal.give(asdict(done))
    if done.log_emptied:
        terminal.say(gettext("The live files hold nothing of what was erased."))
    else:
        terminal.say(
            gettext(
                "The tables are rebuilt, and a reader still needs the log. It is emptied in a moment."
            )
        )
    told = gettext("%(waiting)s erasures wait for the answer of a holder.")
    terminal.say(told % {"waiting": done.waiting})
