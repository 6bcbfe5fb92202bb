"""Who may see and do what: every address and every verb, for every role. Add new verbs here."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from jumelage.bridge.identity import genesis
from jumelage.bridge.models import Node
from jumelage.directory.access import PUBLIC, verb_of
from jumelage.directory.models import Grant, Person
from jumelage.directory.policy import may, policy
from jumelage.kit import clock
from tests.contracts.addresses import CLOSED, OPEN, OURS, SOME_URI, Route
from tests.factories import directory
from tests.factories.bridge import demo_city

CITIZEN, STRANGER = "citizen", "stranger"
ROLES = (CITIZEN, STRANGER, *Grant.Role.values)
ALL = frozenset(ROLES)
SIGNED_IN = ALL - {CITIZEN}
MEMBERS = SIGNED_IN - {STRANGER, "observer"}
OFFICER = frozenset({"officer"})
OFFICE = OFFICER | {"administrator"}
EDITOR = frozenset({"organisation-editor"})
OWNERS = frozenset({"commitment-owner", "commitment-deputy"})
COORDINATOR = frozenset({"coordinator"})
NOBODY: frozenset[str] = frozenset()

Allowed = frozenset[str]
TABLE: dict[str, tuple[Allowed, Allowed]] = {
    # verb: who may at all, who else may when their role is for the thing
    "agreement.add-erratum": (OFFICER, NOBODY),
    "agreement.answer-correction": (OFFICER, OWNERS),
    "agreement.attest-evidence": (OFFICER, OWNERS),
    "agreement.call-meeting": (OFFICER, NOBODY),
    "agreement.correct-evidence": (OFFICER, OWNERS | COORDINATOR),
    "agreement.draft-renewal": (OFFICER, NOBODY),
    "agreement.export-agreement": (ALL, NOBODY),
    "agreement.freeze-report": (OFFICER, NOBODY),
    "agreement.import-agreement": (OFFICE, NOBODY),
    "agreement.load-demonstration": (OFFICE, NOBODY),
    "agreement.name-coordinator": (OFFICER, NOBODY),
    "agreement.name-owner": (OFFICER, NOBODY),
    "agreement.propose-instrument": (OFFICER, NOBODY),
    "agreement.read": (ALL, NOBODY),
    "agreement.read-document": (OFFICER, OWNERS | COORDINATOR),
    "agreement.record-meeting": (OFFICER, NOBODY),
    "agreement.request-correction": (OFFICER, OWNERS | COORDINATOR),
    "agreement.see-work": (MEMBERS | {"observer"}, NOBODY),
    "agreement.set-indicator": (OFFICER, OWNERS),
    "agreement.sign-text": (OFFICER, NOBODY),
    "agreement.state-evidence": (OFFICER, OWNERS | COORDINATOR),
    "agreement.withdraw-evidence": (OFFICER, OWNERS),
    "agreement.withdraw-signature": (OFFICER, NOBODY),
    "bridge.begin-epoch": (frozenset({"administrator"}), NOBODY),
    "bridge.close": (OFFICE, NOBODY),
    "bridge.erase": (OFFICE, NOBODY),
    "bridge.limit-freight": (frozenset({"administrator"}), NOBODY),
    "bridge.pair": (OFFICE, NOBODY),
    "bridge.read-audit": (frozenset({"administrator"}), NOBODY),
    "bridge.read-erasures": (OFFICE, NOBODY),
    "bridge.read-refusals": (OFFICE, NOBODY),
    "bridge.receive-files": (OFFICE, NOBODY),
    "bridge.rotate-key": (frozenset({"administrator"}), NOBODY),
    "bridge.see-deliveries": (MEMBERS | {"observer"}, NOBODY),
    "bridge.see-passages": (OFFICE, NOBODY),
    "bridge.send-files": (OFFICE, NOBODY),
    "bridge.steer-deliveries": (OFFICE, NOBODY),
    "directory.change-organisation": (NOBODY, OFFICER | EDITOR),
    "directory.confirm-organisation": (NOBODY, OFFICER | EDITOR),
    "directory.correct-organisation": (NOBODY, OFFICER | EDITOR),
    "directory.edit-own-profile": (SIGNED_IN, NOBODY),
    "directory.grant-administrator": (frozenset({"administrator"}), NOBODY),
    "directory.grant-role": (OFFICE, NOBODY),
    "directory.import-organisations": (OFFICE, NOBODY),
    "directory.list-organisation": (OFFICER, NOBODY),
    "directory.read": (ALL, NOBODY),
    "directory.see-people": (OFFICE, NOBODY),
    "directory.withdraw-organisation": (NOBODY, OFFICER),
}
OF_OTHER_THINGS = ("practices.", "rooms.", "studio.")
"""Verbs about things with rules of their own; tests/components/<name> hold their tables."""


@pytest.fixture
def here(db: None, tmp_path: Path, settings: Settings) -> Node:
    """Return this node, with keys in a scratch folder."""
    settings.DATA = tmp_path
    return genesis.initialise(city=demo_city(), url="http://127.0.0.1:9121")


def in_role(role: str, thing: str) -> Person | None:
    """Return somebody in *role* and no other; a role of one record is for *thing*."""
    if role == CITIZEN:
        return None
    if role == STRANGER:
        return directory.stranger()
    person = directory.person(role, scope=thing if role in Grant.SCOPED else "")
    person.grants.exclude(role=role).delete()
    person.forget_roles()
    return person


@pytest.mark.parametrize("role", ROLES)
def test_roles_may_what_the_table_says(here: Node, role: str) -> None:
    organisation = directory.organisation()
    person = in_role(role, organisation.uri)
    found, expected = {}, {}
    for verb, (anyhow, for_the_thing) in TABLE.items():
        found[verb] = (may(person, verb), may(person, verb, organisation))
        expected[verb] = (role in anyhow, role in anyhow | for_the_thing)
    assert found == expected


@pytest.mark.parametrize("role", ROLES)
def test_role_for_one_thing_is_not_for_another(here: Node, role: str) -> None:
    person, other = in_role(role, SOME_URI), directory.organisation()
    for verb, (anyhow, for_the_thing) in TABLE.items():
        everywhere = role not in Grant.SCOPED and role in for_the_thing
        assert may(person, verb, other) == (role in anyhow or everywhere), verb


def test_every_verb_is_in_the_table() -> None:
    assert {verb for verb in policy() if not verb.startswith(OF_OTHER_THINGS)} == set(TABLE)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("verb", ["", "public", "agreement", "agreement.fly", "*"])
def test_verb_nobody_stated_is_refused(here: Node, verb: str, role: str) -> None:
    assert not may(in_role(role, SOME_URI), verb, SOME_URI)


def test_role_that_ended_or_has_not_begun_counts_for_nothing(here: Node) -> None:
    person = directory.person("officer")
    begun = person.grants.get(role="officer").since
    for moment, allowed in ((begun.replace(year=2020), False), (begun, True)):
        with clock.fixed(moment):
            person.forget_roles()
            assert may(person, "directory.list-organisation") == allowed
    person.grants.update(until=begun)
    person.forget_roles()
    assert not may(person, "directory.list-organisation")


# Addresses.


def test_every_view_says_who_may_see_it() -> None:
    assert [route.path for route in OURS if not verb_of(route.view)] == []


def test_every_view_asks_for_a_verb_somebody_stated() -> None:
    asked = {verb_of(route.view) for route in OURS} - {PUBLIC}
    assert asked - set(policy()) == set()


@pytest.mark.parametrize("route", OPEN, ids=lambda route: route.path)
def test_citizen_reads_every_public_page(here: Node, client: Client, route: Route) -> None:
    answer = client.get(route.example)
    named = "<" in route.path
    assert answer.status_code in ({404, 405} if named else {200, 302, 503})  # not ready
    assert "login" not in answer.headers.get("Location", "")


@pytest.mark.parametrize("route", CLOSED, ids=lambda route: route.path)
def test_citizen_is_sent_to_sign_in_everywhere_else(
    here: Node, client: Client, route: Route
) -> None:
    answers = [client.get(route.example), client.post(route.example)]
    asked = [answer for answer in answers if answer.status_code != 405]
    assert asked
    for answer in asked:
        assert answer.status_code == 302
        assert answer["Location"].startswith("/en/account/login/")


@pytest.mark.parametrize("route", CLOSED, ids=lambda route: route.path)
@pytest.mark.parametrize("role", [STRANGER, "observer", "member", "coordinator"])
def test_who_may_not_sees_nothing(here: Node, client: Client, route: Route, role: str) -> None:
    person = in_role(role, SOME_URI)
    assert person is not None
    client.force_login(person.user)
    if not may(person, verb_of(route.view)):
        assert client.get(route.example).status_code in {403, 404, 405}
        assert client.post(route.example).status_code in {403, 404, 405}


def test_refusal_does_not_tell_whether_the_thing_exists(here: Node, client: Client) -> None:
    client.force_login(directory.person().user)
    path = "/en/directory/organisations/atelier/correct/"
    with clock.fixed(datetime(2026, 11, 22, 12, tzinfo=UTC)):
        before = client.get(path)
        directory.organisation(slug="atelier")
        after = client.get(path)
    assert before.status_code == after.status_code == 404
    assert _without_token(before.content) == _without_token(after.content)


def _without_token(page: bytes) -> bytes:
    """Leave out the form token, which is new on every page."""
    return re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", page)
