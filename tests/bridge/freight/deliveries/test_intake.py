import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import msgspec
import pytest
from pytest_django import Settings

from jumelage.bridge.api import freight
from jumelage.bridge.errors import BridgeError, RedirectRefusedError
from jumelage.bridge.feeds.wire import decode_body, encode_body
from jumelage.bridge.freight.deliveries.listing.fetching import Answer
from jumelage.bridge.freight.deliveries.receiving.intake import new_offers, take_in
from jumelage.bridge.freight.errors import StoreError
from jumelage.bridge.freight.packing.lists import File, PackingList
from jumelage.bridge.freight.packing.packing import Packed
from jumelage.bridge.freight.store.references import Quota
from jumelage.bridge.freight.store.store import Store
from jumelage.bridge.identity.errors import AddressRefusedError
from jumelage.bridge.models import Delivery, DeliveryAnswer, DeliveryFile, DeliveryOffer, Node
from jumelage.bridge.records.freight import DeliveryOffered
from jumelage.kit.errors import InvalidRecordError
from jumelage.kit.uris import Uri
from tests.bridge.freight.deliveries.conftest import ListShelf

OWN, BESIDE = (f"jumelage:{'s' * 32}:{one * 26}" for one in "ab")
OLD = DeliveryOffered.audiences["twin"] - {"whole", "part", "parts"}
Offered = Callable[..., tuple[DeliveryOffer, Packed]]


def taken_in(offer: DeliveryOffer, here: Node, data: bytes | None, store: Store) -> Delivery:
    """Return the delivery after its list was asked for."""
    new_offers(here.origin)
    slug = Uri.parse(offer.uri).id
    found = Delivery.objects.select_related("peer").get(uri=offer.uri)
    peer = ListShelf({slug: data} if data is not None else None)
    take_in(found, peer, store, threading.Event())
    return Delivery.objects.get(uri=offer.uri)


def answered(offer: DeliveryOffer) -> tuple[bool, str]:
    """Return what this node said to *offer*."""
    said = DeliveryAnswer.objects.get(delivery=offer.uri)
    return said.accepted, said.reason


def test_an_offer_is_accepted_with_its_files_known(
    here: Node, offered: Offered, store: Store
) -> None:
    offer, packed = offered()
    found = taken_in(offer, here, packed.packing_list.data, store)

    assert (found.state, found.direction) == ("ready", "in")
    assert answered(offer) == (True, "")
    assert DeliveryFile.objects.filter(delivery=found).count() == 3
    assert store.references.reservations() == {found.slug: 256_005}


def test_a_person_is_asked_where_the_city_wants_it(
    here: Node, offered: Offered, store: Store, settings: Settings
) -> None:
    settings.NODE = replace(settings.NODE, freight_ask=True)
    offer, packed = offered()

    assert taken_in(offer, here, packed.packing_list.data, store).state == "asking"
    assert not DeliveryAnswer.objects.exists()


def test_another_list_than_the_one_offered_is_refused(
    here: Node, offered: Offered, store: Store
) -> None:
    offer, packed = offered()
    data = packed.packing_list.data.replace(b"hello", b"jello") + b"x"
    DeliveryOffer.objects.update(list_bytes=len(data))

    assert taken_in(offer, here, data, store).state == "refused"
    assert answered(offer) == (False, "list")


@pytest.mark.parametrize("name", ["../up.mov", "/etc/passwd", "a/../b", "con.txt", "a\\b"])
def test_a_name_that_cannot_be_written_safely_is_refused(
    here: Node, offered: Offered, store: Store, name: str
) -> None:
    _offer, packed = offered()
    held = packed.packing_list
    first, *rest = held.files
    hostile = PackingList(held.head, [_renamed(first, name), *rest], held.table)
    DeliveryOffer.objects.update(list_hash=hostile.list_hash.hex(), list_bytes=len(hostile.data))

    found = taken_in(_offer, here, hostile.data, store)
    assert (found.state, found.stuck) == ("refused", "names")
    assert answered(_offer) == (False, "names")


def _renamed(file: File, name: str) -> File:
    return msgspec.structs.replace(file, path=name)


def test_what_could_never_fit_the_quota_is_refused(
    here: Node, offered: Offered, store: Store
) -> None:
    offer, packed = offered()
    store.quota = Quota(total=256_004)

    assert taken_in(offer, here, packed.packing_list.data, store).state == "refused"
    assert answered(offer) == (False, "quota")


