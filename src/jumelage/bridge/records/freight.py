"""What cities say of their deliveries: the offer, the answer, and that everything arrived."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.utils.translation import gettext as _

from jumelage.bridge.models import (
    DeliveryAnswer,
    DeliveryOffer,
    DeliveryReceipt,
    Node,
    Priority,
)
from jumelage.kit.component import Provenance
from jumelage.kit.errors import InvalidRecordError
from jumelage.kit.rows import RowRecord, Values
from jumelage.kit.uris import Uri

_HASH = re.compile(r"[0-9a-f]{64}")
MOST_PARTS = 10_000
MOST = 2**62
"""No honest delivery has more bytes or files than this; databases keep 63 bits."""


def _demand_count(*counts: int) -> None:
    """Refuse what is no count of bytes, files or seconds."""
    if any(not 0 <= count <= MOST for count in counts):
        raise InvalidRecordError(reason=_("a size is a number from 0 up"))


def _demand_other(uri: str, delivery: str) -> None:
    """Refuse an answer to one's own offer."""
    if Uri.parse(delivery).origin == Uri.parse(uri).origin:
        raise InvalidRecordError(reason=_("a city does not answer its own offer"))


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryOffered(RowRecord):
    """A city offers files to another one: how many, how large, for which production."""

    kind: ClassVar[str] = "bridge.delivery-offered"
    rows: ClassVar[type[DeliveryOffer]] = DeliveryOffer
    audiences: ClassVar[Mapping[str, frozenset[str]]] = {
        "twin": frozenset(
            {
                *("uri", "receiver", "title", "list_hash", "list_bytes", "files", "bytes"),
                *("production", "priority", "article", "sent_by", "packed_at"),
                *("whole", "part", "parts"),
            }
        ),
    }

    uri: str
    receiver: str
    """The origin of the city it is for."""
    title: str
    list_hash: str
    """BLAKE3 of the packing list's bytes, in hex; the list is fetched and compared with it."""
    list_bytes: int
    files: int
    bytes: int
    production: str
    priority: str
    article: str
    """The article of the agreement that lets it be offered."""
    sent_by: str
    """Role words; never a name."""
    packed_at: datetime
    whole: str = ""
    """Of what was sent in several parts: the offer of the first; empty: this is all of it.

    Offers of older releases do not say it, and older releases overlook it.
    """
    part: int = 1
    parts: int = 1

    def __post_init__(self) -> None:
        """Refuse an offer to oneself, and what no packing list can be."""
        if Uri.parse(self.uri).origin == self.receiver:
            raise InvalidRecordError(reason=_("a city offers nothing to itself"))
        if not _HASH.fullmatch(self.list_hash) or self.packed_at.tzinfo is None:
            raise InvalidRecordError(reason=_("an offer names its packing list and an instant"))
        if self.priority not in Priority.values:
            raise InvalidRecordError(reason=_("an offer has one of the known priorities"))
        _demand_count(self.list_bytes, self.files, self.bytes)
        if self.files > 2**31 - 1:
            raise InvalidRecordError(reason=_("an offer has too many files"))
        self._check_parts()

    def _check_parts(self) -> None:
        """Refuse a part that is none of this city's, or has a number that cannot be."""
        if not self.whole:
            sound = self.part == self.parts == 1
        else:
            own = Uri.parse(self.whole).origin == Uri.parse(self.uri).origin
            first = (self.whole == self.uri) == (self.part == 1)
            sound = own and first and 1 <= self.part <= self.parts <= MOST_PARTS
        if not sound:
            raise InvalidRecordError(reason=_("a part is one of those that belong together"))

    def columns(self) -> Values:
        """Return the columns of the row."""
        return {name: getattr(self, name) for name in self.audiences["twin"] - {"uri"}}


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryAnswered(RowRecord):
    """A city accepts an offered delivery, or refuses it and says why."""

    kind: ClassVar[str] = "bridge.delivery-answered"
    rows: ClassVar[type[DeliveryAnswer]] = DeliveryAnswer
    audiences: ClassVar[Mapping[str, frozenset[str]]] = {
        "twin": frozenset({"uri", "delivery", "accepted", "reason", "detail"}),
    }
    opened_by_pairing: ClassVar[bool] = True

    uri: str
    delivery: str
    """The offer that is answered."""
    accepted: bool
    reason: str
    """The code of the refusal, such as `quota`; empty when accepted."""
    detail: str
    """What exactly, for instance the path that cannot be written; empty when accepted."""

    def __post_init__(self) -> None:
        """Refuse an answer to oneself, and a refusal without a reason."""
        _demand_other(self.uri, self.delivery)
        if self.accepted == bool(self.reason):
            raise InvalidRecordError(reason=_("a refusal has a reason and an acceptance none"))

    def check(self, provenance: Provenance) -> None:
        """Refuse the answer of anybody to whom the offer was not made."""
        _demand_offered(self.delivery, provenance.origin)

    def columns(self) -> Values:
        """Return the columns of the row."""
        return {name: getattr(self, name) for name in self.audiences["twin"] - {"uri"}}


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReceived(RowRecord):
    """A city confirms that every byte of a delivery arrived and was verified."""

    kind: ClassVar[str] = "bridge.delivery-received"
    rows: ClassVar[type[DeliveryReceipt]] = DeliveryReceipt
    audiences: ClassVar[Mapping[str, frozenset[str]]] = {
        "twin": frozenset(
            {
                *("uri", "delivery", "files", "bytes", "moved", "held", "seconds"),
                *("carrier", "line_share", "received_at"),
            }
        ),
    }
    opened_by_pairing: ClassVar[bool] = True

    uri: str
    delivery: str
    files: int
    bytes: int
    """What the packing list names."""
    moved: int
    """What crossed the line, headers left out."""
    held: int
    """What was there before and did not cross."""
    seconds: int
    """From the first parcel to the last, pauses left out."""
    carrier: str
    line_share: int | None
    """Thousandths of what the line was taken to carry; None: not known."""
    received_at: datetime

    def __post_init__(self) -> None:
        """Refuse a receipt to oneself, and sizes that are none."""
        _demand_other(self.uri, self.delivery)
        _demand_count(self.files, self.bytes, self.moved, self.held, self.seconds)
        _demand_count(self.line_share or 0)
        if self.files > 2**31 - 1 or (self.line_share or 0) > 2**31 - 1:
            raise InvalidRecordError(reason=_("an offer has too many files"))
        if self.received_at.tzinfo is None:
            raise InvalidRecordError(reason=_("a receipt names an instant"))

    def check(self, provenance: Provenance) -> None:
        """Refuse the receipt of anybody to whom the offer was not made."""
        _demand_offered(self.delivery, provenance.origin)

    def columns(self) -> Values:
        """Return the columns of the row."""
        return {name: getattr(self, name) for name in self.audiences["twin"] - {"uri"}}


def _demand_offered(delivery: str, receiver: str) -> None:
    """Refuse the word of somebody to whom this node never offered *delivery*."""
    origin = Uri.parse(delivery).origin
    ours = Node.objects.filter(is_self=True, origin=origin).exists()
    if ours and not DeliveryOffer.objects.filter(uri=delivery, receiver=receiver).exists():
        raise InvalidRecordError(reason=_("nothing of that name was offered to this city"))
