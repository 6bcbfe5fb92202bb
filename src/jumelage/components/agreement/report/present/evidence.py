"""The list of evidence behind every figure; only on the page, paper has the data annex."""

from collections.abc import Iterator

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jumelage.components.agreement.report.content import EvidenceLine, IndicatorLine, Report
from jumelage.components.agreement.report.present import words
from jumelage.components.agreement.report.present.blocks import (
    Heading,
    Items,
    Plain,
    Run,
    Runs,
    Section,
    Text,
)
from jumelage.components.agreement.report.present.links import Links, evidence_anchor
from jumelage.components.agreement.report.present.promises import Promises
from jumelage.components.agreement.report.present.wording import Wording

LISTED = 60
"""Pieces of evidence listed an indicator; the data annex holds all of them."""


def evidence_section(report: Report, language: str) -> Section:
    """Return the evidence behind each figure, newest first, in *language*."""
    with translation.override(language):
        lists = _Lists(report, language)
        title = _("The evidence behind the figures")
        return Section(anchor="evidence", title=title, blocks=tuple(lists.blocks()))


class _Lists:
    def __init__(self, report: Report, language: str) -> None:
        self.report, self.w, self.links = report, Wording(language), Links(report)
        self.promises = Promises(report, self.w, self.links)
        self.behind: dict[tuple[str, str], list[EvidenceLine]] = {}
        for line in report.evidence:
            if line.indicator:
                self.behind.setdefault((line.commitment, line.indicator), []).append(line)

    def blocks(self) -> Iterator[Plain]:
        for commitment in self.report.commitments:
            for indicator in commitment.indicators:
                if lines := self.behind.get((commitment.slug, indicator.slug)):
                    yield from self._list(commitment.slug, indicator, lines)

    def _list(
        self, commitment: str, indicator: IndicatorLine, lines: list[EvidenceLine]
    ) -> Iterator[Plain]:
        title = f"{commitment} · {self.w.say(indicator.label)}"
        yield Heading(text=title, anchor=evidence_anchor(commitment, indicator.slug))
        newest = list(reversed(lines[-LISTED:]))
        yield Items(items=tuple(self._line(line, indicator.unit) for line in newest))
        if more := len(lines) - len(newest):
            text = ngettext(
                "%(n)s more piece of evidence is in the data annex.",
                "%(n)s more pieces of evidence are in the data annex.",
                more,
            )
            yield Text(runs=(Run(text=text % {"n": self.w.number(more)}),), role="note")

    def _line(self, line: EvidenceLine, unit: str) -> Runs:
        when = self.w.period(line.period) if line.period else self.w.day(line.date)
        value = _("fewer than 5 or withheld")
        if line.value is not None:
            value = f"{self.w.measure(line.value, unit)} {words.unit(unit)}"
        status = str(words.EVIDENCE_STATUS[line.status])
        return (
            Run(text=f"{when} — ", style="soft"),
            Run(text=value, href=self.links.evidence(line.uri)),
            Run(text=f" · {status} · ", style="soft"),
            *self.promises.voices(line),
        )
