"""Checking a delivery out: its files with their names in a folder, verified once more."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from django.db import transaction

from jumelage import __version__
from jumelage.bridge.boundary import audit
from jumelage.bridge.freight.deliveries import shelf
from jumelage.bridge.freight.deliveries.receiving.storing import open_store
from jumelage.bridge.freight.deliveries.states import State
from jumelage.bridge.freight.errors import (
    ContentsMissingError,
    FolderTakenError,
    NotDeliveredError,
    OnlyReceiverError,
    ReleasedError,
)
from jumelage.bridge.freight.packing import manifest
from jumelage.bridge.freight.packing.lists import File, PackingList
from jumelage.bridge.freight.store.store import Store
from jumelage.bridge.identity.requests import own_node
from jumelage.bridge.models import Delivery
from jumelage.kit import clock

Told = Callable[[int, int], None]
"""Told the bytes that are there and the bytes in all."""


def check_out(delivery: Delivery, folder: Path, told: Told = lambda _done, _all: None) -> Path:
    """Write the files of a delivered delivery below *folder*, with the manifest beside them.

    Each content is read again and compared with the list. Nothing that is there is replaced.

    Raises:
        OnlyReceiverError: this city sent it.
        NotDeliveredError: it is not all here.
        ReleasedError: its contents were given up.
        FolderTakenError: the folder holds something.
        ContentsMissingError: the store was restored without its contents.
        DamagedBlobError: the store damaged a content.
    """
    if delivery.sends:
        raise OnlyReceiverError
    if delivery.state != State.DELIVERED:
        raise NotDeliveredError(title=delivery.title)
    if delivery.released_at is not None:
        raise ReleasedError(title=delivery.title)
    held = shelf.packing_list(delivery)
    _demand_empty(folder)
    store = open_store()
    demand_there(delivery, held, store)
    _write(held, store, folder, told)
    place = str(own_node().slug)
    manifest.write(folder, held, at=clock.now(), place=place, version=__version__)
    return folder


@transaction.atomic
def release(delivery: Delivery, *, by: str) -> Delivery:
    """Give up the contents of a delivered delivery; those nobody needs are swept a day later.

    Raises:
        OnlyReceiverError: this city sent it.
        NotDeliveredError: it is not all here; refuse it instead.
    """
    if delivery.sends:
        raise OnlyReceiverError
    if delivery.state != State.DELIVERED:
        raise NotDeliveredError(title=delivery.title)
    audit.note("freight-released", by=by, about=delivery.uri)
    if delivery.released_at is None:
        delivery.released_at = clock.now()
        delivery.save(update_fields=["released_at"])
    open_store().release(delivery.slug)
    return delivery


def demand_there(delivery: Delivery, held: PackingList, store: Store) -> None:
    """Go on only if the store holds the contents of *delivery*.

    Raises:
        ContentsMissingError: it does not.
    """
    roots = [blob.root for blob in held.blobs]
    if len(store.sizes(roots)) < len(roots):
        raise ContentsMissingError(title=delivery.title)


def _demand_empty(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    first = next(folder.iterdir(), None)
    if first is not None:
        raise FolderTakenError(folder=folder, path=first.name)


def _write(held: PackingList, store: Store, folder: Path, told: Told) -> None:
    done = 0
    for file in held.files:
        target = folder / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        store.check_out(bytes.fromhex(file.root), target)
        _date(target, file)
        done += file.size
        told(done, held.head.bytes)


def _date(target: Path, file: File) -> None:
    """Give *target* the time at which the sender's file was last changed."""
    at = datetime.fromtimestamp(file.modified / 1_000_000, UTC).timestamp()
    os.utime(target, (at, at))
