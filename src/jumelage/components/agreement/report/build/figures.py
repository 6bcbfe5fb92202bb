"""Makes figures out of evidence: what counts, per city and together, with few people hidden."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from jumelage.components.agreement.models import Attestation, Evidence, Indicator
from jumelage.components.agreement.report.build.rows import Rows
from jumelage.components.agreement.report.canonical import plain
from jumelage.components.agreement.report.content import ByCity, Figure, IndicatorLine, PeriodFigure
from jumelage.components.agreement.report.disclosure import Cell, protect, single
from jumelage.components.agreement.selectors.evidence import target_in
from jumelage.kit.dates import Period

PEOPLE = "people"
_MILLIONTH = Decimal("0.000001")


def status_of(row: Evidence, rows: Rows) -> str:
    """Return what became of a piece of evidence; the first that fits."""
    if row.withdrawn_at is not None:
        return "withdrawn"
    if row.uri in rows.corrected:
        return "corrected"
    verdicts = {word.verdict for word in rows.words.get(row.uri, ())}
    if Attestation.Verdict.DISPUTED in verdicts:
        return "disputed"
    return "confirmed" if Attestation.Verdict.CONFIRMED in verdicts else "stated"


def counts_people(indicator: Indicator) -> bool:
    """Tell whether small values of *indicator* could point at persons."""
    return indicator.unit == PEOPLE


@dataclass(frozen=True, slots=True)
class Counted:
    """The evidence an indicator's figures rest on, and what of it may be shown."""

    line: IndicatorLine
    shown: dict[str, Decimal | None]
    """By evidence URI; None is hidden."""


def indicator_line(indicator: Indicator, evidence: Sequence[Evidence], rows: Rows) -> Counted:
    """Return the indicator with its figures of the year, from the *evidence* about it."""
    usable = [
        e
        for e in evidence
        if status_of(e, rows) in {"confirmed", "stated"} and _inside(e, rows.period)
    ]
    cities = list(dict.fromkeys(e.origin for e in usable))
    chosen = [e for city in sorted(cities, key=rows.city) for e in _chosen(city, usable, indicator)]
    table = _Table(chosen, indicator, rows)
    return Counted(
        IndicatorLine(
            uri=indicator.uri,
            slug=indicator.slug,
            unit=indicator.unit,
            label=indicator.label,
            definition=indicator.definition,
            counts_people=counts_people(indicator),
            baseline=plain(indicator.baseline),
            target=plain(target_in(indicator, rows.period)),
            actual=table.together(),
            cities=table.by_city(),
            periods=table.by_period(),
        ),
        {e.uri: value for e, value in zip(chosen, table.values, strict=True)},
    )


def _inside(row: Evidence, year: Period) -> bool:
    period = period_of(row)
    return period is None or (year.start <= period.start and period.end <= year.end)


def _chosen(city: str, evidence: Sequence[Evidence], indicator: Indicator) -> list[Evidence]:
    """Return the evidence of *city* that counts: nothing twice for the same days.

    Short periods go first, so that a yearly count does not double the monthly ones. An
    indicator read by its latest value keeps only that one.
    """
    own = [e for e in evidence if e.origin == city and e.value is not None]
    if indicator.reading == Indicator.Reading.LATEST:
        return own[-1:]
    taken: list[Evidence] = []
    for row in sorted(own, key=_shortest_first):
        if not any(_overlap(row, other) for other in taken):
            taken.append(row)
    return sorted(taken, key=lambda e: (e.date, e.uri))


def _shortest_first(row: Evidence) -> tuple[int, object, str]:
    period = period_of(row)
    return ((period.end - period.start).days if period else 0, row.date, row.uri)


def _overlap(one: Evidence, other: Evidence) -> bool:
    a, b = period_of(one), period_of(other)
    return bool(a and b and a.start < b.end and b.start < a.end)


def period_of(row: Evidence) -> Period | None:
    """Return the period a piece of evidence speaks of, if it does."""
    if row.period_start is None or row.period_end is None:
        return None
    return Period(row.period_start, row.period_end)


