"""The data annex of the report: all evidence of the year as CSV, the whole record as JSON."""

import csv
import io
from collections.abc import Iterable

from jumelage.components.agreement.report.canonical import canonical
from jumelage.components.agreement.report.content import EvidenceLine, Report, Word

COLUMNS = (
    "commitment",
    "indicator",
    "unit",
    "kind",
    "city",
    "date",
    "period_start",
    "period_last_day",
    "value",
    "withheld",
    "status",
    "confirmed_by",
    "confirmed_on",
    "text_fr",
    "text_en",
    "source",
    "document",
    "document_sha256",
    "corrects",
    "uri",
)


def to_json(report: Report) -> bytes:
    """Return the bytes that are hashed when the report is frozen."""
    return canonical(report)


def to_csv(report: Report) -> bytes:
    """Return one line for each piece of evidence; RFC 4180, UTF-8 with a byte order mark.

    An empty value is a missing one; `withheld` says `yes` where few people are hidden.
    """
    units = {
        (commitment.slug, indicator.slug): indicator.unit
        for commitment in report.commitments
        for indicator in commitment.indicators
    }
    text = io.StringIO(newline="")
    lines = csv.writer(text)
    lines.writerow(COLUMNS)
    lines.writerows(
        _row(line, units.get((line.commitment, line.indicator), "")) for line in report.evidence
    )
    return text.getvalue().encode("utf-8-sig")


def _row(line: EvidenceLine, unit: str) -> list[str]:
    confirmed = [word for word in line.words if word.verdict == "confirmed"]
    return [
        line.commitment,
        line.indicator,
        unit,
        line.kind,
        line.city,
        line.date.isoformat(),
        line.period.start.isoformat() if line.period else "",
        line.period.last_day.isoformat() if line.period else "",
        "" if line.value is None else f"{line.value:f}",
        "yes" if line.hidden else "no",
        line.status,
        _joined(word.city for word in confirmed),
        _last(confirmed),
        safe(line.text.fr),
        safe(line.text.en),
        safe(line.source),
        line.document,
        line.sha256,
        line.corrects,
        line.uri,
    ]


def safe(text: str) -> str:
    """Return *text* so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def _joined(cities: Iterable[str]) -> str:
    return " ".join(sorted(set(cities)))


def _last(words: Iterable[Word]) -> str:
    return max((word.at.isoformat() for word in words), default="")
