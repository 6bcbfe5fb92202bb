"""How rows become the parameters of one statement, and what is refused there.

Django's fields ask the same questions at each value: which type, which database, which time
zone. A page of 500 records has some 8,000 values, so the answers are found once a column and
the usual types take a short way; anything else is left to the field.
"""

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache, lru_cache, partial
from itertools import chain
from typing import Any, TypeAlias

import orjson
import psycopg
from django.db import connections, models, router
from django.db.backends.base.base import BaseDatabaseWrapper

Prepare = Callable[[Any], Any]
Column: TypeAlias = "models.Field[Any, Any]"
NULL = "holds a null character"


class UnfitValueError(ValueError):
    """A value that one database would take and another would not."""

    def __init__(self, column: str, reason: str) -> None:
        """Say what is wrong with the value for *column*."""
        super().__init__(f"{column} {reason}")


def preparer(field: Column, connection: BaseDatabaseWrapper) -> Prepare:
    """Return the function that turns a value of *field* into a parameter for *connection*.

    The function raises `UnfitValueError` when a text is too long or holds a null character.
    """
    save = partial(field.get_db_prep_save, connection=connection)
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    limit, cls = getattr(target, "max_length", None), type(target)
    if isinstance(target, models.JSONField):
        usual = cls.get_db_prep_value is models.JSONField.get_db_prep_value
        return _json(target, save, usual=usual)
    if cls.get_prep_value in {models.CharField.get_prep_value, models.TextField.get_prep_value}:
        return _text(field.name, limit, save)
    short = _short(target, connection)
    return _exactly(*short, save) if short else _checked(field.name, limit, save)


def _short(field: Column, connection: BaseDatabaseWrapper) -> tuple[type, Prepare] | None:
    """Return a type, and what *connection* makes of its values, for a column that has a usual way.

    Values of a page repeat: it was written on one day, mostly in one transaction.
    """
    ops, usual = connection.ops, type(field).get_prep_value
    if usual is models.DateTimeField.get_prep_value:
        return datetime, lru_cache(1024)(ops.adapt_datetimefield_value)
    if usual is models.DateField.get_prep_value:
        return date, lru_cache(1024)(ops.adapt_datefield_value)
    if usual is models.BooleanField.get_prep_value:
        return bool, bool
    if usual is models.IntegerField.get_prep_value:
        kind = field.get_internal_type()
        return int, partial(ops.adapt_integerfield_value, internal_type=kind)
    return None


def _exactly(kind: type, short: Prepare, save: Prepare) -> Prepare:
    def prepare(value: object) -> object:
        if value is None:
            return None
        if type(value) is not kind or getattr(value, "tzinfo", UTC) is None:
            return save(value)
        return short(value)

    return prepare


def _text(name: str, limit: int | None, save: Prepare) -> Prepare:
    checked = _checked(name, limit, save)

    def prepare(value: object) -> object:
        if type(value) is str and "\0" not in value and (not limit or len(value) <= limit):
            return value
        return checked(value)

    return prepare


def _checked(name: str, limit: int | None, save: Prepare) -> Prepare:
    def prepare(value: object) -> object:
        if value is None:
            return None
        saved = save(value)
        if isinstance(saved, str):
            if limit and len(saved) > limit:
                raise UnfitValueError(name, f"is longer than {limit} characters")
            if "\0" in saved:
                raise UnfitValueError(name, NULL)
        return saved

    return prepare


def _json(field: "models.JSONField[Any, Any]", save: Prepare, *, usual: bool) -> Prepare:
    def prepare(value: object) -> object:
        if value is None:
            return None
        plain = field.get_prep_value(value)
        text = _dumped(plain) if usual and field.encoder is None else None
        if (text is None or "\\u0000" in text) and _holds_null(plain):
            raise UnfitValueError(field.name, NULL)
        if text is None:
            return json.dumps(plain, cls=field.encoder) if usual else save(value)
        return text

    return prepare


def _dumped(plain: object) -> str | None:
    """Return the JSON of *plain*; None for numbers past 64 bits and keys that are no texts."""
    try:
        return orjson.dumps(plain).decode()
    except TypeError:
        return None


def _holds_null(plain: object) -> bool:
    if isinstance(plain, str):
        return "\0" in plain
    if isinstance(plain, Mapping):
        return any(_holds_null(key) or _holds_null(each) for key, each in plain.items())
    if isinstance(plain, list | tuple):
        return any(map(_holds_null, plain))
    return False


TOGETHER = (500, 50)
"""Rows of one statement on SQLite: a page, and parts of a shorter one. 500 rows of 65 columns
stay below the 32,766 parameters that it takes."""


@dataclass(frozen=True, slots=True)
class Insertion:
    """Statements that insert many rows; each row is a sequence of parameters.

    SQLite leaves the interpreter to other threads, which read the next page, for as long as a
    statement runs; a statement a row would want it back 500 times a page. PostgreSQL would
    parse and plan a statement for each row, which was half of the time of a page: it gets one
    array a column instead, in binary, since writing arrays into the text of a statement and
    reading them there took longer than to insert them.
    """

    using: str
    single: str
    several: Mapping[int, str]
    by_column: bool

    def run(self, rows: Sequence[Sequence[Any]]) -> None:
        """Insert *rows*, of which there is at least one, in their order.

        The statements are in the database's own words: Django's cursor would look through
        thousands of placeholders for what to translate.
        """
        connection = connections[self.using]
        connection.ensure_connection()
        with connection.wrap_database_errors:
            if self.by_column:
                columns = [list(column) for column in zip(*rows, strict=True)]
                psycopg.Cursor(connection.connection).execute(self.single, columns)
            else:
                self._run_together(connection.connection, rows)

    def _run_together(self, raw: sqlite3.Connection, rows: Sequence[Sequence[Any]]) -> None:
        start = 0
        for size, sql in self.several.items():
            while len(rows) - start >= size:
                raw.execute(sql, list(chain.from_iterable(rows[start : start + size])))
                start += size
        if start < len(rows):
            raw.executemany(self.single, rows[start:])


@cache
def insertion(model: type[models.Model], names: tuple[str, ...], tail: str = "") -> Insertion:
    """Return what inserts the columns *names* of *model*; *tail* ends the statement."""
    using = router.db_for_write(model)
    connection = connections[using]
    table, columns = model._meta.db_table, {field.column: field for field in model._meta.fields}
    quoted = ", ".join(map(connection.ops.quote_name, names))
    into = f"INSERT INTO {connection.ops.quote_name(table)} ({quoted})"
    if connection.vendor == "postgresql":
        arrays = ", ".join(f"%b::{_kind(columns[name], connection)}[]" for name in names)
        sql = f"{into} SELECT * FROM unnest({arrays}) {tail}"  # noqa: S608  # names of our own columns
        return Insertion(using, sql, {}, by_column=True)
    row = f"({', '.join('?' * len(names))})"
    single = f"{into} VALUES {row} {tail}"
    several = {size: f"{into} VALUES {', '.join([row] * size)} {tail}" for size in TOGETHER}
    return Insertion(using, single, several, by_column=False)


def _kind(field: Column, connection: BaseDatabaseWrapper) -> str:
    """Return the type of *field* without its length: to cast to it would cut what is longer."""
    kind = field.db_type(connection) or ""
    return "text" if kind.startswith("varchar") else kind
