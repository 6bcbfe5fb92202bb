"""The freight process of a node: packs, offers, takes in, carries, and never asks a person.

Theory of operation. Everything is rows: at each turn (when the bell rings, else once a second)
the loop looks what the deliveries are and begins what is due, each in a thread of its own. A
process that is killed forgets nothing but its threads; the next one finds the same rows. What the
other city says comes as records, through the bridge, into `DeliveryOffer`, `DeliveryAnswer` and
`DeliveryReceipt`.
"""

import logging
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from sqlite3 import DatabaseError

from django.db import InterfaceError, OperationalError, connection

from jumelage.bridge.boundary.standing import is_open
from jumelage.bridge.errors import BridgeError, NoIdentityError
from jumelage.bridge.feeds import bell
from jumelage.bridge.freight.carriers.base import Policy
from jumelage.bridge.freight.deliveries import shelf
from jumelage.bridge.freight.deliveries.door import Door
from jumelage.bridge.freight.deliveries.limits import POLICIES, DeliveryPace, Limits
from jumelage.bridge.freight.deliveries.peers import Peer
from jumelage.bridge.freight.deliveries.receiving.intake import new_offers, take_in
from jumelage.bridge.freight.deliveries.receiving.sessions import Sessions
from jumelage.bridge.freight.deliveries.receiving.storing import let_go, open_store
from jumelage.bridge.freight.deliveries.running import hearing
from jumelage.bridge.freight.deliveries.running.board import Board
from jumelage.bridge.freight.deliveries.running.breath import Breath
from jumelage.bridge.freight.deliveries.running.tasks import Tasks
from jumelage.bridge.freight.deliveries.schedule import plan
from jumelage.bridge.freight.deliveries.sending import gathering
from jumelage.bridge.freight.deliveries.sending.carrying import carry
from jumelage.bridge.freight.deliveries.sending.offering import pack_and_offer
from jumelage.bridge.freight.deliveries.states import MOVING, State
from jumelage.bridge.freight.store import garbage
from jumelage.bridge.freight.store.store import Store
from jumelage.bridge.identity.requests import own_node
from jumelage.bridge.models import Delivery
from jumelage.kit import clock

logger = logging.getLogger(__name__)
LOOK_SECONDS = 1.0
REST_SECONDS = 0.1
"""Between two turns: in a catch-up the bell rings twenty times a second, and hardly for freight."""
CALM_SECONDS = 0.4
"""The same while nothing is packed, taken in or sent: then nearly every ring is for others.

Programs that make a production's shots one by one rang for each: 3.4 ms of processor a shot.
"""
STORE_SECONDS = 20.0
FIRST_SWEEP_SECONDS, SWEEP_SECONDS = 600.0, 6 * 3600.0
MOST_LISTS = 4
"""Packing lists of one city and one priority that are fetched at once."""
Direction = Delivery.Direction
PACK, TAKE_IN, CARRY = "pack", "take-in", "carry"


