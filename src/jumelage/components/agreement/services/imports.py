"""Imports an agreement file as history, all of it or nothing."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction

from jumelage.bridge.api import me, new_uri, publish_all
from jumelage.components.agreement.errors import AgreementFileError, NotOurRecordError
from jumelage.components.agreement.models import Commitment, Indicator, Instrument, Partnership
from jumelage.components.agreement.models.values import (
    AnnexClause,
    Article,
    BudgetLine,
    CommitmentText,
    Fact,
    IndicatorText,
    Note,
    PartnerCity,
    ReportedState,
    Signature,
    Signed,
    Source,
    Target,
)
from jumelage.components.agreement.records import InstrumentRecorded, PartnershipRecorded
from jumelage.components.agreement.services.documents import (
    Document,
    read_agreement,
    validate_agreement,
)
from jumelage.components.agreement.services.exports import export_agreement, same_agreement
from jumelage.directory.models import Person
from jumelage.directory.policy import ensure
from jumelage.kit.dates import FuzzyDate, Period
from jumelage.kit.i18n import Bilingual


@transaction.atomic
def import_agreement(source: Path | str | Document, *, by: Person) -> Partnership:
    """Record the partnership and the instruments of *source* as history.

    *source* is a file, its YAML text, or the parsed document. All or nothing; importing the
    same again changes nothing, importing a corrected file publishes revisions. A text that
    the cities co-signed here is left as it is. The organisations must be in the directory.

    Raises:
        NotAllowedError: *by* may not import.
        AgreementFileError: with every fault of the file.
        NotOurRecordError: another city recorded this partnership.
    """
    ensure(by, "agreement.import-agreement")
    document = source if isinstance(source, Mapping) else read_agreement(source)
    if faults := validate_agreement(document):
        raise AgreementFileError(faults)
    held = Partnership.objects.live().filter(slug=document["partnership"]["id"]).first()
    if held and held.origin != me().origin:
        raise NotOurRecordError(city=held.origin)
    if held and same_agreement(document, export_agreement(held)):
        return held
    uri = held.uri if held else new_uri()
    publish_all([partnership_record(document, uri), *_instruments(document, uri)])
    return Partnership.objects.get(uri=uri)


def partnership_record(document: Document, uri: str) -> PartnershipRecorded:
    """Return the record of the partnership in *document*."""
    partnership = document["partnership"]
    return PartnershipRecorded(
        uri=uri,
        slug=partnership["id"],
        name=Bilingual(**partnership["name"]),
        cities=tuple(
            PartnerCity(
                slug=city["id"],
                name=Bilingual(**city["name"]),
                country=city["country"],
                time_zone=city["time_zone"],
                languages=tuple(city["languages"]),
            )
            for city in partnership["cities"]
        ),
        background=tuple(
            Fact(slug=fact["id"], text=_both(fact), date=_date(fact.get("date")), **_cited(fact))
            for fact in partnership.get("background", [])
        ),
        sources=tuple(
            Source(slug=slug, file=source["file"], about=source.get("about", ""))
            for slug, source in document["sources"].items()
        ),
    )


def _instruments(document: Document, partnership: str) -> list[InstrumentRecorded]:
    """Return the instruments in the file's order, under the URIs they already have."""
    chain = Instrument.objects.live().filter(partnership=partnership)
    signed = set(chain.filter(standing="proposed").values_list("slug", flat=True))
    texts = [text for text in document["agreements"] if text["id"] not in signed]
    uris = dict(chain.values_list("slug", "uri"))
    uris.update({t["id"]: new_uri() for t in texts if t["id"] not in uris})
    held = Commitment.objects.live().filter(instrument__in=chain.values("uri"))
    lines = dict(held.values_list("slug", "uri"))
    for text in texts:
        for line in text["commitments"]:
            lines.setdefault(line["id"], new_uri())
    return [_instrument(text, partnership, uris, lines) for text in texts]


