"""A unique canary in every field: of every kind of record, and of every local table.

Runs inside a node. What is built follows from the code: the fields of the record types with
all that is nested in them, and the columns of the installed tables.
"""

import itertools
import secrets
import time
import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Union, get_args, get_origin, get_type_hints

from django.apps import apps
from django.db import models

from jumelage.bridge import api as bridge
from jumelage.kit import clock
from jumelage.kit.component import Record, record_types
from jumelage.kit.dates import FuzzyDate, Period
from jumelage.kit.rows import SharedRow
from jumelage.kit.uris import Uri, new_id
from tests.pair.fitted import FITTED
from tests.pair.narrow import KEYS, NESTED_WORDS, WORDS

MADE_BY_THE_NODE = {
    "bridge.epoch-opened": "holds a place in a feed and its hash",
    "bridge.fork-found": "holds signed headers and checkpoints that crossed before",
    "bridge.snapshot-taken": "holds a place in a feed and hashes",
}
"""Kinds no person fills in, and why nothing can hide in them."""

SHARED_WORD = {"commitments.article", "articles.slug"}
"""Fields that must say the same: each article a commitment names exists."""
HEX = {"sha256", "text_hash", "head", "list_hash", "hash"}
OF_OTHERS = {"erased", "evidence", "delivery", "target"}
IDENTIFIERS = OF_OTHERS | {"uri", "about", "correction", "corrects", "organisation", "seat"}
ELSEWHERE = {"agreement.correction-requested.about", "studio.change-answered.request"}
"""Fields that must name a record of another city."""
TRUTHS = (bool, types.NoneType)


DAYS = itertools.count(int(time.time()) % 200 * 1000)
"""Days no other field has, nor another process that begins some seconds later."""


@dataclass
class Canaries:
    """Makes values nobody else has, and remembers which field got which."""

    by_field: dict[str, str] = field(default_factory=dict)
    narrow: set[str] = field(default_factory=set)
    _article: str = field(default_factory=lambda: f"a{secrets.token_hex(8)}")

    def record(self, record_type: type[Record], uri: str) -> Record:
        """Return a record of *record_type* with a canary in each field that has room for one."""
        kind, hints = record_type.kind, get_type_hints(record_type)
        names = [f.name for f in fields(record_type)]  # type: ignore[arg-type]  # records are dataclasses
        bound = FITTED[kind](uri) if kind in FITTED else {}
        self.narrow |= {leaf for leaf in leaves(record_type) if leaf.split(".")[2] in bound}
        values = {
            name: bound[name] if name in bound else self._field(kind, name, hints[name], uri)
            for name in names
        }
        values["uri"] = self._keep(f"{kind}.uri", uri)
        return record_type(**values)

    def _field(self, kind: str, name: str, hint: object, uri: str) -> object:
        path = f"{kind}.{name}"
        if path in WORDS:
            self.narrow.add(path)
            return WORDS[path]
        return self._value(path, hint, uri)

    def _value(self, path: str, hint: object, uri: str) -> Any:  # noqa: ANN401  # of the type hinted
        """Return a value of the type *hint*, its canary kept under *path*."""
        origin, arguments = get_origin(hint), get_args(hint)
        if origin in {Union, types.UnionType}:
            inner = next(a for a in arguments if a is not types.NoneType)
            return self._value(path, inner, uri)
        if origin in {tuple, list, Sequence}:
            return self._several(path, arguments[0], uri, tuple if origin is tuple else list)
        if origin in {dict, Mapping}:
            if path in KEYS:
                self.narrow.add(path)
            key = KEYS.get(path) or self._value(path, arguments[0], uri)
            return {key: self._value(path, arguments[1], uri)}
        if isinstance(hint, type) and is_dataclass(hint) and hint not in {FuzzyDate, Period}:
            return self._nested(path, hint, uri)
        return self._leaf(path, hint, uri)

    def _several(self, path: str, hint: object, uri: str, made: type) -> Any:  # noqa: ANN401  # of the type hinted
        """Return two of them where a partnership needs two cities, else one."""
        number = 2 if path.endswith(".cities") else 1
        return made(self._value(path, hint, uri) for _ in range(number))

    def _nested(self, path: str, made: type, uri: str) -> object:
        hints, tail = get_type_hints(made), path.split(".", 2)[2]
        values = {}
        for f in fields(made):
            inner = f"{tail}.{f.name}"
            if inner in NESTED_WORDS:
                self.narrow.add(f"{path}.{f.name}")
                values[f.name] = NESTED_WORDS[inner]
            elif inner in SHARED_WORD:
                values[f.name] = self._keep(f"{path}.{f.name}", self._article)
            else:
                values[f.name] = self._value(f"{path}.{f.name}", hints[f.name], uri)
        return made(**values)

    def _leaf(self, path: str, hint: object, uri: str) -> object:
        name = path.rpartition(".")[2]
        if hint in TRUTHS or getattr(hint, "__origin__", None) is not None:
            self.narrow.add(path)
            return True
        if hint is float:
            self.narrow.add(path)
            return 0.5
        if hint in {Period, FuzzyDate, date, datetime}:
            return _dated(hint, self._next_day(path))
        if hint in {int, Decimal}:
            figure = self._keep(path, str(10**11 + secrets.randbelow(9 * 10**11)))
            return int(figure) if hint is int else Decimal(figure)
        assert hint is str, f"{path}: nothing says how to make a {hint}"
        return self._keep(path, self._text(path, name, uri))

    def _text(self, path: str, name: str, uri: str) -> str:
        if name in HEX:
            return secrets.token_hex(32)
        if name in IDENTIFIERS or path in ELSEWHERE:
            foreign = name in OF_OTHERS or path in ELSEWHERE
            return str(Uri("z" * 32 if foreign else Uri.parse(uri).origin, new_id()))
        return f"c{secrets.token_hex(8)}"

    def _next_day(self, path: str) -> date:
        """Return a day of a far century that no other field has."""
        day = date(2400, 1, 1) + timedelta(next(DAYS))
        return date.fromisoformat(self._keep(path, f"{day:%Y-%m-%d}"))

    def _keep(self, path: str, canary: str) -> str:
        self.by_field[path] = canary
        return canary


