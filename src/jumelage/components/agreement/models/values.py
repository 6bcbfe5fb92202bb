"""The frozen values an agreement is made of; the same on the wire and in the tables.

An *organisation* is always named by its slug in the directory (`ville-de-paris`) or by its
record URI. Sources are the keys of the partnership's `sources` (`S0`).
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jumelage.kit.dates import FuzzyDate, Period
from jumelage.kit.i18n import Bilingual


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerCity:
    """A city of the partnership; `slug` is also the slug of its node."""

    slug: str
    name: Bilingual
    country: str
    time_zone: str
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A dated fact about the partnership that is not an instrument."""

    slug: str
    text: Bilingual
    date: FuzzyDate | None = None
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where facts come from; `slug` is the short key (`S0`)."""

    slug: str
    file: str
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A public office holder of the real history who signed, with the office at signing."""

    name: str
    office: Bilingual
    party: str
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """When and where an instrument was signed; *note* says what is doubtful about it."""

    date: FuzzyDate | None = None
    place: Bilingual | None = None
    note: Bilingual | None = None
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """An article of an instrument."""

    slug: str
    title: Bilingual


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetLine:
    """Money an instrument speaks of; never converted. An empty funder is unknown (R9)."""

    amount: Decimal
    currency: str
    purpose: str
    """What it is for: a programme, an article or a commitment (its slug)."""
    note: Bilingual | None = None
    funder: str = ""
    period: Period | None = None
    spent: bool = False
    """False: planned or announced; True: reported as spent."""
    certainty: str = "reported"
    """`certain`, `reported` or `attached-by-context`."""
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something an instrument mentions or provides, with its sources."""

    about: str
    text: Bilingual
    date: FuzzyDate | None = None
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnexClause:
    """An article lets a record kind cross to an audience: `public`, `network` or `twin`."""

    article: str
    kind: str
    audience: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedState:
    """What a source said about a commitment at a time; history, not evidence."""

    text: Bilingual
    as_of: FuzzyDate
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The value an indicator shall reach in a period."""

    period: Period
    value: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorText:
    """An indicator as an instrument words it; see `models.Indicator` for the fields."""

    uri: str
    slug: str
    unit: str
    label: Bilingual
    definition: Bilingual = Bilingual()  # noqa: RUF009  # frozen
    service: str = ""
    name: str = ""
    reading: str = "sum"
    baseline: Decimal | None = None
    targets: tuple[Target, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentText:
    """A commitment as an instrument words it; see `models.Commitment` for the fields."""

    uri: str
    slug: str
    article: str
    service: str
    text: Bilingual
    title: Bilingual | None = None
    owners: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()
    beneficiaries: Bilingual | None = None
    deadline: FuzzyDate | None = None
    reported_state: tuple[ReportedState, ...] = ()
    sources: tuple[str, ...] = ()
    renews: str | None = None
    indicators: tuple[IndicatorText, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What the other city may know about a document; the file itself stays on its node.

    `name` is made by the service (`2009.4-2026-05-03.pdf`), never the uploader's file name.
    """

    name: str
    media_type: str
    size: int
    """Bytes."""
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """How many people of a city (slug) attended in a role; never who."""

    city: str
    role: Bilingual
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItem:
    """Work a meeting decided: who by role and organisation, when due, when done."""

    text: Bilingual
    role: Bilingual
    organisation: str = ""
    due: date | None = None
    done: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPoint:
    """A checkpoint a report rests on: at `seq` the head of the feed was `head` (hex)."""

    origin: str
    feed: str
    seq: int
    head: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Erratum:
    """A correction to a frozen report; the report itself never changes."""

    at: date
    text: Bilingual
