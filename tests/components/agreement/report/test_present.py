"""The same record in both languages, as words, as drawings and as a printed, tagged PDF."""

import io
import re
from dataclasses import fields, is_dataclass

import pytest
from lxml import etree
from pypdf import PdfReader

from jumelage.components.agreement.report import charts
from jumelage.components.agreement.report.annex import to_csv
from jumelage.components.agreement.report.content import Report
from jumelage.components.agreement.report.pdf import render_pdf
from jumelage.components.agreement.report.present import present
from jumelage.components.agreement.report.present.blocks import Chart, Promise, Run, Table
from jumelage.components.agreement.report.present.wording import Wording, typeset
from jumelage.kit.i18n import Bilingual

pytestmark = pytest.mark.django_db


def _runs(value: object) -> list[Run]:
    """Return every run inside a document."""
    if isinstance(value, Run):
        return [value]
    if isinstance(value, tuple):
        return [run for part in value for run in _runs(part)]
    if is_dataclass(value):
        return [run for part in fields(value) for run in _runs(getattr(value, part.name))]
    return []


def test_both_languages_lead_to_the_same_places(made_report: Report) -> None:
    links = [
        [run.href.split("/", 2)[-1] for run in _runs(present(made_report, language)) if run.href]
        for language in ("fr", "en")
    ]
    assert links[0] == links[1]
    assert len(links[0]) > 100


def test_every_number_in_a_table_of_figures_is_a_link_or_missing(made_report: Report) -> None:
    document = present(made_report, "en")
    chapter = next(s for s in document.sections if s.anchor == "balance")
    table = chapter.blocks[-1]
    assert isinstance(table, Table)
    figures = [run for row in table.rows for cell in row if cell.number for run in cell.runs]
    assert [run.text for run in figures if not run.href and run.style != "missing"] == []


def test_text_in_one_language_only_is_marked_with_it() -> None:
    assert Wording("fr").text(Bilingual(en="Minutes")).lang == "en"
    assert Wording("fr").text(Bilingual(fr="Compte rendu")).lang == ""


def test_french_is_set_with_its_own_spaces() -> None:
    assert typeset("Dit « oui » : l'an ; non !", "fr") == (
        "Dit «\u00a0oui\u00a0»\u202f: l’an\u202f; non\u202f!"
    )


def test_charts_are_well_formed_and_the_same_twice(made_report: Report) -> None:
    documents = [present(made_report, "fr") for _turn in range(2)]
    drawings = [
        [b.svg for s in d.sections for b in s.blocks if isinstance(b, Chart)] for d in documents
    ]
    assert drawings[0] == drawings[1]
    for svg in drawings[0]:
        root = etree.fromstring(charts.standalone(svg, [("paris", "#35607a")]))
        assert root.get("role") == "img"
        assert root.get("aria-label")


def test_a_commitment_shows_state_owner_and_evidence_in_the_margin(made_report: Report) -> None:
    document = present(made_report, "en")
    chapter = next(s for s in document.sections if s.anchor == "commitments")
    labels = {
        tuple(fact.label for fact in block.margin)[:2]
        for block in chapter.blocks
        if isinstance(block, Promise)
    }
    assert labels == {("State", "Owner")}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_pdf_is_tagged_archivable_and_linked(made_report: Report, language: str) -> None:
    printed = render_pdf(made_report, language, base="https://paris.example")
    pdf = PdfReader(io.BytesIO(printed))
    assert pdf.xmp_metadata is not None
    metadata = pdf.xmp_metadata.stream.get_data().decode()
    assert str(pdf.root_object["/Lang"]) == language
    assert "/StructTreeRoot" in pdf.root_object
    assert re.findall(r"<pdfuaid:part>(\d)", metadata) == ["1"]
    assert re.findall(r"<pdfaid:part>(\d)", metadata) == ["2"]
    links = {
        note.get_object()["/A"]["/URI"]
        for page in pdf.pages
        for note in page.get("/Annots", ())
        if "/URI" in note.get_object().get("/A", {})
    }
    evidence = {line.uri for line in made_report.evidence if line.indicator}
    printed_evidence = {link for link in links if "/evidence/" in link}
    assert 100 < len(printed_evidence) <= len(evidence)


def test_the_pdf_has_the_same_bytes_twice(made_report: Report) -> None:
    first, second = (
        render_pdf(made_report, "fr", base="https://paris.example") for _turn in range(2)
    )
    assert first == second


def test_the_annex_disarms_formulas(made_report: Report) -> None:
    lines = to_csv(made_report).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("commitment,indicator,unit,kind,city,date,")
    assert len(lines) == len(made_report.evidence) + 1
