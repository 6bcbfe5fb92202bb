"""The JSON twins of the pages: the same facts, for programs."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from jumelage.components.agreement.models import (
    Commitment,
    Indicator,
    Instrument,
    Meeting,
    Partnership,
)
from jumelage.components.agreement.report.build.legal import attendance
from jumelage.components.agreement.selectors.evidence import Figure, TimelineItem
from jumelage.components.agreement.selectors.states import Tally

if TYPE_CHECKING:
    from jumelage.components.agreement.showing.lights import Light

Facts = dict[str, object]


def partnership(held: Partnership, shown: "Iterable[Light]", counted: Tally) -> Facts:
    """Return the first page as facts."""
    return {
        "uri": held.uri,
        "partnership": held.slug,
        "name": held.name,
        "cities": held.cities,
        "tally": counted,
        "commitments": [light_of(light) for light in shown],
    }


def light_of(light: "Light") -> Facts:
    """Return one commitment and its state."""
    state = light.state
    return {
        **words_of(light.commitment),
        "state": state.activity.value,
        "since": state.since,
        "last_confirmed": state.last_confirmed,
        "last_confirmed_evidence": state.last_confirmed_uri or None,
        "confirmed_by": sorted(state.cities),
        "waiting": [fact.uri for fact in state.waiting],
        "disputed": [fact.uri for fact in state.disputed],
        "orphan": state.orphan,
        "unmeasured": state.unmeasured,
        "owners": [
            {"role": owner.role, "organisation": str(owner.organisation)} for owner in light.owners
        ],
    }


def words_of(commitment: Commitment) -> Facts:
    """Return what the text says of a commitment."""
    return {
        "uri": commitment.uri,
        "number": commitment.slug,
        "instrument": commitment.instrument.slug,
        "article": commitment.article,
        "service": commitment.service,
        "title": commitment.title,
        "text": commitment.text,
        "deadline": commitment.deadline,
        "beneficiaries": commitment.beneficiaries,
        "partners": commitment.partners,
        "sources": commitment.sources,
    }


def commitment(
    light: "Light", timeline: Sequence[TimelineItem], figures: Sequence[Figure]
) -> Facts:
    """Return a commitment's page as facts."""
    return {
        **light_of(light),
        "reported_state": light.commitment.reported_state,
        "indicators": [figure_of(figure) for figure in figures],
        "evidence": [evidence(item) for item in timeline],
    }


def figure_of(figure: Figure) -> Facts:
    """Return an indicator with its figures for a period; missing ones are null."""
    measured: Indicator = figure.indicator
    return {
        "uri": measured.uri,
        "label": measured.label,
        "definition": measured.definition,
        "unit": measured.unit,
        "baseline": measured.baseline,
        "period": figure.period,
        "target": figure.target,
        "confirmed": figure.confirmed,
        "stated": figure.stated,
        "by_city": figure.by_city,
        "evidence": [row.uri for row in figure.evidence],
    }


def evidence(item: TimelineItem) -> Facts:
    """Return one piece of evidence and what the cities say about it."""
    row = item.evidence
    return {
        "uri": row.uri,
        "commitment": row.commitment_id,
        "stated_by": row.origin,
        "type": row.kind,
        "date": row.date,
        "text": row.text,
        "indicator": row.indicator_id,
        "value": row.value,
        "period": row.period,
        "source": row.source,
        "document": row.document,
        "completes": row.completes,
        "verdict": item.verdict.value,
        "attestations": [
            {
                "uri": said.uri,
                "city": said.origin,
                "verdict": said.verdict,
                "reason": said.reason,
                "recomputed": said.recomputed,
                "at": said.at,
            }
            for said in item.attestations
        ],
        "corrected_by": item.corrected_by.uri if item.corrected_by else None,
        "withdrawn_at": row.withdrawn_at,
    }


def history(held: Partnership, chain: Sequence[Instrument]) -> Facts:
    """Return the chain of texts."""
    return {
        "partnership": held.slug,
        "name": held.name,
        "background": held.background,
        "sources": held.sources,
        "instruments": [instrument(text) for text in chain],
    }


def instrument(text: Instrument) -> Facts:
    """Return what is known about one text."""
    return {
        "uri": text.uri,
        "slug": text.slug,
        "type": text.type,
        "standing": text.standing,
        "agreed": text.agreed,
        "invented": text.invented,
        "title": text.title,
        "amends": text.amends_id,
        "renews": text.renews_id,
        "signed": text.signed,
        "in_force_from": text.in_force_from,
        "in_force_to": text.in_force_to,
        "parties": text.parties,
        "supporters": text.supporters,
        "signatories": text.signatories,
        "articles": text.articles,
        "budget": text.budget,
        "governance": text.governance,
        "reporting_duty": text.reporting_duty,
        "annex": text.annex,
        "text_hash": text.text_hash,
    }


def meeting(held: Meeting) -> Facts:
    """Return a meeting; how many attended of a city is None where they were few."""
    return {
        "uri": held.uri,
        "title": held.title,
        "starts_at": held.starts_at,
        "ends_at": held.ends_at,
        "time_zone": held.time_zone,
        "place": held.place,
        "agenda": held.agenda,
        "held": held.held,
        "attendance": attendance(held),
        "decisions": held.decisions,
        "work": held.work,
        "minutes": held.minutes,
    }
