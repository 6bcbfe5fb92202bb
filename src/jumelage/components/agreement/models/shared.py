"""What every shared row has: the record it projects, and how a projection is written.

Rows are written only by `records.*.apply`. A held revision is never replaced by an older
one, so records may arrive in any order and more than once.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Generic, Self, TypeVar

import msgspec
from django.db import models

from jumelage.components.agreement.errors import InvalidRecordError
from jumelage.kit.component import Provenance

M = TypeVar("M", bound="Shared")
Values = Mapping[str, Any]


class SharedQuerySet(models.QuerySet[M], Generic[M]):
    """Sets of shared rows."""

    def live(self) -> Self:
        """Keep the rows whose record is not withdrawn."""
        return self.filter(withdrawn_at=None)

    def project(self, uri: str, provenance: Provenance, values: Values) -> None:
        """Write the row of the record *uri*, unless a newer revision is held."""
        self.project_page([(uri, provenance, values)])

    def project_page(self, page: Sequence[tuple[str, Provenance, Values]]) -> None:
        """Write the rows of *page* with two queries; the newest revision of each URI wins."""
        newest: dict[str, tuple[Provenance, Values]] = {}
        for uri, provenance, values in page:
            if uri not in newest or newest[uri][0].rev <= provenance.rev:
                newest[uri] = (provenance, values)
        for uri, (_, values) in newest.items():
            _check(self.model, uri, values)
        held = dict(self.filter(uri__in=newest).values_list("uri", "rev"))
        rows = [
            self.model(uri=uri, **_origin(provenance), **values)
            for uri, (provenance, values) in newest.items()
            if held.get(uri, 0) <= provenance.rev
        ]
        if rows:
            columns = {"origin", "rev", "recorded_at", "withdrawn_at", *page[0][2]}
            self.bulk_create(
                rows, update_conflicts=True, unique_fields=["uri"], update_fields=sorted(columns)
            )

    def retract(self, uri: str, provenance: Provenance) -> None:
        """Mark the record *uri* withdrawn by its owner; unknown identifiers are ignored."""
        self.filter(uri=uri, origin=provenance.origin, rev__lte=provenance.rev).update(
            withdrawn_at=provenance.time, rev=provenance.rev
        )


@cache
def _longest(model: type[models.Model]) -> Mapping[str, int]:
    columns = [f for f in model._meta.concrete_fields if isinstance(f, models.CharField)]
    return {column.attname: column.max_length or 0 for column in columns}


def _check(model: type[models.Model], uri: str, values: Values) -> None:
    """Refuse what one database would take and another would not, so that nodes agree."""
    for name, limit in _longest(model).items():
        value = values.get(name)
        if isinstance(value, str) and len(value) > limit:
            raise InvalidRecordError(reason=f"{uri}: {name} is longer than {limit} characters")
    if b"\\u0000" in msgspec.json.encode(values):
        raise InvalidRecordError(reason=f"{uri} holds a null character")


def _origin(provenance: Provenance) -> dict[str, Any]:
    return {
        "origin": provenance.origin,
        "rev": provenance.rev,
        "recorded_at": provenance.time,
        "withdrawn_at": None,
    }


class Shared(models.Model):
    """A projection of a record: its URI, the node that owns it, its revision."""

    uri = models.CharField(primary_key=True, max_length=80)
    origin = models.CharField(max_length=32)
    rev = models.PositiveBigIntegerField(default=1)
    recorded_at = models.DateTimeField()
    """When the owner's node signed the entry; for display only, never for ordering."""
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
