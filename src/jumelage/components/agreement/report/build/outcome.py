"""What follows from the record: what stopped and why, and what the councils must decide."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from jumelage.components.agreement.report.build.legal import status_on
from jumelage.components.agreement.report.build.rows import Rows
from jumelage.components.agreement.report.content import (
    Ask,
    CommitmentLine,
    EvidenceLine,
    OpenRequest,
    Stop,
)

RENEWAL_WARNING = timedelta(days=366)
ATTEST_WITHIN = timedelta(days=30)
_SILENT = frozenset({"quiet", "overdue", "ended"})
_TAKEN_BACK = frozenset({"withdrawn", "corrected"})


def stops(
    commitments: Sequence[CommitmentLine], evidence: Sequence[EvidenceLine]
) -> tuple[Stop, ...]:
    """Return what fell silent, ran out, was disputed or taken back, in the order of the texts."""
    found = [*_silences(commitments), *_disputes(evidence), *_taken_back(evidence)]
    place = {commitment.slug: at for at, commitment in enumerate(commitments)}
    return tuple(
        sorted(found, key=lambda s: (place[s.commitment], s.kind, s.date or date.min, s.uri))
    )


def _silences(commitments: Sequence[CommitmentLine]) -> Iterator[Stop]:
    for line in commitments:
        if line.state.state in _SILENT:
            yield Stop(
                kind=line.state.state,
                commitment=line.slug,
                date=line.state.since,
                uri=line.uri,
                city="",
                reason=None,
            )


def _disputes(evidence: Sequence[EvidenceLine]) -> Iterator[Stop]:
    for line in evidence:
        for word in line.words:
            if word.verdict == "disputed" and line.status == "disputed":
                yield Stop(
                    kind="disputed",
                    commitment=line.commitment,
                    date=word.at,
                    uri=line.uri,
                    city=word.city,
                    reason=word.reason,
                )


def _taken_back(evidence: Sequence[EvidenceLine]) -> Iterator[Stop]:
    replaced_by = {line.corrects: line for line in evidence if line.corrects}
    for line in evidence:
        if line.status in _TAKEN_BACK:
            newer = replaced_by.get(line.uri)
            yield Stop(
                kind=line.status,
                commitment=line.commitment,
                date=line.date,
                uri=line.uri,
                city=line.city,
                reason=newer.text if newer else None,
            )


def open_requests(rows: Rows) -> tuple[OpenRequest, ...]:
    """Return the corrections that were asked for and not answered."""
    return tuple(
        OpenRequest(
            uri=row.uri,
            city=rows.city(row.origin),
            at=row.recorded_at.date(),
            about=row.about,
            text=row.text,
        )
        for row in rows.requests
    )


def asks(
    rows: Rows, commitments: Sequence[CommitmentLine], evidence: Sequence[EvidenceLine]
) -> tuple[Ask, ...]:
    """Return the decisions that the record calls for, most fundamental first."""
    return (
        *_renewals(rows),
        *_about("name-owners", [c.slug for c in commitments if c.state.orphan]),
        *_about("define-indicators", [c.slug for c in commitments if c.state.unmeasured]),
        *_about("revive", [c.slug for c in commitments if c.state.state in {"quiet", "overdue"}]),
        *_about("settle-disputes", _slugs(evidence, "disputed")),
        *_late_words(rows, evidence),
        *_answers(rows),
    )


def _about(kind: str, slugs: Sequence[str]) -> list[Ask]:
    return [Ask(kind=kind, commitments=tuple(slugs), count=len(slugs))] if slugs else []


def _slugs(evidence: Sequence[EvidenceLine], status: str) -> list[str]:
    return list(dict.fromkeys(line.commitment for line in evidence if line.status == status))


def _renewals(rows: Rows) -> Iterator[Ask]:
    for instrument in rows.instruments:
        end = instrument.last_day
        running = status_on(instrument, rows.as_of) == "in-force"
        if running and end and end - rows.as_of <= RENEWAL_WARNING:
            yield Ask(kind="renew", instrument=instrument.slug, by=end)


def _late_words(rows: Rows, evidence: Sequence[EvidenceLine]) -> Iterator[Ask]:
    """Yield one request a city for the evidence it has left unanswered for 30 days."""
    late = [
        line
        for line in evidence
        if line.status == "stated" and rows.as_of - line.date > ATTEST_WITHIN
    ]
    for city in rows.partnership.cities:
        others = Counter(line.commitment for line in late if line.city != city.slug)
        if others:
            yield Ask(
                kind="attest", city=city.slug, commitments=tuple(others), count=others.total()
            )


def _answers(rows: Rows) -> Iterator[Ask]:
    if rows.requests:
        yield Ask(kind="answer", count=len(rows.requests))
