"""Reads everything a report of one year needs: a fixed number of queries, then only memory.

Only shared rows are read, and only what their owners signed: two nodes that hold the same
records read the same rows. Every list is ordered by values, never by a local number.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from jumelage.bridge.api import Node
from jumelage.components.agreement.models import (
    Attestation,
    Commitment,
    CommitmentOwner,
    Coordinator,
    CorrectionAnswer,
    CorrectionRequest,
    Evidence,
    Indicator,
    Instrument,
    Meeting,
    Partnership,
    TextSignature,
)
from jumelage.components.agreement.selectors.partnerships import organisations
from jumelage.components.agreement.selectors.states import CommitmentState, states
from jumelage.kit.dates import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The rows of one partnership and year."""

    partnership: Partnership
    period: Period
    as_of: date
    origins: Mapping[str, str]
    """Origin of each city's node, by slug; a city whose node is unknown is absent."""
    instruments: Sequence[Instrument]
    signatures: Mapping[str, Sequence[TextSignature]]
    meetings: Sequence[Meeting]
    commitments: Sequence[Commitment]
    states: Mapping[str, CommitmentState]
    owners: Mapping[str, Sequence[CommitmentOwner]]
    coordinators: Mapping[str, Sequence[Coordinator]]
    indicators: Mapping[str, Sequence[Indicator]]
    evidence: Mapping[str, Sequence[Evidence]]
    """Of the year, oldest first, by commitment; withdrawn and corrected ones too."""
    words: Mapping[str, Sequence[Attestation]]
    corrected: frozenset[str]
    requests: Sequence[CorrectionRequest]
    names: Mapping[str, str]
    """What each organisation was called on the last day, by slug and by URI."""

    def city(self, origin: str) -> str:
        """Return the slug of the city whose node is *origin*, else the origin itself."""
        return next((slug for slug, node in self.origins.items() if node == origin), origin)

    def called(self, organisations: Iterable[str]) -> tuple[str, ...]:
        """Return the names of *organisations*, given by slug or URI."""
        return tuple(self.names.get(one, one) for one in organisations)


def read_rows(partnership: Partnership, year: int, as_of: date) -> Rows:
    """Read the rows for the report on *year* as it stands on *as_of*."""
    instruments = _instruments(partnership)
    commitments = _commitments(instruments, as_of)
    uris = [commitment.uri for commitment in commitments]
    evidence = _evidence(uris, year, as_of)
    owners = list(CommitmentOwner.objects.live().filter(commitment__in=uris).order_by("uri"))
    helpers = list(Coordinator.objects.live().filter(commitment__in=uris).order_by("uri"))
    meetings = _meetings(partnership, year, as_of)
    signed = TextSignature.objects.live().filter(instrument__in=[i.uri for i in instruments])
    return Rows(
        partnership=partnership,
        period=Period.year(year),
        as_of=as_of,
        origins=_origins(partnership),
        instruments=instruments,
        signatures=_by(signed.order_by("uri"), "instrument_id"),
        meetings=meetings,
        commitments=commitments,
        states=states(commitments, on=as_of),
        owners=_by(owners, "commitment_id"),
        coordinators=_by(helpers, "commitment_id"),
        indicators=_by(_indicators(uris), "commitment_id"),
        evidence=_by(evidence, "commitment_id"),
        words=_words(uris, year),
        corrected=_corrected(evidence),
        requests=_open_requests({*uris, *(e.uri for e in evidence), *(i.uri for i in instruments)}),
        names=_names(_references(instruments, commitments, owners, helpers, meetings), as_of),
    )


def _instruments(partnership: Partnership) -> list[Instrument]:
    rows = Instrument.objects.live().filter(partnership=partnership.uri)
    return sorted(rows, key=lambda i: (str(i.signed_on or i.in_force_from or "9"), i.slug, i.uri))


