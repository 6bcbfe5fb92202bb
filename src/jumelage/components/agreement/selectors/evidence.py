"""Questions about evidence: the time line, what waits, and the figures of an indicator."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Prefetch, Q, QuerySet

from jumelage.bridge import api as bridge
from jumelage.components.agreement.models import (
    Attestation,
    Commitment,
    CorrectionAnswer,
    CorrectionRequest,
    Evidence,
    Indicator,
)
from jumelage.components.agreement.selectors.states import Verdict
from jumelage.kit.dates import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineItem:
    """One piece of evidence as a page shows it."""

    evidence: Evidence
    verdict: Verdict
    attestations: tuple[Attestation, ...]
    corrected_by: Evidence | None
    """The newer evidence of the same city that replaces it."""
    requests: tuple[CorrectionRequest, ...]
    """Requests of other cities to correct it, each with `answers`."""

    @property
    def stands(self) -> bool:
        """Tell whether it counts: neither withdrawn nor corrected."""
        return self.evidence.withdrawn_at is None and self.corrected_by is None


def evidence_of(of: Commitment) -> QuerySet[Evidence]:
    """Return all evidence of *of*, newest first.

    Withdrawn and corrected evidence is in it too: nothing is overwritten.
    """
    return with_attestations(Evidence.objects.filter(commitment=of.uri))


def timeline(evidence: Iterable[Evidence]) -> list[TimelineItem]:
    """Return *evidence* (of `evidence_of`) with what was said about it; four queries."""
    return _items(list(evidence))


def figures_since(of: Commitment, first_day: date) -> list[TimelineItem]:
    """Return the evidence of *of* that states a figure about *first_day* or later."""
    return timeline(evidence_of(of).filter(value__isnull=False, date__gte=first_day))


def item(uri: str) -> TimelineItem | None:
    """Return one piece of evidence as the time line shows it, or None."""
    found = _items(list(with_attestations(Evidence.objects.filter(uri=uri))))
    return found[0] if found else None


def waiting_here() -> QuerySet[Evidence]:
    """Return the standing evidence of other cities that this node has not spoken about.

    Oldest first: what an officer has to confirm or dispute.
    """
    me = bridge.me().origin
    said = Attestation.objects.live().filter(origin=me).values("evidence")
    waiting = Evidence.objects.standing().exclude(origin=me).exclude(uri__in=said)
    return waiting.select_related("commitment", "indicator").order_by("date", "uri")


def waiting_there() -> QuerySet[Evidence]:
    """Return this node's standing evidence no other city has spoken about, oldest first."""
    waiting = Evidence.objects.waiting().filter(origin=bridge.me().origin)
    return waiting.select_related("commitment", "indicator").order_by("date", "uri")


def open_requests() -> QuerySet[CorrectionRequest]:
    """Return the correction requests about this node's records that nobody answered."""
    me = bridge.me().origin
    answered = CorrectionAnswer.objects.live().filter(origin=me).values("request")
    asked = CorrectionRequest.objects.live().filter(about__startswith=f"jumelage:{me}:")
    return asked.exclude(uri__in=answered).order_by("recorded_at", "uri")


def with_attestations(evidence: QuerySet[Evidence]) -> QuerySet[Evidence]:
    """Fetch the live attestations beside each piece of evidence, newest evidence first."""
    said = Attestation.objects.live().order_by("at", "uri")
    return (
        evidence.select_related("indicator")
        .prefetch_related(Prefetch("attestations", said))
        .order_by("-date", "-recorded_at", "-uri")
    )


