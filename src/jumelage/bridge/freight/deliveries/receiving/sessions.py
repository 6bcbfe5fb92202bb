"""The receiver's sessions: opened when the sender asks, landed when everything is there.

Theory of operation. What is here of a delivery is the store, the quarantine and its journal; a
session only adds what crosses while it is open. Opening one closes the one before, so a sender
that lost its line or its process simply asks again. While one is open a thread of its own lands
it: finished contents go into the store, their files are marked verified, and the last of them
makes the receipt.
"""

import base64
import logging
import secrets
import threading
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import partial

from django.conf import settings

from jumelage.bridge.freight.carriers.arrivals import Arrival
from jumelage.bridge.freight.carriers.base import Figures, Session
from jumelage.bridge.freight.carriers.keys import Exchange
from jumelage.bridge.freight.carriers.listener import Listener
from jumelage.bridge.freight.deliveries import conversation, shelf
from jumelage.bridge.freight.deliveries.conversation import Question, Reply
from jumelage.bridge.freight.deliveries.door import Said
from jumelage.bridge.freight.deliveries.limits import IN, DeliveryPace, Limits
from jumelage.bridge.freight.deliveries.receiving import intake, landing
from jumelage.bridge.freight.deliveries.receiving.fetching import fetch
from jumelage.bridge.freight.deliveries.receiving.taking import ParcelTaking
from jumelage.bridge.freight.deliveries.running.board import Board, Tally
from jumelage.bridge.freight.deliveries.running.marking import mark
from jumelage.bridge.freight.deliveries.running.tasks import Task
from jumelage.bridge.freight.deliveries.services import move
from jumelage.bridge.freight.deliveries.states import MOVING, Event, State
from jumelage.bridge.freight.errors import (
    LineLostError,
    PortTakenError,
    SessionRefusedError,
    StoreError,
)
from jumelage.bridge.freight.packing.parcels import Bitmap, Parcels, parcels
from jumelage.bridge.freight.store.quarantine import Quarantine
from jumelage.bridge.freight.store.store import Store
from jumelage.bridge.models import Delivery
from jumelage.kit import clock
from jumelage.kit.uris import Uri

logger = logging.getLogger(__name__)
FILL_SECONDS = 25.0
"""How long a sender waits while what is here already is copied; then it asks again."""
LAND_SECONDS = 1.0
LISTEN_AGAIN_SECONDS = 20.0
SILENCE_SECONDS = 300.0
"""A session over which no parcel comes for so long is closed; the sender opens another."""
TELL_SECONDS = 1.0
"""How long a session that broke stays known, so that its carrier says so to the sender."""
QUIET_SECONDS = 4.0
"""A session over which nothing comes for so long leaves its part of a limit to the others."""


@dataclass(slots=True)
class Open:
    """One delivery that is being received."""

    delivery: Delivery
    quarantine: Quarantine
    filled: threading.Event = field(default_factory=threading.Event)
    session: bytes = b""
    arrival: Arrival | None = None
    tally: Tally | None = None
    landing: Task | None = None
    fetching: Task | None = None
    settling: threading.RLock = field(default_factory=threading.RLock)
    pace: DeliveryPace | None = None

    @property
    def comes(self) -> bool:
        """Whether something comes in, or is about to."""
        arrival = self.arrival
        return arrival is not None and time.monotonic() - arrival.last_heard < QUIET_SECONDS

    def tell(self, rate: int | None) -> None:
        """Keep to *rate* (bytes a second; None: no limit), and let the sender ask for it."""
        if self.pace is not None:
            self.pace.told(rate)
        if self.delivery.limit_there != rate:
            self.delivery.limit_there = rate
            Delivery.objects.filter(pk=self.delivery.pk).update(limit_there=rate)


