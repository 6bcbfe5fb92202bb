"""A city's word on what is live in one of its feeds."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _

from jumelage.bridge.models import Feed, Snapshot
from jumelage.kit.component import Provenance
from jumelage.kit.errors import InvalidRecordError

_FIELDS = frozenset({"uri", "feed", "epoch", "seq", "head", "kept", "digest"})
_HASH = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotTaken:
    """A city sums up one of its feeds, so that nobody needs what was said and taken back before.

    `seq` and `head` (hex) name the entry just before this one; `digest` (hex) is the SHA-256
    of the lines `<seq> <hash>` of the `kept` entries: the last word on each record that is a
    put or an erasure, in order.
    """

    kind: ClassVar[str] = "bridge.snapshot-taken"
    audiences: ClassVar[Mapping[str, frozenset[str]]] = {
        "public": _FIELDS,
        "network": _FIELDS,
        "twin": _FIELDS,
    }
    opened_by_pairing: ClassVar[bool] = True

    uri: str
    feed: str
    epoch: int
    seq: int
    head: str
    kept: int
    digest: str

    def __post_init__(self) -> None:
        """Refuse what cannot be a summary."""
        hashes = (self.head, self.digest)
        if self.seq < 1 or self.kept < 0 or not all(map(_HASH.fullmatch, hashes)):
            raise InvalidRecordError(reason=_("a snapshot names an entry and two hashes"))

    def apply(self, provenance: Provenance) -> None:
        """Write the snapshot down; one that does not stand right after its end is left alone."""
        feeds = Feed.objects.filter(node=provenance.origin, name=self.feed, epoch=self.epoch)
        feed = feeds.first()
        if feed is None or (provenance.feed, provenance.seq) != (self.feed, self.seq + 1):
            return
        facts = {
            "feed": feed,
            "seq": self.seq,
            "kept": self.kept,
            "digest": bytes.fromhex(self.digest),
            "taken_at": provenance.time,
        }
        Snapshot.objects.update_or_create(record=self.uri, defaults=facts)

    @classmethod
    def withdraw(cls, uri: str, _provenance: Provenance) -> None:
        """Forget the snapshot; what it summed up stays as it is."""
        Snapshot.objects.filter(record=uri).delete()

    @classmethod
    def erase(cls, uri: str, provenance: Provenance) -> None:
        """Forget the snapshot."""
        cls.withdraw(uri, provenance)
