"""Keeps to the rate at which the receiver wants a delivery to come, and halts when it has no room.

The word that there is no room comes this way over every carrier: a connection that breaks with the
session may take along what was said last, and over HTTPS nothing is said at all.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from django.db import InterfaceError, OperationalError, close_old_connections

from jumelage.bridge.errors import BridgeError
from jumelage.bridge.freight.deliveries import conversation
from jumelage.bridge.freight.deliveries.conversation import Wanted
from jumelage.bridge.freight.deliveries.limits import DeliveryPace
from jumelage.bridge.freight.deliveries.peers import Peer
from jumelage.bridge.freight.deliveries.running.tasks import Task
from jumelage.bridge.models import Delivery

ASK_SECONDS, LONGEST_WAIT = 4.0, 64.0
"""Between two questions; after one that was not answered twice as long, up to the second."""


@contextmanager
def rate_of(
    delivery: Delivery, rate: int | None, peer: Peer, pace: DeliveryPace, *, halt: threading.Event
) -> Iterator[None]:
    """Let *pace* keep to *rate*, and to what the receiver says of it until this is left.

    *rate* is in bytes a second; None: the receiver has no limit. *halt* is set when the receiver
    says that there is no room: who asks for a session again hears why.
    """
    _keep(delivery, rate, pace)
    asking = Task("freight-rate", partial(_ask, delivery, rate, peer, pace, halt=halt))
    try:
        yield
    finally:
        asking.stop.set()


def _ask(
    delivery: Delivery,
    rate: int | None,
    peer: Peer,
    pace: DeliveryPace,
    stop: threading.Event,
    *,
    halt: threading.Event,
) -> None:
    """Ask again and again; a receiver that does not answer keeps what it said last.

    A database that does not answer is no reason to ask no more.
    """
    wait = ASK_SECONDS
    while not stop.wait(wait):
        try:
            said = _said(delivery, peer)
            if said.stuck and not stop.is_set():
                halt.set()
            if said.rate != rate and not stop.is_set():
                _keep(delivery, said.rate, pace)
        except (BridgeError, InterfaceError, OperationalError):
            wait = min(2 * wait, LONGEST_WAIT)
            close_old_connections()
            continue
        wait, rate = ASK_SECONDS, said.rate


def _said(delivery: Delivery, peer: Peer) -> Wanted:
    path = f"{conversation.RATES}/{delivery.slug}"
    raw = peer.get(path, most=conversation.LARGEST_WANTED)
    return conversation.read(raw, Wanted)


def _keep(delivery: Delivery, rate: int | None, pace: DeliveryPace) -> None:
    pace.told(rate)
    Delivery.objects.filter(pk=delivery.pk).update(limit_there=rate)