def _dated(hint: object, day: date) -> object:
    """Return *day* as a value of the type *hint*."""
    if hint is Period:
        return Period(day, day + timedelta(days=1))
    if hint is FuzzyDate:
        return FuzzyDate(f"{day:%Y-%m-%d}")
    return datetime.combine(day, datetime.min.time(), UTC) if hint is datetime else day


def leaves(record_type: type[Record]) -> Iterator[str]:
    """Yield the path of each field of *record_type*, and of what is nested in it."""
    hints = get_type_hints(record_type)
    for f in fields(record_type):  # type: ignore[arg-type]  # records are dataclasses
        yield from _paths(f"{record_type.kind}.{f.name}", hints[f.name])


def _paths(path: str, hint: object) -> Iterator[str]:
    arguments = [a for a in get_args(hint) if a is not types.NoneType and a is not Ellipsis]
    if get_origin(hint) is not None and arguments and not isinstance(arguments[0], str):
        for argument in arguments:
            yield from _paths(path, argument)
    elif isinstance(hint, type) and is_dataclass(hint) and hint not in {FuzzyDate, Period}:
        inner = get_type_hints(hint)
        for f in fields(hint):
            yield from _paths(f"{path}.{f.name}", inner[f.name])
    else:
        yield path


@dataclass
class Driven:
    """What was said in one city: canaries that may cross, and canaries that must not."""

    opened: dict[str, str] = field(default_factory=dict)
    closed: dict[str, str] = field(default_factory=dict)
    narrow: set[str] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)

    def plain(self) -> dict[str, object]:
        """Return it for another process."""
        return {**vars(self), "narrow": sorted(self.narrow)}


OPENED = "benchmark"
"""What `introduce` opened every kind with."""


def drive(peer: str, third: str) -> Driven:
    """Publish every kind to every audience: closed, for a *third* city, and open to *peer*."""
    driven = Driven()
    bridge.close_instrument(OPENED)
    kinds = [r for kind, r in record_types().items() if kind not in MADE_BY_THE_NODE]
    for record_type in kinds:
        _say_closed(record_type, peer, driven)
    for record_type in kinds:
        if "twin" in record_type.audiences:
            _keep(driven.closed, "third city", _say(record_type, f"twin:{third}"))
    for record_type in kinds:
        for name, allowed in record_type.audiences.items():
            made = _say(record_type, f"twin:{peer}" if name == "twin" else name)
            driven.narrow |= made.narrow
            for path, canary in made.by_field.items():
                crosses = path.removeprefix(f"{record_type.kind}.").partition(".")[0] in allowed
                (driven.opened if crosses else driven.closed)[f"{name} {path}"] = canary
    return driven