class _Table:
    """The chosen evidence as a table of periods and cities, with its totals."""

    def __init__(self, chosen: Sequence[Evidence], indicator: Indicator, rows: Rows) -> None:
        self.chosen, self.indicator, self.rows = chosen, indicator, rows
        self.cities = sorted({e.origin for e in chosen}, key=rows.city)
        self.amounts = [e.value or Decimal(0) for e in chosen]
        self.values: list[Decimal | None] = [plain(amount) for amount in self.amounts]
        self.totals = [plain(self._sum(city)) for city in self.cities]
        self.total = plain(self._joint())
        if counts_people(indicator) and chosen:
            self._hide_few()

    def _sum(self, city: str) -> Decimal:
        pairs = zip(self.chosen, self.amounts, strict=True)
        return sum((amount for e, amount in pairs if e.origin == city), Decimal(0))

    def _joint(self) -> Decimal:
        """Return the sum of the cities, or their mean where values cannot be added."""
        total = sum(self.amounts, Decimal(0))
        if self.indicator.reading == Indicator.Reading.LATEST and self.cities:
            total = (total / len(self.cities)).quantize(_MILLIONTH)
        return total

    def _hide_few(self) -> None:
        """Hide small counts; what a city did not say is known to add nothing."""
        counts = [
            [int(amount) if e.origin == city else 0 for city in self.cities]
            for e, amount in zip(self.chosen, self.amounts, strict=True)
        ]
        table = protect(counts)
        self.values = [
            _shown(row[self.cities.index(e.origin)])
            for e, row in zip(self.chosen, table.cells, strict=True)
        ]
        hidden_rows = [i for i, total in enumerate(table.row_totals) if _shown(total) is None]
        for index in hidden_rows:
            self.values[index] = None
        self.totals = [_shown(cell) for cell in table.column_totals]
        is_sum = self.indicator.reading == Indicator.Reading.SUM
        self.total = _shown(table.total) if is_sum else None

    def together(self) -> Figure | None:
        """Return the figure of all cities; None when none of them said anything."""
        return self._figure(self.chosen, self.total) if self.chosen else None

    def by_city(self) -> tuple[ByCity, ...]:
        """Return each city of the partnership with its part; None where it said nothing."""
        own = dict(zip(self.cities, self.totals, strict=True))
        parts = []
        for slug in (city.slug for city in self.rows.partnership.cities):
            origin = self.rows.origins.get(slug, "")
            pieces = [e for e in self.chosen if e.origin == origin]
            figure = self._figure(pieces, own[origin]) if pieces else None
            parts.append(ByCity(city=slug, figure=figure))
        return tuple(parts)

    def by_period(self) -> tuple[PeriodFigure, ...]:
        """Return the figure of each piece of evidence that speaks of a period."""
        found = []
        for row, value in zip(self.chosen, self.values, strict=True):
            if period := period_of(row):
                figure = self._figure([row], value)
                found.append(
                    PeriodFigure(city=self.rows.city(row.origin), period=period, figure=figure)
                )
        return tuple(sorted(found, key=lambda p: (p.period, p.city)))

    def _figure(self, pieces: Iterable[Evidence], value: Decimal | None) -> Figure:
        rows = list(pieces)
        confirmed = [e for e in rows if status_of(e, self.rows) == "confirmed"]
        part = sum((e.value or Decimal(0) for e in confirmed), Decimal(0))
        is_sum = self.indicator.reading == Indicator.Reading.SUM
        tells = value is not None and is_sum and not counts_people(self.indicator)
        return Figure(
            value=value,
            evidence=tuple(e.uri for e in rows),
            confirmed=len(confirmed) == len(rows),
            of_which_confirmed=plain(part) if tells else None,
        )


def _shown(cell: Cell) -> Decimal | None:
    return Decimal(cell) if isinstance(cell, int) else None


def alone(row: Evidence) -> Decimal | None:
    """Return the value of evidence outside every table, hidden when it counts few people."""
    if row.value is None:
        return None
    return _shown(single(int(row.value)))
