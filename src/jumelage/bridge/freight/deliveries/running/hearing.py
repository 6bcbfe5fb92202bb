"""What the other cities said of deliveries since the last look: answers, receipts, withdrawals."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import F

from jumelage.bridge.feeds import bell
from jumelage.bridge.freight.deliveries.services import CLEAR, move
from jumelage.bridge.freight.deliveries.states import ACTIVE, ENDED, Event, State, allows
from jumelage.bridge.models import (
    Delivery,
    DeliveryAnswer,
    DeliveryFile,
    DeliveryOffer,
    DeliveryReceipt,
)

Direction = Delivery.Direction


def settle() -> None:
    """Bring every delivery that has not ended to what the records say of it."""
    mine = Delivery.objects.filter(direction=Direction.OUT, state__in=ACTIVE)
    held = {one.uri: one for one in mine}
    if held:
        _receipts(held)
        _answers(held)
    _withdrawn()
    _hurry()


def _receipts(held: dict[str, Delivery]) -> None:
    said = DeliveryReceipt.objects.live().filter(delivery__in=held)
    for receipt in said:
        delivery = held.pop(receipt.delivery)
        if receipt.origin == delivery.peer_id and allows(delivery.state, Event.RECEIVED):
            delivered(delivery, receipt)


@transaction.atomic
def delivered(delivery: Delivery, receipt: DeliveryReceipt) -> None:
    """Write that the delivery is all there, as the receipt says."""
    facts = {
        "done": delivery.bytes,
        "held": receipt.held,
        "moved": max(delivery.moved, receipt.moved),
        "carried_ms": max(delivery.carried_ms, receipt.seconds * 1000),
        "files_done": receipt.files,
        "line": None,
        **CLEAR,
    }
    move(delivery, Event.RECEIVED, **facts)
    files = DeliveryFile.objects.filter(delivery=delivery, verified_at=None)
    files.update(verified_at=receipt.received_at)


def _answers(held: dict[str, Delivery]) -> None:
    for said in DeliveryAnswer.objects.live().filter(delivery__in=held):
        delivery = held[said.delivery]
        if said.origin != delivery.peer_id:
            continue
        if not said.accepted and allows(delivery.state, Event.REFUSED):
            move(delivery, Event.REFUSED, stuck=said.reason, stuck_words=said.detail)
        elif said.accepted and delivery.state == State.OFFERED:
            move(delivery, Event.ACCEPTED, **CLEAR)


def _withdrawn() -> None:
    """End the incoming deliveries whose sender cancelled them."""
    incoming = Delivery.objects.filter(direction=Direction.IN, state__in=ACTIVE)
    gone = DeliveryOffer.objects.exclude(withdrawn_at=None).values("uri")
    for delivery in incoming.filter(uri__in=gone):
        move(delivery, Event.CANCEL, **CLEAR)


def _hurry() -> None:
    """Try again at once what waited for a line that is up since."""
    waiting = Delivery.objects.filter(
        state__in=ACTIVE, stuck="line", retry_at__isnull=False, peer__contact__line_up=True
    )
    up = waiting.filter(peer__contact__changed_at__gt=F("stuck_since"), tries__gt=1)
    # To write nothing is to take a turn at the database all the same, at every ring of the bell.
    if up.exists() and up.update(retry_at=None, tries=0):
        bell.ring()


def given_up(since: datetime) -> Collection[str]:
    """Return the deliveries that ended from *since* on without arriving."""
    found = Delivery.objects.filter(state__in=ENDED - {State.DELIVERED}, ended_at__gte=since)
    return list(found.values_list("uri", flat=True))
