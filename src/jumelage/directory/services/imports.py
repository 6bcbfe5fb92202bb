"""Reads a file of the organisations an agreement names, and lists them as historical facts."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

import yaml
from django.db import transaction
from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from jumelage.bridge.api import me, new_uri, publish_all
from jumelage.directory.errors import ActorsFileError
from jumelage.directory.models import Organisation, OrganisationChange, Person
from jumelage.directory.policy import ensure
from jumelage.directory.records import OrganisationChanged, OrganisationListed
from jumelage.directory.services.organisations import listing
from jumelage.kit.dates import DateFormatError, FuzzyDate
from jumelage.kit.i18n import Bilingual

LARGEST_FILE = 1024 * 1024
"""Bytes; the real file has six thousand."""
MOST_PROBLEMS = 10

Actor = Mapping[str, Any]
"""One entry of `actors`, as the schema allows it."""


@transaction.atomic
def import_actors(
    source: Path | str | Mapping[str, Any],
    *,
    cities: Collection[str] | None = None,
    by: Person,
) -> list[Organisation]:
    """List the organisations of *source*: a file, its YAML text, or the parsed document.

    All or nothing; importing again changes what changed. An organisation another city lists
    is left to it. With *cities*, only those in one of them are listed. Returns what was
    listed or changed.

    Raises:
        NotAllowedError: *by* may not import.
        ActorsFileError: the file is too large, not YAML, or not what the schema allows.
    """
    ensure(by, "directory.import-organisations")
    document = source if isinstance(source, Mapping) else _read(source)
    check(document)
    chosen = [actor for actor in document["actors"] if cities is None or actor["city"] in cities]
    records = list(_records(chosen, document.get("sources", {})))
    publish_all(records)
    uris = {getattr(record, "organisation", record.uri) for record in records}
    return list(Organisation.objects.filter(uri__in=uris).order_by("current_name", "uri"))


class _PlainLoader(yaml.SafeLoader):
    """Reads YAML without aliases, which a few lines can grow into gigabytes."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.events.AliasEvent):
            raise yaml.YAMLError(_("aliases are not allowed"))
        return super().compose_node(parent, index)


def _read(source: Path | str) -> Mapping[str, Any]:
    try:
        raw = source.read_bytes() if isinstance(source, Path) else source.encode()
        if len(raw) > LARGEST_FILE:
            reason = _("it has {size} bytes, at most {limit} are read.")
            raise ActorsFileError(reason=reason.format(size=len(raw), limit=LARGEST_FILE))
        document = yaml.load(raw, Loader=_PlainLoader)  # noqa: S506  # a SafeLoader
    except RecursionError as error:
        raise ActorsFileError(reason=_("it is too deep.")) from error
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise ActorsFileError(reason=str(error)[:500]) from error
    if not isinstance(document, Mapping):
        raise ActorsFileError(reason=_("it does not hold a list of organisations."))
    return document


@cache
def _schema() -> Draft202012Validator:
    text = files("jumelage.directory").joinpath("data/actors.schema.json").read_text("utf-8")
    return Draft202012Validator(json.loads(text))


def check(document: Mapping[str, Any]) -> None:
    """Go on only if *document* is what the schema allows.

    Raises:
        ActorsFileError: with up to ten problems and the place of each.
    """
    found = dict.fromkeys(_sentence(error) for error in _schema().iter_errors(document))
    problems = list(found) or list(_deeper_problems(document))
    if problems:
        shown = problems[:MOST_PROBLEMS]
        if len(problems) > MOST_PROBLEMS:
            shown.append(_("… and {n} more").format(n=len(problems) - MOST_PROBLEMS))
        raise ActorsFileError(reason=" ".join(shown))


def _sentence(error: ValidationError) -> str:
    rule, limit = str(error.validator), error.validator_value
    given: Any = error.instance
    names: list[object] = []
    if rule == "required":
        names = [name for name in cast("list[str]", limit) if name not in given]
    elif rule == "additionalProperties":
        known = cast("Mapping[str, Any]", error.schema).get("properties", {})
        names = [name for name in given if name not in known]
    elif rule == "enum":
        names = [one for one in cast("list[object]", limit) if one is not None]
    words = _reasons().get(rule) or _("“{value}” does not fit.")
    told = words.format(value=str(given)[:80], limit=limit, names=", ".join(map(str, names)))
    return _at(error.json_path.removeprefix("$").lstrip(".") or _("the file"), told)


