"""One try to carry a delivery: ask for a session, send what is lacking, wait for the receipt."""

import base64
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from jumelage.bridge.errors import BridgeError, PeerUnreachableError
from jumelage.bridge.freight.carriers import choose
from jumelage.bridge.freight.carriers.base import Figures, Session
from jumelage.bridge.freight.carriers.keys import Exchange
from jumelage.bridge.freight.deliveries import conversation, shelf
from jumelage.bridge.freight.deliveries.conversation import Question, Reply
from jumelage.bridge.freight.deliveries.limits import DeliveryPace
from jumelage.bridge.freight.deliveries.peers import Peer
from jumelage.bridge.freight.deliveries.running import trouble
from jumelage.bridge.freight.deliveries.running.board import Board, Tally
from jumelage.bridge.freight.deliveries.running.marking import mark
from jumelage.bridge.freight.deliveries.sending import fetching, heeding
from jumelage.bridge.freight.deliveries.sending.counting import Contents
from jumelage.bridge.freight.deliveries.sending.reading import ParcelReading
from jumelage.bridge.freight.deliveries.services import move
from jumelage.bridge.freight.deliveries.states import Event
from jumelage.bridge.freight.errors import (
    CarrierError,
    ChangedSinceError,
    DeliveryStateError,
    LineClosedError,
    SessionRefusedError,
)
from jumelage.bridge.freight.packing.lists import PackingList
from jumelage.bridge.freight.packing.parcels import Bitmap, Parcels, parcels
from jumelage.bridge.freight.packing.source import Files
from jumelage.bridge.models import Delivery
from jumelage.kit import clock

CARRIERS = ("tls", "udp")
RECEIPT_SECONDS = 20.0
"""After everything was acknowledged: how long to wait for the receipt before asking again."""


@dataclass(frozen=True, slots=True)
class Trip:
    """What one try to carry goes with."""

    peer: Peer
    pace: DeliveryPace
    board: Board
    stop: threading.Event


@dataclass(frozen=True, slots=True)
class Opened:
    """A session that the receiver opened, and what is to be sent in it."""

    session: Session
    packing_list: PackingList
    parcels: Parcels
    lacking: bytes
    contents: Contents
    rate: int | None


def carry(
    delivery: Delivery, peer: Peer, pace: DeliveryPace, board: Board, stop: threading.Event
) -> None:
    """Carry *delivery* until it is all there, the line breaks or *stop* is set."""
    try:
        with _told(delivery):
            held = shelf.packing_list(delivery)
            opened = open_session(delivery, held, peer, CARRIERS)
            begun = _begun(delivery, opened) if opened else delivery
            if opened is None or _kept(begun, opened, Trip(peer, pace, board, stop)):
                _await_receipt(delivery)
    except DeliveryStateError:  # cancelled or paused meanwhile
        return


@contextmanager
def _told(delivery: Delivery) -> Iterator[None]:
    """Turn what can go wrong into why the delivery does not move."""
    try:
        yield
    except ChangedSinceError as error:
        now = clock.now()
        facts = {"stuck": "changed", "stuck_words": error.message[:300], "stuck_since": now}
        move(delivery, Event.PAUSE, **facts)
    except SessionRefusedError as error:
        _put_off(delivery, trouble.code_of(error), str(error.facts["reason"]))
    except (PeerUnreachableError, CarrierError) as error:
        _put_off(delivery, "line", error.message)
    except DeliveryStateError:
        raise
    except BridgeError as error:
        _put_off(delivery, trouble.code_of(error), error.message)


def _put_off(delivery: Delivery, code: str, words: str) -> None:
    held = move(delivery, Event.HALT)
    trouble.put_off(held, code, words)


