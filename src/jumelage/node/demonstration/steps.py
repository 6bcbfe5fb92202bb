"""What the conductor asks a city to do; each step runs in that city's own process."""

from importlib.resources import files
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from jumelage.bridge import api as bridge
from jumelage.components.agreement.services.imports import import_agreement
from jumelage.directory.models import Account, Person
from jumelage.directory.services import import_actors, open_account
from jumelage.kit import clock
from jumelage.node import setup
from jumelage.node.demonstration.cities import ACCOUNTS, PASSWORD, DemoAccount, DemoCity


def make_node() -> str:
    """Make tables and keys, and return the node's name on the bridge."""
    return setup.finish()


@transaction.atomic
def open_accounts(city: DemoCity) -> None:
    """Open an account for each role; the slow password hash is made once for all."""
    for account in ACCOUNTS:
        open_account(
            email=account.email(city.slug),
            name=account.title(city.language),
            language=city.language,
            roles=account.roles,
        )
    emails = [account.email(city.slug) for account in ACCOUNTS]
    Account.objects.filter(email__in=emails).update(password=make_password(PASSWORD))


def _person(city: DemoCity, name: str) -> Person:
    account = next(a for a in ACCOUNTS if a.name == name)
    return Person.objects.get(user__email=account.email(city.slug))


def invite(city: DemoCity) -> bytes:
    """Make an invitation, as the administrator would."""
    return bridge.invitation_file(bridge.invite(by=_person(city, "administrator")))


def accept(city: DemoCity, invitation: bytes) -> None:
    """Answer the invitation of the other city."""
    bridge.accept(invitation, by=_person(city, "administrator"))


def read_words() -> str:
    """Return the eight words this city shows."""
    return " ".join(bridge.words(bridge.pairings()[0]).english)


def confirm(city: DemoCity) -> None:
    """Say that the words are the same on both sides."""
    bridge.confirm(bridge.pairings()[0], by=_person(city, "administrator"))


def is_paired() -> bool:
    """Tell whether both confirmations have arrived here."""
    return bool(bridge.peers())


def line_state() -> dict[str, Any]:
    """Return how the line to the other city is, for the last lines of the screen."""
    peer = bridge.peers()[0]
    contact = getattr(peer, "contact", None)
    word = contact.last_word_at if contact else None
    return {
        "up": bool(contact and contact.line_up),
        "seconds": int((clock.now() - word).total_seconds()) if word else None,
        "records": bridge.Entry.objects.count(),
    }


def import_history(city: DemoCity) -> None:
    """Import the real organisations and the three real agreements: read-only history."""
    officer = _person(city, "officer")
    import_actors(Path(str(files("jumelage.directory") / "data/actors.yaml")), by=officer)
    source = files("jumelage.components.agreement") / "data/paris-san-francisco.yaml"
    import_agreement(Path(str(source)), by=officer)
