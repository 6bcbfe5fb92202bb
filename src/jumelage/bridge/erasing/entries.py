"""What an erase entry does to a database that holds copies of the record."""

from collections.abc import Collection

from jumelage.bridge.feeds.chain import Link
from jumelage.bridge.models import Entry, Erasure, Feed
from jumelage.kit import clock
from jumelage.kit.component import Provenance, Record


def erased_among(uris: Collection[str]) -> set[str]:
    """Return those of *uris* that were erased; nothing may ever be said under them again."""
    return set(Erasure.objects.filter(uri__in=uris).values_list("uri", flat=True))


def erase_copies(
    feed: Feed, link: Link, provenance: Provenance, uri: str, record_type: type[Record] | None
) -> None:
    """Drop salt and body of every entry of *uri* and its rows; write the ledger.

    The headers stay, so the chain still verifies. A kind this node does not know is erased
    like any other: its bytes are only in the entries.
    """
    copies = Entry.objects.filter(uri=uri, op="put").exclude(state=Entry.State.REFUSED)
    copies.update(salt=None, body=None, state=Entry.State.GONE)
    if record_type is not None:
        record_type.erase(uri, provenance)
    Erasure.objects.get_or_create(
        uri=uri,
        defaults={
            "origin": feed.node_id,
            "kind": link.header.kind,
            "feed": feed.name,
            "epoch": feed.epoch,
            "seq": link.header.seq,
            "rev": link.header.rev,
            "erased_at": clock.now(),
            "receipt_due": not feed.node.is_self,
        },
    )