def open_session(
    delivery: Delivery, held: PackingList, peer: Peer, carriers: Sequence[str]
) -> Opened | None:
    """Ask the receiver for a session; None when it lacks nothing any more.

    Raises:
        SessionRefusedError: it refuses, or its answer does not fit.
        SignatureError: the answer is not signed by it.
        PeerUnreachableError: it does not answer.
    """
    exchange = Exchange.make()
    question = conversation.encode(
        Question(
            delivery=delivery.uri,
            list_hash=delivery.list_hash,
            key=base64.b64encode(exchange.public).decode(),
            carriers=list(carriers),
        )
    )
    raw, headers = peer.post(conversation.SESSIONS, question, most=conversation.LARGEST_ANSWER)
    node = peer.node
    conversation.check(raw, headers, key=bytes(node.signing_key), origin=node.origin)
    reply = conversation.read(raw, Reply)
    if reply.delivery != delivery.uri:
        raise SessionRefusedError(reason="another delivery was answered", code="unreadable")
    if reply.delivered:
        return None
    secret = exchange.agree(base64.b64decode(reply.key), question=question, answer=raw)
    lacking = _lacking(reply)
    wanted = Bitmap.unpack(lacking, len(held.lengths))
    cut = parcels(held, wanted)
    counted = Contents(held, wanted, cut)
    return Opened(_session(reply, secret, peer), held, cut, lacking, counted, reply.rate)


def _session(reply: Reply, secret: bytes, peer: Peer) -> Session:
    return Session(
        id=bytes.fromhex(reply.session),
        secret=secret,
        peer_host=peer.host(reply.host),
        tcp_port=reply.tcp_port,
        udp_port=reply.udp_port,
        certificate_hash=bytes.fromhex(reply.certificate),
    )


def _lacking(reply: Reply) -> bytes:
    try:
        return base64.b64decode(reply.lacking, validate=True)
    except ValueError as error:
        raise SessionRefusedError(reason="no base64", code="unreadable") from error


def _kept(delivery: Delivery, opened: Opened, trip: Trip) -> bool:
    """Send, and keep to the rate that the receiver wants; tell whether everything is there."""
    with heeding.rate_of(delivery, opened.rate, trip.peer, trip.pace, halt=trip.stop):
        return _sent(delivery, opened, trip)


def _sent(delivery: Delivery, opened: Opened, trip: Trip) -> bool:
    """Send over the freight port; where none can be reached, let the receiver fetch.

    Tell whether everything is there.
    """
    try:
        return _send(delivery, opened, trip)
    except LineClosedError:
        asked = open_session(delivery, opened.packing_list, trip.peer, ("https",))
    if asked is None:
        return True
    fetching.serve(delivery, asked.session, asked.lacking, trip.board, trip.stop)
    return False


def _begun(delivery: Delivery, opened: Opened) -> Delivery:
    """Mark the delivery as on its way, and the files that are whole there already.

    What did not have to cross at first was held there.
    """
    there = max(0, delivery.bytes - sum(opened.parcels.sizes))
    mark(delivery.uri, opened.contents.there, held=delivery.began_at is None)
    facts: dict[str, object] = {"moved": max(delivery.moved, there - delivery.held)}
    if delivery.began_at is None:
        facts = {"began_at": clock.now(), "held": there}
    return move(delivery, Event.BEGIN, **facts)


def _send(delivery: Delivery, opened: Opened, trip: Trip) -> bool:
    """Send the parcels; tell whether all of them were acknowledged."""
    tally = trip.board.begin(delivery, sum(opened.parcels.sizes))
    tally.whole = opened.contents.whole
    told = _cleared(delivery, tally)
    try:
        with Files(opened.packing_list, shelf.places(delivery)) as source:
            reading = ParcelReading(opened.parcels, source, opened.contents.arrived)
            last = choose.send(opened.session, reading, trip.pace, told, trip.stop)
    finally:
        trip.board.end(delivery.uri)
    if last.parcels < len(opened.parcels):
        move(delivery, Event.HALT)
        return False
    return True


def _cleared(delivery: Delivery, tally: Tally) -> Callable[[Figures], None]:
    """Return what hears the figures; at the first bytes that arrive nothing is stuck any more."""
    waiting = bool(delivery.stuck or delivery.tries)

    def progress(figures: Figures) -> None:
        nonlocal waiting
        tally.take(figures)
        if waiting and figures.parcels:
            waiting = False
            trouble.clear(delivery)

    return progress


def _await_receipt(delivery: Delivery) -> None:
    """Let the delivery rest until its receipt comes over the bridge; else ask again."""
    at = clock.now() + timedelta(seconds=RECEIPT_SECONDS)
    Delivery.objects.filter(pk=delivery.pk).update(retry_at=at, done=delivery.bytes, rate=0)