def _say_closed(record_type: type[Record], peer: str, driven: Driven) -> None:
    """Try to publish to each audience that nothing opens."""
    for name in ("public", "network", "twin"):
        if not (record_type.opened_by_pairing and name in record_type.audiences):
            said, made = _filled(record_type)
            _keep(driven.closed, f"closed-{name}", made)
            try:
                bridge.publish(said, audience=f"twin:{peer}" if name == "twin" else name)
            except bridge.KindNotOpenedError:
                driven.refused.append(f"{name} {record_type.kind}")


def _say(record_type: type[Record], audience: str) -> Canaries:
    """Open the kind to *audience* and publish a record of it."""
    kind = record_type.kind
    bridge.open_kind(kind=kind, audience=audience, article="a", instrument=OPENED)
    said, made = _filled(record_type)
    bridge.publish(said, audience=audience)
    return made


def _keep(kept: dict[str, str], why: str, made: Canaries) -> None:
    kept.update({f"{why} {path}": canary for path, canary in made.by_field.items()})


def _filled(record_type: type[Record]) -> tuple[Record, Canaries]:
    made = Canaries()
    return made.record(record_type, bridge.new_uri()), made


SAID_ON_PURPOSE = {
    "bridge": {
        "Checkpoint", "Entry", "Feed", "Fork", "KeyStatement", "Node", "Snapshot", "Tally",
        "Projection", "Release", "Cut", "CutEntry", "Reader", "Contact", "Recovery", "Pairing",
    },
    "contenttypes": {"ContentType"},
    "auth": {"Permission", "Group"},
}  # fmt: skip
"""Tables without anything a person wrote: what crossed itself, keys, counts, the line."""


def local_models() -> list[type[models.Model]]:
    """Return every table whose rows stay on the node."""
    return [
        model
        for model in apps.get_models()
        if not issubclass(model, SharedRow)
        and model.__name__ not in SAID_ON_PURPOSE.get(model._meta.app_label, set())
    ]


def fill_local() -> dict[str, str]:
    """Write a row of canaries into every local table; return them by column."""
    found: dict[str, str] = {}
    made: dict[type[models.Model], models.Model] = {}
    for model in local_models():
        _row(model, found, made)
    return found


def _row(
    model: type[models.Model], found: dict[str, str], made: dict[type[models.Model], models.Model]
) -> models.Model:
    """Write one row of *model*, and before it the rows it must point at."""
    if model not in made:
        row = model()
        for column in model._meta.concrete_fields:
            if isinstance(column, models.ForeignKey):
                if not column.null and isinstance(column.related_model, type):
                    setattr(row, column.name, _row(column.related_model, found, made))
            elif not column.primary_key or isinstance(column, models.CharField):
                _fill(row, column, found)
        if model._meta.model_name == "standing":
            row.pk = 1
        row.save(force_insert=True)
        made[model] = row
    return made[model]


def _fill(row: models.Model, column: "models.Field[Any, Any]", found: dict[str, str]) -> None:
    """Put a canary into *column* if it has room for one, else what the table demands."""
    path, canary = f"{row._meta.label}.{column.name}", f"c{secrets.token_hex(8)}"
    if isinstance(row, SharedRow) and column.has_default():
        return  # only pointed at: it must be a row that records could have written
    holds = getattr(column, "holds", None)
    if holds is not None:
        made = Canaries()
        setattr(row, column.attname, made._value(path, holds, f"jumelage:{'a' * 32}:{new_id()}"))
        found.update({f"{path} {inner}": value for inner, value in made.by_field.items()})
        return
    written = _written(column, canary)
    if written is not None:
        setattr(row, column.attname, written)
        found[path] = canary
    elif not column.null and not column.has_default():
        setattr(row, column.attname, _demanded(column))


def _written(column: "models.Field[Any, Any]", canary: str) -> object:
    """Return *canary* in the form *column* takes; None when it has no room."""
    if isinstance(column, models.JSONField):
        return {"en": canary}
    if isinstance(column, models.BinaryField):
        return canary.encode()
    text = (models.CharField, models.TextField, models.FileField, models.GenericIPAddressField)
    short = column.max_length is not None and column.max_length < 32
    if not isinstance(column, text) or column.choices or (short and not column.primary_key):
        return None
    return f"{canary}@paris.example" if isinstance(column, models.EmailField) else canary


def _demanded(column: "models.Field[Any, Any]") -> object:
    if isinstance(column, models.DateTimeField):
        return clock.now()
    if isinstance(column, models.DateField):
        return clock.today()
    if isinstance(column, models.CharField):
        return column.choices[0][0] if column.choices else "fr"
    return 1
