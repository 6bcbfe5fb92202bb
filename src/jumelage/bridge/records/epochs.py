"""A city's word that one of its feeds begins again, and what it remembers of the end before."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _

from jumelage.bridge.models import Epoch
from jumelage.kit.component import Provenance
from jumelage.kit.errors import InvalidRecordError
from jumelage.kit.rows import RowRecord, Values

_FIELDS = frozenset({"uri", "feed", "epoch", "after_epoch", "after_seq", "after_head"})


@dataclass(frozen=True, slots=True, kw_only=True)
class EpochOpened(RowRecord):
    """A city was restored and begins a new epoch of a feed: its first entry.

    Readers go on in the new epoch and keep what they hold of the former one.
    """

    kind: ClassVar[str] = "bridge.epoch-opened"
    rows: ClassVar[type[Epoch]] = Epoch
    audiences: ClassVar[Mapping[str, frozenset[str]]] = {
        "public": _FIELDS,
        "network": _FIELDS,
        "twin": _FIELDS,
    }
    opened_by_pairing: ClassVar[bool] = True

    uri: str
    feed: str
    epoch: int
    after_epoch: int
    after_seq: int
    after_head: str
    """Hex hash of the last entry the city remembers of the former epoch; zeros for none."""

    def __post_init__(self) -> None:
        """Refuse an epoch that does not come after the one it names."""
        if not 0 <= self.after_epoch < self.epoch or self.after_seq < 0:
            raise InvalidRecordError(reason=_("an epoch comes after the one before"))

    def check(self, provenance: Provenance) -> None:
        """Refuse what came on another feed than the one it speaks of."""
        if provenance.feed != self.feed:
            raise InvalidRecordError(reason=_("an epoch is opened on its own feed"))

    def columns(self) -> Values:
        """Return the columns of the row."""
        return {
            "feed": self.feed,
            "epoch": self.epoch,
            "after_epoch": self.after_epoch,
            "after_seq": self.after_seq,
            "after_head": self.after_head,
        }
