"""Hypothesis strategies for the agreement's records, whose fields depend on each other."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from jumelage.components.agreement.models.values import (
    AnnexClause,
    Article,
    Attendance,
    CommitmentText,
    Document,
    FeedPoint,
    IndicatorText,
    PartnerCity,
    Signed,
    Target,
    WorkItem,
)
from jumelage.components.agreement.records import (
    CorrectionAnswered,
    CorrectionRequested,
    EvidenceAttested,
    EvidenceStated,
    IndicatorSet,
    InstrumentProposed,
    InstrumentRecorded,
    MeetingCalled,
    MeetingHeld,
    OwnerNamed,
    PartnershipRecorded,
    ReportFrozen,
    TextSigned,
)
from jumelage.kit.dates import FuzzyDate, Period
from jumelage.kit.i18n import Bilingual
from jumelage.kit.uris import Uri

Built = st.SearchStrategy[Any]

ORIGINS = ("a" * 32, "b" * 32)
POOL = tuple(str(Uri(origin, letter * 26)) for origin in ORIGINS for letter in "abc")
"""Identifiers of two cities; few, so that records of an example point at each other."""

letters = st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"))
words = st.text(letters, min_size=1, max_size=12)
texts = st.builds(Bilingual, fr=words, en=words)
slugs = st.sampled_from(["one", "two", "three"])
days = st.dates(date(1996, 1, 1), date(2030, 12, 31))
fuzzy = days.map(lambda day: FuzzyDate(f"{day:%Y-%m}"))
numbers = st.decimals(0, 10**6, places=2, allow_nan=False).map(Decimal.normalize)
periods = st.builds(
    lambda day, length: Period(day, day + timedelta(days=length)), days, st.integers(1, 400)
)
sources = st.lists(st.sampled_from(["S0", "S1"]), unique=True).map(tuple)
targets = st.lists(st.builds(Target, period=periods, value=numbers), max_size=2).map(tuple)


def _few(strategy: Built, most: int = 2) -> Built:
    return st.lists(strategy, max_size=most).map(tuple)


def partnerships(uri: Built) -> Built:
    """Return partnerships of two cities."""
    city = st.builds(
        PartnerCity,
        slug=st.just("one"),
        name=texts,
        country=st.just("FR"),
        time_zone=st.just("UTC"),
    )
    pair = st.tuples(city, city).map(lambda both: (both[0], replace(both[1], slug="two")))
    return st.builds(PartnershipRecorded, uri=uri, slug=slugs, name=texts, cities=pair)


@st.composite
def _texts(draw: st.DrawFn, /, made: type, uri: Built, **more: Built) -> Any:  # noqa: ANN401  # either kind
    """Draw an instrument whose commitments and indicators hang on its own URI."""
    own = draw(uri)
    numbers_of_lines = range(draw(st.integers(1, 3)))
    lines = tuple(_line(draw, own, at) for at in numbers_of_lines)
    return made(
        uri=own,
        partnership=draw(st.sampled_from(POOL)),
        slug=draw(slugs),
        type=draw(st.sampled_from(["memorandum", "amendment"])),
        title=draw(texts),
        parties=("x", "y"),
        commitments=lines,
        articles=(Article(slug="article", title=draw(texts)),),
        amends=draw(st.none() | st.sampled_from(POOL)),
        renews=draw(st.none() | st.sampled_from(POOL)),
        signed=Signed(date=draw(st.none() | fuzzy), sources=draw(sources)),
        in_force_from=draw(st.none() | fuzzy),
        in_force_to=draw(st.none() | fuzzy),
        annex=(AnnexClause(article="article", kind="agreement.owner-named", audience="public"),),
        ends=draw(_few(st.sampled_from(POOL))),
        invented=draw(st.booleans()),
        **{name: draw(strategy) for name, strategy in more.items()},
    )


def _line(draw: st.DrawFn, own: str, at: int) -> CommitmentText:
    indicator = IndicatorText(
        uri=_part(own, "m" + "abc"[at]),
        slug=draw(slugs),
        unit=draw(words),
        label=draw(texts),
        baseline=draw(st.none() | numbers),
        targets=draw(targets),
    )
    return CommitmentText(
        uri=_part(own, "k" + "abc"[at]),
        slug=f"2026.{at}",
        article="article",
        service=draw(st.sampled_from(["rooms", "studio"])),
        text=draw(texts),
        title=draw(st.none() | texts),
        owners=draw(_few(slugs)),
        deadline=draw(st.none() | fuzzy),
        renews=draw(st.none() | st.sampled_from(POOL)),
        indicators=draw(st.just(()) | st.just((indicator,))),
    )


def _part(own: str, name: str) -> str:
    """Return the URI of a part of *own* that no other record has."""
    parsed = Uri.parse(own)
    return str(Uri(parsed.origin, name + parsed.id[2:]))


@st.composite
def evidence(draw: st.DrawFn, uri: Built) -> EvidenceStated:
    """Draw evidence of each kind, with what the kind needs."""
    own = draw(uri)
    kind = draw(st.sampled_from(["automatic", "document", "statement"]))
    origin = Uri.parse(own).origin
    counted = kind == "automatic" or draw(st.booleans())
    document = st.builds(
        Document, name=words, media_type=st.just("image/png"), size=st.integers(1, 99), sha256=words
    )
    return EvidenceStated(
        uri=own,
        commitment=draw(st.sampled_from(POOL)),
        type=kind,
        date=draw(days),
        text=draw(texts),
        indicator=draw(st.sampled_from(POOL)) if counted else None,
        value=draw(numbers) if counted else None,
        period=draw(periods) if counted else None,
        document=draw(document) if kind == "document" else None,
        completes=draw(st.booleans()),
        corrects=draw(st.none() | st.just(str(Uri(origin, "c" * 26)))),
    )


@st.composite
def attestations(draw: st.DrawFn, uri: Built) -> EvidenceAttested:
    """Draw confirmations, and disputes with their reasons; also of one's own evidence."""
    verdict = draw(st.sampled_from(["confirmed", "disputed"]))
    return EvidenceAttested(
        uri=draw(uri),
        evidence=draw(st.sampled_from(POOL)),
        verdict=verdict,
        at=draw(days),
        reason=draw(texts) if verdict == "disputed" else None,
        recomputed=draw(st.none() | numbers),
    )


