"""The legal part of the report: texts, signatures, meetings, money, what may cross."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from jumelage.components.agreement.models import Instrument, Meeting, TextSignature
from jumelage.components.agreement.models.values import BudgetLine
from jumelage.components.agreement.report.build.rows import Rows
from jumelage.components.agreement.report.canonical import plain
from jumelage.components.agreement.report.content import (
    Attended,
    CoSignature,
    Crossing,
    InstrumentLine,
    MeetingLine,
    MoneyLine,
    MoneyTotal,
    SignedBy,
    Work,
)
from jumelage.components.agreement.report.disclosure import single
from jumelage.kit.dates import Period


def instrument_lines(rows: Rows) -> tuple[InstrumentLine, ...]:
    """Return the whole chain of texts, oldest first."""
    return tuple(_instrument(instrument, rows) for instrument in rows.instruments)


def status_on(instrument: Instrument, day: date) -> str:
    """Return where an instrument stands on *day*; see `InstrumentLine.status`."""
    if instrument.standing == Instrument.Standing.PROPOSED and not instrument.agreed:
        return "proposed"
    if instrument.first_day and instrument.first_day > day:
        return "not-yet"
    if instrument.last_day is None:
        return "open-ended"
    return "in-force" if instrument.last_day >= day else "ended"


def in_force(rows: Rows) -> list[Instrument]:
    """Return the texts that hold on the last day of the report."""
    return [i for i in rows.instruments if status_on(i, rows.as_of) in {"in-force", "open-ended"}]


def _instrument(row: Instrument, rows: Rows) -> InstrumentLine:
    slugs = {i.uri: i.slug for i in rows.instruments}
    return InstrumentLine(
        uri=row.uri,
        slug=row.slug,
        type=row.type,
        title=row.title,
        signed=row.signed_on,
        doubt=row.signed.note,
        starts=row.in_force_from,
        ends=row.in_force_to,
        status=status_on(row, rows.as_of),
        amends=slugs.get(row.amends_id or "", ""),
        renews=slugs.get(row.renews_id or "", ""),
        signatories=tuple(
            SignedBy(office=s.office, party=rows.called([s.party])[0], name=s.name)
            for s in row.signatories
        ),
        signatures=tuple(_signature(s, rows) for s in _valid(row, rows)),
        supporters=rows.called(row.supporters),
        governance=row.governance,
        reporting_duty=row.reporting_duty,
        sources=row.signed.sources,
        invented=row.invented,
    )


def _valid(row: Instrument, rows: Rows) -> list[TextSignature]:
    signed = rows.signatures.get(row.uri, ())
    return [s for s in signed if s.text_hash == row.text_hash and s.origin in row.nodes]


def _signature(row: TextSignature, rows: Rows) -> CoSignature:
    return CoSignature(
        uri=row.uri,
        city=rows.city(row.origin),
        office=row.office,
        party=rows.called([row.party])[0],
        text_hash=row.text_hash,
        at=row.recorded_at.date(),
    )


def meeting_lines(rows: Rows) -> tuple[MeetingLine, ...]:
    """Return the joint meetings of the year, in order; small attendances are hidden."""
    return tuple(_meeting(meeting, rows) for meeting in rows.meetings)


def _meeting(row: Meeting, rows: Rows) -> MeetingLine:
    return MeetingLine(
        uri=row.uri,
        title=row.title,
        starts_local=row.starts_local,
        time_zone=row.time_zone,
        place=row.place,
        held=row.held,
        attendance=attendance(row),
        decisions=tuple(row.decisions),
        work=tuple(
            Work(
                text=item.text,
                role=item.role,
                organisation=rows.names.get(item.organisation, item.organisation),
                due=item.due,
                done=item.done,
            )
            for item in row.work
        ),
    )


def attendance(row: Meeting) -> tuple[Attended, ...]:
    """Return who attended a meeting, by city; how many is hidden where they were few."""
    cities = list(dict.fromkeys(one.city for one in row.attendance))
    return tuple(
        Attended(
            city=city,
            roles=tuple(one.role for one in row.attendance if one.city == city and one.count),
            people=_people(sum(one.count for one in row.attendance if one.city == city)),
        )
        for city in cities
    )


def _people(count: int) -> int | None:
    shown = single(count)
    return shown if isinstance(shown, int) else None


def money_lines(rows: Rows) -> tuple[MoneyLine, ...]:
    """Return every amount the texts speak of, each in its own currency."""
    return tuple(
        _money(line, instrument, rows)
        for instrument in rows.instruments
        for line in instrument.budget
    )


def _money(line: BudgetLine, instrument: Instrument, rows: Rows) -> MoneyLine:
    return MoneyLine(
        instrument=instrument.slug,
        purpose=line.purpose,
        amount=plain(line.amount) or Decimal(0),
        currency=line.currency,
        spent=line.spent,
        funder=rows.names.get(line.funder, line.funder),
        period=line.period,
        certainty=line.certainty,
        note=line.note,
        sources=line.sources,
        in_year=_touches(line, instrument, rows.period),
    )


def _touches(line: BudgetLine, instrument: Instrument, year: Period) -> bool:
    """Tell whether the money belongs to the year; without a period, its text's term decides."""
    if line.period:
        return line.period.start < year.end and year.start < line.period.end
    begun = instrument.first_day is not None and instrument.first_day < year.end
    return begun and instrument.last_day is not None and instrument.last_day >= year.start


def money_totals(lines: Sequence[MoneyLine]) -> tuple[MoneyTotal, ...]:
    """Return planned and spent of the year per currency; never converted, never added up."""
    own = [line for line in lines if line.in_year]
    return tuple(
        MoneyTotal(
            currency=currency,
            planned=_added([x for x in own if x.currency == currency and not x.spent]),
            spent=_added([x for x in own if x.currency == currency and x.spent]),
        )
        for currency in sorted({line.currency for line in own})
    )


def _added(lines: Sequence[MoneyLine]) -> Decimal | None:
    return sum((line.amount for line in lines), Decimal(0)) if lines else None


def crossings(rows: Rows) -> tuple[Crossing, ...]:
    """Return the kinds of record that the agreed texts in force let cross, by article."""
    agreed = [i for i in in_force(rows) if i.agreed]
    found = {
        Crossing(kind=c.kind, audience=c.audience, article=c.article, instrument=i.slug)
        for i in agreed
        for c in i.annex
    }
    return tuple(sorted(found, key=lambda c: (c.kind, c.audience, c.instrument, c.article)))
