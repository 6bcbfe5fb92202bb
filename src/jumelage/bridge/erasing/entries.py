"""What an erase entry does to a database that holds copies of the record."""

from collections.abc import Collection
from functools import partial

from django.db import connection, transaction

from jumelage.bridge.erasing import ledger
from jumelage.bridge.erasing.copies import drop
from jumelage.bridge.feeds.chain import Link
from jumelage.bridge.models import Erasure, Feed
from jumelage.kit import clock
from jumelage.kit.component import Provenance
from jumelage.kit.sql.among import among, listed

_ERASED = "SELECT uri FROM bridge_erasure WHERE {}"


def erased_among(uris: Collection[str]) -> set[str]:
    """Return those of *uris* that were erased; nothing may ever be said under them again."""
    with connection.cursor() as cursor:
        cursor.execute(_ERASED.format(among(connection, "uri")), [listed(uris)])
        return {uri for (uri,) in cursor.fetchall()}


def erase_copies(feed: Feed, link: Link, provenance: Provenance, uri: str) -> None:
    """Drop salt and body of every entry of *uris* and its rows; write the ledger.

    The headers stay, so the chain still verifies. A record that several feeds carried is
    erased by the first entry that says so; the others find nothing left.
    """
    drop(uri, provenance, {link.header.kind})
    _, fresh = Erasure.objects.get_or_create(
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
    if fresh:
        transaction.on_commit(partial(ledger.keep, uri))