@st.composite
def requests(draw: st.DrawFn, uri: Built) -> CorrectionRequested:
    """Draw requests about the other city's records."""
    own = draw(uri)
    others = [known for known in POOL if Uri.parse(known).origin != Uri.parse(own).origin]
    return CorrectionRequested(uri=own, about=draw(st.sampled_from(others)), text=draw(texts))


@st.composite
def answers(draw: st.DrawFn, uri: Built) -> CorrectionAnswered:
    """Draw answers about one's own records."""
    own = draw(uri)
    mine = [known for known in POOL if Uri.parse(known).origin == Uri.parse(own).origin]
    return CorrectionAnswered(
        uri=own,
        request=draw(st.sampled_from(POOL)),
        about=draw(st.sampled_from(mine)),
        accepted=draw(st.booleans()),
        text=draw(texts),
    )


def _calls(made: type, uri: Built, **more: Built) -> Built:
    start = st.datetimes(timezones=st.none()).map(lambda at: f"{at:%Y-%m-%dT%H:%M}")
    return st.builds(
        made,
        uri=uri,
        partnership=st.sampled_from(POOL),
        title=texts,
        starts_local=start.filter(lambda text: len(text) == len("2026-01-01T00:00")),
        time_zone=st.sampled_from(["Europe/Paris", "America/Los_Angeles"]),
        minutes_long=st.integers(1, 600),
        place=texts,
        agenda=_few(texts),
        **more,
    )


def _held(uri: Built) -> Built:
    work = st.builds(WorkItem, text=texts, role=texts, due=st.none() | days, done=st.none() | days)
    there = st.builds(Attendance, city=slugs, role=texts, count=st.integers(0, 99))
    return _calls(
        MeetingHeld,
        uri,
        attendance=_few(there),
        decisions=_few(texts),
        work=_few(work),
        minutes=st.none() | texts,
    )


def _indicators(uri: Built) -> Built:
    return st.builds(
        IndicatorSet,
        uri=uri,
        commitment=st.sampled_from(POOL),
        slug=slugs,
        unit=words,
        label=texts,
        definition=texts,
        reading=st.sampled_from(["sum", "latest"]),
        baseline=st.none() | numbers,
        targets=targets,
        position=st.integers(0, 9),
    )


def _reports(uri: Built) -> Built:
    point = st.builds(FeedPoint, origin=words, feed=words, seq=st.integers(0, 99), head=words)
    return st.builds(
        ReportFrozen,
        uri=uri,
        partnership=st.sampled_from(POOL),
        year=st.integers(2006, 2030),
        sha256=st.just("0" * 64),
        checkpoints=_few(point),
    )


DEPENDENT: Mapping[type, Callable[..., Built]] = {
    PartnershipRecorded: partnerships,
    InstrumentRecorded: lambda uri: _texts(InstrumentRecorded, uri),
    InstrumentProposed: lambda uri: _texts(InstrumentProposed, uri, nodes=st.just(ORIGINS)),
    TextSigned: lambda uri: st.builds(
        TextSigned,
        uri=uri,
        instrument=st.sampled_from(POOL),
        text_hash=st.sampled_from(["0" * 64, "1" * 64]),
        office=texts,
        party=slugs,
    ),
    OwnerNamed: lambda uri: st.builds(
        OwnerNamed, uri=uri, commitment=st.sampled_from(POOL), role=texts, organisation=slugs
    ),
    IndicatorSet: _indicators,
    EvidenceStated: evidence,
    EvidenceAttested: attestations,
    CorrectionRequested: requests,
    CorrectionAnswered: answers,
    MeetingCalled: lambda uri: _calls(MeetingCalled, uri),
    MeetingHeld: _held,
    ReportFrozen: _reports,
}
"""How to build a record of a type, given a strategy for its URI."""
