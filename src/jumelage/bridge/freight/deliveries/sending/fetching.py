"""The last resort, seen from the sender: the receiver fetches the parcels through the web port."""

import threading
import time

from jumelage.bridge.freight.carriers.base import Figures, Session
from jumelage.bridge.freight.deliveries import shelf
from jumelage.bridge.freight.deliveries.running.board import Board
from jumelage.bridge.freight.deliveries.services import move
from jumelage.bridge.freight.deliveries.states import MOVING, Event
from jumelage.bridge.freight.packing.parcels import Bitmap, parcels
from jumelage.bridge.models import Delivery

LOOK_SECONDS = 1.0
SILENCE_SECONDS = 60.0
"""When nothing was fetched for so long the session is asked for anew."""


def serve(
    delivery: Delivery, session: Session, lacking: bytes, board: Board, stop: threading.Event
) -> None:
    """Let the receiver fetch what it lacks until it has signed the receipt, or fetches no more.

    The bytes are given out by the web process, which counts them in the row of the delivery.
    """
    shelf.keep_stretch(delivery.slug, session.id.hex(), lacking)
    held = shelf.packing_list(delivery)
    total = sum(parcels(held, Bitmap.unpack(lacking, len(held.lengths))).sizes)
    tally = board.begin(delivery, total)
    tally.counts = False
    given, heard = 0, time.monotonic()
    try:
        while not stop.wait(LOOK_SECONDS):
            now = _moved(delivery)
            if now is None:
                return
            fresh = now - delivery.moved - given
            given += fresh
            heard = time.monotonic() if fresh else heard
            if time.monotonic() - heard > SILENCE_SECONDS:
                break
            told = Figures("https", 0, min(given, total), given, fresh / LOOK_SECONDS)
            tally.take(told)
    finally:
        board.end(delivery.uri)
    move(delivery, Event.HALT)


def _moved(delivery: Delivery) -> int | None:
    """Return the bytes that were given out so far; None when the delivery moves no more."""
    found = Delivery.objects.filter(pk=delivery.pk, state__in=MOVING)
    return found.values_list("moved", flat=True).first()
