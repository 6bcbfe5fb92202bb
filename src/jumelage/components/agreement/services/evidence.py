"""Stating evidence: counted, as a document, in words; correcting and withdrawing it."""

from datetime import date
from decimal import Decimal

from django.core.files.base import ContentFile
from django.db import transaction

from jumelage.bridge import api as bridge
from jumelage.components.agreement.errors import (
    AlreadyWithdrawnError,
    NotCountedError,
    NotOurRecordError,
    PeriodNotOverError,
)
from jumelage.components.agreement.models import Commitment, Evidence, EvidenceFile, Indicator
from jumelage.components.agreement.models.values import Document
from jumelage.components.agreement.records import EvidenceStated
from jumelage.components.agreement.services.files.checking import (
    CheckedDocument,
    checked_document,
)
from jumelage.directory.models import Person
from jumelage.directory.policy import ensure
from jumelage.kit import clock
from jumelage.kit.component import Indicator as Counter
from jumelage.kit.component import indicators
from jumelage.kit.dates import Period
from jumelage.kit.i18n import Bilingual

DECIMALS = Decimal("0.000001")


@transaction.atomic
def count_evidence(*, indicator: Indicator, period: Period, by: Person) -> Evidence:
    """State what the component counts for *indicator* in *period*, on this city's side.

    The figure is counted from this city's own records, so that the other city can recount it
    from its copy. Counting a period again is a correction when the figure changed, and
    nothing when it did not.

    Raises:
        NotCountedError: no component counts the indicator.
        PeriodNotOverError: the period is not over yet.
    """
    ensure(by, "agreement.state-evidence", indicator)
    if period.end > clock.today():
        raise PeriodNotOverError(end=period.last_day)
    value = measured(indicator, period, bridge.me().origin)
    held = _counted(indicator, period)
    if held and held.value == value:
        return held
    counter = counter_of(indicator)
    record = EvidenceStated(
        uri=bridge.new_uri(),
        commitment=indicator.commitment_id,
        type=Evidence.Kind.AUTOMATIC,
        date=period.last_day,
        text=indicator.label,
        indicator=indicator.uri,
        value=value,
        period=period,
        source=f"{counter.service}/{counter.name}",
        corrects=held.uri if held else None,
    )
    return _state(record)


def counter_of(indicator: Indicator) -> Counter:
    """Return the component's counting indicator behind *indicator*.

    Raises:
        NotCountedError: it is stated by people, or this node lacks the component.
    """
    found = indicators().get((indicator.service, indicator.name))
    if found is None:
        raise NotCountedError(indicator=indicator.slug)
    return found


def measured(indicator: Indicator, period: Period, origin: str) -> Decimal:
    """Count *indicator* in *period* from this node's copy of the records of *origin*."""
    return Decimal(counter_of(indicator).measure(period, origin)).quantize(DECIMALS)


def _counted(indicator: Indicator, period: Period) -> Evidence | None:
    """Return what this city already counted for exactly *period*."""
    return (
        Evidence.objects.standing()
        .filter(
            kind=Evidence.Kind.AUTOMATIC,
            origin=bridge.me().origin,
            indicator=indicator,
            period_start=period.start,
            period_end=period.end,
        )
        .first()
    )


@transaction.atomic
def state_evidence(  # one argument for each field of the form
    *,
    commitment: Commitment,
    text: Bilingual,
    on: date,
    by: Person,
    indicator: Indicator | None = None,
    value: Decimal | None = None,
    period: Period | None = None,
    source: str = "",
    completes: bool = False,
    corrects: Evidence | None = None,
) -> Evidence:
    """State in words what happened on the day *on*; with *indicator*, also its figure.

    With *completes* the city says that the commitment is fulfilled. With *corrects* it
    replaces its own earlier evidence, which stays on the time line.

    Raises:
        InvalidRecordError: a figure without value, a day that has not come.
        NotOurRecordError: *corrects* belongs to another city.
    """
    ensure(by, "agreement.correct-evidence" if corrects else "agreement.state-evidence", commitment)
    record = EvidenceStated(
        uri=bridge.new_uri(),
        commitment=commitment.uri,
        type=Evidence.Kind.STATEMENT,
        date=on,
        text=text,
        indicator=indicator.uri if indicator else None,
        value=value,
        period=period,
        source=source,
        completes=completes,
        corrects=_correctable(corrects),
    )
    return _state(record)


def attach_document(  # one argument for each field of the form
    *,
    commitment: Commitment,
    content: bytes,
    file_name: str,
    text: Bilingual,
    on: date,
    by: Person,
    source: str = "",
    completes: bool = False,
    corrects: Evidence | None = None,
) -> Evidence:
    """Keep a PDF, PNG or JPEG on this node and state it as evidence of the day *on*.

    The other cities learn its type, size and SHA-256, not the file and not *file_name*.

    Raises:
        DocumentRefusedError: not a readable PDF, PNG or JPEG; nothing is kept.
        DocumentTooLargeError: over 20 MB.
    """
    ensure(by, "agreement.correct-evidence" if corrects else "agreement.state-evidence", commitment)
    checked = checked_document(content)  # takes seconds: before the database is locked
    record = EvidenceStated(
        uri=bridge.new_uri(),
        commitment=commitment.uri,
        type=Evidence.Kind.DOCUMENT,
        date=on,
        text=text,
        document=_described(checked, f"{commitment.slug}-{on}", len(content)),
        source=source,
        completes=completes,
        corrects=_correctable(corrects),
    )
    with transaction.atomic():
        evidence = _state(record)
        _keep_file(f"{checked.sha256}.{checked.extension}", checked.sha256, content, file_name)
    return evidence


def _described(checked: CheckedDocument, name: str, size: int) -> Document:
    """Return what the other cities learn of a file of *size* bytes."""
    return Document(
        name=f"{name}.{checked.extension}",
        media_type=checked.media_type,
        size=size,
        sha256=checked.sha256,
    )


def _keep_file(stored_as: str, sha256: str, content: bytes, original_name: str) -> None:
    """Keep *content* on this node, once."""
    if not EvidenceFile.objects.filter(sha256=sha256).exists():
        kept = EvidenceFile(sha256=sha256, original_name=original_name[:200])
        kept.file.save(stored_as, ContentFile(content), save=True)


@transaction.atomic
def withdraw_evidence(*, evidence: Evidence, by: Person) -> Evidence:
    """Take back evidence this city stated; it stays on the time line, marked withdrawn.

    Raises:
        NotOurRecordError: another city stated it.
        AlreadyWithdrawnError: it was withdrawn before.
    """
    ensure(by, "agreement.withdraw-evidence", evidence)
    _correctable(evidence)
    bridge.withdraw(evidence.uri)
    return Evidence.objects.get(uri=evidence.uri)


def _correctable(evidence: Evidence | None) -> str | None:
    """Return the URI of *evidence* if this city may still correct it."""
    if evidence is None:
        return None
    if evidence.origin != bridge.me().origin:
        raise NotOurRecordError(city=bridge.node_of(evidence.uri) or evidence.origin)
    if evidence.withdrawn_at is not None:
        raise AlreadyWithdrawnError
    return evidence.uri


def _state(record: EvidenceStated) -> Evidence:
    bridge.publish(record)
    return Evidence.objects.get(uri=record.uri)
