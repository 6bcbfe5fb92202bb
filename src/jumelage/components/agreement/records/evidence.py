"""What the agreement says about evidence: stated by one city, attested by the others.

Corrections are new evidence (`corrects`), withdrawals are the bridge's; nothing is overwritten.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any, ClassVar, Self

from django.db import transaction
from django.utils.translation.trans_null import gettext_noop as _

from jumelage.components.agreement.models import (
    Attestation,
    CorrectionAnswer,
    CorrectionRequest,
    Evidence,
    EvidenceFile,
)
from jumelage.components.agreement.models.values import Document
from jumelage.components.agreement.records.checks import everywhere, one_owner, require
from jumelage.kit.component import Provenance
from jumelage.kit.dates import Period
from jumelage.kit.i18n import Bilingual
from jumelage.kit.rows import RowRecord, Values
from jumelage.kit.uris import Uri

KINDS = frozenset(Evidence.Kind.values)
VERDICTS = frozenset(Attestation.Verdict.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceStated(RowRecord):
    """A city states a dated fact about a commitment."""

    kind: ClassVar[str] = "agreement.evidence-stated"
    rows: ClassVar[type[Evidence]] = Evidence
    audiences: ClassVar[Mapping[str, frozenset[str]]] = everywhere(
        "uri", "commitment", "type", "date", "text", "indicator", "value", "period",
        "document", "source", "completes", "corrects",
    )  # fmt: skip

    uri: str
    commitment: str
    type: str
    """`automatic`, `document` or `statement`."""
    date: datetime.date
    text: Bilingual
    indicator: str | None = None
    value: Decimal | None = None
    period: Period | None = None
    document: Document | None = None
    source: str = ""
    completes: bool = False
    corrects: str | None = None

    def __post_init__(self) -> None:
        """Refuse figures without value, counts without period, corrections of others."""
        require(self.type in KINDS, f"unknown kind of evidence “{self.type[:20]}”")
        require(self.indicator is None or self.value is not None, _("a figure has a value"))
        require(self.value is None or self.value.is_finite(), _("a figure is a finite number"))
        require(
            self.period is None or self.period.start < self.period.end, _("the period is empty")
        )
        if self.type == Evidence.Kind.AUTOMATIC:
            require(
                bool(self.indicator and self.period), _("a count has an indicator and a period")
            )
        require(self.type != Evidence.Kind.DOCUMENT or self.document is not None, _("no document"))
        if self.corrects:
            one_owner(self.uri, [self.corrects])

    def columns(self) -> dict[str, Any]:
        """Return the columns of the row."""
        return {
            "commitment_id": self.commitment,
            "kind": self.type,
            "date": self.date,
            "text": self.text,
            "indicator_id": self.indicator,
            "value": self.value,
            "period_start": self.period.start if self.period else None,
            "period_end": self.period.end if self.period else None,
            "document": self.document,
            "source": self.source,
            "completes": self.completes,
            "corrects_id": self.corrects,
        }

    @classmethod
    def erase(cls, uri: str, provenance: Provenance) -> None:
        """Remove the evidence, and its file unless other evidence rests on the same one."""
        said = Evidence.objects.filter(uri=uri, origin=provenance.origin).first()
        Evidence.objects.erase(uri, provenance)
        if said is not None and said.document is not None:
            _forget_file(said.document.sha256)


def _forget_file(sha256: str) -> None:
    documents = Evidence.objects.exclude(document=None).values_list("document", flat=True)
    if any(document and document.sha256 == sha256 for document in documents):
        return
    for kept in EvidenceFile.objects.filter(sha256=sha256):
        transaction.on_commit(partial(kept.file.storage.delete, str(kept.file.name)))
        kept.delete()


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceAttested(RowRecord):
    """A city confirms or disputes evidence that another city stated.

    An attestation by the city that stated the evidence is kept in the feed and not applied.
    """

    kind: ClassVar[str] = "agreement.evidence-attested"
    rows: ClassVar[type[Attestation]] = Attestation
    audiences: ClassVar[Mapping[str, frozenset[str]]] = everywhere(
        "uri", "evidence", "verdict", "at", "reason", "recomputed"
    )

    uri: str
    evidence: str
    verdict: str
    """`confirmed` or `disputed`."""
    at: datetime.date
    reason: Bilingual | None = None
    recomputed: Decimal | None = None

    def __post_init__(self) -> None:
        """Refuse an unknown verdict, and a dispute without reason."""
        require(self.verdict in VERDICTS, f"unknown verdict “{self.verdict[:20]}”")
        disputed = self.verdict == Attestation.Verdict.DISPUTED
        require(not disputed or bool(self.reason), _("a dispute has a reason"))

    def columns(self) -> Values:
        """Return the columns of the row."""
        return {
            "evidence_id": self.evidence,
            "stated_by": Uri.parse(self.evidence).origin,
            "verdict": self.verdict,
            "reason": self.reason,
            "recomputed": self.recomputed,
            "at": self.at,
        }

    @classmethod
    def apply_page(cls, page: Sequence[tuple[Self, Provenance]]) -> None:
        """Write the attestations of *page* by other cities than the one that stated."""
        Attestation.objects.project_page(
            [
                (record.uri, provenance, record.columns())
                for record, provenance in page
                if Uri.parse(record.evidence).origin != provenance.origin
            ]
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionRequested(RowRecord):
    """A city asks the owner of a record to correct it."""

    kind: ClassVar[str] = "agreement.correction-requested"
    rows: ClassVar[type[CorrectionRequest]] = CorrectionRequest
    audiences: ClassVar[Mapping[str, frozenset[str]]] = everywhere("uri", "about", "text")

    uri: str
    about: str
    text: Bilingual

    def __post_init__(self) -> None:
        """Refuse a request about one's own record, or without words."""
        require(Uri.parse(self.about).origin != Uri.parse(self.uri).origin, _("it is your record"))
        require(bool(self.text), _("a request says what to correct"))

    def columns(self) -> Values:
        """Return the columns of the row."""
        return {"about": self.about, "text": self.text}


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionAnswered(RowRecord):
    """The owner of a record answers a request to correct it."""

    kind: ClassVar[str] = "agreement.correction-answered"
    rows: ClassVar[type[CorrectionAnswer]] = CorrectionAnswer
    audiences: ClassVar[Mapping[str, frozenset[str]]] = everywhere(
        "uri", "request", "about", "accepted", "text", "correction"
    )

    uri: str
    request: str
    about: str
    """The record in question, whose owner alone may answer."""
    accepted: bool
    text: Bilingual
    correction: str = ""

    def __post_init__(self) -> None:
        """Refuse an answer about a record of another city."""
        one_owner(self.uri, [self.about, *([self.correction] if self.correction else [])])

    def columns(self) -> Values:
        """Return the columns of the row."""
        return {
            "request_id": self.request,
            "accepted": self.accepted,
            "text": self.text,
            "correction": self.correction,
        }
