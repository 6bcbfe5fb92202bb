"""The report's page, its files and its buttons, in both languages."""

import io
import json

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pypdf import PdfReader

from jumelage.components.agreement.models import Partnership, ReportSnapshot
from jumelage.directory.models import Person
from jumelage.kit import clock
from tests.components.agreement.report.conftest import Agreed


def _address(page: str, language: str, made: Partnership, **named: object) -> str:
    with translation.override(language):
        known = {"partnership": made.slug, "year": 2026}
        return reverse(f"agreement:{page}", kwargs={**known, **named})


@pytest.mark.parametrize(("language", "title"), [("fr", "Rapport annuel"), ("en", "Annual report")])
def test_anybody_reads_the_report(
    made: Partnership, client: Client, language: str, title: str
) -> None:
    answer = client.get(_address("report", language, made))
    assert answer.status_code == 200
    page = answer.content.decode()
    assert page.count("<h1") == 1
    assert f"{title} 2026" in page
    assert page.count("<article") == 17


@pytest.mark.parametrize(
    ("form", "content_type"),
    [("pdf", "application/pdf"), ("csv", "text/csv; charset=utf-8"), ("json", "application/json")],
)
def test_anybody_takes_the_files(
    made: Partnership, client: Client, form: str, content_type: str
) -> None:
    answer = client.get(_address("report-file", "fr", made, form=form))
    assert (answer.status_code, answer["Content-Type"]) == (200, content_type)
    if form == "pdf":
        assert len(PdfReader(io.BytesIO(answer.content)).pages) > 5
    if form == "json":
        assert len(json.loads(answer.content)["commitments"]) == 17


@pytest.mark.parametrize("name", ["activity.json", "activity.csv", "iati.xml"])
def test_anybody_takes_the_open_data(made: Partnership, client: Client, name: str) -> None:
    assert client.get(_address("export", "en", made, name=name)).status_code == 200


def test_an_unknown_format_or_year_is_not_found(made: Partnership, client: Client) -> None:
    asked = [
        _address("export", "en", made, name="report.exe"),
        _address("report", "en", made, year=1999),
        _address("report", "en", made, partnership="nowhere"),
    ]
    assert [client.get(address).status_code for address in asked] == [404, 404, 404]


def test_an_officer_freezes_and_adds_an_erratum(
    agreed: Agreed, officer: Person, client: Client
) -> None:
    client.force_login(officer.user)
    freeze = reverse("agreement:report-freeze", args=[agreed.partnership.slug])
    client.post(freeze, {"year": clock.today().year})
    snapshot = ReportSnapshot.objects.get()
    erratum = reverse("agreement:report-erratum", args=[snapshot.uri])
    answer = client.post(erratum, {"text_en": "Read 3, not 4."}, follow=True)
    assert answer.status_code == 200
    assert "Read 3, not 4." in answer.content.decode()
    assert snapshot.sha256 in answer.content.decode()


def test_a_citizen_cannot_freeze(agreed: Agreed, client: Client) -> None:
    freeze = reverse("agreement:report-freeze", args=[agreed.partnership.slug])
    assert client.post(freeze, {"year": clock.today().year}).status_code == 302
    assert ReportSnapshot.objects.count() == 0