def _instrument(
    text: Document, partnership: str, uris: Mapping[str, str], lines: Mapping[str, str]
) -> InstrumentRecorded:
    return InstrumentRecorded(
        uri=uris[text["id"]],
        partnership=partnership,
        slug=text["id"],
        type=text["type"],
        title=Bilingual(**text["title"]),
        amends=uris.get(text["amends"] or ""),
        renews=uris.get(text.get("renews", "")),
        signed=_signed(text["signed"]),
        in_force_from=_date(text["in_force"]["from"]),
        in_force_to=_date(text["in_force"]["to"]),
        parties=tuple(text["parties"]),
        supporters=tuple(text.get("supporters", ())),
        observers=tuple(text.get("observers", ())),
        signatories=tuple(_signatory(s) for s in text["signatories"]),
        articles=tuple(
            Article(slug=a["id"], title=Bilingual(**a["title"])) for a in text["articles"]
        ),
        commitments=tuple(_commitment(line, lines) for line in text["commitments"]),
        budget=tuple(_budget(line) for line in text["budget"] or ()),
        governance=_maybe(text["governance"]),
        reporting_duty=_maybe(text["reporting_duty"]),
        mentioned=tuple(_note(note, "what") for note in text.get("mentioned", ())),
        meetings=tuple(_note(note, "id") for note in text.get("meetings", ())),
        annex=tuple(AnnexClause(**clause) for clause in text.get("annex", ())),
        invented=text.get("invented", False),
    )


def _signed(signed: Document) -> Signed:
    return Signed(
        date=_date(signed["date"]),
        place=_maybe(signed.get("place")),
        note=_maybe(signed.get("note")),
        **_cited(signed),
    )


def _signatory(signatory: Document) -> Signature:
    return Signature(
        name=signatory["name"],
        office=Bilingual(**signatory["office"]),
        party=signatory["party"],
        **_cited(signatory),
    )


def _commitment(line: Document, uris: Mapping[str, str]) -> CommitmentText:
    uri = uris[line["id"]]
    held = Indicator.objects.live().filter(commitment=uri).values_list("slug", "uri")
    indicators = dict(held)
    return CommitmentText(
        uri=uri,
        slug=line["id"],
        article=line["article"],
        service=line["service"],
        title=_maybe(line.get("title")),
        text=Bilingual(**line["text"]),
        owners=tuple(line["owners"]),
        partners=tuple(line.get("partners", ())),
        beneficiaries=_maybe(line.get("beneficiaries")),
        deadline=_date(line["deadline"]),
        reported_state=tuple(
            ReportedState(text=_both(said), as_of=FuzzyDate(said["as_of"]), **_cited(said))
            for said in line["reported_state"]
        ),
        renews=uris.get(line.get("renews", "")),
        indicators=tuple(
            _indicator(i, indicators.get(i["id"]) or new_uri()) for i in line["indicators"]
        ),
        **_cited(line),
    )


def _indicator(indicator: Document, uri: str) -> IndicatorText:
    counted = indicator.get("counted_by", "")
    return IndicatorText(
        uri=uri,
        slug=indicator["id"],
        unit=indicator["unit"],
        label=_both(indicator),
        definition=_maybe(indicator.get("definition")) or Bilingual(),
        service=indicator.get("service", "") if counted else "",
        name=counted,
        reading=indicator.get("reading", "sum"),
        baseline=Decimal(str(indicator["baseline"])) if "baseline" in indicator else None,
        targets=tuple(
            Target(period=_period(target), value=Decimal(str(target["value"])))
            for target in indicator.get("targets", ())
        ),
    )


def _budget(line: Document) -> BudgetLine:
    return BudgetLine(
        amount=Decimal(str(line["amount"])),
        currency=line["currency"],
        purpose=line["for"],
        note=_maybe(line.get("note")),
        funder=line.get("funder", ""),
        period=_period(line["period"]) if "period" in line else None,
        spent=line.get("spent", False),
        certainty=line.get("certainty", "reported"),
        **_cited(line),
    )


def _note(note: Document, key: str) -> Note:
    return Note(about=note[key], text=_both(note), date=_date(note.get("date")), **_cited(note))


def _period(stated: Mapping[str, str]) -> Period:
    """Return the period; a file names its last day, `Period` the day after."""
    last = date.fromisoformat(stated["to"])
    return Period(date.fromisoformat(stated["from"]), last + timedelta(days=1))


def _both(entry: Document) -> Bilingual:
    return Bilingual(fr=entry["fr"], en=entry["en"])


def _maybe(text: Mapping[str, str] | None) -> Bilingual | None:
    return Bilingual(**text) if text else None


def _date(text: str | None) -> FuzzyDate | None:
    return FuzzyDate(text) if text else None


def _cited(entry: Document) -> dict[str, Any]:
    return {"sources": tuple(entry["sources"])}
