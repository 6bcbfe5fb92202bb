"""Prints the report: A4, tagged (PDF/UA-1) and archivable (PDF/A-2a), with typst, offline."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from importlib.resources import as_file, files
from pathlib import Path

import msgspec
import typst

from jumelage.components.agreement.report import charts
from jumelage.components.agreement.report.content import Report
from jumelage.components.agreement.report.fonts import font_folder
from jumelage.components.agreement.report.present import Seal, present
from jumelage.components.agreement.report.present.blocks import Chart, Document, Plain, Promise


def render_pdf(report: Report, language: str, *, base: str, seal: Seal | None = None) -> bytes:
    """Return the report in *language* as PDF; *base* is the node's public address for links."""
    document = present(report, language, base=base, seal=seal)
    template = files("jumelage.components.agreement") / "templates/agreement/report/report.typ"
    with as_file(template) as path:
        return typst.compile(
            path,
            format="pdf",
            font_paths=[Path(folder)] if (folder := font_folder()) else [],
            ignore_system_fonts=True,
            sys_inputs={"report": _data(document)},
            pdf_standards=["a-2a", "ua-1"],
            timestamp=datetime.combine(report.as_of, datetime.min.time(), UTC),
        )


def _data(document: Document) -> str:
    """Return the document as JSON, its charts coloured for paper."""
    accents = [(slug, colour) for slug, _name, colour in document.cover.cities]
    sections = tuple(
        replace(section, blocks=tuple(_coloured(block, accents) for block in section.blocks))
        for section in document.sections
    )
    return msgspec.json.encode(replace(document, sections=sections)).decode()


Accents = Sequence[tuple[str, str]]


def _coloured(block: Plain | Promise, accents: Accents) -> Plain | Promise:
    if isinstance(block, Promise):
        return replace(block, body=tuple(_plain(part, accents) for part in block.body))
    return _plain(block, accents)


def _plain(block: Plain, accents: Accents) -> Plain:
    if isinstance(block, Chart):
        return replace(block, svg=charts.standalone(block.svg, accents).decode())
    return block
