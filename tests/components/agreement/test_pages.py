"""The pages of the agreement: what they cost, and that each answers with its JSON twin."""

import pytest
from django.test import Client

from jumelage.components.agreement.models import Partnership
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
