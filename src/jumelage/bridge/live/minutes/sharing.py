"""The shared minutes of one open session: who writes, who hears it, what is durable.

Everything here runs in the event loop of the web process. What somebody writes is told to the
others within `SPREAD_SECONDS`, together with whatever else came in the meantime, and written to the
database within `FLUSH_SECONDS`, as one batch. A receipt (`kept`) says how many of a sender's updates
are durable: browsers show it as “saved”, nodes know by it what the other one holds.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import ParamSpec, Protocol, TypeVar

from django.db import InterfaceError, OperationalError
from pycrdt import merge_updates

from jumelage.bridge.live.minutes import frames, store
from jumelage.bridge.live.minutes.document import EMPTY, Document
from jumelage.bridge.live.minutes.errors import (
    BrokenMinutesError,
    EarlyMinutesError,
    MinutesError,
    ReadOnlyMinutesError,
    UnknownMinutesError,
)
from jumelage.bridge.live.minutes.frames import Frame, Parts, Said
from jumelage.kit.live import Facts, Participant, SessionKind

P = ParamSpec("P")
R = TypeVar("R")
logger = logging.getLogger(__name__)
SPREAD_SECONDS = 0.015
FLUSH_SECONDS = 0.25
AGAIN_SECONDS = 1.0
"""After the database did not answer, and between two questions for what is missing."""

MOST_BROKEN = 20
"""Broken frames of one sender; after them nothing more of it is read."""

WORD = "minutes"
"""The word by which a kind of session says who may write (`may_say`)."""


class Place(Protocol):
    """What the session offers to its minutes."""

    @property
    def uri(self) -> str:
        """The session."""

    @property
    def facts(self) -> Facts:
        """What this node knows of it."""

    @property
    def kind(self) -> SessionKind:
        """Its kind."""

    def tell(self, frame: bytes, *, to: str | None = None, but: str | None = None) -> None:
        """Send *frame* to browsers of this node."""

    def participant(self, member: str) -> Participant | None:
        """Return who sits behind a connection."""

    def send(self, origin: str, frame: bytes) -> None:
        """Send *frame* to another node, if the line stands."""

    async def database(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run *function* in the one thread that touches the database."""


@dataclass(slots=True)
class Sender:
    """Somebody whose frames come in: a browser of this node, or another node.

    `received` counts its updates, `durable` those it was given a receipt for. Once it `knows`, it
    was told everything there was, and hears what is new: `sent` updates, of
    which it gave a receipt for `kept`.
    """

    tell: Callable[[bytes], None]
    is_node: bool = False
    parts: Parts = field(default_factory=Parts)
    received: int = 0
    durable: int = 0
    knows: bool = False
    sent: int = 0
    kept: int = 0
    broken: int = 0
    asked_at: float = -AGAIN_SECONDS

    def say(self, frame: bytes) -> None:
        """Send *frame*, in parts if it is long."""
        for part in frames.parts(frame):
            self.tell(part)


@dataclass(slots=True)
class Fresh:
    """An update not yet told to everybody, and who sent it."""

    update: bytes
    sender: Sender


