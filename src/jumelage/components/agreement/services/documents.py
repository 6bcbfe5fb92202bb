"""Reads an agreement file and lists everything that is wrong with it; writes nothing."""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext_lazy
from django.utils.translation.trans_null import gettext_noop as _
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from jumelage.components.agreement.errors import AgreementFileError, Fault
from jumelage.components.agreement.models import Instrument
from jumelage.directory.models import Organisation
from jumelage.kit.component import record_types
from jumelage.kit.dates import DateFormatError, FuzzyDate

LARGEST_FILE = 10 * 1024 * 1024
"""Bytes; the real file has nineteen thousand."""

Document = Mapping[str, Any]
"""A parsed agreement file."""


class _PlainLoader(yaml.SafeLoader):
    """Reads YAML without aliases (which can grow without bound); dates stay as written."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.events.AliasEvent):
            raise yaml.YAMLError("aliases are not allowed")
        return super().compose_node(parent, index)


_PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in known if tag != "tag:yaml.org,2002:timestamp"]
    for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_agreement(source: Path | str) -> Document:
    """Parse the agreement in *source*: a file, or its YAML (or JSON) text.

    Raises:
        AgreementFileError: too large, not YAML, or not a mapping.
    """
    try:
        raw = source.read_bytes() if isinstance(source, Path) else source.encode()
        if len(raw) > LARGEST_FILE:
            facts: dict[str, object] = {"size": len(raw), "limit": LARGEST_FILE}
            fault = Fault("", _("the file has {size} bytes; at most {limit} are read"), facts)
            raise AgreementFileError([fault])
        document = yaml.load(raw, Loader=_PlainLoader)  # noqa: S506  # a SafeLoader
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        facts = dict[str, object](reason=str(error)[:300])
        raise AgreementFileError([Fault("", _("not readable: {reason}"), facts)]) from error
    if not isinstance(document, Mapping):
        raise AgreementFileError([Fault("", _("the file does not hold an agreement"), {})])
    return document


def validate_agreement(document: Document) -> list[Fault]:
    """Return every fault of *document* with its path; empty when it can be imported."""
    faults = [_schema_fault(error) for error in _schema().iter_errors(document)]
    return faults or list(_deeper_faults(document))


@cache
def _schema() -> Draft202012Validator:
    folder = files("jumelage.components.agreement").joinpath("data")
    return Draft202012Validator(json.loads((folder / "agreement.schema.json").read_text("utf-8")))


_SENTENCES = {
    "required": _("missing: {names}"),
    "additionalProperties": _("unknown field: {names}"),
    "enum": _("“{value}” is none of the known words"),
    "const": _("“{value}” is not expected here"),
    "type": _("“{value}” is of the wrong type"),
    "anyOf": _("“{value}” does not fit"),
    "pattern": _("“{value}” is not written as expected"),
    "maxLength": _("longer than {limit} characters"),
    "minLength": _("empty text"),
    "maxItems": _("more than {limit} entries"),
    "minItems": _("fewer than {limit} entries"),
    "uniqueItems": _("the same entry twice"),
    "propertyNames": _("“{value}” is not written as expected"),
}


def _schema_fault(error: ValidationError) -> Fault:
    path = error.json_path.removeprefix("$").removeprefix(".")
    facts = {
        "value": str(error.instance)[:80],
        "limit": error.validator_value,
        "names": ", ".join(_names(error)),
    }
    return Fault(path, _SENTENCES.get(str(error.validator), _SENTENCES["anyOf"]), facts)


def _names(error: ValidationError) -> list[str]:
    """Return the fields that are missing, or that the schema does not know."""
    instance: Any = error.instance
    rule: Any = error.validator_value
    if error.validator == "required":
        return [name for name in rule if name not in instance]
    if error.validator == "additionalProperties" and isinstance(error.schema, Mapping):
        return [str(name) for name in instance if name not in error.schema.get("properties", {})]
    return []


def _deeper_faults(document: Document) -> Iterator[Fault]:
    """Yield what a schema cannot say: dates, and names that point at nothing."""
    yield from _date_faults("", document)
    yield from _source_faults("", document, set(document["sources"]))
    yield from _repeated("agreements", document["agreements"])
    lines = [line for text in document["agreements"] for line in text["commitments"]]
    yield from _repeated("commitments", lines)
    yield from _organisation_faults(document)
    earlier = set(Instrument.objects.live().values_list("slug", flat=True))
    for at, text in enumerate(document["agreements"]):
        yield from _agreement_faults(f"agreements[{at}]", text, earlier)
        earlier.add(text["id"])


def _agreement_faults(path: str, text: Document, earlier: set[str]) -> Iterator[Fault]:
    for name in ("amends", "renews"):
        if text.get(name) and text[name] not in earlier:
            yield Fault(f"{path}.{name}", _("no earlier agreement “{name}”"), {"name": text[name]})
    articles = {article["id"] for article in text["articles"]}
    yield from _repeated(f"{path}.articles", text["articles"])
    for at, line in enumerate(text["commitments"]):
        place = f"{path}.commitments[{at}]"
        if line["article"] not in articles:
            yield Fault(f"{place}.article", _("no article “{name}”"), {"name": line["article"]})
        yield from _repeated(f"{place}.indicators", line["indicators"])
    yield from _annex_faults(path, text, articles)
    if not list(_date_faults("", text)):
        yield from _period_faults(path, text)


def _annex_faults(path: str, text: Document, articles: set[str]) -> Iterator[Fault]:
    for at, clause in enumerate(text.get("annex", [])):
        place = f"{path}.annex[{at}]"
        if clause["article"] not in articles:
            yield Fault(f"{place}.article", _("no article “{name}”"), {"name": clause["article"]})
        if clause["kind"] not in record_types():
            yield Fault(f"{place}.kind", _("no record kind “{name}”"), {"name": clause["kind"]})


def _period_faults(path: str, text: Document) -> Iterator[Fault]:
    start, end = text["in_force"]["from"], text["in_force"]["to"]
    if start and end and FuzzyDate(end).last_day < FuzzyDate(start).first_day:
        yield Fault(f"{path}.in_force", _("the end is before the beginning"), {})
    for at, line in enumerate(text["budget"] or []):
        period = line.get("period")
        if period and period["to"] < period["from"]:
            yield Fault(f"{path}.budget[{at}].period", _("the end is before the beginning"), {})


def _repeated(path: str, entries: Sequence[Document]) -> Iterator[Fault]:
    seen: set[str] = set()
    for entry in entries:
        if entry["id"] in seen:
            yield Fault(path, _("“{name}” is there twice"), {"name": entry["id"]})
        seen.add(entry["id"])


_DATES = ("date", "from", "to", "deadline", "as_of")


def _date_faults(path: str, value: object) -> Iterator[Fault]:
    """Yield dates that do not exist, and dates whose stated precision is another one."""
    if isinstance(value, Mapping):
        yield from _precision_fault(path, value)
        for name, inner in value.items():
            place = f"{path}.{name}".lstrip(".")
            if name in _DATES and isinstance(inner, str) and not _exists(inner):
                yield Fault(place, _("“{date}” is not a date that exists"), {"date": inner})
            yield from _date_faults(place, inner)
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from _date_faults(f"{path}[{at}]", inner)


def _exists(text: str) -> bool:
    try:
        FuzzyDate(text)
    except DateFormatError:
        return False
    return True


_PRECISIONS = {
    "day": gettext_lazy("a day"),
    "month": gettext_lazy("a month"),
    "year": gettext_lazy("a year"),
    None: gettext_lazy("no date"),
}


def _precision_fault(path: str, value: Document) -> Iterator[Fault]:
    said, text = value.get("precision"), value.get("date")
    if "precision" not in value or (text and not _exists(text)):
        return
    real = FuzzyDate(text).precision if text else None
    if said != real:
        facts = {"date": text or "null", "real": _PRECISIONS[real], "said": said or "null"}
        sentence = _("“{date}” is {real}, but the file says “{said}”")
        yield Fault(f"{path}.precision", sentence, facts)


def _source_faults(path: str, value: object, known: set[str]) -> Iterator[Fault]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            place = f"{path}.{name}".lstrip(".")
            if name == "sources" and isinstance(inner, list):
                for source in inner:
                    if source not in known:
                        yield Fault(place, _("no source “{name}”"), {"name": source})
            yield from _source_faults(place, inner, known)
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from _source_faults(f"{path}[{at}]", inner, known)


def _organisation_faults(document: Document) -> Iterator[Fault]:
    named = dict(_organisations(document))
    known = Organisation.objects.listed()
    found = set(known.filter(slug__in=set(named.values())).values_list("slug", flat=True))
    found |= set(known.filter(uri__in=set(named.values())).values_list("uri", flat=True))
    for path, name in named.items():
        if name not in found:
            yield Fault(path, _("no organisation “{name}” in the directory"), {"name": name})


def _organisations(document: Document) -> Iterator[tuple[str, str]]:
    """Yield `(path, organisation)` for every organisation the document names."""
    for at, text in enumerate(document["agreements"]):
        path = f"agreements[{at}]"
        yield from _listed(path, text, ("parties", "supporters", "observers"))
        for index, line in enumerate(text["commitments"]):
            yield from _listed(f"{path}.commitments[{index}]", line, ("owners", "partners"))
        for index, signatory in enumerate(text["signatories"]):
            yield f"{path}.signatories[{index}].party", signatory["party"]
        for index, line in enumerate(text["budget"] or []):
            if line.get("funder"):
                yield f"{path}.budget[{index}].funder", line["funder"]


def _listed(path: str, entry: Document, names: Sequence[str]) -> Iterator[tuple[str, str]]:
    for name in names:
        for index, organisation in enumerate(entry.get(name, [])):
            yield f"{path}.{name}[{index}]", organisation
