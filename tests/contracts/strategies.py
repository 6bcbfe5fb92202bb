"""Hypothesis strategies that build any record type from its type hints."""

import types
import typing
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Literal, Union, get_args, get_origin, get_type_hints

from django.db import transaction
from hypothesis import strategies as st

from jumelage.bridge.errors import FalseAccusationError
from jumelage.kit.component import Component, Provenance, Record
from jumelage.kit.dates import FuzzyDate
from jumelage.kit.uris import Uri
from tests.factories import (
    agreement_records,
    bridge_records,
    directory_records,
    freight_records,
    rooms_records,
    studio_records,
)

DEPENDENT = {
    **agreement_records.DEPENDENT,
    **bridge_records.DEPENDENT,
    **directory_records.DEPENDENT,
    **freight_records.DEPENDENT,
    **rooms_records.DEPENDENT,
    **studio_records.DEPENDENT,
}

ORIGINS = ("a" * 32, "b" * 32)
"""Two cities; the pool is small so that records of an example point at each other."""
POOL = tuple(str(Uri(origin, letter * 26)) for origin in ORIGINS for letter in "abc")

texts = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=0, max_size=20
)
days = st.dates(date(1996, 1, 1), date(2030, 12, 31))
instants = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # hypothesis adds the zone
fuzzy = days.flatmap(
    lambda day: st.sampled_from([f"{day:%Y}", f"{day:%Y-%m}", f"{day:%Y-%m-%d}"])
).map(FuzzyDate)
figures = st.decimals(-(10**9), 10**9, places=4, allow_nan=False).map(Decimal.normalize)

SIMPLE: Mapping[object, st.SearchStrategy[object]] = {
    bool: st.booleans(),
    int: st.integers(0, 10_000),
    date: days,
    datetime: instants,
    Decimal: figures,
    FuzzyDate: fuzzy,
    str: st.sampled_from(POOL) | texts,
    type(None): st.none(),
}


def of_type(hint: object) -> st.SearchStrategy[object]:
    """Return a strategy for values of the type *hint*."""
    if hint in SIMPLE:
        return SIMPLE[hint]
    if isinstance(hint, type) and is_dataclass(hint):
        return instances(hint)
    return _composed(get_origin(hint), get_args(hint), hint)


def _composed(
    origin: object, arguments: tuple[object, ...], hint: object
) -> st.SearchStrategy[object]:
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin in {Union, types.UnionType}:
        return st.one_of([of_type(argument) for argument in arguments])
    if origin in {tuple, list, Sequence}:
        return st.lists(of_type(arguments[0]), max_size=2).map(tuple if origin is tuple else list)
    if origin in {dict, Mapping}:
        return st.dictionaries(of_type(arguments[0]), of_type(arguments[1]), max_size=2)
    return st.from_type(typing.cast("type[object]", hint))


def instances(made: type, **known: st.SearchStrategy[object]) -> st.SearchStrategy[typing.Any]:
    """Return a strategy for instances of the dataclass *made*; *known* fields are given.

    A factory may say how to build a record whose fields depend on each other (`DEPENDENT`).
    """
    if made in DEPENDENT:
        return DEPENDENT[made](**known)
    hints = get_type_hints(made)
    unknown = {f.name: of_type(hints[f.name]) for f in fields(made) if f.name not in known}
    return st.builds(made, **unknown, **known)


def records(record_type: type[Record]) -> st.SearchStrategy[Record]:
    """Return a strategy for records of *record_type* owned by one of the two cities."""
    return instances(record_type, uri=st.sampled_from(POOL))


@dataclass(frozen=True, slots=True)
class Event:
    """Something that arrives at a node: a record, or the withdrawal of one."""

    record: Record
    provenance: Provenance
    withdrawn: bool = False

    def apply(self) -> None:
        """Let the record write its tables; an accusation that proves nothing writes none."""
        if self.withdrawn:
            type(self.record).withdraw(self.record.uri, self.provenance)
            return
        with suppress(FalseAccusationError), transaction.atomic():
            self.record.apply(self.provenance)


def provenance(uri: str, rev: int) -> Provenance:
    """Return where revision *rev* of the record *uri* came from."""
    at = datetime(2026, 11, 22, 12, rev, tzinfo=UTC)
    return Provenance(origin=Uri.parse(uri).origin, feed="public", seq=rev, rev=rev, time=at)


@st.composite
def stories(draw: st.DrawFn, component: Component) -> list[list[Event]]:
    """Draw what happens to a few records: each is put, perhaps again, perhaps withdrawn."""
    uris = draw(st.lists(st.sampled_from(POOL), unique=True, min_size=1, max_size=4))
    told = []
    for uri in uris:
        record_type = draw(st.sampled_from(component.records))
        versions = draw(st.lists(instances(record_type, uri=st.just(uri)), min_size=1, max_size=2))
        story = [Event(record, provenance(uri, rev)) for rev, record in enumerate(versions, 1)]
        if draw(st.booleans()):
            story.append(Event(versions[-1], provenance(uri, len(story) + 1), withdrawn=True))
        told.append(story)
    return told


@st.composite
def orders(draw: st.DrawFn, told: list[list[Event]]) -> list[Event]:
    """Draw an order of arrival; what happens to one record stays in its order."""
    turns = [index for index, story in enumerate(told) for _ in story]
    waiting = [iter(story) for story in told]
    return [next(waiting[index]) for index in draw(st.permutations(turns))]