class Minutes:
    """The minutes of one session, while somebody of this node sits in it or a node lacks part of it."""

    def __init__(self, place: Place, stored: store.Stored) -> None:
        """Begin with what is *stored*; use `opened`."""
        self._place = place
        self._document = Document(*stored.updates)
        self._batches = stored.batches
        self._held = dict(stored.held)
        self._members: dict[str, Sender] = {}
        self._nodes: dict[str, Sender] = {}
        self._fresh: list[Fresh] = []
        self._unsaved: list[bytes] = []
        self._unnoted: set[str] = set()
        self._is_writing = False
        self._spreading: asyncio.TimerHandle | None = None
        self._flushing: asyncio.Task[None] | None = None
        self._is_closing = asyncio.Event()

    @classmethod
    async def opened(cls, place: Place) -> "Minutes":
        """Return the minutes of the session at *place*, with what the tables hold of them."""
        cities = place.facts.cities
        return cls(place, await place.database(store.begin, place.uri, place.kind.name, cities))

    @property
    def text(self) -> str:
        """The text as it reads now."""
        return self._document.text

    def entered(self, member: str) -> None:
        """Begin with a browser that was let in, or whose role is another now."""

        def tell(frame: bytes) -> None:
            self._place.tell(frame, to=member)

        sender = self._members.setdefault(member, Sender(tell))
        sender.say(frames.may_write(may=self._may_write(member)))
        sender.say(frames.sync(Said.VECTOR, self._document.vector))

    def left(self, member: str) -> None:
        """Forget a browser."""
        self._members.pop(member, None)

    def heard(self, member: str, frame: bytes) -> None:
        """Take one binary frame of a browser.

        Raises:
            BrokenMinutesError: too many of its frames were broken; it should be sent away.
        """
        sender = self._members.get(member)
        if sender is None:
            return
        self._hear(sender, frame, may_write=self._may_write(member))
        if sender.broken > MOST_BROKEN:
            raise BrokenMinutesError

    def line_up(self, origin: str) -> None:
        """Begin with another node: ask for what is missing here."""

        def tell(frame: bytes) -> None:
            self._place.send(origin, frame)

        self._nodes[origin] = Sender(tell, is_node=True)
        self._ask(self._nodes[origin])

    def line_down(self, origin: str) -> None:
        """Forget the connection to another node; what it lacks is told when the line returns."""
        self._nodes.pop(origin, None)

    def heard_from(self, origin: str, frame: bytes) -> None:
        """Take one binary frame of another node."""
        if origin not in self._nodes:
            self.line_up(origin)
        sender = self._nodes[origin]
        if sender.broken <= MOST_BROKEN:
            self._hear(sender, frame, may_write=True)
            self._note(origin, sender)

    def shared_with(self, origin: str) -> bool:
        """Tell whether another node is known to hold all of it."""
        is_written = not self._unsaved and not self._is_writing
        return is_written and self._held.get(origin, 0) >= self._batches

    async def close(self) -> None:
        """Write what is not written yet; nothing may be heard afterwards."""
        if self._spreading is not None:
            self._spreading.cancel()
            self._spread()
        self._is_closing.set()
        if self._flushing is not None:
            await self._flushing
        await self._flush()

    def _may_write(self, member: str) -> bool:
        person = self._place.participant(member)
        return person is not None and self._place.kind.may_say(person, WORD)

    def _hear(self, sender: Sender, raw: bytes, *, may_write: bool) -> None:
        try:
            frame = sender.parts.read(raw)
            if frame is not None:
                self._act_on(sender, frame, may_write=may_write)
        except (BrokenMinutesError, EarlyMinutesError) as error:
            self._count_broken(sender, error)
            self._refuse(sender, error)
            self._ask(sender)
        except MinutesError as error:
            self._refuse(sender, error)

    def _refuse(self, sender: Sender, error: MinutesError) -> None:
        if not sender.is_node:  # a node sees it by the receipt that does not come
            sender.say(frames.refused(error.code))

    def _act_on(self, sender: Sender, frame: Frame, *, may_write: bool) -> None:
        if frame.said == Said.VECTOR:
            lacking = self._document.lacking(frame.data)
            sender.knows = True
            self._tell(sender, Said.DIFFERENCE, lacking)
        elif frame.said == Said.KEPT:
            sender.kept = frame.number
        else:
            self._take(sender, frame.data, may_write=may_write)

    def _take(self, sender: Sender, update: bytes, *, may_write: bool) -> None:
        if not may_write and update != EMPTY:
            raise ReadOnlyMinutesError
        taken = self._document.take(update, is_from_node=sender.is_node)
        sender.received += 1
        if taken:
            self._unsaved.append(taken)
            self._fresh.append(Fresh(taken, sender))
            if self._spreading is None:
                loop = asyncio.get_running_loop()
                self._spreading = loop.call_later(SPREAD_SECONDS, self._spread)
        self._flush_soon()

    def _ask(self, sender: Sender) -> None:
        """Ask *sender* for what is missing here, not more than once a second."""
        now = asyncio.get_running_loop().time()
        if now - sender.asked_at >= AGAIN_SECONDS:
            sender.asked_at = now
            sender.say(frames.sync(Said.VECTOR, self._document.vector))

    def _count_broken(self, sender: Sender, error: MinutesError) -> None:
        sender.broken += isinstance(error, BrokenMinutesError)
        if sender.broken == MOST_BROKEN:
            who = "node" if sender.is_node else "browser"
            logger.warning("minutes of %s: a %s sends broken frames", self._place.uri, who)

    def _tell(self, sender: Sender, said: Said, update: bytes) -> None:
        sender.sent += 1
        sender.say(frames.sync(said, update))

    def _spread(self) -> None:
        """Tell everybody what the others wrote since the last time.

        Browsers may hear their own words once more, which changes nothing and is merged only once;
        nodes never do, or they would tell each other the same for ever.
        """
        self._spreading = None
        fresh, self._fresh = self._fresh, []
        everything = merged([one.update for one in fresh])
        for sender in self._senders():
            news = [one.update for one in fresh if one.sender is not sender]
            if sender.knows and news:
                self._tell(sender, Said.UPDATE, merged(news) if sender.is_node else everything)

    def _senders(self) -> Iterator[Sender]:
        yield from self._members.values()
        yield from self._nodes.values()

    def _note(self, origin: str, sender: Sender) -> None:
        """Note that another node holds everything, once it has a receipt for all it was told."""
        is_told = sender.knows and all(one.sender is sender for one in self._fresh)
        upto = self._batches + bool(self._unsaved) + self._is_writing
        if is_told and sender.kept == sender.sent and self._held.get(origin, 0) < upto:
            self._held[origin] = upto
            self._unnoted.add(origin)
            self._flush_soon()

    def _flush_soon(self) -> None:
        if self._flushing is None or self._flushing.done():
            self._flushing = asyncio.create_task(self._flush_later())

    async def _flush_later(self) -> None:
        pause = FLUSH_SECONDS
        while (self._unsaved or self._unnoted or self._owes()) and not self._is_closing.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._is_closing.wait(), pause)
            try:
                await self._flush()
                pause = FLUSH_SECONDS
            except (InterfaceError, OperationalError):
                logger.warning("minutes of %s could not be written yet", self._place.uri)
                pause = AGAIN_SECONDS

    def _owes(self) -> bool:
        """Tell whether somebody waits for a receipt."""
        return any(one.received > one.durable for one in self._senders())

    async def _flush(self) -> None:
        """Write one batch; then give the receipts for what is in it."""
        updates, self._unsaved = self._unsaved, []
        counts = [(sender, sender.received) for sender in self._senders()]
        self._is_writing = bool(updates)
        try:
            if updates:
                self._batches = await self._place.database(store.write, self._place.uri, updates)
        except UnknownMinutesError:
            logger.info("minutes of %s were deleted while open", self._place.uri)
            return
        except BaseException:
            self._unsaved = [*updates, *self._unsaved]
            raise
        finally:
            self._is_writing = False
        self._give_receipts(counts)
        if self._unnoted:
            self._unnoted.clear()
            await self._place.database(store.hold, self._place.uri, dict(self._held))

    def _give_receipts(self, counts: Sequence[tuple[Sender, int]]) -> None:
        for sender, received in counts:
            if received > sender.durable:
                sender.durable = received
                sender.say(frames.kept(received))


def merged(updates: Sequence[bytes]) -> bytes:
    """Return *updates* as one."""
    return merge_updates(*updates) if len(updates) > 1 else updates[0]
