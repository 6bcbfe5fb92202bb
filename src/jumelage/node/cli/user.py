"""`jumelage user`: accounts and roles, at the machine itself."""

from typing import Annotated

import typer

from jumelage.node import boot
from jumelage.node.cli.terminal import subcommands, terminal

app = subcommands("Accounts and roles.")


@app.command
def create(
    email: Annotated[str, typer.Argument(help="Address the person signs in with.")],
    name: Annotated[str, typer.Option(help="Name shown on pages.")] = "",
    role: Annotated[list[str] | None, typer.Option(help="A role; may be repeated.")] = None,
) -> None:
    """Open an account and print the one-time link to choose a password."""
    boot.node(terminal.language)
    from django.utils.translation import gettext  # noqa: PLC0415

    from jumelage.node.operations import accounts  # noqa: PLC0415

    person = accounts.create(email=email, name=name, roles=role or ())
    link = accounts.one_time_link(person)
    terminal.give({"email": person.user.email, "link": link})
    terminal.say(
        gettext("Give this address to %(name)s; it works once, for three days:")
        % {"name": person.name}
    )
    terminal.say(link)


@app.command
def link(email: Annotated[str, typer.Argument(help="Address of the account.")]) -> None:
    """Print a new one-time link to choose a password."""
    boot.node(terminal.language)
    from jumelage.node.operations import accounts  # noqa: PLC0415

    address = accounts.one_time_link(accounts.find(email))
    terminal.give({"email": email, "link": address})
    terminal.say(address)


@app.command
def grant(
    email: Annotated[str, typer.Argument(help="Address of the account.")],
    role: Annotated[str, typer.Argument(help="The role, such as officer.")],
    scope: Annotated[str, typer.Option(help="URI of the record, for a role on one record.")] = "",
) -> None:
    """Give a role, in the name of the longest-serving administrator."""
    boot.node(terminal.language)
    from jumelage.node.operations import accounts  # noqa: PLC0415

    given = accounts.grant(email=email, role=role, scope=scope)
    terminal.give({"email": email, "role": given.role, "scope": given.scope})
    terminal.say(str(given))


@app.named("list")
def list_() -> None:
    """List the accounts and their roles."""
    boot.node(terminal.language)
    from jumelage.directory.models import Person  # noqa: PLC0415

    people = (
        Person.objects.select_related("user").prefetch_related("grants").order_by("user__email")
    )
    rows = [
        {
            "email": person.user.email,
            "name": person.name,
            "roles": sorted(role for role, _scope in person.roles),
        }
        for person in people
    ]
    terminal.give(rows)
    for row in rows:
        terminal.say(f"{row['email']}  {row['name']}  {', '.join(row['roles'])}")
