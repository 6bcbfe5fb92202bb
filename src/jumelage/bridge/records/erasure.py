"""A holder's answer to an erasure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.utils.translation import gettext as _

from jumelage.bridge.models import Erasure, ErasureReceipt, Node
from jumelage.kit.component import Provenance
from jumelage.kit.errors import InvalidRecordError
from jumelage.kit.rows import RowRecord, Values
from jumelage.kit.uris import Uri


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureReceipted(RowRecord):
    """A city confirms that it holds nothing any more of a record the other city erased."""

    kind: ClassVar[str] = "bridge.erasure-receipted"
    rows: ClassVar[type[ErasureReceipt]] = ErasureReceipt
    audiences: ClassVar[Mapping[str, frozenset[str]]] = {
        "twin": frozenset({"uri", "erased", "feed", "epoch", "seq", "applied_at"}),
    }
    opened_by_pairing: ClassVar[bool] = True

    uri: str
    erased: str
    """The record that was erased; the receipt goes to its owner."""
    feed: str
    epoch: int
    seq: int
    """With `feed` and `epoch`: the erase entry that was applied first."""
    applied_at: datetime

    def __post_init__(self) -> None:
        """Refuse a receipt for one's own record, and places no feed has."""
        if Uri.parse(self.erased).origin == Uri.parse(self.uri).origin:
            raise InvalidRecordError(reason=_("a city gives no receipt to itself"))
        if self.epoch < 0 or self.seq < 1 or self.applied_at.tzinfo is None:
            raise InvalidRecordError(reason=_("a receipt names an entry and an instant"))

    def columns(self) -> Values:
        """Return the columns of the row."""
        return {"erased": self.erased, "applied_at": self.applied_at}

    def check(self, provenance: Provenance) -> None:
        """Refuse what names no erasure of this node that its giver could read."""
        giver = provenance.origin
        if self.feed not in {f"twin:{giver}", "network", "public"}:
            raise InvalidRecordError(reason=_("the receipt names a feed its giver cannot read"))
        ours = Node.objects.filter(is_self=True, origin=Uri.parse(self.erased).origin).exists()
        if ours and not Erasure.objects.filter(uri=self.erased).exists():
            raise InvalidRecordError(reason=_("the receipt names no erasure of this city"))
