"""What arrives at its end: files marked verified, the receipt, or why it broke."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from jumelage.bridge.feeds.write import publish
from jumelage.bridge.freight.deliveries.running import trouble
from jumelage.bridge.freight.deliveries.running.marking import mark
from jumelage.bridge.freight.deliveries.services import CLEAR, move
from jumelage.bridge.freight.deliveries.states import Event
from jumelage.bridge.freight.errors import (
    CarrierError,
    DiskFullError,
    QuotaError,
    SessionRefusedError,
)
from jumelage.bridge.freight.packing.lists import PackingList
from jumelage.bridge.freight.store.quarantine import folder_name
from jumelage.bridge.freight.store.store import Store
from jumelage.bridge.identity.requests import own_node
from jumelage.bridge.models import Delivery, DeliveryFile, DeliveryReceipt
from jumelage.bridge.records.freight import DeliveryReceived
from jumelage.kit import clock
from jumelage.kit.errors import JumelageError
from jumelage.kit.uris import Uri, new_id


def wanted(store: Store, packing_list: PackingList) -> int:
    """Return the bytes of the contents that the store does not hold."""
    there = store.sizes(blob.root for blob in packing_list.blobs)
    return sum(blob.size for blob in packing_list.blobs if blob.root not in there)


def reserve(store: Store, delivery: Delivery, packing_list: PackingList) -> None:
    """Promise *delivery* the room that it needs.

    Raises:
        QuotaError, DiskFullError: there is none.
    """
    size = wanted(store, packing_list)
    store.reserve(delivery.slug, size, peer=delivery.peer_id)
    try:
        store.check_room(1)  # beyond all promises, this one among them
    except DiskFullError as error:
        raise DiskFullError(**{**error.facts, "wanted": size}) from error


@contextmanager
def room_refused(delivery: Delivery) -> Iterator[None]:
    """Note that there is no room for *delivery*, and refuse its session for that.

    Raises:
        SessionRefusedError: instead of QuotaError and DiskFullError.
    """
    try:
        yield
    except DiskFullError as error:
        trouble.note(delivery, "disk", error.message)
        raise SessionRefusedError(reason=error.message, code="disk-there") from error
    except QuotaError as error:
        trouble.note(delivery, "quota", error.message)
        raise SessionRefusedError(reason=error.message, code="quota") from error


def mark_held(delivery: Delivery, store: Store, packing_list: PackingList) -> None:
    """Mark the files whose contents are in the store when a session begins."""
    there = store.sizes(blob.root for blob in packing_list.blobs)
    mark(delivery.uri, [root.hex() for root in there], held=delivery.began_at is None)


@transaction.atomic
def receive(delivery: Delivery, line: float) -> None:
    """Give the receipt: everything is here, verified and durable.

    *line* is what the line was seen or estimated to carry, bytes a second; 0 when not known.
    """
    held = Delivery.objects.get(pk=delivery.pk)
    files = DeliveryFile.objects.filter(delivery=held, verified_at=None)
    files.update(verified_at=clock.now())
    facts = {"done": held.bytes, "files_done": held.files, "line": int(line) or None, **CLEAR}
    if held.began_at is None:
        facts |= {"began_at": clock.now(), "held": held.bytes}
    moved = move(held, Event.RECEIVED, **facts)
    publish(_receipt(moved, line), audience=f"twin:{moved.peer_id}")


def _receipt(delivery: Delivery, line: float) -> DeliveryReceived:
    here = own_node().origin
    known = DeliveryReceipt.objects.filter(delivery=delivery.uri, origin=here).first()
    seconds = delivery.carried_ms / 1000
    share = round(1000 * delivery.moved / seconds / line) if seconds and line else None
    return DeliveryReceived(
        uri=known.uri if known else str(Uri(here, new_id())),
        delivery=delivery.uri,
        files=delivery.files,
        bytes=delivery.bytes,
        moved=delivery.moved,
        held=delivery.held,
        seconds=round(seconds),
        carrier=delivery.carrier,
        line_share=min(1000, share) if share is not None else None,
        received_at=clock.now(),
    )


def broken(delivery: Delivery, failure: Exception | None) -> None:
    """Say why a session broke; the sender asks for another one."""
    held = Delivery.objects.get(pk=delivery.pk)
    held = move(held, Event.HALT)
    if isinstance(failure, DiskFullError):
        trouble.note(held, "disk", failure.message)
    elif isinstance(failure, CarrierError):
        trouble.note(held, "line", failure.message)
    elif isinstance(failure, JumelageError):
        trouble.note(held, trouble.code_of(failure), failure.message)
    elif failure is not None:
        trouble.note(held, "error", str(failure))


def drop_quarantine(store: Store, name: str) -> None:
    """Delete what arrived for *name* and is not in the store."""
    shutil.rmtree(store.home / "quarantine" / folder_name(name), ignore_errors=True)
