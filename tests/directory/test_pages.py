"""Pages of the directory: what they show, to whom, in how many queries."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from jumelage.bridge.api import publish
from jumelage.bridge.models import Node
from jumelage.directory.models import Account, Organisation, Person
from jumelage.directory.services import import_actors
from tests.directory.test_imports import REAL
from tests.factories import directory

pytestmark = pytest.mark.usefixtures("here")
LIST = "/en/directory/"


def signed_in(person: Person) -> Client:
    """Return a browser in which *person* is signed in."""
    client = Client()
    client.force_login(person.user)
    return client


def address(name: str, **named: object) -> str:
    """Return the English address of a page."""
    with translation.override("en"):
        return reverse(f"directory:{name}", kwargs=named)


@pytest.mark.parametrize("number", [1, 3])
def test_list_asks_as_much_for_three_as_for_one(
    client: Client, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    directory.organisations(number)
    client.get(LIST)
    with django_assert_num_queries(7):
        page = client.get(LIST)
    assert page.content.decode().count('<th scope="row">') == number


@pytest.mark.parametrize("number", [1, 3])
def test_organisation_page_asks_as_much_for_three_changes_as_for_one(
    client: Client, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    organisation = directory.organisation()
    for year in range(number):
        publish(directory.changed(organisation.uri, "moved", str(2001 + year)))
    with django_assert_num_queries(6):
        client.get(organisation.get_absolute_url())


@pytest.mark.parametrize("number", [1, 3])
def test_people_page_asks_as_much_for_three_as_for_one(
    administrator: Person, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(number - 1):
        directory.person("officer")
    client = signed_in(administrator)
    with django_assert_num_queries(8):
        client.get(address("people"))


def names(page: object) -> list[str]:
    """Return the names a list page shows, in its order."""
    context = getattr(page, "context")  # noqa: B009  # the test client adds it
    return [str(organisation) for organisation, _, _ in context["rows"]]


def list_three() -> None:
    """List three invented organisations that sort and filter apart."""
    directory.organisation(name="Zébulon (fictif)", city="port-demo", organisation_kind="school")
    directory.organisation(name="Édifice (fictif)", city="baie-demo", organisation_kind="school")
    directory.organisation(name="Abri (fictif)", city="baie-demo", organisation_kind="cluster")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Abri (fictif)", "Édifice (fictif)", "Zébulon (fictif)"]),
        ("sort=-name", ["Zébulon (fictif)", "Édifice (fictif)", "Abri (fictif)"]),
        ("sort=city", ["Abri (fictif)", "Édifice (fictif)", "Zébulon (fictif)"]),
        ("sort=nonsense", ["Abri (fictif)", "Édifice (fictif)", "Zébulon (fictif)"]),
        ("city=baie-demo", ["Abri (fictif)", "Édifice (fictif)"]),
        ("kind=school&city=baie-demo", ["Édifice (fictif)"]),
        ("words=edifice", ["Édifice (fictif)"]),
        ("words=ZEBULON", ["Zébulon (fictif)"]),
        ("words=nothing+like+it", []),
        ("kind=nonsense", ["Abri (fictif)", "Édifice (fictif)", "Zébulon (fictif)"]),
        ("page=999", ["Abri (fictif)", "Édifice (fictif)", "Zébulon (fictif)"]),
    ],
)
def test_list_answers_the_question(client: Client, query: str, expected: list[str]) -> None:
    list_three()
    assert names(client.get(f"{LIST}?{query}")) == expected


def test_list_finds_an_organisation_by_a_name_it_had(client: Client, officer: Person) -> None:
    import_actors(REAL, by=officer)
    assert names(client.get(f"{LIST}?words=cantine")) == ["Numa"]
    assert names(client.get(f"{LIST}?words=numa")) == ["Numa"]


def test_page_tells_what_it_was_called_when_it_signed(client: Client, officer: Person) -> None:
    import_actors(REAL, by=officer)
    page = client.get(f"{address('organisation', slug='la-cantine')}?on=2009-01-26")
    assert page.context["name_then"] == "La Cantine"
    assert "La Cantine becomes Numa" in page.content.decode()


def test_page_of_nobody_is_not_found(client: Client) -> None:
    assert client.get(address("organisation", slug="nobody")).status_code == 404


def test_html_in_a_name_is_shown_as_text(client: Client) -> None:
    directory.organisation(name="<script>alert(1)</script>", slug="scripted")
    for page in (LIST, address("organisation", slug="scripted")):
        text = client.get(page).content.decode()
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_withdrawn_organisation_keeps_its_page(client: Client, officer: Person) -> None:
    organisation = directory.organisation()
    signed_in(officer).post(address("withdraw", slug=organisation.slug))
    page = client.get(organisation.get_absolute_url())
    assert page.status_code == 200
    assert "the entry was made in error" in page.content.decode()
    assert names(client.get(LIST)) == []


@pytest.mark.parametrize("language", ["fr", "en"])
def test_public_pages_exist_in_both_languages(client: Client, language: str) -> None:
    organisation = directory.organisation()
    for path in (
        f"/{language}/directory/",
        f"/{language}/directory/organisations/{organisation.slug}/",
    ):
        page = client.get(path)
        assert page.status_code == 200
        assert f'<html lang="{language}">' in page.content.decode()


def test_twin_of_the_list_says_the_same(client: Client) -> None:
    list_three()
    told = client.get(address("organisations-data"), {"kind": "school"}).json()
    assert [one["name"] for one in told["organisations"]] == [
        "Édifice (fictif)",
        "Zébulon (fictif)",
    ]


def test_twin_of_a_page_tells_the_history(client: Client, officer: Person) -> None:
    import_actors(REAL, by=officer)
    told = client.get(address("organisation-data", slug="sfai")).json()
    assert told["status"] == "closed"
    assert [(event["kind"], event["date"]) for event in told["history"]] == [("closed", "2022-07")]


FORM = {
    "name": "Atelier Démo (fictif)",
    "kind": "coworking",
    "city": "port-demo",
    "country": "FR",
    "website": "",
    "fictional": "on",
    "description_fr": "Un atelier inventé.",
    "description_en": "",
}


def test_officer_lists_corrects_and_closes(officer: Person) -> None:
    client = signed_in(officer)
    assert client.post(address("list"), FORM).status_code == 302
    made = Organisation.objects.get()
    client.post(address("correct", slug=made.slug), {**FORM, "website": "https://a.example"})
    client.post(address("change", slug=made.slug), {"change": "closed", "date": "2026-10"})
    made = Organisation.objects.get()
    assert (made.website, made.status) == ("https://a.example", "closed")
    [closed] = made.history
    client.post(address("withdraw-change", slug=made.slug, number=closed.number))
    assert Organisation.objects.get().status == "active"


def test_form_keeps_what_was_typed_and_says_what_is_wrong(officer: Person) -> None:
    page = signed_in(officer).post(address("list"), {**FORM, "country": "France"})
    assert page.status_code == 422
    assert "Atelier Démo (fictif)" in page.content.decode()
    assert not Organisation.objects.exists()


def test_refusal_of_the_service_is_shown_in_the_form(officer: Person) -> None:
    client = signed_in(officer)
    client.post(address("list"), FORM)
    page = client.post(address("list"), FORM)
    assert page.status_code == 422
    assert "is already in the directory" in page.content.decode()


def test_confirming_needs_a_form(officer: Person) -> None:
    organisation = directory.organisation()
    path = address("confirm", slug=organisation.slug)
    assert signed_in(officer).get(path).status_code == 405
    assert signed_in(officer).post(path).status_code == 302
    assert Organisation.objects.get().rev == 2


def test_roles_are_given_and_taken_back(administrator: Person, member: Person) -> None:
    client = signed_in(administrator)
    path = address("person", pk=member.pk)
    assert client.post(path, {"role": "officer"}).status_code == 302
    grant = member.grants.get(role="officer")
    assert client.post(address("end-grant", pk=grant.pk)).status_code == 302
    assert member.grants.in_force().filter(role="officer").count() == 0
    assert client.post(path, {"role": "organisation-editor"}).status_code == 422


def test_officer_is_not_offered_the_role_of_administrator(officer: Person, member: Person) -> None:
    page = signed_in(officer).get(address("person", pk=member.pk))
    assert 'value="officer"' in page.content.decode()
    assert 'value="administrator"' not in page.content.decode()


def test_profile_shows_and_keeps(member: Person) -> None:
    organisation = directory.organisation()
    sent = {"name": "New name", "language": "fr", "organisation": organisation.uri}
    assert signed_in(member).post(address("profile"), sent).status_code == 302
    member.refresh_from_db()
    assert (member.name, member.organisation) == ("New name", organisation)


def test_own_data_holds_everything_but_secrets(member: Person) -> None:
    told = signed_in(member).get(address("own-data")).json()
    assert told["holds"]["directory.account"][0]["email"] == member.user.email
    assert told["holds"]["directory.grant"][0]["role"] == "member"
    assert "password" not in told["holds"]["directory.account"][0]


def test_own_account_is_deleted_after_signing_in_again(here: Node, member: Person) -> None:
    del here
    client = signed_in(member)
    first = client.get(address("delete-account"))
    assert first.status_code == 302
    assert "reauthenticate" in first["Location"]
    client.post(first["Location"], {"password": "a long enough sentence"})
    assert client.get(address("delete-account")).status_code == 200
    client.post(address("delete-account"))
    assert not Account.objects.filter(pk=member.user_id).exists()


def test_pages_forbid_everything_from_elsewhere(client: Client) -> None:
    policy = client.get(LIST)["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