def _at(place: str, problem: str) -> str:
    return _("{place}: {problem}").format(place=place, problem=problem)


def _reasons() -> dict[str, str]:
    return {
        "required": _("{names} missing."),
        "additionalProperties": _("unknown field {names}."),
        "enum": _("“{value}” is none of {names}."),
        "type": _("“{value}” is of another type than {limit}."),
        "pattern": _("“{value}” is not written as expected."),
        "maxLength": _("longer than {limit} characters."),
        "maxItems": _("more than {limit} entries."),
        "minLength": _("empty."),
    }


def _deeper_problems(document: Mapping[str, Any]) -> Iterator[str]:
    seen: set[str] = set()
    for actor in document["actors"]:
        if actor["id"] in seen:
            yield _at(actor["id"], _("listed twice."))
        seen.add(actor["id"])
        for date in [change["date"] for change in _changes(actor)]:
            try:
                FuzzyDate(date)
            except DateFormatError as error:
                yield _at(actor["id"], str(error))


def _changes(actor: Actor) -> Sequence[Mapping[str, Any]]:
    """Return the changes of *actor*; version 0.1 knew a closing date only."""
    stated: Sequence[Mapping[str, Any]] = actor.get("changes", [])
    if actor.get("closed") and not stated:
        return [{"kind": "closed", "date": actor["closed"], **actor.get("now_note", {})}]
    return stated


def _records(
    actors: Sequence[Actor], sources: Mapping[str, Mapping[str, str]]
) -> Iterator[OrganisationListed | OrganisationChanged]:
    slugs = [actor["id"] for actor in actors]
    known = Organisation.objects.listed().filter(slug__in=slugs).prefetch_related("changes")
    held = {organisation.slug: organisation for organisation in known.order_by("-uri")}
    origin = me().origin
    for actor in actors:
        old = held.get(actor["id"])
        if old is not None and old.origin != origin:
            continue
        listed = _listed(actor, old.uri if old else new_uri(), sources)
        if old is None or listing(old) != listed:
            yield listed
        yield from _new_changes(actor, listed.uri, old.history if old else [], sources)


def _listed(actor: Actor, uri: str, sources: Mapping[str, Mapping[str, str]]) -> OrganisationListed:
    return OrganisationListed(
        uri=uri,
        slug=actor["id"],
        organisation_kind=actor["kind"],
        name=actor["name"],
        description=_bilingual(actor),
        city=actor["city"],
        country=actor["country"],
        website=actor.get("website", ""),
        status=actor.get("now") or "unknown",
        role_in_agreement=actor.get("role_in_agreement", ""),
        sources=_cited(actor, sources),
        fictional=actor.get("fictional", False),
        historical=not actor.get("fictional", False),
    )


def _new_changes(
    actor: Actor,
    uri: str,
    history: Sequence[OrganisationChange],
    sources: Mapping[str, Mapping[str, str]],
) -> Iterator[OrganisationChanged]:
    recorded = {(change.kind, change.date) for change in history}
    for change in _changes(actor):
        if (change["kind"], change["date"]) not in recorded:
            yield OrganisationChanged(
                uri=new_uri(),
                organisation=uri,
                change=change["kind"],
                date=FuzzyDate(change["date"]),
                note=_bilingual(change),
                name_before=change.get("name_before", ""),
                name_after=change.get("name_after", ""),
                sources=_cited(change, sources),
            )


def _bilingual(entry: Mapping[str, Any]) -> Bilingual:
    return Bilingual(fr=entry.get("fr", ""), en=entry.get("en", ""))


def _cited(
    entry: Mapping[str, Any], sources: Mapping[str, Mapping[str, str]]
) -> tuple[Bilingual, ...]:
    codes = entry.get("sources", [])
    return tuple(Bilingual.of(dict(sources.get(code, {"fr": code, "en": code}))) for code in codes)
