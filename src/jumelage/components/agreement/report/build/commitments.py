"""The commitments of the report with their figures, and the evidence they rest on."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from jumelage.components.agreement.models import (
    Attestation,
    Commitment,
    CommitmentOwner,
    Evidence,
    Indicator,
)
from jumelage.components.agreement.report.build.figures import (
    Counted,
    alone,
    indicator_line,
    period_of,
    status_of,
)
from jumelage.components.agreement.report.build.rows import Rows
from jumelage.components.agreement.report.canonical import plain
from jumelage.components.agreement.report.content import (
    BalanceLine,
    CommitmentLine,
    EvidenceLine,
    EvidenceTally,
    OwnerLine,
    StateLine,
    Word,
)
from jumelage.kit.i18n import Bilingual

_NOTHING = Bilingual()


class Promises:
    """Every commitment with its indicators counted once, for lines and evidence alike."""

    def __init__(self, rows: Rows) -> None:
        """Count every indicator."""
        self.rows = rows
        self.counted: dict[str, Counted] = {
            indicator.uri: self._count(indicator, commitment)
            for commitment in rows.commitments
            for indicator in rows.indicators.get(commitment.uri, ())
        }

    def _count(self, indicator: Indicator, commitment: Commitment) -> Counted:
        evidence = self.rows.evidence.get(commitment.uri, ())
        own = [e for e in evidence if e.indicator_id == indicator.uri]
        return indicator_line(indicator, own, self.rows)

    def lines(self) -> tuple[CommitmentLine, ...]:
        """Return the commitments in the order of their texts."""
        return tuple(self._line(commitment) for commitment in self.rows.commitments)

    def _line(self, row: Commitment) -> CommitmentLine:
        rows = self.rows
        instrument = next(i for i in rows.instruments if i.uri == row.instrument_id)
        titles = {article.slug: article.title for article in instrument.articles}
        named = rows.owners.get(row.uri, ())
        helpers = [c.organisation for c in rows.coordinators.get(row.uri, ())]
        return CommitmentLine(
            uri=row.uri,
            slug=row.slug,
            instrument=instrument.slug,
            article=titles.get(row.article, _NOTHING),
            service=row.service,
            title=row.title,
            text=row.text,
            organisations=rows.called(row.owners),
            owners=tuple(sorted((self._owner(o) for o in named), key=lambda o: o.city)),
            coordinators=rows.called(dict.fromkeys(helpers)),
            partners=rows.called(row.partners),
            beneficiaries=row.beneficiaries,
            deadline=row.deadline,
            state=self._state(row),
            indicators=tuple(self.counted[i.uri].line for i in rows.indicators.get(row.uri, ())),
            tally=self._tally(row),
        )

    def _owner(self, row: CommitmentOwner) -> OwnerLine:
        names = self.rows.names
        return OwnerLine(
            city=self.rows.city(row.origin),
            role=row.role,
            organisation=names.get(row.organisation, row.organisation),
            deputy_role=row.deputy_role,
            deputy_organisation=names.get(row.deputy_organisation, row.deputy_organisation),
        )

    def _state(self, row: Commitment) -> StateLine:
        state = self.rows.states[row.uri]
        return StateLine(
            state=state.activity.value,
            since=state.since,
            orphan=state.orphan,
            unmeasured=state.unmeasured,
            last_confirmed=state.last_confirmed,
        )

    def _tally(self, row: Commitment) -> EvidenceTally:
        evidence = self.rows.evidence.get(row.uri, ())
        found = Counter(status_of(e, self.rows) for e in evidence)
        return EvidenceTally(
            confirmed=found["confirmed"], stated=found["stated"], disputed=found["disputed"]
        )

    def evidence(self) -> tuple[EvidenceLine, ...]:
        """Return every piece of evidence of the year, by commitment and date."""
        return tuple(
            self._evidence(e, commitment)
            for commitment in self.rows.commitments
            for e in self.rows.evidence.get(commitment.uri, ())
        )

    def _evidence(self, row: Evidence, commitment: Commitment) -> EvidenceLine:
        value = self._value(row)
        hidden = value is None and row.value is not None
        return EvidenceLine(
            uri=row.uri,
            commitment=commitment.slug,
            indicator=self._indicator_slug(row),
            kind=row.kind,
            city=self.rows.city(row.origin),
            date=row.date,
            period=period_of(row),
            value=value,
            hidden=hidden,
            text=_NOTHING if hidden else row.text,
            source=row.source,
            document=row.document.name if row.document else "",
            sha256=row.document.sha256 if row.document else "",
            status=status_of(row, self.rows),
            corrects=row.corrects_id or "",
            words=tuple(self._word(w) for w in self.rows.words.get(row.uri, ())),
        )

    def _indicator_slug(self, row: Evidence) -> str:
        counted = self.counted.get(row.indicator_id or "")
        return counted.line.slug if counted else ""

    def _value(self, row: Evidence) -> Decimal | None:
        """Return what may be shown of a value: as in the figures; few people nowhere else."""
        counted = self.counted.get(row.indicator_id or "")
        if counted is None:
            return alone(row) if row.indicator_id else plain(row.value)
        if row.uri in counted.shown:
            return counted.shown[row.uri]
        return None if counted.line.counts_people else plain(row.value)

    def _word(self, row: Attestation) -> Word:
        return Word(
            uri=row.uri,
            city=self.rows.city(row.origin),
            verdict=row.verdict,
            at=row.at,
            reason=row.reason,
        )


def balance_lines(commitments: Sequence[CommitmentLine]) -> tuple[BalanceLine, ...]:
    """Return the indicators for which at least one city states a figure, city by city."""
    return tuple(
        BalanceLine(
            commitment=commitment.slug,
            indicator=indicator.slug,
            label=indicator.label,
            unit=indicator.unit,
            cities=indicator.cities,
        )
        for commitment in commitments
        for indicator in commitment.indicators
        if any(part.figure for part in indicator.cities)
    )
