"""A partnership of two cities with a year of records, applied as a peer's feed would be."""

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib.resources import files
from typing import Any

import yaml

from jumelage.bridge.models import Node
from jumelage.components.agreement.models import Partnership
from jumelage.components.agreement.models.values import (
    AnnexClause,
    Article,
    BudgetLine,
    CommitmentText,
    IndicatorText,
    PartnerCity,
    Signature,
    Signed,
    Target,
)
from jumelage.components.agreement.records import (
    EvidenceAttested,
    EvidenceStated,
    InstrumentProposed,
    InstrumentRecorded,
    PartnershipRecorded,
    TextSigned,
)
from jumelage.kit.component import Provenance, Record
from jumelage.kit.dates import FuzzyDate, Period
from jumelage.kit.i18n import Bilingual

PARIS, SAN_FRANCISCO = "a" * 32, "b" * 32
_SIGNED_AT = datetime(2026, 1, 5, 9, tzinfo=UTC)


def uri(origin: str, number: int) -> str:
    """Return the *number*-th identifier of *origin*, always the same."""
    letters = "abcdefghijklmnopqrstuvwxyz234567"
    text = ""
    for _place in range(26):
        number, digit = divmod(number, 32)
        text = letters[digit] + text
    return f"jumelage:{origin}:{text}"


@dataclass
class World:
    """Two cities and what they say; each `say` is one entry of a feed."""

    numbers: dict[str, Iterator[int]] = field(
        default_factory=lambda: {o: itertools.count(1) for o in (PARIS, SAN_FRANCISCO)}
    )
    seqs: dict[str, Iterator[int]] = field(
        default_factory=lambda: {o: itertools.count(1) for o in (PARIS, SAN_FRANCISCO)}
    )

    def new(self, origin: str) -> str:
        """Return a fresh identifier of *origin*."""
        return uri(origin, next(self.numbers[origin]))

    def provenance(self, origin: str, at: datetime = _SIGNED_AT) -> Provenance:
        """Return the next place in the feed of *origin*."""
        seq = next(self.seqs[origin])
        return Provenance(origin=origin, feed="public", seq=seq, rev=seq, time=at)

    def say(self, record: Record, at: datetime = _SIGNED_AT) -> str:
        """Apply *record* as if its owner's feed had carried it."""
        origin = record.uri.split(":")[1]
        record.apply(self.provenance(origin, at))
        return record.uri


def cities() -> None:
    """Make the nodes of both cities."""
    for origin, slug, name, zone, is_self in (
        (PARIS, "paris", "Paris", "Europe/Paris", True),
        (SAN_FRANCISCO, "san-francisco", "San Francisco", "America/Los_Angeles", False),
    ):
        Node.objects.create(
            origin=origin,
            genesis=b"",
            signing_key=b"k" * 32,
            is_self=is_self,
            slug=slug,
            name={"fr": name, "en": name},
            country="FR" if is_self else "US",
            time_zone=zone,
            languages=["fr" if is_self else "en"],
        )


def _document() -> dict[str, Any]:
    file = files("jumelage.components.agreement") / "data/paris-san-francisco.yaml"
    document: dict[str, Any] = yaml.safe_load(file.read_text("utf-8"))
    return document


def partnership(world: World) -> Partnership:
    """Record the partnership."""
    plain = _document()["partnership"]
    record = PartnershipRecorded(
        uri=world.new(PARIS),
        slug=plain["id"],
        name=Bilingual(**plain["name"]),
        cities=tuple(
            PartnerCity(
                slug=c["id"],
                name=Bilingual(**c["name"]),
                country=c["country"],
                time_zone=c["time_zone"],
            )
            for c in plain["cities"]
        ),
    )
    world.say(record)
    return Partnership.objects.get(uri=record.uri)


def history(world: World, held: Partnership) -> dict[str, str]:
    """Record the three real instruments; return their commitments' URIs by number."""
    lines: dict[str, str] = {}
    slugs: dict[str, str] = {}
    for text in _document()["agreements"]:
        commitments = tuple(_line(world, line, lines, None, ()) for line in text["commitments"])
        slugs[text["id"]] = world.say(
            InstrumentRecorded(
                uri=world.new(PARIS),
                partnership=held.uri,
                slug=text["id"],
                type=text["type"],
                title=Bilingual(**text["title"]),
                amends=slugs.get(text["amends"]),
                signed=Signed(
                    date=FuzzyDate(text["signed"]["date"]),
                    note=Bilingual(**text["signed"]["note"]),
                    sources=tuple(text["signed"]["sources"]),
                ),
                in_force_from=FuzzyDate(text["in_force"]["from"]),
                in_force_to=FuzzyDate(text["in_force"]["to"]) if text["in_force"]["to"] else None,
                parties=tuple(text["parties"]),
                signatories=tuple(
                    Signature(name=s["name"], office=Bilingual(**s["office"]), party=s["party"])
                    for s in text["signatories"]
                ),
                articles=tuple(
                    Article(slug=a["id"], title=Bilingual(**a["title"])) for a in text["articles"]
                ),
                commitments=commitments,
                budget=tuple(_budget(line) for line in text["budget"] or ()),
            )
        )
    return lines


def _budget(line: dict[str, Any]) -> BudgetLine:
    return BudgetLine(
        amount=Decimal(line["amount"]),
        currency=line["currency"],
        purpose=line["for"],
        note=Bilingual(**line["note"]),
        certainty="attached-by-context",
        sources=tuple(line["sources"]),
    )


