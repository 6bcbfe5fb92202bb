"""Frozen annual reports."""

from django.db import models

from jumelage.components.agreement.models.fields import ValueField
from jumelage.components.agreement.models.instruments import Partnership
from jumelage.components.agreement.models.values import Erratum, FeedPoint
from jumelage.kit.rows import SharedRow, SharedRows


class ReportSnapshotRows(SharedRows["ReportSnapshot"]):
    """Sets of report snapshot rows."""


class ReportSnapshot(SharedRow):
    """A frozen annual report: the hash of its data and the checkpoints it rests on.

    A city may freeze one per year; `errata` grow by new revisions, the hash never changes.
    The other city's own snapshot with the same hash is its confirmation.
    """

    partnership = models.ForeignKey(
        Partnership,
        to_field="uri",
        db_constraint=False,
        on_delete=models.DO_NOTHING,
        related_name="reports",
    )
    year = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    """Of the report's data, as bytes in `ReportContent`."""
    as_of = models.DateField()
    """The last day the report looks at, so that another city can build it again."""
    checkpoints = ValueField(tuple[FeedPoint, ...], default=tuple)
    errata = ValueField(tuple[Erratum, ...], default=tuple)

    objects = ReportSnapshotRows.as_manager()

    class Meta:
        ordering = ("-year",)

    def __str__(self) -> str:
        """Return the year and the beginning of the hash."""
        return f"{self.year}: {self.sha256[:12]}"


class ReportContent(models.Model):
    """The exact bytes of a frozen report's data, kept on this node."""

    sha256 = models.CharField(max_length=64, unique=True)
    content = models.BinaryField()

    def __str__(self) -> str:
        """Return the hash."""
        return self.sha256
