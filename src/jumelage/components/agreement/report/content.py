"""What an annual report says: values only, one record for every language.

A figure cannot exist without evidence: `Figure` refuses to be built without the URIs it rests
on. What is missing is None and shown as missing. `canonical` writes a report as bytes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jumelage.kit.dates import FuzzyDate, Period
from jumelage.kit.errors import JumelageError
from jumelage.kit.i18n import Bilingual

FORMAT = "jumelage annual report 1"


class UnprovenFigureError(JumelageError):
    """A figure without evidence cannot enter the report."""

    exit_code = 2
    http_status = 422


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number and the evidence it rests on; *value* is None when it is hidden (few people).

    *confirmed*: every piece of evidence was confirmed by another city and none is disputed.
    *of_which_confirmed*: the part that is, when it may be shown.
    """

    value: Decimal | None
    evidence: tuple[str, ...]
    confirmed: bool
    of_which_confirmed: Decimal | None = None

    def __post_init__(self) -> None:
        """Refuse a figure without evidence."""
        if not self.evidence:
            raise UnprovenFigureError

    @property
    def hidden(self) -> bool:
        """Tell whether the number is withheld because it counts few people."""
        return self.value is None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportCity:
    """A city of the partnership; *origin* is its node, empty when this database never met it."""

    slug: str
    name: Bilingual
    time_zone: str
    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedBy:
    """Who signed: an office (with the name that the public sources give) and the party."""

    office: Bilingual
    party: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoSignature:
    """A city's own signature under the exact text (its hash)."""

    uri: str
    city: str
    office: Bilingual
    party: str
    text_hash: str
    at: date


@dataclass(frozen=True, slots=True, kw_only=True)
class InstrumentLine:
    """One legal text: what it is, when it holds, who signed."""

    uri: str
    slug: str
    type: str
    title: Bilingual
    signed: FuzzyDate | None
    doubt: Bilingual | None
    starts: FuzzyDate | None
    ends: FuzzyDate | None
    status: str
    """`in-force`, `open-ended`, `ended`, `not-yet`, `proposed`."""
    amends: str
    renews: str
    signatories: tuple[SignedBy, ...]
    signatures: tuple[CoSignature, ...]
    supporters: tuple[str, ...]
    governance: Bilingual | None
    reporting_duty: Bilingual | None
    sources: tuple[str, ...]
    invented: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Attended:
    """Which roles of a city attended; *people* is None when few came."""

    city: str
    roles: tuple[Bilingual, ...]
    people: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Work a meeting decided."""

    text: Bilingual
    role: Bilingual
    organisation: str
    due: date | None
    done: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingLine:
    """A joint meeting called for the year."""

    uri: str
    title: Bilingual
    starts_local: str
    time_zone: str
    place: Bilingual
    held: bool
    attendance: tuple[Attended, ...]
    decisions: tuple[Bilingual, ...]
    work: tuple[Work, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerLine:
    """Who answers for a commitment in a city: a role, never a person."""

    city: str
    role: Bilingual
    organisation: str
    deputy_role: Bilingual | None
    deputy_organisation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ByCity:
    """One city's part of a figure."""

    city: str
    figure: Figure | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodFigure:
    """What one city states for one period of the year."""

    city: str
    period: Period
    figure: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorLine:
    """How a commitment is measured and how far it got this year."""

    uri: str
    slug: str
    unit: str
    label: Bilingual
    definition: Bilingual
    counts_people: bool
    baseline: Decimal | None
    target: Decimal | None
    actual: Figure | None
    cities: tuple[ByCity, ...]
    periods: tuple[PeriodFigure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StateLine:
    """The computed state on the day the report looks at, and since when."""

    state: str
    since: date | None
    orphan: bool
    unmeasured: bool
    last_confirmed: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceTally:
    """How much evidence of the year stands, and what the other city said about it."""

    confirmed: int
    stated: int
    disputed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentLine:
    """One promise and what became of it this year."""

    uri: str
    slug: str
    instrument: str
    article: Bilingual
    service: str
    title: Bilingual | None
    text: Bilingual
    organisations: tuple[str, ...]
    """Those the text itself makes responsible."""
    owners: tuple[OwnerLine, ...]
    coordinators: tuple[str, ...]
    partners: tuple[str, ...]
    beneficiaries: Bilingual | None
    deadline: FuzzyDate | None
    state: StateLine
    indicators: tuple[IndicatorLine, ...]
    tally: EvidenceTally


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What another city said about a piece of evidence, and when."""

    uri: str
    city: str
    verdict: str
    at: date
    reason: Bilingual | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceLine:
    """One piece of evidence of the year; *value* is None when it is hidden or has none."""

    uri: str
    commitment: str
    indicator: str
    kind: str
    city: str
    date: date
    period: Period | None
    value: Decimal | None
    hidden: bool
    text: Bilingual
    source: str
    document: str
    sha256: str
    status: str
    """`confirmed`, `stated`, `disputed`, `corrected`, `withdrawn`."""
    corrects: str
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Something that stopped, was disputed, taken back or fell silent, and why."""

    kind: str
    """`disputed`, `withdrawn`, `corrected`, `quiet`, `overdue`, `ended`."""
    commitment: str
    date: date | None
    uri: str
    city: str
    reason: Bilingual | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceLine:
    """An indicator seen from both directions."""

    commitment: str
    indicator: str
    label: Bilingual
    unit: str
    cities: tuple[ByCity, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyLine:
    """Money an instrument speaks of, in its own currency; an empty funder is unknown."""

    instrument: str
    purpose: str
    amount: Decimal
    currency: str
    spent: bool
    funder: str
    period: Period | None
    certainty: str
    note: Bilingual | None
    sources: tuple[str, ...]
    in_year: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyTotal:
    """Planned and spent in one currency; None when no source says."""

    currency: str
    planned: Decimal | None
    spent: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """A kind of record that may cross, to whom, and the article that opens it."""

    kind: str
    audience: str
    article: str
    instrument: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRequest:
    """A correction one city asked for and the other has not answered."""

    uri: str
    city: str
    at: date
    about: str
    text: Bilingual


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A decision the councils are asked for; it follows from the record."""

    kind: str
    """`renew`, `name-owners`, `define-indicators`, `revive`, `settle-disputes`, `attest`,
    `answer`."""
    commitments: tuple[str, ...] = ()
    city: str = ""
    count: int = 0
    instrument: str = ""
    by: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The annual report of a partnership, as it stood on the last day it looks at."""

    format: str
    year: int
    as_of: date
    """The last day the report looks at, in UTC."""
    partnership: str
    slug: str
    name: Bilingual
    cities: tuple[ReportCity, ...]
    invented: bool
    """Some of the instruments in force are invented for a demonstration."""
    instruments: tuple[InstrumentLine, ...]
    meetings: tuple[MeetingLine, ...]
    commitments: tuple[CommitmentLine, ...]
    stops: tuple[Stop, ...]
    balance: tuple[BalanceLine, ...]
    money: tuple[MoneyLine, ...]
    totals: tuple[MoneyTotal, ...]
    crossings: tuple[Crossing, ...]
    requests: tuple[OpenRequest, ...]
    asks: tuple[Ask, ...]
    evidence: tuple[EvidenceLine, ...]

    def figures(self) -> Iterator[Figure]:
        """Yield every figure that the report shows."""
        for commitment in self.commitments:
            for indicator in commitment.indicators:
                if indicator.actual:
                    yield indicator.actual
                yield from (part.figure for part in indicator.cities if part.figure)
                yield from (part.figure for part in indicator.periods)
