"""What the web process gives a paired city of a delivery that was offered to it."""

import math
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Generator
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO

from django.db import connection
from django.db.models import F
from msgspec import UNSET

from jumelage.bridge.errors import RateLimitError
from jumelage.bridge.freight.carriers.ranges import Stretch
from jumelage.bridge.freight.deliveries import shelf
from jumelage.bridge.freight.deliveries.conversation import Wanted, encode
from jumelage.bridge.freight.deliveries.limits import IN, Limits
from jumelage.bridge.freight.deliveries.listing import files
from jumelage.bridge.freight.deliveries.listing import parts as lists
from jumelage.bridge.freight.deliveries.sending.reading import ParcelReading
from jumelage.bridge.freight.deliveries.states import ENDED, MOVING, State
from jumelage.bridge.freight.errors import (
    FreightAsleepError,
    SessionRefusedError,
    UnknownDeliveryError,
)
from jumelage.bridge.freight.packing.parcels import Bitmap, parcels
from jumelage.bridge.freight.packing.source import Files
from jumelage.bridge.models import Delivery
from jumelage.kit.uris import Uri

MOST_OPEN = 8
NO_ROOM = frozenset({"disk", "quota"})
"""What of `Delivery.stuck` the sender is told while it carries: it asks again, and hears why."""
RELOAD_SECONDS = 2.0
PATIENCE = 3.0
"""Seconds that a part of a packing list is held back; who has to wait longer asks again."""
BREATH = 0.01
"""Seconds to wait when nothing may leave."""
Paced = Generator[bytes | float, None, None]
"""Bytes that may leave now; a number says in how many seconds to ask for more.

So nobody waits in a thread: the web process has a handful, and each limit would take one for good.
"""


def _list_for(origin: str, delivery: str) -> tuple[Delivery, BinaryIO]:
    """Return the *delivery* (its short name) that was offered to *origin*, and its open list."""
    try:
        return _offered_to(origin, delivery), shelf.open_list(delivery)
    finally:
        connection.close()  # a thread of its own


def list_pieces(origin: str, delivery: str) -> tuple[int, Paced]:
    """Return the size of the packing list of *delivery* and its bytes, read as they are taken.

    They are given as fast as the limits allow.

    Raises:
        UnknownDeliveryError: there is none for that city.
    """
    held, file = _list_for(origin, delivery)
    return os.fstat(file.fileno()).st_size, _read(held, file)


def _read(delivery: Delivery, file: BinaryIO) -> Paced:
    number = 0
    with file:
        while piece := file.read(lists.PART):
            while (wait := counter.turn(delivery, number, len(piece))) > PATIENCE:
                yield PATIENCE
            yield wait
            yield piece
            number += 1


def list_part(origin: str, delivery: str, number: int) -> tuple[bytes, float]:
    """Return part *number* of the packing list of *delivery*, and note that it was given.

    Return too in how many seconds it may leave.

    Raises:
        UnknownDeliveryError: there is none for that city, or no such part of it.
        RateLimitError, SessionRefusedError: a limit holds it back for longer, or altogether.
    """
    held, file = _list_for(origin, delivery)
    with file:
        if number >= lists.count(os.fstat(file.fileno()).st_size):
            raise UnknownDeliveryError(delivery=f"{delivery}?part={number}")
        file.seek(number * lists.PART)
        data = file.read(lists.PART)
    wait = _waited(held, number, len(data))
    with suppress(OSError):  # a full disk: then the page shows less of it than has crossed
        files.note_given(delivery, number)
    return data, wait


def _waited(delivery: Delivery, number: int, size: int) -> float:
    """Return in how many seconds a part of *size* bytes may leave, which counts from now on.

    Raises:
        RateLimitError, SessionRefusedError: only later, or not now at all.
    """
    wait = counter.turn(delivery, number, size)
    if math.isinf(wait):
        raise SessionRefusedError(reason="a limit lets nothing leave now", code="limit-sender")
    if wait > PATIENCE:
        raise RateLimitError(limit=delivery.slug, retry_after=math.ceil(wait))
    return wait


def _offered_to(origin: str, delivery: str) -> Delivery:
    """Return the standing delivery *delivery* of this city to *origin*."""
    found = Delivery.objects.filter(
        peer=origin, direction=Delivery.Direction.OUT, uri__endswith=f":{delivery}"
    ).exclude(state__in=[State.PACKING, *(ENDED - {State.DELIVERED})])
    one = found.first() if delivery.isalnum() and len(delivery) == 26 else None
    if one is None:
        raise UnknownDeliveryError(delivery=delivery[:40])
    return one