class Freight:
    """Everything the freight process does; `turn` does what is due, once."""

    def __init__(self, store: Store, sessions: Sessions, board: Board) -> None:
        """Work with *store*; *sessions* receives what comes in."""
        self.store = store
        self.sessions = sessions
        self.board = board
        self.limits = sessions.limits
        self.tasks = Tasks()
        self.breath = Breath()
        self._paces: dict[str, DeliveryPace] = {}
        self._peers: dict[tuple[str, bytes, str], Peer] = {}
        self._sweep_at = time.monotonic() + FIRST_SWEEP_SECONDS
        self._since = clock.now()
        self._dropped: set[str] = set()

    def begin(self) -> None:
        """Take up what the process before left: nothing is being carried now."""
        self.tasks.start("breath", "", self.breath.watch)
        held = Delivery.objects.filter(state=State.CARRYING)
        held.update(state=State.READY, rate=0, retry_at=None)
        self.limits.reload()
        for uri in shelf.left_behind():
            self._drop(uri)
        let_go(self.store)

    def turn(self) -> None:
        """Look at every delivery that has not ended, and do what is due."""
        self.limits.reload()
        hearing.settle()
        for uri in set(hearing.given_up(self._since)) - self._dropped:
            self._drop(uri)
        if is_open():
            new_offers(own_node().origin)
            self._pack()
            self._take_in()
            self._carry()
        else:
            self._halt_all()
        self._sweep()
        gathering.tidy()
        self.sessions.listen()
        self.sessions.land()
        self.board.show()

    @property
    def is_busy(self) -> bool:
        """Whether anything is packed, taken in or sent now."""
        return any(self.tasks.doing(what) for what in (PACK, TAKE_IN, CARRY))

    def end(self) -> None:
        """Stop everything; what was acknowledged is on the disk."""
        self.tasks.end()
        self.sessions.end()
        for peer in self._peers.values():
            peer.close()

    def _pack(self) -> None:
        now, begun = clock.now(), set[str]()
        for delivery in _of(Direction.OUT, State.PACKING):
            if delivery.whole in begun:
                continue  # the lists of the parts one after the other: each takes its memory
            begun |= {delivery.whole} - {""}
            if delivery.retry_at is not None and delivery.retry_at > now:
                continue  # no room for its list
            self.tasks.start(PACK, delivery.uri, partial(_pack, delivery))

    def _take_in(self) -> None:
        now, coming = clock.now(), self.tasks.doing(TAKE_IN)
        offered = _of(Direction.IN, State.OFFERED)
        places = Counter(_row(one) for one in offered if one.uri in coming)
        for delivery in offered:
            due = delivery.retry_at is None or delivery.retry_at <= now
            if due and delivery.uri not in coming and places[_row(delivery)] < MOST_LISTS:
                places[_row(delivery)] += 1
                peer = self._peer(delivery)
                do = partial(take_in, delivery, peer, self.store, limits=self.limits)
                self.tasks.start(TAKE_IN, delivery.uri, do)

    def _carry(self) -> None:
        """Begin, overtake and hurry, as `schedule.plan` says."""
        carried = self.tasks.doing(CARRY)
        waiting = {one.uri: one for one in _of(Direction.OUT, *MOVING)}
        for uri in carried - set(waiting):
            self.tasks.halt(CARRY, uri)  # paused or cancelled by a person
        found = plan(waiting.values(), carried, clock.now(), self.limits)
        for uri in found.halt:
            self.tasks.halt(CARRY, uri)
        for uri in found.begin:
            delivery = waiting[uri]
            pace = self._pace(delivery)
            do = partial(carry, delivery, self._peer(delivery), pace, self.board)
            self.tasks.start(CARRY, uri, do)
        for uri in carried & set(waiting):
            self._paces[uri].policy = self._policy(waiting[uri])

    def _pace(self, delivery: Delivery) -> DeliveryPace:
        policy = self._policy(delivery)
        pace = DeliveryPace(self.limits, delivery.peer_id, delivery.production, policy)
        self._paces[delivery.uri] = pace
        return pace

    def _policy(self, delivery: Delivery) -> Policy:
        """Return how to share the line; what can wait gives way while the city's pages are slow."""
        policy = POLICIES[delivery.priority]
        return "background" if self.breath.short and policy == "normal" else policy

    def _sweep(self) -> None:
        """Free what nobody needs, now and then."""
        if time.monotonic() >= self._sweep_at:
            self._sweep_at = time.monotonic() + SWEEP_SECONDS
            self.tasks.start("sweep", "", partial(_sweep, self.store))

    def _peer(self, delivery: Delivery) -> Peer:
        """Return who to ask; another one when the city signs or lives otherwise now."""
        node = delivery.peer
        key = (node.origin, bytes(node.signing_key), node.url)
        if key not in self._peers:
            self._peers[key] = Peer(node)
        return self._peers[key]

    def _drop(self, uri: str) -> None:
        """Release what a delivery that was given up still holds."""
        self._dropped.add(uri)
        for what in (PACK, TAKE_IN, CARRY):
            self.tasks.halt(what, uri)
        self.sessions.drop(uri)

    def _halt_all(self) -> None:
        for what in (CARRY, TAKE_IN):
            for uri in self.tasks.doing(what):
                self.tasks.halt(what, uri)
        self.sessions.close_all()


def _of(direction: str, *states: str) -> list[Delivery]:
    found = Delivery.objects.filter(direction=direction, state__in=states)
    return list(found.select_related("peer").order_by("created_at"))


def _row(delivery: Delivery) -> tuple[str, str]:
    """Return whose packing lists wait for each other: what is more pressing waits for none."""
    return delivery.peer_id, delivery.priority


def _pack(delivery: Delivery, stop: threading.Event) -> None:
    def given_up() -> bool:
        return (
            stop.is_set()
            or not Delivery.objects.filter(pk=delivery.pk, state=State.PACKING).exists()
        )

    pack_and_offer(delivery, given_up)


def _sweep(store: Store, stop: threading.Event) -> None:
    try:
        swept = garbage.sweep(store, stop=stop)
    except BridgeError as error:
        logger.error("nothing is swept: %s", error.message)  # noqa: TRY400  # one line
    else:
        logger.info("swept %s contents, %s bytes", swept.blobs, swept.bytes)


def _silent() -> None:
    """Tell nobody."""


def run(beat: Callable[[], None] = _silent) -> None:
    """Work until SIGTERM or SIGINT, calling *beat* after every turn; Django must be set up."""
    stop, rung = threading.Event(), threading.Event()

    def leave(*_: object) -> None:
        stop.set()
        rung.set()

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, leave)
    silence = bell.listen(rung.set)
    store, board = _opened(stop), Board()
    if store is None:
        return
    freight = Freight(store, Sessions(store, board, Limits()), board)
    door = Door(freight.sessions.answer)
    try:
        _patiently(freight.begin)
        while not stop.is_set():
            rung.clear()
            _patiently(freight.turn)
            beat()
            stop.wait(REST_SECONDS if freight.is_busy else CALM_SECONDS)
            rung.wait(LOOK_SECONDS)
    finally:
        silence()
        door.close()
        freight.end()
    logger.info("freight stopped")


def _opened(stop: threading.Event) -> Store | None:
    """Return the store as soon as it can be used; None when it is time to leave."""
    while not stop.is_set():
        try:
            return open_store()
        except (BridgeError, OSError, DatabaseError) as error:
            logger.error("the store of freight cannot be used: %s", error)  # noqa: TRY400  # one line
            stop.wait(STORE_SECONDS)
    return None


def _patiently(do: Callable[[], None]) -> None:
    """Do it; a database that does not answer comes back, or a person helps."""
    try:
        do()
    except NoIdentityError:
        logger.debug("no identity yet")
    except (InterfaceError, OperationalError) as error:
        logger.warning("the database does not answer: %s", error)
        with suppress(Exception):
            connection.close()
