"""What the studio's records have in common: a row of the same fields, and checks."""

import dataclasses
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, ClassVar, Self

import msgspec
from django.db import models
from django.utils.translation import gettext

from jumelage.components.studio.models.rows import StudioRow, uuid_of
from jumelage.kit.errors import InvalidRecordError
from jumelage.kit.rows import RowRecord
from jumelage.kit.uris import Uri


class StudioRecord(RowRecord):
    """A record whose fields are the columns of its row, by the same names."""

    __slots__ = ()
    rows: ClassVar[type[StudioRow]]
    created_at: datetime

    def columns(self) -> Mapping[str, Any]:
        """Return the columns of the row, by attribute."""
        values: dict[str, Any] = {"uuid": uuid_of(self.uri)}
        for name, attribute, is_json in _fields(type(self)):
            value = getattr(self, name)
            values[attribute] = msgspec.to_builtins(value) if is_json else value
        return values

    @classmethod
    def of(cls, row: StudioRow) -> Self:
        """Return the record that says what *row* says."""
        names = {name: getattr(row, attribute) for name, attribute, _ in _fields(cls)}
        return msgspec.convert({"uri": row.uri, **names}, cls)


@cache
def _fields(record: type[StudioRecord]) -> Sequence[tuple[str, str, bool]]:
    """Return name, attribute of the row, and whether it is JSON, of each field but the URI."""
    found = []
    for field in dataclasses.fields(record):  # type: ignore[arg-type]  # its subclasses are dataclasses
        if field.name != "uri":
            column = record.rows._meta.get_field(field.name)
            assert isinstance(column, models.Field)  # noqa: S101  # columns have the fields' names
            found.append((field.name, column.attname, isinstance(column, models.JSONField)))
    return found


def to_the_twin(*fields: str) -> Mapping[str, frozenset[str]]:
    """Return an allow-list that lets *fields* cross to the one city a production is opened to."""
    return {"twin": frozenset({"uri", "created_at", *fields})}


def require(fact: bool, reason: str) -> None:  # noqa: FBT001  # reads as a sentence
    """Refuse the record for *reason* (a message of the catalogue) unless *fact* holds.

    Raises:
        InvalidRecordError: *fact* is false.
    """
    if not fact:
        raise InvalidRecordError(reason=gettext(reason))


def one_city(uri: str, parts: Iterable[str]) -> None:
    """Refuse *parts* that do not belong to the city that owns *uri*."""
    origin = Uri.parse(uri).origin
    for part in parts:
        require(Uri.parse(part).origin == origin, f"{part} belongs to another city")


def at_most(limit: int, things: Collection[object], what: str) -> None:
    """Refuse more than *limit* things."""
    require(len(things) <= limit, what)
