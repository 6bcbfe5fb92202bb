"""`jumelage backup` and `jumelage restore`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jumelage.node import boot, config
from jumelage.node.cli.bridge.showing import shown
from jumelage.node.cli.terminal import terminal
from jumelage.node.errors import AnswerMissingError

if TYPE_CHECKING:
    from jumelage.node.backup.archive import Manifest


def backup(
    file: Annotated[Path, typer.Argument(help="Tar file to write.")],
    check: Annotated[
        bool, typer.Option("--check", help="Only check an existing backup against its hashes.")
    ] = False,
    freight: Annotated[
        Path | None,
        typer.Option(help="Folder for what deliveries hold; only what is new is copied."),
    ] = None,
    studio: Annotated[
        Path | None,
        typer.Option(help="Folder for the files of the studio; only what is new is copied."),
    ] = None,
) -> None:
    """Save database, media and settings while the node runs; never keys."""
    boot.node(terminal.language)
    from django.utils.translation import gettext  # noqa: PLC0415

    from jumelage.node.backup import archive, make  # noqa: PLC0415

    with shown() as told:
        manifest = archive.verify(file, told) if check else make.make(file, told)
    size = sum(piece.size for piece in manifest.pieces.values())
    terminal.give(
        {
            "file": str(file),
            "made_at": manifest.made_at,
            "media": len(manifest.media),
            "bytes": size,
        }
    )
    said = gettext("%(file)s is complete: %(media)s media files, %(size)s bytes, each checked.")
    terminal.say(said % {"file": file, "media": len(manifest.media), "size": size})
    if not check:
        terminal.say(gettext("Keys are not in it. Keep node.key and recovery.key elsewhere."))
        _save_freight(freight)
        _save_studio(studio)


def _save_freight(folder: Path | None) -> None:
    """Copy what deliveries hold beside the backup, or say that it is left out."""
    from django.utils.translation import gettext  # noqa: PLC0415

    from jumelage.bridge.api import freight as api  # noqa: PLC0415
    from jumelage.shell.templatetags.bridge_words import size  # noqa: PLC0415

    if folder is not None:
        with shown() as told:
            saved = api.save_contents(folder, lambda done, of: told("freight", done, of))
        facts = {"n": saved.contents, "size": size(saved.bytes), "new": size(saved.fresh_bytes)}
        said = gettext(
            "%(folder)s holds %(n)s contents of deliveries, %(size)s, of which %(new)s are new."
        )
        terminal.say(said % {"folder": folder, **facts})
    elif (held := api.store_totals()) and held.blobs:
        left = gettext(
            "What deliveries hold is not in it (%(n)s contents, %(size)s): add --freight FOLDER."
            " Without it, ask the other city to send again what was lost."
        )
        terminal.say(left % {"n": held.blobs, "size": size(held.bytes)})


def _save_studio(folder: Path | None) -> None:
    """Copy the files of the studio beside the backup, or say that they are left out."""
    from django.utils.translation import gettext  # noqa: PLC0415

    from jumelage.components.studio.selectors.media import totals  # noqa: PLC0415
    from jumelage.components.studio.services import media  # noqa: PLC0415
    from jumelage.shell.templatetags.bridge_words import size  # noqa: PLC0415

    if folder is not None:
        with shown() as told:
            saved = media.save(folder, lambda done, of: told("studio", done, of))
        facts = {"n": saved.files, "size": size(saved.bytes), "new": size(saved.fresh_bytes)}
        said = gettext(
            "%(folder)s holds %(n)s files of the studio, %(size)s, of which %(new)s are new."
        )
        terminal.say(said % {"folder": folder, **facts})
    elif (held := totals()).files:
        left = gettext(
            "The files of the studio are not in it (%(n)s files, %(size)s): add --studio FOLDER."
        )
        terminal.say(left % {"n": held.files, "size": size(held.bytes)})


def restore(
    file: Annotated[
        Path | None, typer.Argument(help="Backup to restore; for a drill, the last one made.")
    ] = None,
    database_url: Annotated[
        str, typer.Option(help="Empty PostgreSQL database for a backup of one.")
    ] = "",
    key: Annotated[
        Path | None, typer.Option(help="The node.key of this node, which no backup holds.")
    ] = None,
    ledger: Annotated[
        Path | None, typer.Option(help="The erasures.ndjson of the lost folder, if it is left.")
    ] = None,
    freight: Annotated[
        Path | None, typer.Option(help="The folder that `jumelage backup --freight` filled.")
    ] = None,
    studio: Annotated[
        Path | None, typer.Option(help="The folder that `jumelage backup --studio` filled.")
    ] = None,
    drill: Annotated[
        bool, typer.Option("--drill", help="Only rehearse, in a scratch folder, and report.")
    ] = False,
) -> None:
    """Restore a backup into an empty data folder; the node there is read-only at first."""
    if drill:
        _rehearse(file)
        return
    if file is None:
        raise AnswerMissingError(options="FILE")
    from jumelage.node.backup.restore import restore as put_back  # noqa: PLC0415

    folder = config.folder()
    place = {"database_url": database_url, "language": terminal.language}
    with shown() as told:
        manifest = put_back(file, folder, key=key, ledger=ledger, told=told, **place)
    _bring_freight_back(freight)
    _bring_studio_back(studio)
    _say_what_next(manifest, folder)


def _bring_freight_back(folder: Path | None) -> None:
    """Take what deliveries held back into the store, if it was saved."""
    if folder is None:
        return
    from django.utils.translation import gettext  # noqa: PLC0415

    from jumelage.bridge.api import freight as api  # noqa: PLC0415
    from jumelage.shell.templatetags.bridge_words import size  # noqa: PLC0415

    with shown() as told:
        back = api.bring_contents_back(folder, lambda done, of: told("freight", done, of))
    said = gettext("%(n)s contents of deliveries, %(size)s, are back, each verified.")
    terminal.say(said % {"n": back.contents, "size": size(back.bytes)})


def _bring_studio_back(folder: Path | None) -> None:
    """Take the files of the studio back, if they were saved."""
    if folder is None:
        return
    from django.utils.translation import gettext  # noqa: PLC0415

    from jumelage.components.studio.services import media  # noqa: PLC0415
    from jumelage.shell.templatetags.bridge_words import size  # noqa: PLC0415

    with shown() as told:
        back = media.bring_back(folder, lambda done, of: told("studio", done, of))
    said = gettext("%(n)s files of the studio, %(size)s, are back, each verified.")
    terminal.say(said % {"n": back.files, "size": size(back.bytes)})


def _say_what_next(manifest: "Manifest", folder: Path) -> None:
    from django.utils.translation import gettext  # noqa: PLC0415

    made_at, has_key = manifest.made_at, (folder / "node.key").exists()
    facts = {"origin": manifest.origin, "made_at": made_at, "key": has_key}
    terminal.give({"folder": str(folder), **facts})
    told = gettext("The node of %(made_at)s is back in %(folder)s.")
    terminal.say(told % {"made_at": made_at, "folder": folder})
    if not has_key:
        terminal.say(
            gettext("Now put node.key back into that folder; without it the node cannot sign.")
        )
    terminal.say(
        gettext(
            "Then run `jumelage up`. The node is read-only until it has taken back from the joined"
            " cities what it said after the backup; `jumelage recover --status` says how far it is."
        )
    )


def _rehearse(file: Path | None) -> None:
    """Rehearse a restore and report; the live node is only read."""
    boot.node(terminal.language)
    from jumelage.node.backup import drill  # noqa: PLC0415

    with shown() as told:
        report = drill.drill(file, told)
    terminal.give(report.plain())
    for line in report.sentences():
        terminal.say(line)
    report.demand_ok()
