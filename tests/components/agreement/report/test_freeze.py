"""A frozen report never changes; the other city confirms it from its own copy."""

import hashlib
from datetime import date

import pytest

from jumelage.bridge.api import checkpoints
from jumelage.components.agreement.models import Evidence, ReportContent, ReportSnapshot
from jumelage.components.agreement.models.values import FeedPoint
from jumelage.components.agreement.records import EvidenceStated, ReportFrozen
from jumelage.components.agreement.report.build import build_report, last_day
from jumelage.components.agreement.report.canonical import canonical, sha256
from jumelage.components.agreement.report.freeze import (
    AlreadyFrozenError,
    DifferentReportError,
    NotReceivedError,
    add_erratum,
    confirm_report,
    freeze_report,
    held_report,
    rebuilt,
)
from jumelage.directory.models import Person
from jumelage.kit import clock
from jumelage.kit.errors import InvalidInputError, NotAllowedError
from jumelage.kit.i18n import Bilingual
from tests.components.agreement.report.conftest import Agreed


def _later(agreed: Agreed) -> None:
    """Let the other city say something after the report was frozen."""
    known = Evidence.objects.order_by("uri")[0]
    agreed.hear(
        EvidenceStated(
            uri=agreed.peer.uri(),
            commitment=known.commitment_id,
            type="statement",
            date=clock.today(),
            text=Bilingual(en="Something more."),
        )
    )


def _theirs(agreed: Agreed, **facts: object) -> ReportSnapshot:
    """Let the other city freeze the report as this city's copy gives it now."""
    content = canonical(build_report(clock.today().year, agreed.partnership))
    origins = [agreed.peer.origin, agreed.partnership.origin]
    points = tuple(
        FeedPoint(origin=p.origin, feed=p.feed, seq=p.seq, head=p.head)
        for p in checkpoints(origins)
    )
    values = {
        "uri": agreed.peer.uri(),
        "partnership": agreed.partnership.uri,
        "year": clock.today().year,
        "as_of": last_day(clock.today().year),
        "sha256": sha256(content),
        "checkpoints": points,
    }
    record = ReportFrozen(**{**values, **facts})  # type: ignore[arg-type]  # fields of the record
    agreed.hear(record)
    return ReportSnapshot.objects.get(uri=record.uri)


def test_freezing_keeps_the_bytes_and_publishes_their_hash(agreed: Agreed, officer: Person) -> None:
    snapshot = freeze_report(partnership=agreed.partnership, year=clock.today().year, by=officer)
    kept = bytes(ReportContent.objects.get(sha256=snapshot.sha256).content)
    assert hashlib.sha256(kept).hexdigest() == snapshot.sha256
    assert {p.origin for p in snapshot.checkpoints} == {
        agreed.partnership.origin,
        agreed.peer.origin,
    }


def test_a_frozen_report_is_served_unchanged_after_more_is_said(
    agreed: Agreed, officer: Person
) -> None:
    year = clock.today().year
    freeze_report(partnership=agreed.partnership, year=year, by=officer)
    before = held_report(agreed.partnership, year).content
    _later(agreed)
    assert held_report(agreed.partnership, year).content == before
    assert canonical(build_report(year, agreed.partnership)) != before


def test_the_report_is_rebuilt_as_it_stood_at_its_checkpoints(
    agreed: Agreed, officer: Person
) -> None:
    snapshot = freeze_report(partnership=agreed.partnership, year=clock.today().year, by=officer)
    _later(agreed)
    evidence = Evidence.objects.count()
    assert sha256(rebuilt(snapshot)) == snapshot.sha256
    assert Evidence.objects.count() == evidence


def test_the_other_citys_report_is_confirmed_with_the_same_hash(
    agreed: Agreed, officer: Person
) -> None:
    theirs = _theirs(agreed)
    ours = confirm_report(snapshot=theirs, by=officer)
    held = held_report(agreed.partnership, ours.year)
    assert ours.sha256 == theirs.sha256
    assert {city for city, _day in held.seal.frozen} == {"paris", "san-francisco"}


def test_another_hash_is_not_confirmed(agreed: Agreed, officer: Person) -> None:
    theirs = _theirs(agreed, sha256="0" * 64)
    with pytest.raises(DifferentReportError):
        confirm_report(snapshot=theirs, by=officer)
    assert ReportSnapshot.objects.count() == 1


def test_a_report_ahead_of_this_copy_waits(agreed: Agreed, officer: Person) -> None:
    ahead = FeedPoint(origin=agreed.peer.origin, feed="public", seq=9999, head="00" * 32)
    theirs = _theirs(agreed, checkpoints=(ahead,))
    with pytest.raises(NotReceivedError):
        confirm_report(snapshot=theirs, by=officer)


def test_a_year_is_frozen_once_and_not_before_it_begins(agreed: Agreed, officer: Person) -> None:
    freeze_report(partnership=agreed.partnership, year=clock.today().year, by=officer)
    with pytest.raises(AlreadyFrozenError):
        freeze_report(partnership=agreed.partnership, year=clock.today().year, by=officer)
    with pytest.raises(InvalidInputError):
        freeze_report(partnership=agreed.partnership, year=clock.today().year + 1, by=officer)


def test_only_an_officer_freezes(agreed: Agreed, member: Person) -> None:
    with pytest.raises(NotAllowedError):
        freeze_report(partnership=agreed.partnership, year=clock.today().year, by=member)


def test_an_erratum_leaves_the_hash_as_it_is(agreed: Agreed, officer: Person) -> None:
    year = clock.today().year
    snapshot = freeze_report(partnership=agreed.partnership, year=year, by=officer)
    corrected = add_erratum(snapshot=snapshot, text=Bilingual(fr="Lire 3, non 4."), by=officer)
    held = held_report(agreed.partnership, year)
    assert corrected.sha256 == snapshot.sha256
    assert held.seal.errata == ((clock.today(), Bilingual(fr="Lire 3, non 4.")),)
    assert isinstance(held.seal.errata[0][0], date)
