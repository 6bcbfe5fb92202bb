"""Services of the directory: who may, what they refuse, what they leave behind."""

from datetime import date

import pytest

from jumelage.bridge.api import Entry
from jumelage.bridge.models import Node
from jumelage.directory import errors, services
from jumelage.directory.models import Grant, Organisation, Person
from jumelage.directory.policy import may
from jumelage.kit import clock
from jumelage.kit.dates import FuzzyDate
from jumelage.kit.errors import JumelageError, NotAllowedError
from jumelage.kit.i18n import Bilingual
from jumelage.kit.uris import Uri, new_id
from tests.factories import directory

FACTS = {
    "kind": "coworking",
    "city": "port-demo",
    "country": "FR",
    "description": Bilingual(en="Desks by the water."),
}


def list_one(by: Person, name: str = "Atelier Démo (fictif)") -> Organisation:
    """List an invented co-working space."""
    return services.list_organisation(name=name, fictional=True, by=by, **FACTS)  # type: ignore[arg-type]  # the facts above


def close(organisation: Organisation, by: Person, day: str = "2026-10") -> None:
    """Record that *organisation* closed."""
    services.record_change(
        organisation=organisation,
        change="closed",
        date=FuzzyDate(day),
        note=Bilingual(en="The lease ended."),
        by=by,
    )


def test_listing_is_published_dated_and_owned(here: Node, officer: Person) -> None:
    made = list_one(officer)
    assert (made.slug, made.origin) == ("atelier-demo-fictif", here.origin)
    assert made.confirmed_on == clock.today()
    assert Entry.objects.get().kind == "directory.organisation-listed"


def test_listing_the_same_short_name_twice_is_refused(officer: Person) -> None:
    list_one(officer)
    with pytest.raises(errors.AlreadyListedError):
        list_one(officer)
    assert Organisation.objects.count() == 1


def test_correction_is_a_new_revision_and_confirms(officer: Person) -> None:
    made = directory.organisation(confirmed_on=date(2020, 1, 1))
    corrected = services.correct_organisation(
        organisation=made,
        website="https://atelier.example",
        by=officer,
        **FACTS,  # type: ignore[arg-type]
    )
    assert (corrected.rev, corrected.website) == (2, "https://atelier.example")
    assert corrected.confirmed_on == clock.today()
    assert corrected.name == made.name


def test_confirming_makes_an_old_entry_fresh(officer: Person) -> None:
    made = directory.organisation(confirmed_on=date(2020, 1, 1))
    assert not made.is_fresh
    assert services.confirm_organisation(organisation=made, by=officer).is_fresh


def test_renaming_keeps_the_old_name_for_the_old_days(officer: Person) -> None:
    made = directory.organisation(name="La Cabane (fictive)")
    services.record_change(
        organisation=made,
        change="renamed",
        date=FuzzyDate("2026-05"),
        note=Bilingual(),
        name_after="Le Ponton (fictif)",
        by=officer,
    )
    after = Organisation.objects.get()
    assert after.current_name == "Le Ponton (fictif)"
    assert after.name_on(FuzzyDate("2026-04")) == "La Cabane (fictive)"


def test_closed_organisation_does_not_change_any_more(officer: Person) -> None:
    made = directory.organisation()
    close(made, officer)
    with pytest.raises(errors.AlreadyClosedError):
        close(Organisation.objects.get(), officer)


def test_closure_in_error_can_be_withdrawn(officer: Person) -> None:
    made = directory.organisation()
    close(made, officer)
    services.withdraw_change(change=made.changes.get(), by=officer)
    assert Organisation.objects.get().status == "active"


def test_organisation_listed_in_error_is_withdrawn(officer: Person) -> None:
    made = directory.organisation()
    assert services.withdraw_organisation(organisation=made, by=officer).withdrawn_at is not None


REFUSED = [
    ("closed", "2999", "", errors.FutureDateError),
    ("renamed", "2026", "", JumelageError),
    ("renamed", "2026", "Atelier (fictif)", errors.SameNameError),
]


