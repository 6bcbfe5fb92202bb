"""Checking a delivery out: its files with their names in a folder, verified once more."""

import errno
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
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
from jumelage.bridge.freight.packing.names import MANIFEST_FOLDER, check_together
from jumelage.bridge.freight.store.files import room
from jumelage.bridge.freight.store.store import Store
from jumelage.bridge.identity.requests import own_node
from jumelage.bridge.models import Delivery
from jumelage.kit import clock

Told = Callable[[int, int], None]
"""Told the bytes that are there and the bytes in all."""


def check_out(
    delivery: Delivery,
    folder: Path,
    told: Told = lambda _done, _all: None,
    *,
    alone: bool = False,
) -> Path:
    """Write the files of a delivered delivery below *folder*, with the manifest beside them.

    What came in parts is written together, whichever of them *delivery* is, once all are here;
    with *alone* only that part is. Each content is read again and compared with the list. Nothing that is there is replaced; what
    a try wrote that was cut is verified and kept.

    Raises:
        OnlyReceiverError: this city sent it.
        NotDeliveredError: it is not all here, or one of its parts is not.
        ReleasedError: its contents were given up.
        UnsafeNameError: two of its parts have the same name for two files.
        FolderTakenError: the folder holds something, or is being written now.
        FolderFullError: there is no room where the folder is.
        ContentsMissingError: the store was restored without its contents.
        DamagedBlobError: the store damaged a content.
    """
    parts = [delivery] if alone else _parts(delivery)
    held = [_list_of(part) for part in parts]
    check_together(file.path for one in held for file in one.files)
    store, whole = open_store(), folder.resolve()
    for part, one in zip(parts, held, strict=True):
        demand_there(part, one, store)
    with workplace(parts[0], whole) as place:
        store.check_target(place, sum(_missing(one, place) for one in held))
        _write([file for one in held for file in one.files], store, place, told)
        _sign(place, held, named=whole.name)
    return folder


def _parts(delivery: Delivery) -> Sequence[Delivery]:
    """Return the parts that belong together with *delivery*, itself among them, in their order.

    Raises:
        NotDeliveredError: one of them was not even offered yet.
    """
    if not delivery.whole:
        return [delivery]
    known = Delivery.objects.filter(whole=delivery.whole, direction=delivery.direction)
    found = sorted(known.filter(peer=delivery.peer_id), key=lambda one: one.part)
    if [one.part for one in found] != list(range(1, delivery.parts + 1)):
        raise NotDeliveredError(title=delivery.title)
    return found


def _list_of(delivery: Delivery) -> PackingList:
    """Return the list of *delivery*, which can be checked out, without its table of chunks.

    Files are checked out by their roots; the tables of many parts would fill the memory.
    """
    if delivery.sends:
        raise OnlyReceiverError
    if delivery.state != State.DELIVERED:
        raise NotDeliveredError(title=delivery.title)
    if delivery.released_at is not None:
        raise ReleasedError(title=delivery.title)
    return replace(shelf.packing_list(delivery), table=b"")


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


def _write(files: Sequence[File], store: Store, place: Path, told: Told) -> None:
    done, whole = 0, sum(file.size for file in files)
    for file in files:
        target = place / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        _write_one(file, store, target)
        _date(target, file)
        done += file.size
        told(done, whole)


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


def _sign(place: Path, held: Sequence[PackingList], *, named: str) -> None:
    """Write the manifest, in the place of one that a try before left."""
    home = place / MANIFEST_FOLDER
    for left in [home / manifest.CHAIN, *home.glob("*.mhl")]:
        left.unlink(missing_ok=True)
    here = str(own_node().slug)
    manifest.write(place, *held, at=clock.now(), place=here, version=__version__, named=named)


def _date(target: Path, file: File) -> None:
    """Give *target* the time at which the sender's file was last changed."""
    at = datetime.fromtimestamp(file.modified / 1_000_000, UTC).timestamp()
    os.utime(target, (at, at))
