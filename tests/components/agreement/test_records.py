"""Records and tables: few queries a page, and the feeds alone give the tables back."""

from datetime import date
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from jumelage.bridge.feeds.wire import decode_body
from jumelage.bridge.models import Entry
from jumelage.components.agreement.models import (
    Attestation,
    Evidence,
    EvidenceFile,
    Instrument,
    Notice,
    RenewalDraft,
    RenewalLine,
    ReportContent,
)
from jumelage.components.agreement.records import EvidenceAttested, EvidenceStated
from jumelage.components.agreement.selectors.partnerships import living_commitments
from jumelage.components.agreement.selectors.states import states
from jumelage.components.agreement.services.demonstration import load_demonstration
from jumelage.directory.models import Person
from jumelage.kit import clock
from jumelage.kit.component import Provenance, record_types
from jumelage.kit.i18n import Bilingual
from jumelage.kit.uris import Uri, new_id
from tests.factories.agreement import Convention

PAGE = 500
ORIGIN, OTHER = "a" * 32, "b" * 32
LOCAL = {EvidenceFile, Notice, RenewalDraft, RenewalLine, ReportContent}


def _provenance(origin: str, seq: int) -> Provenance:
    return Provenance(origin=origin, feed="public", seq=seq, rev=1, time=clock.now())


def _evidence(number: int) -> tuple[EvidenceStated, Provenance]:
    record = EvidenceStated(
        uri=str(Uri(ORIGIN, new_id())),
        commitment=str(Uri(ORIGIN, "c" * 26)),
        type="statement",
        date=date(2026, 1, 1 + number % 28),
        text=Bilingual(fr="Séance tenue", en="Session held"),
        indicator=str(Uri(ORIGIN, "d" * 26)),
        value=Decimal(number),
    )
    return record, _provenance(ORIGIN, number)


@pytest.mark.django_db
def test_page_of_evidence_asks_nothing_besides_its_statement() -> None:
    page = [_evidence(number) for number in range(PAGE)]

    with CaptureQueriesContext(connection) as queries:
        EvidenceStated.apply_page(page)

    assert Evidence.objects.count() == PAGE
    assert len(queries) == 0, "the one statement goes past Django's cursor"


@pytest.mark.django_db
def test_page_of_attestations_skips_those_of_ones_own_evidence() -> None:
    def said(by: str) -> tuple[EvidenceAttested, Provenance]:
        record = EvidenceAttested(
            uri=str(Uri(by, new_id())),
            evidence=str(Uri(ORIGIN, "e" * 26)),
            verdict="confirmed",
            at=date(2026, 1, 1),
        )
        return record, _provenance(by, 1)

    EvidenceAttested.apply_page([said(ORIGIN), said(OTHER)])

    assert list(Attestation.objects.values_list("origin", flat=True)) == [OTHER]


def _tables() -> dict[str, list[tuple[str, ...]]]:
    found = {}
    for model in apps.get_app_config("agreement").get_models():
        if model not in LOCAL:
            names = [field.attname for field in model._meta.concrete_fields]
            rows = model._default_manager.order_by("pk").values_list(*names)
            found[model._meta.label] = [tuple(map(repr, row)) for row in rows]
    return found


def test_replaying_the_feeds_gives_the_tables_back(convention: Convention, officer: Person) -> None:
    load_demonstration(by=officer)
    tables = [m for m in apps.get_app_config("agreement").get_models() if m not in LOCAL]
    here = convention.instrument.origin
    for table in tables:
        table._default_manager.exclude(origin=here).delete()
    Instrument.objects.update(agreed=False)  # the other city's signature is in its own feed
    before = _tables()

    for table in tables:
        table._default_manager.all().delete()
    for entry in Entry.objects.order_by("feed_id", "seq").select_related("feed"):
        _apply(entry)

    assert _tables() == before


def _apply(entry: Entry) -> None:
    record_type = record_types()[entry.kind]
    provenance = Provenance(entry.feed.node_id, entry.feed.name, entry.seq, entry.rev, entry.time)
    if entry.op == "put":
        decode_body(record_type, bytes(entry.body or b"")).apply(provenance)
    else:
        record_type.withdraw(entry.uri, provenance)


@pytest.mark.parametrize("copies", [1, 3])
def test_states_take_the_same_queries_for_any_number(
    convention: Convention,
    officer: Person,
    copies: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(copies):
        convention.state_there("rooms")
        convention.state_there("network")

    lights = list(living_commitments())
    with django_assert_num_queries(8):
        states(lights)
