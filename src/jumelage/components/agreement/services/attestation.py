"""What this city says about evidence another city stated."""

from contextlib import suppress
from decimal import Decimal

from django.db import transaction

from jumelage.bridge import api as bridge
from jumelage.components.agreement.errors import (
    AlreadyWithdrawnError,
    NotCountedError,
    OwnEvidenceError,
    ReasonMissingError,
)
from jumelage.components.agreement.models import Attestation, Evidence
from jumelage.components.agreement.records import EvidenceAttested
from jumelage.components.agreement.selectors.evidence import waiting_here
from jumelage.components.agreement.services.evidence import measured
from jumelage.directory.models import Person
from jumelage.directory.policy import ensure
from jumelage.kit import clock
from jumelage.kit.i18n import Bilingual

Verdict = Attestation.Verdict


@transaction.atomic
def confirm_evidence(*, evidence: Evidence, by: Person) -> Attestation:
    """Say that this city agrees with *evidence* of another city.

    Raises:
        OwnEvidenceError: this city stated it.
        AlreadyWithdrawnError: it was withdrawn.
    """
    ensure(by, "agreement.attest-evidence", evidence)
    return _attest(evidence, Verdict.CONFIRMED, recomputed=recount(evidence))


@transaction.atomic
def dispute_evidence(*, evidence: Evidence, reason: Bilingual, by: Person) -> Attestation:
    """Say that this city disagrees with *evidence* of another city, and why.

    Raises:
        ReasonMissingError: *reason* is empty.
        OwnEvidenceError: this city stated it.
        AlreadyWithdrawnError: it was withdrawn.
    """
    ensure(by, "agreement.attest-evidence", evidence)
    if not reason:
        raise ReasonMissingError
    return _attest(evidence, Verdict.DISPUTED, reason=reason, recomputed=recount(evidence))


@transaction.atomic
def attest_automatic(evidence: Evidence) -> Attestation | None:
    """Recount *evidence* from this node's copy and confirm it when the figures are equal.

    The machine confirms and never disputes: an unequal figure (None is returned) waits for a
    person, because this city's copy may simply be behind.
    """
    if evidence.kind != Evidence.Kind.AUTOMATIC:
        return None
    value = recount(evidence)
    if value is None or value != evidence.value:
        return None
    return _attest(evidence, Verdict.CONFIRMED, recomputed=value)


def attest_waiting(limit: int = 200) -> int:
    """Recount the counted evidence that waits here; return how many were confirmed.

    Run by the node after records arrived, and by `jumelage status`; idempotent. At most
    *limit* are confirmed, so that a long catch-up does not hold the writer for long.
    """
    confirmed = 0
    for evidence in list(waiting_here().filter(kind=Evidence.Kind.AUTOMATIC)):
        with suppress(bridge.KindNotOpenedError):
            confirmed += attest_automatic(evidence) is not None
        if confirmed == limit:
            break
    return confirmed


def recount(evidence: Evidence) -> Decimal | None:
    """Count what *evidence* says from this node's copy; None when this node cannot."""
    if evidence.kind != Evidence.Kind.AUTOMATIC or not evidence.indicator or not evidence.period:
        return None
    try:
        return measured(evidence.indicator, evidence.period, evidence.origin)
    except NotCountedError:
        return None


def _attest(
    evidence: Evidence,
    verdict: str,
    *,
    reason: Bilingual | None = None,
    recomputed: Decimal | None = None,
) -> Attestation:
    """Publish this city's word; a changed mind is a new revision of the same record."""
    me = bridge.me().origin
    if evidence.origin == me:
        raise OwnEvidenceError
    if evidence.withdrawn_at is not None:
        raise AlreadyWithdrawnError
    held = Attestation.objects.live().filter(evidence=evidence.uri, origin=me).first()
    if held and held.verdict == verdict and held.reason == reason:
        return held
    record = EvidenceAttested(
        uri=held.uri if held else bridge.new_uri(),
        evidence=evidence.uri,
        verdict=verdict,
        at=clock.today(),
        reason=reason,
        recomputed=recomputed,
    )
    bridge.publish(record)
    return Attestation.objects.get(uri=record.uri)
