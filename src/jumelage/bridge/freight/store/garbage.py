"""Frees what nobody needs any more.

A blob goes when no reference names it and it has been in the store for the grace time, so that
nothing is swept which has just arrived or is just about to be needed. The decision and the
removal are one: while they last, nobody can begin to need a blob.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from jumelage.bridge.freight.errors import DamagedBlobError, ReferencesLostError, UnknownBlobError
from jumelage.bridge.freight.store import reading
from jumelage.bridge.freight.store.index import Indexed
from jumelage.bridge.freight.store.store import Store

GRACE_SECONDS = 24 * 3600
BATCH = 100


@dataclass(frozen=True, slots=True)
class Swept:
    """How many blobs were freed, and their bytes."""

    blobs: int = 0
    bytes: int = 0


def sweep(
    store: Store,
    *,
    grace: int = GRACE_SECONDS,
    progress: Callable[[Swept], None] = lambda _swept: None,
    stop: threading.Event | None = None,
) -> Swept:
    """Free the blobs of *store* that nothing needs and that are older than *grace* seconds.

    Raises: ReferencesLostError, and nothing is freed.
    """
    if not store.references.trusted():
        raise ReferencesLostError(path=store.references.database.path)
    before = store.now() - grace
    needed = store.references.all_roots()
    old = [one for one in store.index.blobs() if one.since <= before and one.root not in needed]
    swept = Swept()
    for start in range(0, len(old), BATCH):
        if stop is not None and stop.is_set():
            break
        swept = _sweep(store, old[start : start + BATCH], swept)
        progress(swept)
    return swept


def _sweep(store: Store, blobs: list[Indexed], swept: Swept) -> Swept:
    """Free *blobs* unless somebody began to need them meanwhile."""
    with store.references.database.writing():
        free = [one for one in blobs if not store.references.names(one.root)]
        store.index.remove((one.root, _table(store, one.root)) for one in free)
        for one in free:
            store.blobs.remove(one.root)
    return Swept(swept.blobs + len(free), swept.bytes + sum(one.size for one in free))


def _table(store: Store, root: bytes) -> bytes | None:
    try:
        return reading.table_of(store.blobs, root)
    except (UnknownBlobError, DamagedBlobError):
        return None
