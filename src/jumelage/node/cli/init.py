"""`jumelage init`: make a node."""

import re
import sys
import unicodedata
from collections.abc import Set as AbstractSet
from typing import Annotated, Any

import typer
from django.utils.translation.trans_null import gettext_noop as _

from jumelage.node import boot, config
from jumelage.node.cli.terminal import terminal
from jumelage.node.errors import AnswerMissingError
from jumelage.node.operations import setup

QUESTIONS = {
    "name_fr": _("Name of the city in French"),
    "name_en": _("Name of the city in English"),
    "country": _("Country (two letters, such as FR)"),
    "time_zone": _("Time zone (such as Europe/Paris)"),
    "language": _("First language of the city (fr or en)"),
}
ADMINISTRATOR = _("E-mail address of the first administrator")


def init(  # one option for each setting
    name_fr: Annotated[str | None, typer.Option(help="Name of the city in French.")] = None,
    name_en: Annotated[str | None, typer.Option(help="Name of the city in English.")] = None,
    slug: Annotated[str | None, typer.Option(help="Short name of the city in addresses.")] = None,
    country: Annotated[str | None, typer.Option(help="Country, such as FR or US.")] = None,
    time_zone: Annotated[str | None, typer.Option(help="Zone, such as Europe/Paris.")] = None,
    language: Annotated[
        str | None, typer.Option("--city-language", help="First language of the city: fr or en.")
    ] = None,
    accent_light: Annotated[str | None, typer.Option(help="Accent on light paper.")] = None,
    accent_dark: Annotated[str | None, typer.Option(help="Accent on dark paper.")] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    url: Annotated[str | None, typer.Option(help="Public address of the node.")] = None,
    database_url: Annotated[
        str | None, typer.Option(help="PostgreSQL address; without it SQLite is used.")
    ] = None,
    email_url: Annotated[str | None, typer.Option(help="Address of the mail server.")] = None,
    demonstration: Annotated[
        bool | None, typer.Option("--demonstration", help="Say on every page: invented.")
    ] = None,
    admin: Annotated[
        str | None, typer.Option(help="E-mail address of the first administrator.")
    ] = None,
) -> None:
    """Make a node: its settings, tables and keys. Run again, it finishes what is missing."""
    given = {name: value for name, value in locals().items() if value is not None}
    given.pop("admin", None)
    folder = config.folder()
    _complete(given, config.stored(folder).keys() | given.keys())
    new = setup.write_settings(folder, given)
    boot.node(terminal.language)
    with terminal.busy(str(folder)):
        origin = setup.finish()
        link = _open_administrator(admin)
    _tell(origin, link, new=new)


def _complete(given: dict[str, Any], known: AbstractSet[str]) -> None:
    """Ask for the settings that are not *known*.

    Raises:
        AnswerMissingError: an answer is missing and there is no terminal to ask at.
    """
    asked = [name for name in QUESTIONS if name not in known]
    if asked and not sys.stdin.isatty():
        raise AnswerMissingError(options=", ".join(map(_option, asked)))
    given.update({name: _ask(name) for name in asked})
    if "slug" not in known:
        given["slug"] = _slug(str(given.get("name_en", "")))


def _option(name: str) -> str:
    return "--city-language" if name == "language" else f"--{name.replace('_', '-')}"


def _ask(name: str) -> str:
    """Ask for the setting *name* until the answer has the right form."""
    translate = boot.catalogue(terminal.language)
    check = config.known()[name].metadata["check"]
    while True:
        answer: str = typer.prompt(translate(QUESTIONS[name])).strip()
        reason: str = check(answer)
        if not reason:
            return answer
        terminal.err.print(translate(reason))


def _slug(name: str) -> str:
    """Return *name* in the letters an address may hold."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


def _open_administrator(email: str | None) -> str | None:
    """Open the first administrator's account and return their one-time link.

    Without *email*, it is asked for at a terminal; a node that has an administrator keeps it.
    """
    from jumelage.node.operations import accounts  # noqa: PLC0415

    if accounts.administrators():
        return None
    if not email and sys.stdin.isatty():
        question = boot.catalogue(terminal.language)(ADMINISTRATOR)
        email = typer.prompt(question).strip()
    if not email:
        return None
    return accounts.one_time_link(accounts.create(email=email, roles=["administrator"]))


def _tell(origin: str, link: str | None, *, new: bool) -> None:
    from django.conf import settings  # noqa: PLC0415
    from django.utils.translation import gettext  # noqa: PLC0415

    node = settings.NODE
    facts = {"origin": origin, "data": str(node.data), "url": node.public_url, "new": new}
    terminal.give({**facts, "administrator_link": link})
    done = gettext("%(city)s has a node in %(folder)s.")
    terminal.say(done % {"city": node.city, "folder": node.data})
    terminal.say(gettext("Its name on the bridge: %(origin)s") % {"origin": origin})
    if (node.data / "recovery.key").exists():
        advice = gettext("Move %(file)s to a safe place outside this computer.")
        terminal.say(advice % {"file": node.data / "recovery.key"})
    if link:
        terminal.say(gettext("The administrator chooses a password here, once, within three days:"))
        terminal.say(link)
    terminal.say(gettext("Next: jumelage up --data %(folder)s") % {"folder": node.data})
