"""Rows that mirror records of the feeds: the columns and the verbs they all share.

A row is written only by a record's `apply` and `withdraw`. The revision decides, not the
order of arrival: an older revision never replaces a newer one.
"""

from collections.abc import Iterable, Mapping
from typing import Self, TypeVar

from django.db import models

from jumelage.kit.component import Provenance
from jumelage.kit.uris import Uri

RowT = TypeVar("RowT", bound="SharedRow")
Said = tuple[str, Provenance, Mapping[str, object]]
"""What a record says: its URI, where it came from, the columns of its row."""


class SharedRows(models.QuerySet[RowT]):
    """Sets of rows that mirror records."""

    def present(self) -> Self:
        """Keep what its city has not withdrawn."""
        return self.filter(withdrawn_at=None)

    def of(self, origin: str | None) -> Self:
        """Keep what the node *origin* owns; `None` keeps everything."""
        return self if origin is None else self.filter(node=origin)

    def put_page(self, page: Iterable[Said]) -> None:
        """Write the rows of *page* in two queries; the latest revision of a row stands."""
        latest: dict[str, RowT] = {}
        for uri, provenance, columns in page:
            if uri not in latest or latest[uri].rev <= provenance.rev:
                latest[uri] = self.model.from_record(uri, provenance, columns)
        held = dict(self.filter(uri__in=latest).values_list("uri", "rev"))
        fresh = [row for uri, row in latest.items() if held.get(uri, 0) <= row.rev]
        columns_written = [f.name for f in self.model._meta.concrete_fields if f.name != "uri"]
        self.bulk_create(
            fresh, update_conflicts=True, unique_fields=["uri"], update_fields=columns_written
        )

    def withdraw(self, uri: str, provenance: Provenance) -> None:
        """Mark the row *uri* withdrawn, unless a later revision of it is here."""
        self.filter(uri=uri, rev__lte=provenance.rev).update(
            withdrawn_at=provenance.time, rev=provenance.rev
        )


class SharedRow(models.Model):
    """A copy of a record, its owner's or ours.

    Foreign keys to other shared rows have no constraint, since records may arrive in any
    order; `node` is nullable only so that a join never hides a row.
    """

    uri = models.CharField(primary_key=True, max_length=80)
    node = models.ForeignKey(
        "bridge.Node",
        null=True,
        db_constraint=False,
        on_delete=models.DO_NOTHING,
        related_name="+",
    )
    rev = models.PositiveBigIntegerField()
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        """Return the identifier."""
        return self.uri

    @classmethod
    def from_record(
        cls, uri: str, provenance: Provenance, columns: Mapping[str, object]
    ) -> Self:
        """Return the unsaved row of a record."""
        origin = Uri.parse(uri).origin
        return cls(
            uri=uri, node_id=origin, rev=provenance.rev, recorded_at=provenance.time, **columns
        )
