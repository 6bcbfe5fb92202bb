from collections.abc import Callable
from pathlib import Path

import pytest

from jumelage.bridge.boundary import audit
from jumelage.bridge.errors import KindNotOpenedError
from jumelage.bridge.freight.deliveries import services, shelf
from jumelage.bridge.freight.deliveries.listing import files
from jumelage.bridge.freight.deliveries.sending.offering import pack_and_offer
from jumelage.bridge.freight.errors import (
    DeliveryStateError,
    NothingToSendError,
    OnlyReceiverError,
    UnknownCityError,
    UnknownDeliveryError,
)
from jumelage.bridge.models import (
    Delivery,
    DeliveryAnswer,
    DeliveryFile,
    DeliveryOffer,
    Node,
)
from jumelage.kit.errors import InvalidInputError
from tests.factories.bridge import Peer

BY = "machine:test"


def sent(city: Node, media: Path, **said: object) -> Delivery:
    """Return a delivery that a person has just asked for."""
    return services.send(paths=[media], to=city, by=BY, **said)  # type: ignore[arg-type]  # texts


def packed(city: Node, media: Path) -> Delivery:
    """Return a delivery that was packed and offered."""
    made = sent(city, media, production="odyssey")
    pack_and_offer(made, lambda: False)
    return services.delivery(made.uri)


def test_what_the_agreement_does_not_open_cannot_be_sent(city: Node, media: Path) -> None:
    with pytest.raises(KindNotOpenedError):
        sent(city, media)
    assert not Delivery.objects.exists()


def test_send_says_what_is_wrong_at_once(opened: None, city: Node, media: Path) -> None:
    with pytest.raises(NothingToSendError):
        services.send(paths=[media / "missing.mov"], to=city, by=BY)
    with pytest.raises(NothingToSendError):
        services.send(paths=[], to=city, by=BY)
    for said in ({"priority": "now"}, {"title": "x" * 201}, {"role": "a\nb"}):
        with pytest.raises(InvalidInputError):
            sent(city, media, **said)
    assert not Delivery.objects.exists()


def test_what_was_packed_is_offered_with_its_list(opened: None, city: Node, media: Path) -> None:
    found = packed(city, media)
    offer = DeliveryOffer.objects.get(uri=found.uri)
    held = shelf.packing_list(found)

    assert (found.state, found.files, found.bytes) == ("offered", 3, 512_005)
    assert (offer.list_hash, offer.list_bytes) == (held.list_hash.hex(), len(held.data))
    assert (offer.production, offer.article, offer.title) == ("odyssey", "annex", "shots")
    paths = DeliveryFile.objects.filter(delivery=found).values_list("path", flat=True)
    assert list(paths) == ["shots/a.mov", "shots/b.mov", "shots/notes.txt"]
    assert list(shelf.places(found)) == list(paths)


def test_what_cannot_be_packed_says_why(opened: None, city: Node, media: Path) -> None:
    (media / "link").symlink_to(media / "a.mov")
    found = packed(city, media)

    assert (found.state, found.stuck) == ("failed", "not-packable")
    assert "link" in found.stuck_words
    assert not DeliveryOffer.objects.exists()


def test_cancelled_while_it_is_packed_is_never_offered(
    opened: None, city: Node, media: Path
) -> None:
    made = sent(city, media)
    services.cancel(made, by=BY)
    pack_and_offer(made, lambda: False)

    assert services.delivery(made.uri).state == "cancelled"
    assert not DeliveryOffer.objects.exists()
    assert not files.kept(made.slug).exists()


def test_cancelling_withdraws_the_offer(opened: None, city: Node, media: Path) -> None:
    found = packed(city, media)
    services.cancel(found, by=BY)

    assert DeliveryOffer.objects.get(uri=found.uri).withdrawn_at is not None
    with pytest.raises(DeliveryStateError):
        services.resume(services.delivery(found.uri), by=BY)


def test_pausing_says_that_a_person_did_it(outgoing: Callable[..., Delivery]) -> None:
    made = outgoing("carrying")
    paused = services.pause(made, by=BY)
    again = services.resume(paused, by=BY)

    assert (paused.state, paused.stuck) == ("paused", "person")
    assert (again.state, again.stuck) == ("ready", "")


def test_deeds_are_written_into_the_audit_feed(
    here: Node, outgoing: Callable[..., Delivery]
) -> None:
    made = outgoing()
    services.prioritise(made, priority="urgent", by=BY)
    services.pause(made, by=BY)

    assert audit.actions() == ["freight-paused", "freight-priority-set"]
    assert services.delivery(made.uri).priority == "urgent"


def test_city_and_delivery_are_found_by_their_short_names(
    city: Node, outgoing: Callable[..., Delivery]
) -> None:
    made = outgoing()

    assert services.city(city.slug) == services.city(city.origin) == city
    assert services.delivery("aaaa") == services.delivery(made.slug) == made
    with pytest.raises(UnknownCityError, match=city.slug):
        services.city("atlantis")
    for name in ("", "aaa", "bbbb", "%", "aaaa%"):
        with pytest.raises(UnknownDeliveryError):
            services.delivery(name)


@pytest.mark.parametrize("state", ["delivered", "cancelled", "refused"])
def test_what_has_ended_is_not_refused_again(
    outgoing: Callable[..., Delivery], peer: Peer, state: str
) -> None:
    made = outgoing(state, uri=peer.uri(), direction="in")
    with pytest.raises(DeliveryStateError):
        services.refuse(made, by=BY)
    assert Delivery.objects.get(pk=made.pk).stuck == ""
    assert not DeliveryAnswer.objects.exists()


def test_a_city_does_not_answer_what_it_sends(outgoing: Callable[..., Delivery]) -> None:
    with pytest.raises(OnlyReceiverError):
        services.refuse(outgoing("ready"), by=BY)