@pytest.mark.parametrize(("change", "day", "name", "error"), REFUSED)
def test_change_that_cannot_be_is_refused(
    officer: Person, change: str, day: str, name: str, error: type[JumelageError]
) -> None:
    made = directory.organisation(name="Atelier (fictif)")
    with pytest.raises(error):
        services.record_change(
            organisation=made,
            change=change,
            date=FuzzyDate(day),
            note=Bilingual(),
            name_after=name,
            by=officer,
        )
    assert made.changes.count() == 0


def test_historical_fact_is_edited_by_nobody(officer: Person) -> None:
    made = directory.organisation(historical=True, fictional=False, name="Ville d’hier")
    with pytest.raises(NotAllowedError):
        close(made, officer)
    with pytest.raises(NotAllowedError):
        services.withdraw_organisation(organisation=made, by=officer)


def test_organisation_of_another_city_is_that_citys(officer: Person) -> None:
    theirs = directory.listed(str(Uri("a" * 32, new_id())))
    theirs.apply(directory.provenance(theirs.uri))
    with pytest.raises(NotAllowedError):
        services.confirm_organisation(organisation=Organisation.objects.get(), by=officer)


def test_editor_edits_their_organisation_only(here: Node) -> None:
    own, other = directory.organisation(), directory.organisation()
    editor = directory.person("organisation-editor", scope=own.uri)
    assert may(editor, "directory.correct-organisation", own)
    assert not may(editor, "directory.correct-organisation", other)
    assert not may(editor, "directory.list-organisation")


@pytest.mark.parametrize("role", ["", "observer", "administrator", "coordinator"])
def test_listing_is_for_city_officers(here: Node, role: str) -> None:
    somebody = directory.person(
        *([role] if role else []), scope="x" if role == "coordinator" else ""
    )
    with pytest.raises(NotAllowedError):
        list_one(somebody)


def test_officer_grants_a_role_and_takes_it_back(officer: Person, member: Person) -> None:
    grant = services.grant_role(person=member, role="officer", by=officer)
    assert may(member, "directory.list-organisation")
    services.end_grant(grant=grant, by=officer)
    assert not may(member, "directory.list-organisation")
    assert (grant.granted_by, grant.ended_by) == (officer, officer)


def test_granting_twice_is_granting_once(officer: Person, member: Person) -> None:
    first = services.grant_role(person=member, role="observer", by=officer)
    assert services.grant_role(person=member, role="observer", by=officer) == first


def test_officer_cannot_make_an_administrator(officer: Person, member: Person) -> None:
    with pytest.raises(NotAllowedError):
        services.grant_role(person=member, role="administrator", by=officer)


@pytest.mark.parametrize(("role", "scope"), [("officer", "x"), ("organisation-editor", "")])
def test_role_names_exactly_what_it_is_for(
    officer: Person, member: Person, role: str, scope: str
) -> None:
    with pytest.raises(errors.ScopeError):
        services.grant_role(person=member, role=role, scope=scope, by=officer)


def test_last_administrator_stays(administrator: Person) -> None:
    grant = administrator.grants.get(role="administrator")
    with pytest.raises(errors.LastAdministratorError):
        services.end_grant(grant=grant, by=administrator)
    with pytest.raises(errors.LastAdministratorError):
        services.delete_account(by=administrator)


def test_administrator_may_leave_when_another_stays(administrator: Person) -> None:
    directory.person("administrator")
    services.delete_account(by=administrator)
    assert Person.objects.count() == 1


def test_deleted_account_leaves_nothing_behind(member: Person, officer: Person) -> None:
    services.grant_role(person=member, role="observer", by=officer)
    services.delete_account(by=member)
    assert list(Person.objects.all()) == [officer]
    assert not Grant.objects.exclude(person=officer).exists()


def test_deleted_officer_leaves_the_roles_they_gave(member: Person, officer: Person) -> None:
    services.grant_role(person=member, role="observer", by=officer)
    services.delete_account(by=officer)
    assert member.grants.get(role="observer").granted_by is None


def test_account_is_opened_once_an_address(here: Node) -> None:
    services.open_account(email="officer@node.example", name="Officer", language="fr")
    with pytest.raises(errors.AddressTakenError):
        services.open_account(email="Officer@node.example", name="Officer", language="fr")


def test_profile_is_ones_own(member: Person) -> None:
    services.change_profile(name=" New name ", language="fr", by=member)
    member.refresh_from_db()
    assert (member.name, member.language) == ("New name", "fr")
