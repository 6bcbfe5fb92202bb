"""The pages of the agreement: what they cost, and that each answers with its JSON twin."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from jumelage.components.agreement.models import Commitment, Evidence, Instrument, Partnership
from jumelage.directory.models import Person
from tests.factories.agreement import Convention

OF = "paris-san-francisco"


def test_home_of_an_empty_node_says_what_to_do_first(here: object, client: Client) -> None:
    assert client.get("/en/agreement/").templates[0].name == "agreement/empty.html"


def test_home_of_the_real_history_is_honest(partnership: Partnership, client: Client) -> None:
    tally = client.get("/en/agreement/").context["tally"]

    assert (tally.total, tally.orphans, tally.unmeasured) == (17, 11, 17)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(
    "page",
    [
        "",
        f"{OF}/",
        f"{OF}/history/",
        f"{OF}/texts/mou-2006/",
        f"{OF}/texts/memorandum-2009/",
        f"{OF}/commitments/2009.4/",
        f"{OF}/meetings/",
    ],
)
def test_public_page_answers_anybody(
    page: str, language: str, convention: Convention, client: Client
) -> None:
    answer = client.get(f"/{language}/agreement/{page}")

    assert answer.status_code == 200
    assert answer.content.count(b"<h1>") == 1
    assert client.get(answer.context["json_url"]).status_code == 200


COSTS = {
    "": 13,
    f"{OF}/history/": 6,
    f"{OF}/texts/memorandum-2009/": 7,
    f"{OF}/commitments/2026.8/": 20,
    f"{OF}/meetings/": 5,
}
"""Queries of a page for a citizen, the frame's two included."""


@pytest.mark.parametrize("page", COSTS)
def test_page_costs_a_literal_number_of_queries(
    page: str,
    convention: Convention,
    client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client.get("/en/agreement/")

    with django_assert_num_queries(COSTS[page]):
        client.get(f"/en/agreement/{page}")


@pytest.mark.parametrize("rows", [1, 3])
def test_commitment_costs_the_same_with_any_evidence(
    rows: int,
    convention: Convention,
    client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    light = convention.light("rooms")
    for _ in range(rows):
        convention.attest_there(convention.state_there("rooms"), "disputed")
    client.get("/en/agreement/")

    with django_assert_num_queries(24):  # without evidence three of them have nothing to ask
        answer = client.get(f"/en/agreement/{OF}/commitments/{light.slug}/")

    assert len(answer.context["rows"]) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_to_do_costs_the_same_with_any_work(
    rows: int,
    convention: Convention,
    officer: Person,
    client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(rows):
        convention.state_there("rooms")
    client.force_login(officer.user)
    client.get("/en/agreement/")

    with django_assert_num_queries(25):
        answer = client.get("/en/agreement/to-do/")

    assert len(answer.context["page"]) == rows


def test_history_shows_the_gap_and_the_doubt(partnership: Partnership, client: Client) -> None:
    steps = client.get(f"/en/agreement/{OF}/history/").context["steps"]

    assert [step.text.slug for step in steps] == ["mou-2006", "memorandum-2009", "convention-2013"]
    assert [step.gap.days for step in steps if step.gap] == [445]


def test_home_lights_up_when_the_other_city_confirms(
    convention: Convention, client: Client
) -> None:
    stated = convention.state_there("rooms")
    assert _light(client, "2026.8") == ("not-started", 0)

    convention.attest_there(stated)

    assert _light(client, "2026.8") == ("not-started", 0)  # a city does not confirm itself


def _light(client: Client, slug: str) -> tuple[str, int]:
    answer = client.get(f"/en/agreement/{OF}/data.json").json()
    found = next(each for each in answer["commitments"] if each["number"] == slug)
    return found["state"], len(found["confirmed_by"])


def test_evidence_page_shows_who_said_what(convention: Convention, client: Client) -> None:
    stated = convention.state_there("rooms")

    answer = client.get(reverse("agreement:evidence", args=[stated.uri]))

    ticks = [(tick.said, str(tick.city)) for tick in answer.context["row"].ticks]
    assert [said for said, _city in ticks] == [True, False]
    assert Evidence.objects.count() == 1


def test_evidence_page_says_the_unit_in_the_language_of_the_page(
    convention: Convention, client: Client
) -> None:
    stated = convention.state_there("rooms", Decimal(7))
    address = reverse("agreement:evidence", args=[stated.uri]).partition("/agreement/")[2]

    shown = {
        language: client.get(f"/{language}/agreement/{address}").content.decode()
        for language in ("fr", "en")
    }

    assert [language for language in shown if "7 séances" in shown[language]] == ["fr"]
    assert [language for language in shown if "7 sessions" in shown[language]] == ["en"]


def test_commitment_page_of_an_older_text_says_it_ended(
    convention: Convention, client: Client
) -> None:
    light = client.get(f"/en/agreement/{OF}/commitments/2009.4/").context["light"]

    assert light.state.activity.value == "ended"
    assert Commitment.objects.get(slug="2009.4").renewed_by.count() == 1
    assert Instrument.objects.get(invented=True).agreed is True
