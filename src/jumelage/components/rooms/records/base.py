"""What the records of the rooms have in common: checks, and how a row is written."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Self

from django.utils.translation import gettext

from jumelage.components.rooms.models import RoomRow
from jumelage.kit.component import Provenance
from jumelage.kit.errors import InvalidRecordError
from jumelage.kit.uris import Uri


class RoomRecord:
    """A record that is one row; what follows from it is worked out after it is written."""

    __slots__ = ()
    kind: ClassVar[str]
    audiences: ClassVar[Mapping[str, frozenset[str]]]
    opened_by_pairing: ClassVar[bool] = False
    rows: ClassVar[type[RoomRow]]
    uri: str
    created_at: datetime

    def apply(self, provenance: Provenance) -> None:
        """Write the row."""
        self.apply_page([(self, provenance)])

    @classmethod
    def apply_page(cls, page: Sequence[tuple[Self, Provenance]]) -> None:
        """Write the rows of *page*, then what follows from them."""
        uris = [record.uri for record, _ in page]
        before = cls.touched(uris)
        cls.rows.objects.project_page(
            [
                (record.uri, provenance, {"created_at": record.created_at, **record.values()})
                for record, provenance in page
            ]
        )
        cls.settle(before | cls.touched(uris))

    @classmethod
    def withdraw(cls, uri: str, provenance: Provenance) -> None:
        """Mark the row withdrawn."""
        cls.rows.objects.retract(uri, provenance)
        cls.settle(cls.touched([uri]))

    @classmethod
    def erase(cls, uri: str, provenance: Provenance) -> None:
        """Remove the row and all it said."""
        before = cls.touched([uri])
        cls.rows.objects.erase(uri, provenance)
        cls.settle(before)

    def values(self) -> Mapping[str, Any]:
        """Return the columns of the row, by attribute."""
        raise NotImplementedError

    @classmethod
    def touched(cls, uris: Sequence[str]) -> set[str]:  # noqa: ARG003  # for those that need it
        """Return the pairs that follow from the rows *uris*."""
        return set()

    @classmethod
    def settle(cls, touched: Collection[str]) -> None:
        """Work out again what follows."""


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
