"""Charts of an indicator by month: solid is confirmed, dashed only stated."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext

from jumelage.components.agreement.models import Indicator
from jumelage.components.agreement.selectors.evidence import TimelineItem, target_in
from jumelage.components.agreement.selectors.states import Verdict
from jumelage.kit.dates import Period
from jumelage.shell.look import times
from jumelage.shell.look.chart import Bar, Chart

MONTHS = 12


def monthly(indicator: Indicator, items: Iterable[TimelineItem], today: date) -> Chart | None:
    """Return the chart of the months of *today*'s year; None when there is no figure at all.

    A month is confirmed when every figure in it is. Evidence for longer periods than a month
    has no place here; the figures beside the chart hold it.
    """
    found = _by_month(indicator, items)
    months = [month for month in Period.year(today.year).months() if month.start <= today]
    if not any(month.start in found for month in months):
        return None
    return Chart(
        title=gettext("%(label)s per month, %(year)s")
        % {"label": indicator.label, "year": today.year},
        unit=gettext(indicator.unit),
        bars=[_bar(month, found.get(month.start, ())) for month in months],
        target=_monthly_target(indicator, today.year),
        caption=gettext(
            "Solid: confirmed by the other city. Dashed: stated, not confirmed yet. "
            "Each city counts from its own copy."
        ),
    )


def _by_month(
    indicator: Indicator, items: Iterable[TimelineItem]
) -> Mapping[date, Sequence[TimelineItem]]:
    found: dict[date, list[TimelineItem]] = {}
    for item in items:
        row = item.evidence
        if row.indicator_id != indicator.uri or row.value is None or not item.stands:
            continue
        first = row.period.start if row.period else row.date.replace(day=1)
        month = Period.month(first.year, first.month)
        if item.verdict is not Verdict.DISPUTED and (not row.period or row.period == month):
            found.setdefault(month.start, []).append(item)
    return found


def _bar(month: Period, items: Sequence[TimelineItem]) -> Bar:
    values = [item.evidence.value or Decimal() for item in items]
    return Bar(
        label=times.day(month.start, "LLL"),
        value=sum(values, Decimal()) if items else None,
        confirmed=bool(items) and all(i.verdict is Verdict.CONFIRMED for i in items),
    )


def _monthly_target(indicator: Indicator, year: int) -> Decimal | None:
    """Return the target of a month: the year's, or its twelfth when it is a sum that divides."""
    exact = target_in(indicator, Period.year(year))
    if exact is None or indicator.reading != Indicator.Reading.SUM:
        return exact
    return exact / MONTHS if exact % MONTHS == 0 else None
