"""Writes a partnership back as the document it can be imported from."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

import yaml

from jumelage.components.agreement.models import Commitment, Indicator, Instrument, Partnership
from jumelage.components.agreement.models.values import BudgetLine, Note, Target
from jumelage.kit.dates import FuzzyDate, Period
from jumelage.kit.i18n import Bilingual

SCHEMA = "jumelage-agreement/0.2"


def export_agreement(partnership: Partnership) -> dict[str, Any]:
    """Return *partnership* with its recorded and agreed texts, as `import_agreement` reads them.

    Importing a file and exporting it gives equal data. What the file may hold besides the
    agreements (`suggested_indicators`) is no part of an agreement and not exported.
    """
    chain = Instrument.objects.valid().filter(partnership=partnership.uri)
    texts = list(chain.order_by("signed_on", "first_day", "slug"))
    slugs = {text.uri: text.slug for text in texts}
    lines = Commitment.objects.live().filter(instrument__in=slugs).order_by("position")
    by_text: dict[str, list[Commitment]] = {}
    for line in lines:
        by_text.setdefault(line.instrument_id, []).append(line)
    names = {line.uri: line.slug for line in lines}
    measured: dict[str, list[Indicator]] = {}
    for indicator in Indicator.objects.live().filter(commitment__in=names).order_by("position"):
        measured.setdefault(indicator.commitment_id, []).append(indicator)
    return {
        "schema": SCHEMA,
        "partnership": _partnership(partnership),
        "sources": {
            source.slug: {"file": source.file, **_filled(about=source.about)}
            for source in partnership.sources
        },
        "agreements": [
            {
                **_instrument(text, slugs),
                "commitments": [
                    _commitment(line, names, measured.get(line.uri, ()))
                    for line in by_text.get(text.uri, ())
                ],
            }
            for text in texts
        ],
    }


def export_yaml(partnership: Partnership) -> str:
    """Return the document as YAML text."""
    document = export_agreement(partnership)
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=120)


def same_agreement(document: Mapping[str, Any], exported: Mapping[str, Any]) -> bool:
    """Tell whether *exported* holds all that *document* says; ignores version and suggestions."""
    held = {text["id"]: text for text in exported["agreements"]}
    same = all(held.get(text["id"]) == text for text in document["agreements"])
    return same and all(document[name] == exported[name] for name in ("partnership", "sources"))


def _partnership(partnership: Partnership) -> dict[str, Any]:
    return {
        "id": partnership.slug,
        "name": _both(partnership.name),
        "cities": [
            {
                "id": city.slug,
                "name": _both(city.name),
                "country": city.country,
                "time_zone": city.time_zone,
                "languages": list(city.languages),
            }
            for city in partnership.cities
        ],
        "background": [
            {
                "id": fact.slug,
                **({"date": str(fact.date), "precision": fact.date.precision} if fact.date else {}),
                **_both(fact.text),
                "sources": list(fact.sources),
            }
            for fact in partnership.background
        ],
    }


def _instrument(text: Instrument, slugs: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": text.slug,
        "type": text.type,
        "title": _both(text.title),
        "amends": slugs.get(text.amends_id or ""),
        **_filled(renews=slugs.get(text.renews_id or ""), invented=text.invented),
        "signed": _signed(text),
        "in_force": {"from": _date(text.in_force_from), "to": _date(text.in_force_to)},
        "parties": list(text.parties),
        **_filled(supporters=list(text.supporters), observers=list(text.observers)),
        "signatories": [
            {
                "name": signatory.name,
                "office": _both(signatory.office),
                "party": signatory.party,
                "sources": list(signatory.sources),
            }
            for signatory in text.signatories
        ],
        "articles": [{"id": a.slug, "title": _both(a.title)} for a in text.articles],
        "budget": [_budget(line) for line in text.budget] or None,
        "governance": _maybe(text.governance),
        "reporting_duty": _maybe(text.reporting_duty),
        **_filled(
            mentioned=[_note(note, "what") for note in text.mentioned],
            meetings=[{"date": None, **_note(note, "id")} for note in text.meetings],
            annex=[
                {"article": clause.article, "kind": clause.kind, "audience": clause.audience}
                for clause in text.annex
            ],
        ),
    }


def _signed(text: Instrument) -> dict[str, Any]:
    signed = text.signed
    return {
        "date": _date(signed.date),
        "precision": signed.date.precision if signed.date else None,
        "place": _maybe(signed.place),
        **_filled(note=_maybe(signed.note)),
        "sources": list(signed.sources),
    }


def _commitment(
    line: Commitment, names: Mapping[str, str], indicators: Sequence[Indicator]
) -> dict[str, Any]:
    return {
        "id": line.slug,
        "article": line.article,
        "service": line.service,
        **_filled(title=_maybe(line.title)),
        "text": _both(line.text),
        "owners": list(line.owners),
        **_filled(partners=list(line.partners)),
        "beneficiaries": _maybe(line.beneficiaries),
        "deadline": _date(line.deadline),
        "indicators": [_indicator(indicator) for indicator in indicators],
        "reported_state": [
            {**_both(said.text), "as_of": str(said.as_of), "sources": list(said.sources)}
            for said in line.reported_state
        ],
        **_filled(renews=names.get(line.renews_id or "")),
        "sources": list(line.sources),
    }


def _indicator(indicator: Indicator) -> dict[str, Any]:
    return {
        "id": indicator.slug,
        "unit": indicator.unit,
        **_both(indicator.label),
        **_filled(
            definition=_maybe(indicator.definition),
            service=indicator.service,
            counted_by=indicator.name,
            reading="latest" if indicator.reading == Indicator.Reading.LATEST else "",
            baseline=None if indicator.baseline is None else _number(indicator.baseline),
            targets=[_target(target) for target in indicator.targets],
        ),
    }


def _target(target: Target) -> dict[str, Any]:
    return {**_period(target.period), "value": _number(target.value)}


def _budget(line: BudgetLine) -> dict[str, Any]:
    return {
        "amount": _number(line.amount),
        "currency": line.currency,
        "for": line.purpose,
        **_filled(
            note=_maybe(line.note),
            funder=line.funder,
            period=_period(line.period) if line.period else None,
            spent=line.spent,
            certainty=line.certainty if line.certainty != "reported" else "",
        ),
        "sources": list(line.sources),
    }


def _note(note: Note, key: str) -> dict[str, Any]:
    when = {"date": str(note.date)} if note.date else {}
    return {key: note.about, **when, **_both(note.text), "sources": list(note.sources)}


def _number(value: Decimal) -> int | str:
    """Return an exact number: an integer, or the decimal as text."""
    return int(value) if value == value.to_integral_value() else str(value.normalize())


def _period(period: Period) -> dict[str, str]:
    return {"from": str(period.start), "to": str(period.end - timedelta(days=1))}


def _both(text: Bilingual) -> dict[str, str]:
    return {"fr": text.fr, "en": text.en}


def _maybe(text: Bilingual | None) -> dict[str, str] | None:
    return _both(text) if text else None


def _date(when: FuzzyDate | None) -> str | None:
    return str(when) if when else None


def _filled(**fields: Any) -> dict[str, Any]:  # noqa: ANN401  # JSON values
    """Keep the fields that say something; a baseline of 0 does."""
    return {name: v for name, v in fields.items() if v or (v == 0 and v is not False)}
