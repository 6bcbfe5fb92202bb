"""Shows how far long work is: a bar for a person at a terminal, nothing for a script."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from jumelage.node import boot
from jumelage.node.backup.progress import Told, silent
from jumelage.node.cli.terminal import terminal

_ = str  # the sentences below are translated when they are shown
SENTENCES = {
    "database": _("Copying the database"),
    "media": _("Reading the media"),
    "writing": _("Writing the file"),
    "checking": _("Checking every piece"),
    "unpacking": _("Unpacking"),
    "tables": _("Putting the tables back"),
    "chains": _("Verifying the feeds"),
    "freight": _("Copying what deliveries hold"),
    "studio": _("Copying the files of the studio"),
    "taking": _("Taking back what this city said"),
}


@contextmanager
def shown() -> Iterator[Told]:
    """Give what shows the steps of long work on standard error; Ctrl-C cancels the work."""
    if terminal.json or not terminal.err.is_terminal:
        yield silent
        return
    translate = boot.catalogue(terminal.language)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
    )
    bars: dict[str, TaskID] = {}
    with Progress(*columns, TimeElapsedColumn(), console=terminal.err) as progress:

        def told(step: str, done: int, of: int) -> None:
            if step not in bars:
                bars[step] = progress.add_task(translate(SENTENCES[step]), total=None)
            progress.update(bars[step], completed=done, total=of or None)

        yield told
