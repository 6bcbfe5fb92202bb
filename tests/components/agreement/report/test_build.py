"""The report says what the records say: figures with evidence, missing as missing."""

import time
from datetime import date
from decimal import Decimal

import pytest
from pytest_django import DjangoAssertNumQueries

from jumelage.components.agreement.models import Evidence, Partnership
from jumelage.components.agreement.report.build import build_report
from jumelage.components.agreement.report.canonical import canonical, read
from jumelage.components.agreement.report.content import Figure, Report, UnprovenFigureError
from jumelage.components.agreement.selectors.evidence import figures
from jumelage.kit.dates import Period
from tests.components.agreement.report.made_year import whole_year

AS_OF = date(2026, 11, 22)


def test_a_figure_without_evidence_cannot_be_made() -> None:
    with pytest.raises(UnprovenFigureError):
        Figure(value=Decimal(3), evidence=(), confirmed=False)


def test_the_seventeen_commitments_are_those_of_the_renewal(made_report: Report) -> None:
    assert len(made_report.commitments) == 17
    assert {line.instrument for line in made_report.commitments} == {"demonstration-2026"}


def test_every_figure_rests_on_evidence_of_the_annex(made_report: Report) -> None:
    known = {line.uri: line.status for line in made_report.evidence}
    used = [uri for figure in made_report.figures() for uri in figure.evidence]
    assert {known[uri] for uri in used} == {"confirmed", "stated"}


def test_what_nobody_stated_is_missing_not_zero(made_report: Report) -> None:
    silent = [c for c in made_report.commitments if c.slug == "2013.7"]
    assert [i.actual for line in silent for i in line.indicators] == [None, None]


def test_disputed_evidence_enters_no_figure_and_is_listed_with_its_reason(
    made_report: Report,
) -> None:
    disputed = [line.uri for line in made_report.evidence if line.status == "disputed"]
    used = {uri for figure in made_report.figures() for uri in figure.evidence}
    stops = [s for s in made_report.stops if s.kind == "disputed"]
    assert len(disputed) == 1
    assert used.isdisjoint(disputed)
    assert [(s.uri, bool(s.reason)) for s in stops] == [(disputed[0], True)]


def test_figures_agree_with_those_of_the_commitment_pages(made_report: Report) -> None:
    by_uri = {
        indicator.uri: indicator.actual
        for line in made_report.commitments
        for indicator in line.indicators
        if indicator.actual and not indicator.counts_people
    }
    rows = Evidence.objects.filter(indicator__in=by_uri).select_related("indicator")
    indicators = {row.indicator_id: row.indicator for row in rows if row.indicator}
    pages = figures(indicators.values(), Period.year(2026))
    assert {f.indicator.uri: f.stated for f in pages} == {
        uri: figure.value for uri, figure in by_uri.items()
    }


def test_no_small_count_of_people_is_in_the_record(made_report: Report) -> None:
    people = {
        (c.slug, i.slug) for c in made_report.commitments for i in c.indicators if i.counts_people
    }
    lines = [e for e in made_report.evidence if (e.commitment, e.indicator) in people]
    small = [e.value for e in lines if e.value is not None and 0 < e.value < 5]
    assert lines
    assert small == []
    assert [e.text.fr for e in lines if e.hidden and e.text] == []


def test_the_record_reads_back_from_its_own_bytes(made_report: Report) -> None:
    assert read(canonical(made_report)) == made_report


def test_the_same_records_give_the_same_bytes(made: Partnership) -> None:
    first, second = (canonical(build_report(2026, made, AS_OF)) for _turn in range(2))
    assert first == second


def test_money_stays_in_its_currency_and_outside_the_year(made_report: Report) -> None:
    amounts = [(m.amount, m.currency, m.funder, m.in_year) for m in made_report.money]
    assert amounts == [(Decimal(10_000_000), "USD", "", False)]
    assert made_report.totals == ()


def test_the_record_calls_for_decisions(made_report: Report) -> None:
    kinds = [(ask.kind, ask.city) for ask in made_report.asks]
    assert kinds == [
        ("name-owners", ""),
        ("settle-disputes", ""),
        ("attest", "paris"),
        ("attest", "san-francisco"),
        ("answer", ""),
    ]


def test_an_old_year_looks_at_the_texts_of_its_time(made: Partnership) -> None:
    report = build_report(2010, made, date(2010, 12, 31))
    assert {line.instrument for line in report.commitments} == {"mou-2006", "memorandum-2009"}
    assert [line.state.state for line in report.commitments] == ["not-started"] * 10


@pytest.mark.django_db
def test_five_thousand_pieces_of_evidence_take_less_than_two_seconds(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    partnership = whole_year(per_indicator=218)
    started = time.process_time()
    with django_assert_max_num_queries(24):
        report = build_report(2026, partnership, AS_OF)
    assert len(report.evidence) >= 5000
    assert time.process_time() - started < 2
