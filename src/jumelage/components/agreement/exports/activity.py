"""The agreement's activity as open data: commitments with state and figures, JSON and CSV."""

import csv
import io
import json

import msgspec

from jumelage.components.agreement.report.annex import safe
from jumelage.components.agreement.report.content import CommitmentLine, Figure, Report

COLUMNS = (
    "commitment",
    "text_fr",
    "text_en",
    "state",
    "since",
    "last_confirmed",
    "without_owner",
    "unmeasured",
    "indicator",
    "unit",
    "baseline",
    "target",
    "actual",
    "withheld",
    "confirmed",
    "evidence",
)


def activity_json(report: Report) -> bytes:
    """Return the commitments of the year with their figures, as indented JSON."""
    plain = {
        "partnership": report.slug,
        "year": report.year,
        "as_of": report.as_of.isoformat(),
        "commitments": msgspec.to_builtins(report.commitments),
    }
    return json.dumps(plain, ensure_ascii=False, indent=2, sort_keys=True).encode() + b"\n"


def activity_csv(report: Report) -> bytes:
    """Return one line an indicator (or a commitment without one); UTF-8 with byte order mark."""
    text = io.StringIO(newline="")
    lines = csv.writer(text)
    lines.writerow(COLUMNS)
    for commitment in report.commitments:
        lines.writerows(_rows(commitment))
    return text.getvalue().encode("utf-8-sig")


def _rows(line: CommitmentLine) -> list[list[str]]:
    first = [
        line.slug,
        safe(line.text.fr),
        safe(line.text.en),
        line.state.state,
        line.state.since.isoformat() if line.state.since else "",
        line.state.last_confirmed.isoformat() if line.state.last_confirmed else "",
        _yes(line.state.orphan),
        _yes(line.state.unmeasured),
    ]
    if not line.indicators:
        return [[*first, *[""] * (len(COLUMNS) - len(first))]]
    return [
        [
            *first,
            indicator.slug,
            indicator.unit,
            "" if indicator.baseline is None else f"{indicator.baseline:f}",
            "" if indicator.target is None else f"{indicator.target:f}",
            *_figure(indicator.actual),
        ]
        for indicator in line.indicators
    ]


def _figure(figure: Figure | None) -> list[str]:
    if figure is None:
        return ["", "", "", ""]
    value = "" if figure.value is None else f"{figure.value:f}"
    return [value, _yes(figure.hidden), _yes(figure.confirmed), " ".join(figure.evidence)]


def _yes(fact: object) -> str:
    return "yes" if fact else "no"