@dataclass(frozen=True, slots=True)
class Served:
    """The parcels of one session that are fetched through the web port."""

    delivery: Delivery
    stretch: Stretch
    source: Files


class Counter:
    """The sessions this web process serves; the last ones used stay open."""

    def __init__(self) -> None:
        """Serve nothing yet."""
        self._lock = threading.Lock()
        self._open: OrderedDict[tuple[str, str], Served] = OrderedDict()
        self._limits = Limits()
        self._begun: set[str] = set()
        self._reload_at = 0.0

    def served(self, origin: str, delivery: str, session: str) -> Served:
        """Return what *session* of *origin* fetches.

        Raises:
            UnknownDeliveryError: nothing of that name moves to that city.
            FreightAsleepError: the session is not known here yet.
        """
        held = _offered_to(origin, delivery)
        if held.state not in MOVING:
            raise UnknownDeliveryError(delivery=delivery)
        with self._lock:
            found = self._open.get((delivery, session)) or _opened(held, session)
            self._open[delivery, session] = found
            self._open.move_to_end((delivery, session))
            while len(self._open) > MOST_OPEN:
                self._open.popitem(last=False)[1].source.close()
        self._reload()
        return found

    def wanted(self, origin: str, delivery: str) -> bytes:
        """Say how fast *delivery*, which *origin* sends here, may come, and if there is no room.

        Raises:
            UnknownDeliveryError: nothing of that name is on its way from that city.
        """
        uri, into = str(Uri(origin, delivery)), Delivery.Direction.IN
        held = Delivery.objects.filter(uri=uri, peer=origin, direction=into, state__in=MOVING)
        one = held.first()
        if one is None:
            raise UnknownDeliveryError(delivery=delivery[:40])
        self._reload()
        rate = self._limits.rate(origin, one.production, IN)
        if rate is not None and one.limit_there is not None:
            rate = min(rate, one.limit_there)  # its part, beside what else comes in now
        stuck = one.stuck if one.stuck in NO_ROOM else UNSET
        return encode(Wanted(delivery=uri, rate=rate, stuck=stuck))

    def allow(self, served: Served, wanted: int) -> int:
        """Return how many bytes may leave now, as the limits are by now."""
        self._reload()
        delivery = served.delivery
        return self._limits.allow(delivery.peer_id, delivery.production, wanted)

    def turn(self, delivery: Delivery, number: int, size: int) -> float:
        """Return in how many seconds part *number* of a list may leave, as `Limits.turn` does.

        The first part leaves at once: the other city hears of a short list, and why it waits. It
        is counted once, so that who asks for it again and again takes nothing from the others.
        """
        self._reload()
        if number == 0 and self._has_begun(delivery):
            return 0.0
        patience = PATIENCE if number else math.inf
        wait = self._limits.turn(delivery.peer_id, delivery.production, size, patience=patience)
        return wait if number else 0.0

    def _has_begun(self, delivery: Delivery) -> bool:
        """Tell whether the first part of the list of *delivery* has left; from now on it has."""
        with self._lock:
            begun = delivery.uri in self._begun
            self._begun.add(delivery.uri)
        return begun

    def forget(self) -> None:
        """Read the limits anew when they are asked for next."""
        self._reload_at = 0.0

    def _reload(self) -> None:
        if time.monotonic() >= self._reload_at:
            self._reload_at = time.monotonic() + RELOAD_SECONDS
            self._limits.reload()


def _opened(delivery: Delivery, session: str) -> Served:
    known, lacking = shelf.stretch(delivery.slug)
    if known != session:
        raise FreightAsleepError
    held = shelf.packing_list(delivery)
    cut = parcels(held, Bitmap.unpack(lacking, len(held.lengths)))
    source = Files(held, shelf.places(delivery))
    return Served(delivery, Stretch(ParcelReading(cut, source)), source)


counter = Counter()


def paced(served: Served, first: int, last: int) -> Paced:
    """Yield the bytes *first* to *last* of what is served, as fast as the limits allow.

    What was given out is counted in the end.
    """
    given = 0
    try:
        for piece in served.stretch.pieces(first, last):
            left = memoryview(piece)
            while left:
                count = counter.allow(served, len(left))
                if not count:
                    yield BREATH
                    continue
                given += count
                yield bytes(left[:count])
                left = left[count:]
    finally:
        _count(served.delivery, given)


def _count(delivery: Delivery, given: int) -> None:
    """Count what left; whether it is verified there only the receipt tells."""
    try:
        Delivery.objects.filter(pk=delivery.pk, state__in=MOVING).update(moved=F("moved") + given)
    finally:
        connection.close()
