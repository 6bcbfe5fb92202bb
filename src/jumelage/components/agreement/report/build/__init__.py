"""Builds the annual report of a partnership from the records this node holds."""

from datetime import date

from jumelage.components.agreement.models import Partnership
from jumelage.components.agreement.report.build.commitments import Promises, balance_lines
from jumelage.components.agreement.report.build.legal import (
    crossings,
    in_force,
    instrument_lines,
    meeting_lines,
    money_lines,
    money_totals,
)
from jumelage.components.agreement.report.build.outcome import asks, open_requests, stops
from jumelage.components.agreement.report.build.rows import Rows, read_rows
from jumelage.components.agreement.report.content import FORMAT, Report, ReportCity
from jumelage.kit import clock

__all__ = ("build_report", "last_day")


def last_day(year: int) -> date:
    """Return the day a report on *year* looks at: its last, or today while the year runs."""
    return min(date(year, 12, 31), max(clock.today(), date(year, 1, 1)))


def build_report(year: int, partnership: Partnership, as_of: date | None = None) -> Report:
    """Return the report on *year* as the records stand on *as_of* (default: `last_day`).

    The same on every node that holds the same records: nothing local enters.
    """
    rows = read_rows(partnership, year, as_of or last_day(year))
    promises = Promises(rows)
    commitments, evidence, money = promises.lines(), promises.evidence(), money_lines(rows)
    return Report(
        format=FORMAT,
        year=year,
        as_of=rows.as_of,
        partnership=partnership.uri,
        slug=partnership.slug,
        name=partnership.name,
        cities=_cities(rows),
        invented=any(instrument.invented for instrument in in_force(rows)),
        instruments=instrument_lines(rows),
        meetings=meeting_lines(rows),
        commitments=commitments,
        stops=stops(commitments, evidence),
        balance=balance_lines(commitments),
        money=money,
        totals=money_totals(money),
        crossings=crossings(rows),
        requests=open_requests(rows),
        asks=asks(rows, commitments, evidence),
        evidence=evidence,
    )


def _cities(rows: Rows) -> tuple[ReportCity, ...]:
    return tuple(
        ReportCity(
            slug=city.slug,
            name=city.name,
            time_zone=city.time_zone,
            origin=rows.origins.get(city.slug, ""),
        )
        for city in rows.partnership.cities
    )