class Sessions:
    """The deliveries that are arriving; `answer` is what the door asks."""

    def __init__(self, store: Store, board: Board, limits: Limits | None = None) -> None:
        """Receive into *store*, once it listens, as fast as *limits* allow; nothing is open yet."""
        self.limits = limits or Limits()
        self._store = store
        self._board = board
        self._listener: Listener | None = None
        self._listen_after = 0.0
        self._open: dict[str, Open] = {}
        self._lock = threading.RLock()
        self._asked: dict[str, threading.Lock] = {}

    @property
    def carriers(self) -> Sequence[str]:
        """The carriers this node takes."""
        return ("tls", "udp", "https") if self._listener else ("https",)

    def listen(self) -> None:
        """Open the port of the settings, unless it is open; one that is taken is tried again."""
        port = settings.NODE.freight_port
        if self._listener is not None or not port or time.monotonic() < self._listen_after:
            return
        try:
            self._listener = Listener(shelf.listening_host(), port)
        except PortTakenError as error:
            logger.warning("%s", error.message)
            self._listen_after = time.monotonic() + LISTEN_AGAIN_SECONDS

    def answer(self, said: Said) -> Said:
        """Answer the question of a peer: open a session for its delivery.

        Raises:
            SessionRefusedError: not now; the reason says why.
        """
        text = str(said["question"]).encode()
        question = conversation.read(text, Question)
        with self._alone(question.delivery):
            delivery = intake.awaited(str(said["peer"]), question)
            reply = self._replied(delivery, question, text)
        return {"answer": reply.decode(), "signature": conversation.sign(reply)}

    def _alone(self, uri: str) -> threading.Lock:
        with self._lock:
            return self._asked.setdefault(uri, threading.Lock())

    def _replied(self, delivery: Delivery, question: Question, text: bytes) -> bytes:
        if delivery.state == State.DELIVERED:
            return conversation.encode(Reply(delivery=delivery.uri, delivered=True))
        self._make_way(delivery)
        if self._rate(delivery) == 0:
            reason = "a limit lets nothing come in now"
            raise SessionRefusedError(reason=reason, code="limit-there")
        with landing.room_refused(delivery):
            held = self._prepared(delivery)
            if held.quarantine.complete:
                self._finish(held)
                return conversation.encode(Reply(delivery=delivery.uri, delivered=True))
        return self._opened(held, question, text)

    def _make_way(self, delivery: Delivery) -> None:
        """Close the session before; what a broken one had prepared is not used again."""
        with self._lock:
            held = self._open.get(delivery.uri)
        failure = held.arrival.failure if held and held.arrival else None
        self.close(delivery.uri, keep=failure is None)
        if held is not None and failure is not None:
            with held.settling:  # it lands nothing any more
                landing.broken(delivery, failure)

    def _rate(self, delivery: Delivery) -> int | None:
        """Return how fast *delivery* may come in now, bytes a second; None: no limit.

        What comes in beside it has its part.
        """
        with self._lock:
            others = [one for one in self._open.values() if one.delivery.uri != delivery.uri]
        beside = [(one.delivery.peer_id, one.delivery.production) for one in others if one.comes]
        return self.limits.part(delivery.peer_id, delivery.production, beside)

    def _prepared(self, delivery: Delivery) -> Open:
        """Return the delivery's quarantine with what was here already, copied and verified.

        Raises:
            SessionRefusedError: it is still being copied.
            QuotaError, DiskFullError: there is no room.
        """
        with self._lock:
            held = self._open.get(delivery.uri)
        if held is None:
            held = self._begun(delivery)
        held.delivery = delivery
        if not held.filled.wait(FILL_SECONDS):
            reason = "what is here already is being copied"
            raise SessionRefusedError(reason=reason, code="preparing")
        self._land(held)
        landing.mark_held(delivery, self._store, held.quarantine.list)
        return held

    def _begun(self, delivery: Delivery) -> Open:
        packing_list = shelf.packing_list(delivery)
        quarantine = self._store.quarantine(delivery.slug, packing_list, peer=delivery.peer_id)
        held = Open(delivery, quarantine)
        landing.reserve(self._store, delivery, packing_list)
        Task("freight-fill", partial(_fill, held))
        with self._lock:
            self._open[delivery.uri] = held
        return held

    def _opened(self, held: Open, question: Question, text: bytes) -> bytes:
        """Open the session and return the exact bytes of the answer."""
        lacking = held.quarantine.lacking()
        cut = parcels(held.quarantine.list, lacking)
        exchange, session = Exchange.make(), secrets.token_bytes(16)
        reply = conversation.encode(
            self._reply(held.delivery, exchange, session, lacking, question)
        )
        secret = exchange.agree(base64.b64decode(question.key), question=text, answer=reply)
        self._count(held, cut)
        through_web = list(question.carriers) == ["https"]
        self._await(held, Session(session, secret, "", 0, 0, b""), cut, through_web=through_web)
        return reply

    def _reply(
        self,
        delivery: Delivery,
        exchange: Exchange,
        session: bytes,
        lacking: Bitmap,
        question: Question,
    ) -> Reply:
        listener = self._listener
        return Reply(
            delivery=delivery.uri,
            session=session.hex(),
            key=base64.b64encode(exchange.public).decode(),
            lacking=base64.b64encode(lacking.packed()).decode(),
            host=shelf.address(),
            tcp_port=listener.port if listener else 0,
            udp_port=listener.port if listener else 0,
            certificate=listener.certificate_hash.hex() if listener else "0" * 64,
            carriers=[each for each in question.carriers if each in self.carriers],
            rate=self._rate(delivery),
        )

    def _count(self, held: Open, cut: Parcels) -> None:
        """Begin to count; what was here before the first session is held."""
        delivery = held.delivery
        lacking = sum(cut.sizes)
        facts: dict[str, object] = {}
        if delivery.began_at is None:
            facts = {"began_at": clock.now(), "held": max(0, delivery.bytes - lacking)}
        else:  # a process that was killed did not write down the last seconds
            least = delivery.bytes - lacking - delivery.held
            facts = {"moved": max(delivery.moved, least)}
        cleared = {"stuck": "", "stuck_words": "", "stuck_since": None, "tries": 0}
        held.delivery = move(delivery, Event.BEGIN, **facts, **cleared)
        held.tally = self._board.begin(held.delivery, lacking)

    def _await(self, held: Open, session: Session, cut: Parcels, *, through_web: bool) -> None:
        """Take what comes in the session: on the port, or fetched from the sender's web port."""
        rung = threading.Event()
        tally = held.tally

        def told(figures: Figures) -> None:
            if tally is not None:
                tally.take(figures)
            rung.set()

        taking = ParcelTaking(cut, held.quarantine)
        one = held.delivery
        pace = DeliveryPace(self.limits, one.peer_id, one.production, direction=IN)
        held.session, held.pace = session.id, pace
        if through_web:
            held.arrival = Arrival(session, taking, told, pace=pace)
            held.fetching = Task("freight-fetch", partial(fetch, held.delivery, held.arrival))
        elif self._listener is not None:
            held.arrival = self._listener.add(session, taking, told, pace=pace)
        if held.arrival is not None:
            held.landing = Task("freight-land", partial(self._follow, held, rung))

    def _follow(self, held: Open, rung: threading.Event, stop: threading.Event) -> None:
        """Land what arrives until all is there, the session fails, or it is closed."""
        arrival = held.arrival
        assert arrival is not None  # noqa: S101  # set by who starts this
        while not stop.is_set() and not arrival.done.is_set():
            rung.wait(LAND_SECONDS)
            rung.clear()
            if failure := self._failed_to_land(held, stop):
                arrival.fail(failure)
            silent = time.monotonic() - arrival.last_heard
            if silent > SILENCE_SECONDS:
                arrival.fail(LineLostError(seconds=round(silent), reason="silence"))
        if arrival.failure is not None:
            stop.wait(TELL_SECONDS)
        if stop.is_set():
            return
        with self._alone(held.delivery.uri):
            if not stop.is_set():
                self._ended(held, arrival)

    def _ended(self, held: Open, arrival: Arrival) -> None:
        """Finish a session whose last parcel is durable, or say why it broke."""
        failure = arrival.failure or self._failed_to_land(held)
        if failure is None and held.quarantine.complete:
            self._finish(held)
        else:  # without a failure: some of it was in the store and is not any more
            self.close(held.delivery.uri)
            landing.broken(held.delivery, failure)

    def _failed_to_land(self, held: Open, stop: threading.Event | None = None) -> StoreError | None:
        """Land what is whole, unless *stop* is set; return why it could not be, if so."""
        with held.settling:
            if stop is None or not stop.is_set():
                try:
                    self._land(held)
                except StoreError as error:  # the disk is full: said by name, and asked for again
                    return error
        return None

    def _land(self, held: Open) -> None:
        """Move what is whole into the store and mark its files."""
        with held.settling:
            settled = held.quarantine.settle()
        mark(held.delivery.uri, [blob.root.hex() for blob in settled])

    def _finish(self, held: Open) -> None:
        """Give the receipt and let go of everything but the contents."""
        uri = held.delivery.uri
        line = held.tally.best if held.tally else 0.0
        self.close(uri)
        landing.receive(held.delivery, line)
        held.quarantine.drop()
        self._store.references.unreserve(held.delivery.slug)

    def land(self) -> None:
        """Close the sessions of what a person paused or ended, or a limit stopped meanwhile.

        The others hear what of the limits is theirs now.
        """
        with self._lock:
            held = {uri: one for uri, one in self._open.items() if one.arrival is not None}
        moving = Delivery.objects.filter(uri__in=held, state__in=MOVING)
        moves = set(moving.values_list("uri", flat=True))
        for uri, one in held.items():
            rate = self._rate(one.delivery)
            if uri not in moves or rate == 0:
                self.close(uri)
            else:
                one.tell(rate)

    def close(self, uri: str, *, keep: bool = False) -> None:
        """Close the session of *uri*, if there is one; *keep* what was prepared for the next."""
        with self._lock:
            held = self._open.get(uri)
            if held is not None and not keep:
                del self._open[uri]
        if held is None:
            return
        if held.arrival is not None:
            if self._listener is not None:
                self._listener.remove(held.session)
            held.arrival = None
            self._board.end(uri)
        for task in (held.fetching, held.landing):
            if task is not None:
                task.stop.set()
        held.fetching = held.landing = None

    def close_all(self) -> None:
        """Close every session."""
        with self._lock:
            uris: Collection[str] = list(self._open)
        for uri in uris:
            self.close(uri)

    def drop(self, uri: str) -> None:
        """Forget what arrived of a delivery that was given up."""
        self.close(uri)
        slug = Uri.parse(uri).id
        landing.drop_quarantine(self._store, slug)
        self._store.release(slug)
        shelf.forget(slug)

    def end(self) -> None:
        """Close every session and the port."""
        self.close_all()
        if self._listener is not None:
            self._listener.close()


def _fill(held: Open, stop: threading.Event) -> None:
    """Copy what the store holds already under other names or in other files."""
    try:
        held.quarantine.fill(stop=stop)
    finally:
        held.filled.set()
