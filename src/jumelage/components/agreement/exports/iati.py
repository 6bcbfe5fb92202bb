"""Writes the activity as IATI 2.03: the partnership's text in force as one activity.

Optional: a partnership between cities is not aid, so `default-aid-type` and the like are left
out and the sector is the publisher's own vocabulary (99). Agreement = activity, commitment =
result, indicator, target and actual as they are; an actual is written only from evidence.
Source: IATI Standard 2.03, activity schema.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree as ET

from jumelage.components.agreement.report.content import (
    CommitmentLine,
    IndicatorLine,
    InstrumentLine,
    MoneyLine,
    PeriodFigure,
    Report,
)
from jumelage.kit.dates import FuzzyDate, Period
from jumelage.kit.i18n import LANGUAGES, Bilingual

_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_IMPLEMENTATION, _CLOSED = "2", "4"
_PLANNED_START, _ACTUAL_START, _PLANNED_END, _ACTUAL_END = "1", "2", "3", "4"
_GOVERNMENT = "15"
_MEASURES = {"percent": "2"}
_UNIT, _OUTPUT = "1", "1"


def iati_activities(report: Report) -> bytes:
    """Return the texts in force and their commitments as one IATI activity file, UTF-8.

    Commitments of a text that has ended are in the file of the report on that year.
    """
    root = ET.Element("iati-activities", {"version": "2.03"})
    for instrument in report.instruments:
        lines = [line for line in report.commitments if line.instrument == instrument.slug]
        if lines:
            _Activity(report, instrument, lines).write(root)
    ET.indent(root)
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _under(parent: ET.Element, name: str, text: str = "", /, **attributes: str) -> ET.Element:
    child = ET.SubElement(parent, name, {k.replace("_", "-"): v for k, v in attributes.items()})
    child.text = text or None
    return child


def _narrative(parent: ET.Element, name: str, text: Bilingual, /, **attributes: str) -> ET.Element:
    """Write *text* with one narrative for each language that exists."""
    child = _under(parent, name, **attributes)
    for language in LANGUAGES:
        if words := getattr(text, language):
            _under(child, "narrative", words).set(_XML_LANG, language)
    return child


class _Activity:
    """One instrument with its commitments."""

    def __init__(
        self, report: Report, instrument: InstrumentLine, lines: Iterable[CommitmentLine]
    ) -> None:
        self.report, self.instrument, self.lines = report, instrument, list(lines)
        self.publisher = f"XI-JUMELAGE-{report.slug}"

    def write(self, root: ET.Element) -> None:
        """Write the elements in the order the schema demands."""
        activity = _under(root, "iati-activity")
        activity.set("last-updated-datetime", f"{self.report.as_of.isoformat()}T00:00:00Z")
        activity.set(_XML_LANG, "en")
        _under(activity, "iati-identifier", f"{self.publisher}-{self.instrument.slug}")
        reporter = _under(activity, "reporting-org", ref=self.publisher, type=_GOVERNMENT)
        _names(reporter, self.report.name)
        _narrative(activity, "title", self.instrument.title)
        _narrative(activity, "description", self.instrument.governance or self.instrument.title)
        for city in self.report.cities:
            party = _under(activity, "participating-org", type=_GOVERNMENT, role="2")
            _names(party, city.name)
        closed = self.instrument.status == "ended"
        _under(activity, "activity-status", code=_CLOSED if closed else _IMPLEMENTATION)
        self._dates(activity, closed=closed)
        self._countries(activity)
        sector = _under(activity, "sector", vocabulary="99", code="city-partnership")
        _names(sector, Bilingual(fr="Partenariat entre villes", en="City partnership"))
        self._budgets(activity)
        for line in self.lines:
            self._result(activity, line)

    def _dates(self, activity: ET.Element, *, closed: bool) -> None:
        starts, ends = self.instrument.starts, self.instrument.ends
        if starts:
            planned = self.instrument.status == "not-yet"
            code = _PLANNED_START if planned else _ACTUAL_START
            _under(activity, "activity-date", iso_date=_first(starts), type=code)
        if ends:
            code = _ACTUAL_END if closed else _PLANNED_END
            _under(activity, "activity-date", iso_date=ends.last_day.isoformat(), type=code)

    def _countries(self, activity: ET.Element) -> None:
        region = _under(activity, "recipient-region", code="998", vocabulary="1")
        _names(region, Bilingual(fr="Plusieurs pays", en="Several countries"))

    def _budgets(self, activity: ET.Element) -> None:
        for line in self.report.money:
            if line.instrument == self.instrument.slug and not line.spent:
                self._budget(activity, line)

    def _budget(self, activity: ET.Element, line: MoneyLine) -> None:
        """Write a planned amount, if its period (or its text's term) is known on both sides."""
        term = self._term(line)
        if term is None:
            return
        budget = _under(activity, "budget", type="1", status="1")
        _under(budget, "period-start", iso_date=term.start.isoformat())
        _under(budget, "period-end", iso_date=term.last_day.isoformat())
        value_date = _first(self.instrument.starts) if self.instrument.starts else ""
        _under(budget, "value", _plain(line.amount), currency=line.currency, value_date=value_date)

    def _term(self, line: MoneyLine) -> Period | None:
        if line.period:
            return line.period
        starts, ends = self.instrument.starts, self.instrument.ends
        if starts is None or ends is None:
            return None
        return Period(starts.first_day, date.fromordinal(ends.last_day.toordinal() + 1))

    def _result(self, activity: ET.Element, line: CommitmentLine) -> None:
        if not line.indicators:
            return
        result = _under(activity, "result", type=_OUTPUT, aggregation_status="0")
        _narrative(result, "title", line.title or Bilingual(fr=line.slug, en=line.slug))
        _narrative(result, "description", line.text)
        for indicator in line.indicators:
            self._indicator(result, indicator)

    def _indicator(self, result: ET.Element, line: IndicatorLine) -> None:
        measure = _MEASURES.get(line.unit, _UNIT)
        indicator = _under(result, "indicator", measure=measure, ascending="1")
        _narrative(indicator, "title", line.label)
        if line.definition:
            _narrative(indicator, "description", line.definition)
        if line.baseline is not None:
            year = str(self.report.year - 1)
            _under(indicator, "baseline", year=year, value=_plain(line.baseline))
        if line.target is not None or (line.actual and not line.actual.hidden):
            self._year(indicator, line)
        for part in line.periods:
            self._period(indicator, part)

    def _year(self, indicator: ET.Element, line: IndicatorLine) -> None:
        year = Period.year(self.report.year)
        period = _dated(indicator, year)
        if line.target is not None:
            _under(period, "target", value=_plain(line.target))
        if line.actual and line.actual.value is not None:
            actual = _under(period, "actual", value=_plain(line.actual.value))
            _names(actual, _rests_on(line.actual.confirmed, line.actual.evidence), "comment")

    def _period(self, indicator: ET.Element, part: PeriodFigure) -> None:
        if part.figure.value is None:
            return
        actual = _under(_dated(indicator, part.period), "actual", value=_plain(part.figure.value))
        _under(actual, "dimension", name="city", value=part.city)
        _names(actual, _rests_on(part.figure.confirmed, part.figure.evidence), "comment")


def _names(parent: ET.Element, text: Bilingual, inside: str = "") -> None:
    """Write the narratives of *text* into *parent*, or into a child *inside* of it."""
    target = _under(parent, inside) if inside else parent
    for language in LANGUAGES:
        if words := getattr(text, language):
            _under(target, "narrative", words).set(_XML_LANG, language)


def _rests_on(confirmed: bool, evidence: tuple[str, ...]) -> Bilingual:  # noqa: FBT001  # reads as a sentence
    """Say in both languages how sure a figure is, and name the newest evidence behind it."""
    count, last = len(evidence), evidence[-1]
    fr = "confirmé par les deux villes" if confirmed else "déclaré, non entièrement confirmé"
    en = "confirmed by both cities" if confirmed else "stated, not wholly confirmed"
    return Bilingual(
        fr=f"{fr}\u202f; preuves\u202f: {count}, dont {last}",
        en=f"{en}; evidence: {count}, last {last}",
    )


def _dated(indicator: ET.Element, span: Period) -> ET.Element:
    period = _under(indicator, "period")
    _under(period, "period-start", iso_date=span.start.isoformat())
    _under(period, "period-end", iso_date=span.last_day.isoformat())
    return period


def _first(day: FuzzyDate) -> str:
    return day.first_day.isoformat()


def _plain(value: Decimal) -> str:
    return f"{value:f}"
