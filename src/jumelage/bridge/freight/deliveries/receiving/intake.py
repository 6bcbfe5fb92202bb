"""Taking in an offer: fetch the packing list, check every claim, accept or say why not."""

import threading

from django.conf import settings
from django.db import transaction

from jumelage.bridge.errors import BridgeError, PeerUnreachableError
from jumelage.bridge.freight.deliveries.conversation import Question
from jumelage.bridge.freight.deliveries.limits import IN, Limits
from jumelage.bridge.freight.deliveries.listing import fetching
from jumelage.bridge.freight.deliveries.listing.arriving import ListArrival
from jumelage.bridge.freight.deliveries.receiving import landing
from jumelage.bridge.freight.deliveries.running import trouble
from jumelage.bridge.freight.deliveries.sending.offering import write_files
from jumelage.bridge.freight.deliveries.services import answer, move
from jumelage.bridge.freight.deliveries.states import Event, State
from jumelage.bridge.freight.errors import (
    DeliveryStateError,
    DiskFullError,
    ListMismatchError,
    PackingListError,
    QuotaError,
    SessionRefusedError,
    UnsafeNameError,
)
from jumelage.bridge.freight.packing.lists import PackingList
from jumelage.bridge.freight.packing.parsing import check_size, parse_file
from jumelage.bridge.freight.store.store import Store
from jumelage.bridge.models import Delivery, DeliveryOffer
from jumelage.kit import clock

LIMITED = frozenset({"limit-here", "limit-sender"})
"""Why a list does not come although the other city answers."""
_reading = threading.Lock()
"""A large list takes much memory while it is read: one at a time."""


def new_offers(here: str) -> None:
    """Begin a delivery for each standing offer to this city that has none yet."""
    known = Delivery.objects.values("uri")
    fresh = DeliveryOffer.objects.live().filter(receiver=here).exclude(uri__in=known)
    for offer in fresh:
        Delivery.objects.get_or_create(
            uri=offer.uri,
            defaults={
                "peer_id": offer.origin,
                "direction": Delivery.Direction.IN,
                "state": State.OFFERED,
                "title": offer.title,
                "production": offer.production,
                "priority": offer.priority,
                "sent_by": offer.sent_by,
                "list_hash": offer.list_hash,
                "files": offer.files,
                "bytes": offer.bytes,
                "whole": offer.whole,
                "part": offer.part,
                "parts": offer.parts,
                "created_at": offer.recorded_at,
                "changed_at": clock.now(),
            },
        )


def take_in(
    delivery: Delivery,
    peer: fetching.Lists,
    store: Store,
    stop: threading.Event,
    limits: Limits | None = None,
) -> None:
    """Fetch and check the packing list of an offered delivery, and answer the offer.

    The list comes in as *limits* allow; None: as fast as it can. When *stop* is set it ends without an answer; the next try goes on with what is here.
    """
    try:
        _take_in(delivery, peer, store, stop, limits or Limits())
    except (PeerUnreachableError, SessionRefusedError) as error:
        code = error.facts.get("code")
        trouble.put_off(delivery, code if code in LIMITED else "line", error.message)
    except DeliveryStateError:  # cancelled meanwhile
        return
    except OSError as error:
        trouble.put_off(delivery, *trouble.of_disk(error))
    except UnsafeNameError as error:
        answer(delivery, reason="names", detail=error.message)
    except QuotaError as error:
        answer(delivery, reason="quota", detail=error.message)
    except (PackingListError, ListMismatchError) as error:
        answer(delivery, reason="list", detail=error.message)
    except BridgeError as error:  # where nothing may be asked, a store that does not answer
        trouble.put_off(delivery, trouble.code_of(error), error.message)


def _take_in(
    delivery: Delivery,
    peer: fetching.Lists,
    store: Store,
    stop: threading.Event,
    limits: Limits,
) -> None:
    def turn(size: int, patience: float) -> float:
        one = delivery
        return limits.turn(one.peer_id, one.production, size, IN, patience=patience)

    offer = DeliveryOffer.objects.get(uri=delivery.uri)
    check_size(offer.list_bytes)
    city = delivery.peer_id
    with ListArrival(delivery.slug, offer.list_hash, offer.list_bytes, city=city) as arrival:
        fetching.fetch(arrival, peer, stop, turn=turn)
        if not stop.is_set():
            with _reading:
                _answer(delivery, checked(offer, arrival), store, arrival)


def _answer(delivery: Delivery, held: PackingList, store: Store, arrival: ListArrival) -> None:
    """Accept, or ask a person, and keep the list; what is refused is raised."""
    store.check_quota(sum(blob.size for blob in held.blobs), peer=delivery.peer_id)
    code, words = _reserved(delivery, held, store)
    arrival.settle()
    with transaction.atomic():
        write_files(delivery, held)
        if settings.NODE.freight_ask:
            move(delivery, Event.ASK)
        else:
            answer(delivery)
    if code:
        trouble.note(delivery, code, words)


def _reserved(delivery: Delivery, held: PackingList, store: Store) -> tuple[str, str]:
    """Promise *delivery* its room; what does not fit now is accepted all the same, and waits.

    Return why it waits, as a code and in words; empty when it need not.
    """
    try:
        landing.reserve(store, delivery, held)
    except DiskFullError as error:
        return "disk", error.message
    except QuotaError as error:
        return "quota", error.message
    return "", ""


def checked(offer: DeliveryOffer, arrival: ListArrival) -> PackingList:
    """Return the packing list that has arrived, which is the one of *offer*.

    Raises:
        PackingListError, UnsafeNameError, ListMismatchError: it is none that is taken here.
    """
    slug = arrival.delivery
    with arrival.whole() as file:
        held = parse_file(file, offer.list_bytes)
    head = held.head
    told = (head.id, head.origin, head.to, head.files, head.bytes)
    if told != (slug, offer.origin, offer.receiver, offer.files, offer.bytes):
        raise ListMismatchError(delivery=slug)
    return held


def awaited(peer: str, question: Question) -> Delivery:
    """Return the delivery that *peer* may carry now.

    Raises:
        SessionRefusedError: there is none, or it may not.
    """
    found = Delivery.objects.select_related("peer").filter(
        uri=question.delivery, peer=peer, direction=Delivery.Direction.IN
    )
    delivery = found.first()
    if delivery is None or question.list_hash != delivery.list_hash:
        raise SessionRefusedError(reason="no such delivery was accepted", code="not-accepted")
    refused = {
        State.OFFERED: ("it is not accepted yet", "not-accepted"),
        State.ASKING: ("a person has to accept it", "not-accepted"),
        State.PAUSED: (delivery.stuck_words or "a person paused it", "paused-there"),
        State.REFUSED: ("it was refused", "refused"),
        State.CANCELLED: ("it was cancelled", "cancelled"),
    }
    if delivery.state in refused:
        reason, code = refused[State(delivery.state)]
        raise SessionRefusedError(reason=reason, code=code)
    return delivery
