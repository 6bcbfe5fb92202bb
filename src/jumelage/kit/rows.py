"""Shared rows: what every projection of a record has, and how it is written.

Rows are written only by the `apply` and `withdraw` of record types. A held revision is never
replaced by an older one, so records may arrive in any order and more than once. Rows point at
each other by URI without a database constraint, for the same reason.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Generic, Self, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connections, models, router

from jumelage.kit.component import Provenance
from jumelage.kit.errors import InvalidRecordError

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
        """Write the rows of *page* with two statements; the newest revision of each URI wins.

        Raises:
            InvalidRecordError: a text is too long for its column or holds a null character;
                nothing is written.
        """
        newest: dict[str, tuple[Provenance, Values]] = {}
        for uri, provenance, values in page:
            if uri not in newest or newest[uri][0].rev <= provenance.rev:
                newest[uri] = (provenance, values)
        held = dict(self.filter(uri__in=newest).values_list("uri", "rev"))
        rows = [
            {"uri": uri, **_origin(provenance), **values}
            for uri, (provenance, values) in newest.items()
            if held.get(uri, 0) <= provenance.rev
        ]
        if rows:
            _upsert(self.model, rows)

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


def _origin(provenance: Provenance) -> dict[str, Any]:
    return {
        "origin": provenance.origin,
        "rev": provenance.rev,
        "recorded_at": provenance.time,
        "withdrawn_at": None,
    }


@cache
def _columns(model: type[models.Model]) -> Mapping[str, "models.Field[Any, Any]"]:
    return {field.attname: field for field in model._meta.concrete_fields}


def _upsert(model: type[models.Model], rows: Sequence[Values]) -> None:
    """Insert or replace *rows* by URI, all with the same columns, in one prepared statement.

    `bulk_create` builds a model instance and compiles SQL per row, and splits a page of 500
    into nine statements on SQLite: receiving a page of evidence took 1.7 x the time with it.
    """
    connection = connections[router.db_for_write(model)]
    fields = _columns(model)
    prepare = [
        (name, field.get_default(), field.get_db_prep_save) for name, field in fields.items()
    ]
    parameters = [
        [save(row.get(name, default), connection) for name, default, save in prepare]
        for row in rows
    ]
    for row in parameters:
        _check(row[0], list(fields.values()), row)
    with connection.cursor() as cursor:
        cursor.executemany(_statement(model, frozenset(rows[0])), parameters)


@cache
def _statement(model: type[models.Model], given: frozenset[str]) -> str:
    """Return the statement that inserts every column and replaces the *given* ones."""
    quote = connections[router.db_for_write(model)].ops.quote_name
    quoted = {name: quote(field.column or "") for name, field in _columns(model).items()}
    updates = ", ".join(
        f"{column} = EXCLUDED.{column}"
        for name, column in quoted.items()
        if name in given and name != "uri"
    )
    return (
        f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(quoted.values())}) "  # noqa: S608  # names of our own columns
        f"VALUES ({', '.join(['%s'] * len(quoted))}) "
        f"ON CONFLICT ({quoted['uri']}) DO UPDATE SET {updates}"
    )


def _check(uri: str, fields: Sequence["models.Field[Any, Any]"], parameters: Sequence[Any]) -> None:
    """Refuse what one database would take and another would not, so that nodes agree."""
    for field, value in zip(fields, parameters, strict=True):
        if isinstance(field, models.JSONField):
            found = "\\u0000" in (value if isinstance(value, str) else _json(value))
        elif isinstance(value, str):
            limit = field.max_length
            if limit and len(value) > limit:
                reason = f"{uri}: {field.name} is longer than {limit} characters"
                raise InvalidRecordError(reason=reason)
            found = "\0" in value
        else:
            continue
        if found:
            raise InvalidRecordError(reason=f"{uri}: {field.name} holds a null character")


def _json(parameter: object) -> str:
    """Return the JSON of what a PostgreSQL driver wraps, or of nothing."""
    return json.dumps(getattr(parameter, "obj", None), cls=DjangoJSONEncoder)
