"""What the conductor asks a city to do; each step runs in that city's own process."""

from typing import Any

import msgspec
from django.contrib.auth.hashers import make_password
from django.db import transaction

from jumelage.bridge import api as bridge
from jumelage.components.agreement.models import CommitmentOwner, Coordinator
from jumelage.components.agreement.services.demonstration import (
    Step,
    answer_demonstration,
    load_demonstration,
)
from jumelage.components.rooms.records import PairAsked
from jumelage.directory.models import Account, Grant, Organisation, Person
from jumelage.directory.services import grant_role, open_account
from jumelage.kit import clock
from jumelage.node.demonstration import film, meetings, sheets
from jumelage.node.demonstration.cities import ACCOUNTS, PASSWORD, DemoCity
from jumelage.node.operations import setup


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


def load(city: DemoCity) -> bool:
    """Let the first city do what it can do now; tell whether its part is complete."""
    return load_demonstration(by=_person(city, "officer")) == Step.COMPLETE


def answer(city: DemoCity) -> bool:
    """Let the second city do what it can do now; tell whether its part is complete."""
    return answer_demonstration(by=_person(city, "officer")) == Step.COMPLETE


@transaction.atomic
def give_roles(city: DemoCity) -> None:
    """Give owner, deputy, coordinator and editor the records the demonstration made for them."""
    mine = bridge.me().origin
    owned = CommitmentOwner.objects.live().filter(origin=mine).values_list("commitment", flat=True)
    led = Coordinator.objects.live().filter(origin=mine).values_list("commitment", flat=True)
    edited = Organisation.objects.listed().filter(fictional=True, uri__contains=f":{mine}:")
    scopes = {
        ("owner", Grant.Role.OWNER): list(owned),
        ("deputy", Grant.Role.DEPUTY): list(owned),
        ("coordinator", Grant.Role.COORDINATOR): list(led)[:1],
        ("editor", Grant.Role.EDITOR): list(edited.values_list("uri", flat=True)),
    }
    for (name, role), uris in scopes.items():
        for uri in uris:
            grant_role(
                person=_person(city, name),
                role=role,
                scope=uri,
                by=_person(city, "administrator"),
            )


def _desk() -> Organisation:
    """Return the invented organisation that speaks for this city."""
    mine = Organisation.objects.listed().filter(fictional=True, origin=bridge.me().origin)
    return mine.order_by("slug")[0]


def share_sheets(city: DemoCity) -> None:
    """Share this city's invented practice sheets."""
    sheets.share(_number(city), _desk(), _person(city, "officer"))


def adopt_sheet(city: DemoCity) -> bool:
    """Adopt a sheet of the other city; tell whether it has arrived yet."""
    return sheets.adopt(_desk(), _person(city, "officer"))


@transaction.atomic
def begin_film(city: DemoCity) -> None:
    """Open the film and make this city’s part of it."""
    film.begin(city)


@transaction.atomic
def answer_film(city: DemoCity) -> bool:
    """Make this city’s part of the film of the other city; tell whether it has arrived yet."""
    return film.answer(city)


@transaction.atomic
def finish_film(city: DemoCity) -> bool:
    """Answer what the other city said of the film; tell whether it has arrived yet."""
    return film.finish(city)


def _number(city: DemoCity) -> int:
    return 0 if city.language == "fr" else 1


@transaction.atomic
def register_rooms(city: DemoCity) -> None:
    """Register this city's invented rooms."""
    meetings.register(_number(city), _person(city, "officer"))


def plan_past(_city: DemoCity) -> bytes:
    """Return what the first city will say it asked in spring; empty: rooms have not arrived.

    As JSON: the conductor carries it, and has no records.
    """
    asked = meetings.plan_past()
    return msgspec.json.encode(asked) if asked else b""


def answer_past(asked: bytes) -> None:
    """Say that this city's room was held every week since spring."""
    meetings.answer_past(msgspec.json.decode(asked, type=PairAsked))


def ask_past(city: DemoCity, asked: bytes) -> None:
    """Say what this city asked in spring, and that it was confirmed."""
    record = msgspec.json.decode(asked, type=PairAsked)
    meetings.ask_past(record, _person(city, "officer"))


def ask_rooms(city: DemoCity) -> bool:
    """Ask for rooms in both cities and open a window; tell whether the other's have arrived."""
    officer = _person(city, "officer")
    return meetings.ask(officer, _person(city, "member")) and meetings.open_window(officer)


def ask_rooms_back(city: DemoCity) -> bool:
    """Ask for the other city's workshop and answer its window; tell whether both were there."""
    officer = _person(city, "officer")
    return meetings.answer_window(officer) and meetings.ask_back(officer)


def hold_sessions(city: DemoCity) -> bool:
    """State what was held in the rooms; tell whether the times had been confirmed."""
    return meetings.hold(_person(city, "officer"))
