"""What every shared row of the studio has: a UUID that is equal in every city, and its date."""

from typing import ClassVar, Self
from uuid import UUID, uuid5

from django.db import models

from jumelage.kit.rows import M, SharedRow, SharedRows

NAMESPACE = UUID("6f0e3b57-93a8-5d5c-a7c5-2f1f6a1f0c27")
"""Under which the studio names things by UUID, for programs that know no URIs."""


def uuid_of(uri: str) -> UUID:
    """Return the UUID of the record *uri*; the same in every city."""
    return uuid5(NAMESPACE, uri)


class StudioRows(SharedRows[M]):
    """Sets of shared rows of the studio."""

    def of(self, origin: str | None) -> Self:
        """Keep what the node *origin* owns; `None` keeps everything."""
        return self if origin is None else self.filter(origin=origin)


class StudioRow(SharedRow):
    """A projection of a record of the studio.

    `created_at` is the author's clock, said in the record; `recorded_at` that of the newest
    revision, so it is also when the row was last changed.
    """

    uuid = models.UUIDField(db_index=True)
    created_at = models.DateTimeField()
    node = models.ForeignObject(
        "bridge.Node",
        on_delete=models.DO_NOTHING,
        from_fields=["origin"],
        to_fields=["origin"],
        null=True,
        related_name="+",
    )

    objects: ClassVar[StudioRows[Self]] = StudioRows.as_manager()  # type: ignore[assignment]  # django-stubs types as_manager as Manager

    class Meta:
        abstract = True
