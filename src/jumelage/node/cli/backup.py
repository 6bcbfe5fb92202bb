"""`jumelage backup` and `jumelage restore`."""

from pathlib import Path
from typing import Annotated

import typer

from jumelage.node import boot, config
from jumelage.node.cli.terminal import terminal


def backup(
    file: Annotated[Path, typer.Argument(help="Tar file to write.")],
    check: Annotated[
        bool, typer.Option("--check", help="Only check an existing backup against its hashes.")
    ] = False,
) -> None:
    """Save database, media and settings while the node runs; never keys."""
    boot.node(terminal.language)
    from django.utils.translation import gettext  # noqa: PLC0415

    from jumelage.node.backup import archive, make  # noqa: PLC0415

    manifest = archive.verify(file) if check else make.make(file)
    size = sum(piece.size for piece in manifest.pieces.values())
    terminal.give(
        {
            "file": str(file),
            "made_at": manifest.made_at,
            "media": len(manifest.media),
            "bytes": size,
        }
    )
    told = gettext("%(file)s is complete: %(media)s media files, %(size)s bytes, each checked.")
    terminal.say(told % {"file": file, "media": len(manifest.media), "size": size})
    if not check:
        terminal.say(gettext("Keys are not in it. Keep node.key and recovery.key elsewhere."))


def restore(
    file: Annotated[Path, typer.Argument(help="Backup to restore.")],
    database_url: Annotated[
        str, typer.Option(help="Empty PostgreSQL database for a backup of one.")
    ] = "",
) -> None:
    """Restore a backup into an empty data folder."""
    from jumelage.node.backup.restore import restore as put_back  # noqa: PLC0415

    folder = config.folder()
    manifest = put_back(file, folder, database_url=database_url, language=terminal.language)
    from django.utils.translation import gettext  # noqa: PLC0415

    terminal.give({"folder": str(folder), "origin": manifest.origin, "made_at": manifest.made_at})
    told = gettext("The node of %(made_at)s is back in %(folder)s.")
    terminal.say(told % {"made_at": manifest.made_at, "folder": folder})
    terminal.say(
        gettext("Now put node.key back into that folder; without it the node cannot sign.")
    )
    terminal.say(
        gettext(
            "What was published after the backup is held by the paired cities only. Do not publish"
            " before you have compared with them: a feed written twice is stopped by every reader."
        )
    )
