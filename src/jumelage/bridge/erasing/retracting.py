"""Taking an erasure back, when the entry that said it turns out not to be its owner's."""

from collections.abc import Collection, Iterable
from functools import partial

from django.db import transaction

from jumelage.bridge.erasing import ledger
from jumelage.bridge.models import Erasure, Feed


def forget(feed: Feed, place: int, uris: Iterable[str]) -> set[str]:
    """Forget the erasures of *uris* that entries of *feed* after *place* said; return which."""
    said = Erasure.objects.filter(
        uri__in=list(uris), origin=feed.node_id, feed=feed.name, epoch=feed.epoch, seq__gt=place
    )
    found = set(said.values_list("uri", flat=True))
    if found:
        said.delete()
        transaction.on_commit(partial(_strike, found))
    return found


def _strike(uris: Collection[str]) -> None:
    """Take the lines of *uris* out of the ledger file.

    A crash meanwhile loses nothing: what the file lacks is appended at the next start.
    """
    kept = [line for line in ledger.read() if line.uri not in uris]
    ledger.rewrite(kept)
