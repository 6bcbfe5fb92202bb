from collections.abc import Callable
from datetime import timedelta

import pytest

from jumelage.bridge.freight.deliveries.running import hearing
from jumelage.bridge.models import (
    Contact,
    Delivery,
    DeliveryAnswer,
    DeliveryOffer,
    DeliveryReceipt,
    Node,
)
from jumelage.bridge.records import DeliveryAnswered, DeliveryReceived
from jumelage.kit import clock
from jumelage.kit.component import Provenance
from jumelage.kit.errors import InvalidRecordError
from tests.bridge.freight.deliveries.conftest import NOON
from tests.factories.bridge import Peer


def said(delivery: Delivery, giver: Peer, **facts: object) -> None:
    """Let *giver* answer the offer of *delivery*."""
    told = {"accepted": True, "reason": "", "detail": ""}
    DeliveryAnswer.objects.create(
        uri=giver.uri(),
        origin=giver.origin,
        recorded_at=NOON,
        delivery=delivery.uri,
        **{**told, **facts},
    )


def received(delivery: Delivery, giver: Peer) -> None:
    """Let *giver* sign the receipt of *delivery*."""
    DeliveryReceipt.objects.create(
        uri=giver.uri(), origin=giver.origin, recorded_at=NOON, delivery=delivery.uri,
        files=1, bytes=1000, moved=900, held=100, seconds=3, received_at=NOON,
    )  # fmt: skip


def state(delivery: Delivery) -> str:
    """Return what the delivery is after the records were heard."""
    hearing.settle()
    return str(Delivery.objects.get(pk=delivery.pk).state)


def test_an_accepted_offer_may_be_carried(outgoing: Callable[..., Delivery], peer: Peer) -> None:
    made = outgoing("offered")
    said(made, peer)

    assert state(made) == "ready"


def test_a_refusal_ends_it_with_its_reason(outgoing: Callable[..., Delivery], peer: Peer) -> None:
    made = outgoing("offered")
    said(made, peer, accepted=False, reason="quota", detail="full")

    assert state(made) == "refused"
    assert Delivery.objects.get(pk=made.pk).stuck_words == "full"


def test_a_receipt_makes_it_delivered_with_its_figures(
    outgoing: Callable[..., Delivery], peer: Peer
) -> None:
    made = outgoing("carrying")
    received(made, peer)

    assert state(made) == "delivered"
    found = Delivery.objects.get(pk=made.pk)
    assert (found.done, found.held, found.moved, found.files_done) == (1000, 100, 900, 1)


def test_the_word_of_another_city_counts_for_nothing(outgoing: Callable[..., Delivery]) -> None:
    other = Peer(slug="lyon-demo")
    other.introduce()
    made = outgoing("offered")
    said(made, other)
    received(made, other)

    assert state(made) == "offered"


@pytest.mark.parametrize("kind", ["answer", "receipt"])
def test_records_of_a_city_that_was_offered_nothing_are_refused(
    outgoing: Callable[..., Delivery], peer: Peer, kind: str
) -> None:
    made = outgoing("offered")
    provenance = Provenance(peer.origin, "public", 1, 1, NOON)
    record: DeliveryAnswered | DeliveryReceived = DeliveryAnswered(
        uri=peer.uri(), delivery=made.uri, accepted=True, reason="", detail=""
    )
    if kind == "receipt":
        record = DeliveryReceived(
            uri=peer.uri(), delivery=made.uri, files=1, bytes=1, moved=1, held=0, seconds=1,
            carrier="tls", line_share=None, received_at=NOON,
        )  # fmt: skip
    with pytest.raises(InvalidRecordError):
        record.apply(provenance)


def test_a_withdrawn_offer_ends_the_incoming_delivery(
    offered: Callable[..., tuple[DeliveryOffer, object]], outgoing: Callable[..., Delivery]
) -> None:
    offer, _packed = offered(withdrawn_at=NOON)
    began = clock.now()
    made = outgoing("ready", uri=offer.uri, direction="in")

    assert state(made) == "cancelled"
    assert list(hearing.given_up(began)) == [made.uri]


def test_a_line_that_is_up_again_ends_the_waiting(
    outgoing: Callable[..., Delivery], city: Node
) -> None:
    at = clock.now()
    later = at + timedelta(seconds=60)
    made = outgoing("ready", stuck="line", stuck_since=at, retry_at=later, tries=7)
    contact = Contact.objects.create(node=city, line_up=True, changed_at=at - timedelta(hours=1))
    hearing.settle()
    assert Delivery.objects.get(pk=made.pk).retry_at == later

    contact.changed_at = at + timedelta(seconds=5)
    contact.save()
    hearing.settle()
    assert Delivery.objects.get(pk=made.pk).retry_at is None
