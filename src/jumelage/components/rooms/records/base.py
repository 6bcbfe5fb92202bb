"""What the records of the rooms have in common."""

from abc import abstractmethod
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.utils.translation import gettext

from jumelage.components.rooms.models import RoomRow
from jumelage.kit.errors import InvalidRecordError
from jumelage.kit.rows import RowRecord
from jumelage.kit.uris import Uri


class RoomRecord(RowRecord):
    """A record of the rooms, with the instant at which somebody made it."""

    __slots__ = ()
    rows: ClassVar[type[RoomRow]]
    created_at: datetime

    def columns(self) -> Mapping[str, Any]:
        """Return the columns of the row, by attribute."""
        return {"created_at": self.created_at, **self.values()}

    @abstractmethod
    def values(self) -> Mapping[str, Any]:
        """Return the columns that rows of this kind alone have."""


def to_the_twin(*fields: str) -> Mapping[str, frozenset[str]]:
    """Return an allow-list that lets *fields* cross to the one city a booking is with."""
    return {"twin": frozenset({"uri", "created_at", *fields})}


def require(fact: bool, reason: str) -> None:  # noqa: FBT001  # reads as a sentence
    """Refuse the record for *reason* (a message of the catalogue) unless *fact* holds.

    Raises:
        InvalidRecordError: *fact* is false.
    """
    if not fact:
        raise InvalidRecordError(reason=gettext(reason))


def owner(uri: str) -> str:
    """Return the origin of the city that owns *uri*."""
    return Uri.parse(uri).origin
