"""Few people are never counted on a public page, nor can they be worked out there."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from jumelage.components.agreement.models import Commitment, Evidence, Indicator
from jumelage.components.agreement.services.evidence import state_evidence
from jumelage.directory.models import Person
from jumelage.kit.dates import Period
from jumelage.kit.i18n import Bilingual
from tests.factories.agreement import Convention

OF = "/en/agreement/paris-san-francisco/commitments"
TEXT = Bilingual(fr="Compté", en="Counted")


@pytest.fixture
def trained(convention: Convention) -> Indicator:
    """Return an indicator that counts people."""
    found = Indicator.objects.filter(commitment__instrument=convention.instrument)[0]
    Indicator.objects.filter(uri=found.uri).update(unit="people")
    return Indicator.objects.get(uri=found.uri)


def _state(trained: Indicator, value: int, month: int, officer: Person) -> Evidence:
    period = Period.month(2026, month)
    return state_evidence(
        commitment=Commitment.objects.get(uri=trained.commitment_id),
        text=TEXT,
        on=date(2026, month, 20),
        by=officer,
        indicator=trained,
        value=Decimal(value),
        period=period,
    )


def _values(client: Client, trained: Indicator, evidence: Evidence) -> list[object]:
    page = client.get(f"{OF}/{trained.commitment.slug}/data.json").json()
    [figure] = [each for each in page["indicators"] if each["uri"] == trained.uri]
    one = client.get(f"/en/agreement/evidence/{evidence.uri}/data.json").json()
    listed = [row["value"] for row in page["evidence"] if row["indicator"] == trained.uri]
    return [
        one["value"],
        *listed,
        figure["stated"],
        figure["confirmed"],
        *figure["by_city"].values(),
    ]


def test_few_people_hide_every_figure_that_gives_them_away(
    trained: Indicator, officer: Person, client: Client
) -> None:
    few = _state(trained, 3, 3, officer)
    _state(trained, 2389, 4, officer)  # a figure that no date, hour or identifier contains

    assert set(_values(client, trained, few)) == {None}
    for path in (f"{OF}/{trained.commitment.slug}/", f"/en/agreement/evidence/{few.uri}/"):
        page = client.get(path).content
        assert b"Few people are counted here" in page
        assert page.count(b"3 people") + page.count(b"2389") + page.count(b"2,389") == 0


def test_many_people_are_shown(trained: Indicator, officer: Person, client: Client) -> None:
    many = _state(trained, 23, 4, officer)

    assert _values(client, trained, many)[:2] != [None, None]


def test_who_works_here_sees_the_figures(
    trained: Indicator, officer: Person, client: Client
) -> None:
    few = _state(trained, 3, 3, officer)
    client.force_login(officer.user)

    assert _values(client, trained, few)[0] is not None
