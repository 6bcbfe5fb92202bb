"""Frees what nobody needs any more.

A blob goes when no reference names it and it has been in the store for the grace time, so that
nothing is swept which has just arrived or is just about to be needed. The decision and the
removal are one: while they last, nobody can begin to need a blob.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from jumelage.bridge.freight.errors import DamagedBlobError, ReferencesLostError, UnknownBlobError
from jumelage.bridge.freight.store import reading
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
    old = (one for one in store.index.blobs() if one.since <= before and one.root not in needed)
    store.references.leave(one.root for one in old)
    leaving = sorted(store.references.leaving())
    swept = Swept()
    for start in range(0, len(leaving), BATCH):
        if stop is not None and stop.is_set():
            break
        swept = _free(store, leaving[start : start + BATCH], swept)
        progress(swept)
    return swept


def _free(store: Store, roots: Sequence[bytes], swept: Swept) -> Swept:
    """Free those of *roots* that nobody began to need meanwhile."""
    with store.references.database.writing() as connection:
        free = sorted(store.references.leaving().intersection(roots))
        sizes = [store.blobs.size(root) for root in free]
        store.index.remove((root, _table(store, root)) for root in free)
        for root in free:
            store.blobs.remove(root)
        connection.executemany("DELETE FROM leaving WHERE root = ?", [(root,) for root in free])
    there = [size for size in sizes if size is not None]
    return Swept(swept.blobs + len(there), swept.bytes + sum(there))


def _table(store: Store, root: bytes) -> bytes | None:
    try:
        return reading.table_of(store.blobs, root)
    except (UnknownBlobError, DamagedBlobError):
        return None
