"""Checking a delivery out: its files with their names in a folder, verified once more."""

import errno
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from django.db import transaction

from jumelage import __version__
from jumelage.bridge.boundary import audit
from jumelage.bridge.freight.deliveries import shelf
from jumelage.bridge.freight.deliveries.receiving.storing import open_store
from jumelage.bridge.freight.deliveries.receiving.workplace import workplace
from jumelage.bridge.freight.deliveries.states import State
from jumelage.bridge.freight.errors import (
    ContentsMissingError,
    FolderFullError,
    NotDeliveredError,
    OnlyReceiverError,
    ReleasedError,
)
from jumelage.bridge.freight.packing import manifest
from jumelage.bridge.freight.packing.lists import File, PackingList
from jumelage.bridge.freight.packing.names import MANIFEST_FOLDER
from jumelage.bridge.freight.store.files import room
from jumelage.bridge.freight.store.store import Store
from jumelage.bridge.identity.requests import own_node
from jumelage.bridge.models import Delivery
from jumelage.kit import clock

Told = Callable[[int, int], None]
"""Told the bytes that are there and the bytes in all."""


def check_out(delivery: Delivery, folder: Path, told: Told = lambda _done, _all: None) -> Path:
    """Write the files of a delivered delivery below *folder*, with the manifest beside them.

    Each content is read again and compared with the list. Nothing that is there is replaced; what
    a try wrote that was cut is verified and kept.

    Raises:
        OnlyReceiverError: this city sent it.
        NotDeliveredError: it is not all here.
        ReleasedError: its contents were given up.
        FolderTakenError: the folder holds something, or is being written now.
        FolderFullError: there is no room where the folder is.
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
    store = open_store()
    demand_there(delivery, held, store)
    whole = folder.resolve()
    with workplace(delivery, whole) as place:
        store.check_target(place, _missing(held, place))
        _write(held, store, place, told)
        _sign(place, held, named=whole.name)
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


def _missing(held: PackingList, place: Path) -> int:
    """Return the bytes that are not at *place* yet."""
    return sum(max(0, file.size - _size(place / file.path)) for file in held.files)


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:
        return 0


def _write(held: PackingList, store: Store, place: Path, told: Told) -> None:
    done = 0
    for file in held.files:
        target = place / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        _write_one(file, store, target)
        _date(target, file)
        done += file.size
        told(done, held.head.bytes)


def _write_one(file: File, store: Store, target: Path) -> None:
    """Write a file, unless it is there since a try before; what that left half is replaced."""
    root = bytes.fromhex(file.root)
    if target.is_file() and store.is_at(root, target):
        return
    target.unlink(missing_ok=True)
    try:
        store.check_out(root, target)
    except OSError as error:
        target.unlink(missing_ok=True)
        if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
            raise
        folder = target.parent
        facts = {"wanted": file.size, "free": room(folder), "floor": 0}
        raise FolderFullError(folder=folder, **facts) from error


def _sign(place: Path, held: PackingList, *, named: str) -> None:
    """Write the manifest, in the place of one that a try before left."""
    home = place / MANIFEST_FOLDER
    for left in [home / manifest.CHAIN, *home.glob("*.mhl")]:
        left.unlink(missing_ok=True)
    here = str(own_node().slug)
    manifest.write(place, held, at=clock.now(), place=here, version=__version__, named=named)


def _date(target: Path, file: File) -> None:
    """Give *target* the time at which the sender's file was last changed."""
    at = datetime.fromtimestamp(file.modified / 1_000_000, UTC).timestamp()
    os.utime(target, (at, at))
