"""What the agreement says about partnerships and the texts that bind the cities."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from django.db.models import Q
from django.utils.translation.trans_null import gettext_noop as _

from jumelage.components.agreement.models import (
    Commitment,
    Indicator,
    Instrument,
    Partnership,
    RenewalDraft,
    TextSignature,
)
from jumelage.components.agreement.models.settle import settle
from jumelage.components.agreement.models.text import text_hash
from jumelage.components.agreement.models.values import (
    AnnexClause,
    Article,
    BudgetLine,
    CommitmentText,
    Fact,
    Note,
    PartnerCity,
    Signature,
    Signed,
    Source,
)
from jumelage.components.agreement.records.checks import everywhere, one_owner, require
from jumelage.kit.component import Provenance
from jumelage.kit.dates import FuzzyDate
from jumelage.kit.i18n import Bilingual
from jumelage.kit.rows import RowRecord, Values


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnershipRecorded(RowRecord):
    """A city records a partnership it is part of."""

    kind: ClassVar[str] = "agreement.partnership-recorded"
    rows: ClassVar[type[Partnership]] = Partnership
    opened_by_pairing: ClassVar[bool] = True
    audiences: ClassVar[Mapping[str, frozenset[str]]] = everywhere(
        "uri", "slug", "name", "cities", "background", "sources"
    )

    uri: str
    slug: str
    name: Bilingual
    cities: tuple[PartnerCity, ...]
    background: tuple[Fact, ...] = ()
    sources: tuple[Source, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a partnership of fewer than two cities."""
        require(len({city.slug for city in self.cities}) > 1, _("a partnership has two cities"))

    def columns(self) -> Values:
        """Return the columns of the row."""
        return {
            "slug": self.slug,
            "name": self.name,
            "cities": self.cities,
            "background": self.background,
            "sources": self.sources,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class InstrumentText:
    """The fields of an instrument, whether recorded or proposed; see `models.Instrument`."""

    uri: str
    partnership: str
    slug: str
    type: str
    title: Bilingual
    parties: tuple[str, ...]
    commitments: tuple[CommitmentText, ...]
    articles: tuple[Article, ...] = ()
    amends: str | None = None
    renews: str | None = None
    signed: Signed = Signed()  # noqa: RUF009  # frozen
    in_force_from: FuzzyDate | None = None
    in_force_to: FuzzyDate | None = None
    signatories: tuple[Signature, ...] = ()
    supporters: tuple[str, ...] = ()
    observers: tuple[str, ...] = ()
    budget: tuple[BudgetLine, ...] = ()
    governance: Bilingual | None = None
    reporting_duty: Bilingual | None = None
    mentioned: tuple[Note, ...] = ()
    meetings: tuple[Note, ...] = ()
    annex: tuple[AnnexClause, ...] = ()
    ends: tuple[str, ...] = ()
    invented: bool = False

    def __post_init__(self) -> None:
        """Refuse parts of another owner, dangling articles and an unknown type."""
        one_owner(self.uri, (line.uri for line in self.commitments))
        one_owner(self.uri, (i.uri for line in self.commitments for i in line.indicators))
        articles = {article.slug for article in self.articles}
        for line in self.commitments:
            require(line.article in articles, f"{line.slug}: no article “{line.article}”")
            require(line.service in Commitment.Service, f"{line.slug}: unknown service")
        require(self.type in Instrument.Type, f"unknown type “{self.type[:40]}”")

    @property
    def text_hash(self) -> str:
        """The SHA-256 (hex) of the bilingual text that the cities sign."""
        return text_hash(self.articles, self.commitments, self.annex)


_TEXT_FIELDS = (
    "uri", "partnership", "slug", "type", "title", "parties", "commitments", "articles",
    "amends", "renews", "signed", "in_force_from", "in_force_to", "signatories", "supporters",
    "observers", "budget", "governance", "reporting_duty", "mentioned", "meetings", "annex",
    "ends", "invented",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class InstrumentRecorded(InstrumentText):
    """A city records an instrument as history, told by its sources; it opens nothing."""

    kind: ClassVar[str] = "agreement.instrument-recorded"
    opened_by_pairing: ClassVar[bool] = True
    audiences: ClassVar[Mapping[str, frozenset[str]]] = everywhere(*_TEXT_FIELDS)

    def apply(self, provenance: Provenance) -> None:
        """Write the instrument and its commitments."""
        _write(self, provenance, Instrument.Standing.RECORDED, ())

    @classmethod
    def withdraw(cls, uri: str, provenance: Provenance) -> None:
        """Mark the instrument and its commitments withdrawn."""
        _retract(uri, provenance)

    @classmethod
    def erase(cls, uri: str, provenance: Provenance) -> None:
        """Remove the instrument with its commitments and their indicators."""
        _erase(uri, provenance)


@dataclass(frozen=True, slots=True, kw_only=True)
class InstrumentProposed(InstrumentText):
    """A city proposes a text for signature by the nodes it names.

    A changed text is a new revision with another hash: earlier signatures no longer fit it.
    """

    kind: ClassVar[str] = "agreement.instrument-proposed"
    opened_by_pairing: ClassVar[bool] = True
    audiences: ClassVar[Mapping[str, frozenset[str]]] = everywhere(*_TEXT_FIELDS, "nodes")

    nodes: tuple[str, ...]
    """Origins of all nodes that must sign, the proposer's included."""

    def apply(self, provenance: Provenance) -> None:
        """Write the proposal and see whether every node has signed this very text."""
        _write(self, provenance, Instrument.Standing.PROPOSED, self.nodes)
        settle(self.uri)

    @classmethod
    def withdraw(cls, uri: str, provenance: Provenance) -> None:
        """Mark the proposal and its commitments withdrawn; what it opened is closed."""
        _retract(uri, provenance)
        settle(uri)

    @classmethod
    def erase(cls, uri: str, provenance: Provenance) -> None:
        """Remove the proposal with its commitments; what it opened is closed."""
        cls.withdraw(uri, provenance)
        _erase(uri, provenance)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSigned(RowRecord):
    """A city signs the exact text of an instrument, by its hash."""

    kind: ClassVar[str] = "agreement.text-signed"
    rows: ClassVar[type[TextSignature]] = TextSignature
    opened_by_pairing: ClassVar[bool] = True
    audiences: ClassVar[Mapping[str, frozenset[str]]] = everywhere(
        "uri", "instrument", "text_hash", "office", "party"
    )

    uri: str
    instrument: str
    text_hash: str
    office: Bilingual
    party: str

    def columns(self) -> Values:
        """Return the columns of the row."""
        return {
            "instrument_id": self.instrument,
            "text_hash": self.text_hash,
            "office": self.office,
            "party": self.party,
        }

    def touches(self) -> Collection[str]:
        """Return the instrument."""
        return (self.instrument,)

    @classmethod
    def touched(cls, uris: Sequence[str]) -> set[str]:
        """Return the instruments that the signatures *uris* are under."""
        found = TextSignature.objects.filter(uri__in=uris)
        return set(found.values_list("instrument_id", flat=True))

    @classmethod
    def settle(cls, touched: Collection[str]) -> None:
        """See which instruments every node has now signed, and which no longer."""
        for instrument in touched:
            settle(instrument)


def _write(
    text: InstrumentText, provenance: Provenance, standing: str, nodes: tuple[str, ...]
) -> None:
    held = Instrument.objects.filter(uri=text.uri).values_list("rev", flat=True).first()
    if held is not None and held > provenance.rev:
        return
    values = {**_columns(text), "standing": standing, "nodes": nodes}
    Instrument.objects.project(text.uri, provenance, values)
    _write_commitments(text, provenance)


def _columns(text: InstrumentText) -> dict[str, Any]:
    same = (
        "slug", "type", "title", "signed", "in_force_from", "in_force_to", "parties",
        "signatories", "supporters", "observers", "articles", "budget", "governance",
        "reporting_duty", "mentioned", "meetings", "annex", "ends", "invented", "text_hash",
    )  # fmt: skip
    return {
        **{name: getattr(text, name) for name in same},
        "partnership_id": text.partnership,
        "amends_id": text.amends,
        "renews_id": text.renews,
        "signed_on": text.signed.date,
        "first_day": text.in_force_from.first_day if text.in_force_from else None,
        "last_day": text.in_force_to.last_day if text.in_force_to else None,
    }


def _write_commitments(text: InstrumentText, provenance: Provenance) -> None:
    """Write the commitments the text lists; one it no longer lists is withdrawn."""
    lines = [
        (line.uri, provenance, {**_line_columns(line), "instrument_id": text.uri, "position": at})
        for at, line in enumerate(text.commitments)
    ]
    Commitment.objects.project_page(lines)
    gone = Commitment.objects.filter(instrument=text.uri, origin=provenance.origin).exclude(
        uri__in=[line.uri for line in text.commitments]
    )
    gone.update(withdrawn_at=provenance.time, rev=provenance.rev)
    _write_indicators(text, provenance)


def _line_columns(line: CommitmentText) -> dict[str, Any]:
    same = (
        "slug", "article", "service", "text", "title", "owners", "partners", "beneficiaries",
        "deadline", "reported_state", "sources",
    )  # fmt: skip
    return {**{name: getattr(line, name) for name in same}, "renews_id": line.renews}


def _write_indicators(text: InstrumentText, provenance: Provenance) -> None:
    """Write the indicators the text sets, as revision 0: an `IndicatorSet` always wins."""
    same = ("slug", "unit", "label", "definition", "service", "name", "reading", "baseline",
            "targets")  # fmt: skip
    page = [
        (
            indicator.uri,
            replace(provenance, rev=0),
            {
                **{name: getattr(indicator, name) for name in same},
                "commitment_id": line.uri,
                "position": at,
            },
        )
        for line in text.commitments
        for at, indicator in enumerate(line.indicators)
    ]
    Indicator.objects.project_page(page)


def _retract(uri: str, provenance: Provenance) -> None:
    Instrument.objects.retract(uri, provenance)
    for line in Commitment.objects.filter(instrument=uri).values_list("uri", flat=True):
        Commitment.objects.retract(line, provenance)


def _erase(uri: str, provenance: Provenance) -> None:
    """Remove the text, its lines, and the drafts that repeat them."""
    lines = Commitment.objects.filter(instrument=uri, origin=provenance.origin)
    for line in lines.values_list("uri", flat=True):
        for indicator in Indicator.objects.filter(commitment=line).values_list("uri", flat=True):
            Indicator.objects.erase(indicator, provenance)
        Commitment.objects.erase(line, provenance)
    Instrument.objects.erase(uri, provenance)
    RenewalDraft.objects.filter(Q(instrument=uri) | Q(renews=uri)).delete()