def _indicators(commitments: Sequence[str]) -> Iterable[Indicator]:
    rows = Indicator.objects.live().filter(commitment__in=commitments)
    return rows.order_by("position", "slug", "uri")


def _by(rows: Iterable[object], name: str) -> dict[str, list]:  # type: ignore[type-arg]  # the caller's rows
    found: dict[str, list] = defaultdict(list)  # type: ignore[type-arg]  # the caller's rows
    for row in rows:
        found[getattr(row, name)].append(row)
    return dict(found)


def _origins(partnership: Partnership) -> dict[str, str]:
    slugs = [city.slug for city in partnership.cities]
    return dict(
        Node.objects.filter(slug__in=slugs).order_by("origin").values_list("slug", "origin")
    )


def _commitments(instruments: Sequence[Instrument], as_of: date) -> list[Commitment]:
    """Return the commitments that bind on *as_of*: those no text in force by then replaced."""
    begun = [i for i in instruments if _counts(i) and (i.first_day is None or i.first_day <= as_of)]
    place = {instrument.uri: at for at, instrument in enumerate(begun)}
    rows = list(Commitment.objects.live().filter(instrument__in=place))
    gone = {row.renews_id for row in rows} | {uri for i in begun for uri in i.ends}
    kept = [row for row in rows if row.uri not in gone]
    return sorted(kept, key=lambda row: (place[row.instrument_id], row.position, row.uri))


def _counts(instrument: Instrument) -> bool:
    return instrument.agreed or instrument.standing == Instrument.Standing.RECORDED


def _evidence(commitments: Sequence[str], year: int, as_of: date) -> list[Evidence]:
    rows = Evidence.objects.filter(
        commitment__in=commitments,
        date__gte=date(year, 1, 1),
        date__lte=min(as_of, date(year, 12, 31)),
    )
    return list(rows.order_by("date", "uri"))


def _words(commitments: Sequence[str], year: int) -> dict[str, list[Attestation]]:
    rows = Attestation.objects.live().filter(
        evidence__commitment__in=commitments, evidence__date__year=year
    )
    return _by(rows.order_by("at", "uri"), "evidence_id")


def _corrected(evidence: Sequence[Evidence]) -> frozenset[str]:
    return frozenset(e.corrects_id for e in evidence if e.corrects_id and e.withdrawn_at is None)


def _meetings(partnership: Partnership, year: int, as_of: date) -> list[Meeting]:
    rows = Meeting.objects.live().filter(
        partnership=partnership.uri, starts_local__startswith=f"{year}-"
    )
    asked = rows.filter(starts_local__lt=f"{as_of.isoformat()}T24")
    return list(asked.order_by("starts_local", "uri"))


def _open_requests(about: set[str]) -> list[CorrectionRequest]:
    answered = set(CorrectionAnswer.objects.live().values_list("request_id", flat=True))
    rows = CorrectionRequest.objects.live().order_by("recorded_at", "uri")
    return [row for row in rows if row.about in about and row.uri not in answered]


def _names(references: set[str], as_of: date) -> dict[str, str]:
    found = organisations(references)
    return {reference: found[reference].name_on(as_of) for reference in sorted(found)}


def _references(
    instruments: Iterable[Instrument],
    commitments: Iterable[Commitment],
    named: Iterable[CommitmentOwner],
    coordinators: Iterable[Coordinator],
    meetings: Iterable[Meeting],
) -> set[str]:
    """Return every organisation the report names, by slug or URI."""
    found = {one for i in instruments for one in (*i.parties, *i.supporters, *i.observers)}
    found |= {s.party for i in instruments for s in i.signatories}
    found |= {line.funder for i in instruments for line in i.budget}
    found |= {one for c in commitments for one in (*c.owners, *c.partners)}
    found |= {one for o in named for one in (o.organisation, o.deputy_organisation)}
    found |= {c.organisation for c in coordinators}
    found |= {work.organisation for m in meetings for work in m.work}
    return found - {""}
