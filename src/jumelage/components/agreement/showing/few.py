"""Figures that count few people are not shown on public pages.

An indicator of people with any number from 1 to 4 in its evidence shows none of its figures to the
public: sums, shares of cities and later corrections would give the small ones away. What may be
shown without that stands in the annual report (`report.disclosure`). Who works here sees all.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from django.db.models import Q

from jumelage.components.agreement.models import Evidence, Indicator
from jumelage.components.agreement.report.build.figures import counts_people
from jumelage.components.agreement.report.disclosure import THRESHOLD
from jumelage.components.agreement.selectors.evidence import Figure, TimelineItem
from jumelage.directory.models import Person
from jumelage.directory.policy import may

_STATED = Q(value__gt=0, value__lt=THRESHOLD)
_RECOUNTED = Q(attestations__recomputed__gt=0, attestations__recomputed__lt=THRESHOLD)


def withheld_from(person: Person | None, indicators: Iterable[Indicator]) -> frozenset[str]:
    """Return the URIs of *indicators* whose figures *person* is not shown; at most one query."""
    people = [indicator.uri for indicator in indicators if counts_people(indicator)]
    if not people or may(person, "agreement.see-work"):
        return frozenset()
    few = Evidence.objects.filter(_STATED | _RECOUNTED, indicator__in=people)
    return frozenset(few.order_by().values_list("indicator_id", flat=True).distinct()) - {None}


def concealed(items: Sequence[TimelineItem], withheld: Collection[str]) -> Sequence[TimelineItem]:
    """Return *items* without the numbers of *withheld* indicators; they are never saved again."""
    for item in items:
        if item.evidence.indicator_id in withheld:
            item.evidence.value = None
            for said in item.attestations:
                said.recomputed = None
    return items


def concealed_figures(figures: Iterable[Figure], withheld: Collection[str]) -> list[Figure]:
    """Return *figures* without the numbers of *withheld* indicators."""
    return [
        replace(figure, confirmed=None, stated=None, by_city={})
        if figure.indicator.uri in withheld
        else figure
        for figure in figures
    ]