def test_a_full_quota_refuses_nothing(here: Node, offered: Offered, store: Store) -> None:
    offer, packed = offered()
    store.quota = Quota(total=256_005)
    store.reserve("other", 1, peer="paris")
    found = taken_in(offer, here, packed.packing_list.data, store)

    assert (found.state, found.stuck) == ("ready", "quota")
    assert answered(offer) == (True, "")
    assert store.references.reservations() == {"other": 1}


def test_a_person_who_is_asked_reads_that_the_quota_is_full(
    here: Node, offered: Offered, store: Store, settings: Settings
) -> None:
    settings.NODE = replace(settings.NODE, freight_ask=True)
    offer, packed = offered()
    store.quota = Quota(total=256_005)
    store.reserve("other", 1, peer="paris")
    found = taken_in(offer, here, packed.packing_list.data, store)

    assert (found.state, found.stuck) == ("asking", "quota")


def test_a_full_disk_refuses_nothing(here: Node, offered: Offered, store: Store) -> None:
    offer, packed = offered()
    store.floor = 2**62

    found = taken_in(offer, here, packed.packing_list.data, store)
    assert (found.state, found.stuck) == ("ready", "disk")


def test_a_line_that_is_down_is_tried_again(here: Node, offered: Offered, store: Store) -> None:
    offer, _packed = offered()
    found = taken_in(offer, here, None, store)

    assert (found.state, found.stuck, found.tries) == ("offered", "line", 1)
    assert found.retry_at is not None


class Refusing(ListShelf):
    """A city that cannot be asked."""

    def __init__(self, delivery: str, error: BridgeError) -> None:
        """Raise *error* when the list of *delivery* is asked for."""
        super().__init__({delivery: b""})
        self.error = error

    def give(self, slug: str, number: int, coding: str) -> Answer:
        """Raise it."""
        raise self.error


@pytest.mark.parametrize(
    "error",
    [
        RedirectRefusedError(peer="baie-demo"),
        AddressRefusedError(url="http://10.0.0.1", reason="private"),
        StoreError(reason="database is locked"),
    ],
)
def test_whatever_stands_in_the_way_is_named_and_tried_again_later(
    here: Node, offered: Offered, store: Store, error: BridgeError
) -> None:
    offered()
    new_offers(here.origin)
    held = Delivery.objects.select_related("peer").get()
    take_in(held, Refusing(held.slug, error), store, threading.Event())
    found = Delivery.objects.get()

    assert (found.state, found.stuck, found.stuck_words) == ("offered", error.code, error.message)
    assert found.retry_at is not None


def test_offers_to_others_are_none_of_ours(here: Node, offered: Offered) -> None:
    offered(receiver="c" * 32)
    new_offers(here.origin)

    assert not Delivery.objects.exists()


def test_parts_are_known_as_one_delivery_here_too(here: Node, offered: Offered) -> None:
    first, _packed = offered()
    DeliveryOffer.objects.filter(pk=first.pk).update(whole=first.uri, parts=2)
    second, _packed = offered(whole=first.uri, part=2, parts=2)
    new_offers(here.origin)

    held = freight.parts_of([first.uri])
    assert [(one.uri, one.part, one.parts) for one in held] == [
        (first.uri, 1, 2), (second.uri, 2, 2),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("whole", "part", "parts"),
    [
        ("", 1, 2),
        (OWN, 2, 2),
        (OWN, 1, 10_001),
        (BESIDE, 1, 2),
        (BESIDE, 3, 2),
        (BESIDE, 0, 2),
        (f"jumelage:{'c' * 32}:{'b' * 26}", 2, 2),
    ],
)
def test_an_offer_that_is_no_part_of_its_city_is_refused(whole: str, part: int, parts: int) -> None:
    with pytest.raises(InvalidRecordError):
        offer_of(whole=whole, part=part, parts=parts)


def test_offers_of_releases_that_know_no_parts_are_read() -> None:
    said = encode_body(offer_of(), OLD)
    assert decode_body(DeliveryOffered, said) == offer_of()


def offer_of(**said: object) -> DeliveryOffered:
    """Return an offer as it is published."""
    told: dict[str, object] = {
        "uri": OWN, "receiver": "d" * 32, "title": "", "list_hash": "0" * 64, "list_bytes": 1,
        "files": 1, "bytes": 1, "production": "", "priority": "normal", "article": "",
        "sent_by": "", "packed_at": datetime(2026, 11, 22, tzinfo=UTC),
    }  # fmt: skip
    return DeliveryOffered(**{**told, **said})  # type: ignore[arg-type]  # of many kinds