def _items(evidence: Sequence[Evidence]) -> list[TimelineItem]:
    uris = [row.uri for row in evidence]
    corrections = {
        (row.corrects_id, row.origin): row
        for row in Evidence.objects.live().filter(corrects__in=uris).order_by("recorded_at")
    }
    requests: dict[str, list[CorrectionRequest]] = {}
    asked = (
        CorrectionRequest.objects.live()
        .filter(about__in=uris)
        .prefetch_related(Prefetch("answers", CorrectionAnswer.objects.live()))
    )
    for request in asked.order_by("recorded_at"):
        requests.setdefault(request.about, []).append(request)
    return [
        TimelineItem(
            evidence=row,
            verdict=verdict_of(row.attestations.all()),
            attestations=tuple(row.attestations.all()),
            corrected_by=corrections.get((row.uri, row.origin)),
            requests=tuple(requests.get(row.uri, ())),
        )
        for row in evidence
    ]


def verdict_of(said: Iterable[Attestation]) -> Verdict:
    """Return what the other cities say: disputed by any, else confirmed by one, else waiting."""
    verdicts = {attestation.verdict for attestation in said}
    if Attestation.Verdict.DISPUTED in verdicts:
        return Verdict.DISPUTED
    return Verdict.CONFIRMED if verdicts else Verdict.WAITING


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """An indicator's figure for a period, with the evidence it is made of; never invented."""

    indicator: Indicator
    period: Period
    target: Decimal | None
    confirmed: Decimal | None
    """From confirmed evidence; None: no figure, which is not zero."""
    stated: Decimal | None
    """From all standing evidence that nobody disputes."""
    by_city: Mapping[str, Decimal]
    """The stated figure by origin of the city that states it."""
    evidence: tuple[Evidence, ...]


def figures(of: Iterable[Indicator], period: Period) -> list[Figure]:
    """Return the figures of the indicators *of* inside *period*, in their order; two queries.

    Evidence counts when its own period lies inside *period*. Each city counts its side: a
    sum adds periods and cities; a latest value takes each city's newest and, as a share
    cannot be added, the mean of the cities.
    """
    wanted = list(of)
    inside = Q(period_start__gte=period.start, period_end__lte=period.end)
    undated = Q(period_start=None, date__gte=period.start, date__lt=period.end)
    rows = (
        Evidence.objects.standing()
        .with_verdicts()
        .filter(inside | undated, indicator__in=[i.uri for i in wanted], value__isnull=False)
        .order_by("date", "uri")
    )
    by_indicator: dict[str, list[Evidence]] = {}
    for row in rows:
        if not row.disputed:  # type: ignore[attr-defined]  # annotated by with_verdicts
            by_indicator.setdefault(row.indicator_id or "", []).append(row)
    return [_figure(indicator, period, by_indicator.get(indicator.uri, [])) for indicator in wanted]


def _figure(indicator: Indicator, period: Period, rows: Sequence[Evidence]) -> Figure:
    confirmed = [row for row in rows if row.confirmed]  # type: ignore[attr-defined]  # annotated
    by_city = _by_city(indicator, rows)
    return Figure(
        indicator=indicator,
        period=period,
        target=target_in(indicator, period),
        confirmed=_joint(indicator, _by_city(indicator, confirmed)),
        stated=_joint(indicator, by_city),
        by_city=by_city,
        evidence=tuple(rows),
    )


def target_in(indicator: Indicator, period: Period) -> Decimal | None:
    """Return the target for *period*: the sum of those inside it, or the latest of them."""
    inside = sorted(
        (t for t in indicator.targets if period.start <= t.period.start < period.end),
        key=lambda target: target.period,
    )
    if not inside:
        return None
    if indicator.reading == Indicator.Reading.LATEST:
        return inside[-1].value
    return sum((target.value for target in inside), Decimal())


def _by_city(indicator: Indicator, rows: Sequence[Evidence]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for row in rows:
        value = row.value or Decimal()
        if indicator.reading == Indicator.Reading.SUM:
            value += found.get(row.origin, Decimal())
        found[row.origin] = value
    return found


def _joint(indicator: Indicator, by_city: Mapping[str, Decimal]) -> Decimal | None:
    if not by_city:
        return None
    total = sum(by_city.values(), Decimal())
    return total / len(by_city) if indicator.reading == Indicator.Reading.LATEST else total