def _line(
    world: World,
    plain: dict[str, Any],
    lines: dict[str, str],
    renews: str | None,
    indicators: tuple[IndicatorText, ...],
) -> CommitmentText:
    own = world.new(PARIS)
    lines.setdefault(plain["id"], own)
    return CommitmentText(
        uri=own,
        slug=plain["id"],
        article=plain["article"],
        service=plain["service"],
        text=Bilingual(**plain["text"]),
        owners=tuple(plain["owners"]),
        partners=tuple(plain.get("partners", ())),
        beneficiaries=Bilingual(**plain["beneficiaries"]) if plain["beneficiaries"] else None,
        deadline=None if renews else (FuzzyDate(plain["deadline"]) if plain["deadline"] else None),
        renews=renews,
        indicators=indicators,
    )


@dataclass
class Renewed:
    """The demonstration convention: its commitments and indicators by number."""

    instrument: str
    commitments: dict[str, str]
    indicators: dict[str, list[IndicatorText]]


def renewal(world: World, held: Partnership, older: dict[str, str]) -> Renewed:
    """Propose and co-sign an invented convention that renews every commitment."""
    document = _document()
    texts, indicators, lines = [], {}, {}
    for text in document["agreements"]:
        for plain in text["commitments"]:
            own = _measures(world, plain["service"])
            fresh: dict[str, str] = {}
            texts.append(_line(world, plain, fresh, older[plain["id"]], own))
            lines[plain["id"]], indicators[plain["id"]] = fresh[plain["id"]], list(own)
    record = _convention(world, held, texts)
    world.say(record)
    _sign(world, record)
    return Renewed(record.uri, lines, indicators)


def _measures(world: World, service: str) -> tuple[IndicatorText, ...]:
    """Return the project's suggested indicators for *service*."""
    return tuple(
        IndicatorText(
            uri=world.new(PARIS),
            slug=one["id"],
            unit=one["unit"],
            label=Bilingual(fr=one["fr"], en=one["en"]),
            reading="latest" if one["unit"] == "percent" else "sum",
            baseline=Decimal(0),
            targets=(Target(period=Period.year(2026), value=Decimal(24)),),
        )
        for one in _document()["suggested_indicators"]["by_service"].get(service, ())
    )


def _convention(world: World, held: Partnership, texts: list[CommitmentText]) -> InstrumentProposed:
    return InstrumentProposed(
        uri=world.new(PARIS),
        partnership=held.uri,
        slug="demonstration-2026",
        type="cooperation_convention",
        title=Bilingual(
            fr="Convention de démonstration 2026-2028", en="Demonstration convention 2026-2028"
        ),
        parties=("ville-de-paris", "city-county-of-san-francisco"),
        articles=tuple(
            Article(slug=a["id"], title=Bilingual(**a["title"]))
            for text in _document()["agreements"]
            for a in text["articles"]
        ),
        signed=Signed(date=FuzzyDate("2026-01-05")),
        in_force_from=FuzzyDate("2026-01-05"),
        in_force_to=FuzzyDate("2028-12-31"),
        commitments=tuple(texts),
        governance=Bilingual(
            fr="Un comité conjoint se réunit deux fois par an.",
            en="A joint committee meets twice a year.",
        ),
        annex=(
            AnnexClause(article="Annexe A", kind="agreement.evidence-stated", audience="public"),
            AnnexClause(article="Annexe A", kind="agreement.evidence-attested", audience="public"),
        ),
        invented=True,
        nodes=(PARIS, SAN_FRANCISCO),
    )


def _sign(world: World, record: InstrumentProposed) -> None:
    """Sign the text in both cities."""
    for origin, office in (
        (PARIS, "Officier de démonstration"),
        (SAN_FRANCISCO, "Demonstration officer"),
    ):
        world.say(
            TextSigned(
                uri=world.new(origin),
                instrument=record.uri,
                text_hash=record.text_hash,
                office=Bilingual(fr=office, en=office),
                party="demo",
            )
        )


def year_of_evidence(world: World, renewed: Renewed, *, per_indicator: int, seed: int = 1) -> None:
    """State monthly figures for some indicators; most are confirmed, some wait, one is disputed."""
    chance = random.Random(seed)  # test data
    stated: list[EvidenceStated] = []
    said: list[EvidenceAttested] = []
    months = Period.year(2026).months()[:10]
    measured = [(c, i) for c, all_of in renewed.indicators.items() for i in all_of]
    for number, (commitment, indicator) in enumerate(measured[: len(measured) * 3 // 4]):
        for at in range(per_indicator):
            origin = (PARIS, SAN_FRANCISCO)[at % 2]
            month = months[(at // 2) % len(months)]
            most = 9 if indicator.unit == "people" else 30
            record = EvidenceStated(
                uri=world.new(origin),
                commitment=renewed.commitments[commitment],
                type="automatic",
                date=month.last_day,
                text=indicator.label,
                indicator=indicator.uri,
                value=Decimal(chance.randint(0, most))
                * (10**9 if indicator.unit == "bytes" else 1),
                period=month if at < 20 else Period(month.last_day, month.end),
                source="demo/count",
            )
            stated.append(record)
            other = SAN_FRANCISCO if origin == PARIS else PARIS
            if chance.random() < 0.8:
                disputed = number == 3 and at == 4
                said.append(
                    EvidenceAttested(
                        uri=world.new(other),
                        evidence=record.uri,
                        verdict="disputed" if disputed else "confirmed",
                        at=date(2026, 11, 3),
                        reason=Bilingual(en="We count two sessions fewer.") if disputed else None,
                    )
                )
    EvidenceStated.apply_page([(r, world.provenance(r.uri.split(":")[1])) for r in stated])
    EvidenceAttested.apply_page([(r, world.provenance(r.uri.split(":")[1])) for r in said])
