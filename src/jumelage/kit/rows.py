"""Shared rows: what every projection of a record has, and how it is written.

Rows are written only by the `apply` and `withdraw` of record types. A held revision is never
replaced by an older one, so records may arrive in any order and more than once. Rows point at
each other by URI without a database constraint, for the same reason.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any, ClassVar, Generic, Self, TypeVar, cast

from django.db import connections, models, router

from jumelage.kit.component import Provenance
from jumelage.kit.errors import InvalidRecordError
from jumelage.kit.sql.columns import Insertion, Prepare, UnfitValueError, insertion, preparer

M = TypeVar("M", bound="SharedRow")
Values = Mapping[str, Any]
Said = tuple[str, Provenance, Values]
"""What a record says: its URI, where it came from, the columns of its row (attribute names)."""


class SharedRows(models.QuerySet[M], Generic[M]):
    """Sets of shared rows."""

    def live(self) -> Self:
        """Keep the rows whose record is not withdrawn."""
        return self.filter(withdrawn_at=None)

    def project(self, uri: str, provenance: Provenance, values: Values) -> None:
        """Write the row of the record *uri*, unless a newer revision is held."""
        self.project_page([(uri, provenance, values)])

    def project_page(self, page: Sequence[Said]) -> None:
        """Write the rows of *page* with one statement; the newest revision of each URI wins.

        Raises:
            InvalidRecordError: a text is too long for its column or holds a null character;
                nothing is written.
        """
        newest: dict[str, tuple[Provenance, Values]] = {}
        for uri, provenance, values in page:
            if uri not in newest or newest[uri][0].rev <= provenance.rev:
                newest[uri] = (provenance, values)
        if newest:
            _upsert(
                self.model,
                [
                    {"uri": uri, **_origin(provenance), **values}
                    for uri, (provenance, values) in newest.items()
                ],
            )

    def retract(self, uri: str, provenance: Provenance) -> None:
        """Mark the record *uri* withdrawn by its owner; unknown identifiers are ignored."""
        self.filter(uri=uri, origin=provenance.origin, rev__lte=provenance.rev).update(
            withdrawn_at=provenance.time, rev=provenance.rev
        )

    def erase(self, uri: str, provenance: Provenance) -> None:
        """Delete the row of the record *uri* of the same owner, and nothing that points at it."""
        self.filter(uri=uri, origin=provenance.origin).delete()


class SharedRow(models.Model):
    """A projection of a record: its URI, the node that owns it, its revision."""

    uri = models.CharField(primary_key=True, max_length=80)
    origin = models.CharField(max_length=32)
    rev = models.PositiveBigIntegerField(default=1)
    recorded_at = models.DateTimeField()
    """When the owner’s node signed the entry; for display only, never to decide what counts."""
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class RowRecord(ABC):
    """A record type whose records are one row each of `rows`: they say its columns.

    `kit.component.Record` says what the bridge asks of it. Types from whose records more follows
    than their row say what is `touched`, and `settle` it after every change.
    """

    __slots__ = ()
    kind: ClassVar[str]
    rows: ClassVar[type[SharedRow]]
    audiences: ClassVar[Mapping[str, frozenset[str]]]
    opened_by_pairing: ClassVar[bool] = False
    uri: str

    @abstractmethod
    def columns(self) -> Values:
        """Return the columns of the row, by attribute."""

    def check(self, provenance: Provenance) -> None:  # noqa: B027  # for those that need it
        """Refuse what only the entry that carried the record shows to be wrong.

        Raises:
            InvalidRecordError: it is.
        """

    def apply(self, provenance: Provenance) -> None:
        """Write the row."""
        self.apply_page([(self, provenance)])

    @classmethod
    def apply_page(cls, page: Sequence[tuple[Self, Provenance]]) -> None:
        """Write the rows of *page* with one statement, then what follows from them."""
        for record, provenance in page:
            record.check(provenance)
        before = cls.touched([record.uri for record, _ in page])
        rows_of(cls.rows).project_page(
            [(record.uri, provenance, record.columns()) for record, provenance in page]
        )
        cls.settle(before | {each for record, _ in page for each in record.touches()})

    @classmethod
    def withdraw(cls, uri: str, provenance: Provenance) -> None:
        """Mark the row withdrawn."""
        rows_of(cls.rows).retract(uri, provenance)
        cls.settle(cls.touched([uri]))

    @classmethod
    def erase(cls, uri: str, provenance: Provenance) -> None:
        """Remove the row and all it said."""
        before = cls.touched([uri])
        rows_of(cls.rows).erase(uri, provenance)
        cls.settle(before)

    def touches(self) -> Collection[str]:
        """Return what follows from this record and must be worked out again; usually nothing."""
        return ()

    @classmethod
    def touched(cls, uris: Sequence[str]) -> set[str]:  # noqa: ARG003  # for those that need it
        """Return what follows from the rows *uris* as they are held now."""
        return set()

    @classmethod  # noqa: B027  # for those that need it
    def settle(cls, touched: Collection[str]) -> None:
        """Work out again what follows."""


def rows_of(model: type[SharedRow]) -> SharedRows[Any]:
    """Return all rows of *model*."""
    return cast("SharedRows[Any]", model._default_manager.all())


def _origin(provenance: Provenance) -> dict[str, Any]:
    return {
        "origin": provenance.origin,
        "rev": provenance.rev,
        "recorded_at": provenance.time,
        "withdrawn_at": None,
    }


@cache
def _columns(model: type[models.Model]) -> Sequence[tuple[str, Any, Prepare]]:
    """Return the attribute, the default and the way into the database of each column."""
    connection = connections[router.db_for_write(model)]
    return [
        (field.attname, field.get_default(), preparer(field, connection))
        for field in model._meta.concrete_fields
    ]


def _upsert(model: type[models.Model], rows: Sequence[Values]) -> None:
    """Insert or replace *rows* by URI, all with the same columns, in one prepared statement.

    `bulk_create` builds a model instance and compiles SQL per row, and splits a page of 500
    into nine statements on SQLite: receiving a page of evidence took 1.7 x the time with it.
    """
    parameters = [_parameters(model, row) for row in rows]
    _statement(model, frozenset(rows[0])).run(parameters)


def _parameters(model: type[models.Model], row: Values) -> list[Any]:
    """Return the parameters of *row*; refuse what one database would take and another not."""
    try:
        return [prepare(row.get(name, default)) for name, default, prepare in _columns(model)]
    except UnfitValueError as error:
        raise InvalidRecordError(reason=f"{row['uri']}: {error}") from error


@cache
def _statement(model: type[models.Model], given: frozenset[str]) -> Insertion:
    """Return what inserts every column, or replaces the *given* ones if newer."""
    quote, fields = connections[router.db_for_write(model)].ops.quote_name, _fields(model)
    updates = ", ".join(
        f"{quote(column)} = EXCLUDED.{quote(column)}"
        for name, column in fields.items()
        if name in given and name != "uri"
    )
    table, uri, rev = quote(model._meta.db_table), quote(fields["uri"]), quote(fields["rev"])
    newer = f"WHERE {table}.{rev} <= EXCLUDED.{rev}"
    tail = f"ON CONFLICT ({uri}) DO UPDATE SET {updates} {newer}"
    return insertion(model, tuple(fields.values()), tail)


def _fields(model: type[models.Model]) -> dict[str, str]:
    """Return the column of each attribute."""
    return {field.attname: field.column or "" for field in model._meta.concrete_fields}
