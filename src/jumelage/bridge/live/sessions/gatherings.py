"""All sessions of this node's web process: opened when somebody comes, closed when nobody is left."""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Coroutine, Mapping
from datetime import timedelta
from functools import partial

from jumelage.bridge.boundary.standing import ensure_may_write
from jumelage.bridge.errors import BridgeError
from jumelage.bridge.identity.requests import own_node
from jumelage.bridge.live import frames
from jumelage.bridge.live.clock import steady
from jumelage.bridge.live.errors import (
    NoLongerYoursError,
    NotOfSessionError,
    SessionUnknownError,
    TicketError,
)
from jumelage.bridge.live.log import store
from jumelage.bridge.live.log.writer import LogWriter
from jumelage.bridge.live.sessions.around import (
    GOING_AWAY,
    NO_TICKET,
    REFUSED,
    House,
    Loaded,
)
from jumelage.bridge.live.sessions.extras import Extras
from jumelage.bridge.live.sessions.gathering import Gathering
from jumelage.bridge.live.sessions.hosting import Hosting
from jumelage.bridge.live.sessions.people import Member
from jumelage.bridge.live.sessions.visiting import Visiting
from jumelage.bridge.recovery.state import restored_at
from jumelage.bridge.replication.writer import Writer
from jumelage.kit.errors import JumelageError
from jumelage.kit.live import Facts, SessionKind

logger = logging.getLogger(__name__)
TICK_SECONDS = 1.0
IDLE_SECONDS = 5.0
"""How long a session stays open after the last one left: a page that is loaded again comes back."""
UNSHARED_SECONDS = 60.0
"""How much longer while another node lacks something; then it is brought there later."""
RESTORED = timedelta(days=30)
"""How long after a restore what it lost of logs is taken back."""
LOOK_SECONDS = 5.0
"""How often the facts of an open session are read again."""
TICKETS_AT_ONCE = 50
"""How many of its people's tickets are then looked at again."""

Kinds = Callable[[], Mapping[str, SessionKind]]
TimeOf = Callable[[str], float]


class Gatherings:
    """The sessions that are open here, by URI."""

    def __init__(self, kinds: Kinds) -> None:
        """Know the *kinds* of sessions; nothing is open."""
        self.open: dict[str, Gathering] = {}
        self.database, self.reading = Writer(), Writer()
        self.me = ""
        self.offsets: TimeOf = lambda _: 0.0
        self.opened: Callable[[Gathering], None] = lambda _: None
        self.closed: Callable[[Gathering], None] = lambda _: None
        self.unshared: dict[str, store.Unshared] = {}
        self._kinds = kinds
        self._house: House | None = None
        self._extras: dict[str, Extras] = {}
        self._turns: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._idle: dict[str, float] = {}
        self._looked: dict[str, float] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Learn this node's name, and what was left unfinished when it ended."""
        self.me = await self.reading.do(lambda: own_node().origin)
        self._house = House(
            me=self.me, writer=LogWriter(self.database), time=self._time, broken=self._broken
        )
        for unfinished in await self.reading.do(store.unfinished):
            self.unshared[unfinished.uri] = unfinished
            if not unfinished.has_ended:
                self._do(self._finish_unfinished(unfinished))
        self._do(self._tick_forever())

    async def stop(self) -> None:
        """Close every session; what is logged is durable afterwards."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for gathering in list(self.open.values()):
            gathering.close_all(GOING_AWAY)
            await self._extras[gathering.facts.uri].close()
        if self._house is not None:
            await self._house.writer.flush()
        for gathering in list(self.open.values()):
            await self._note_held(gathering)
        for threads in (self.database, self.reading):
            await threads.do(store.disconnect)
            threads.close()

    def _time(self, origin: str) -> float:
        return steady() + (0.0 if origin == self.me else self.offsets(origin))

    # Opening and closing

    async def find(self, kind: str, uri: str, *, city: str = "") -> Gathering:
        """Return the session *uri*, opened if it is not; *city* must take part in it.

        Raises:
            SessionUnknownError: this node's tables know of none.
            NotOfSessionError: *city* takes no part in it.
        """
        async with self._turns[uri]:
            found = self.open.get(uri)
            if found is None:
                found = await self._open(kind, uri, city)
        if found.kind.name != kind:
            raise SessionUnknownError
        _ensure_part(found.facts, city)
        self._idle.pop(uri, None)
        return found

    async def _open(self, name: str, uri: str, city: str) -> Gathering:
        kind = self._kinds().get(name)
        if kind is None or self._house is None:
            raise SessionUnknownError
        facts = await self.reading.do(_facts, kind, uri)
        if facts is None or self.me not in facts.cities:
            raise SessionUnknownError
        _ensure_part(facts, city)
        loaded = await self.database.do(_load, facts)
        is_ours = facts.host == self.me
        made = (Hosting if is_ours else Visiting)(self._house, kind, facts, loaded)
        self.open[uri] = made
        self._looked[uri] = time.monotonic()
        self.unshared.pop(uri, None)
        self._extras[uri] = await Extras.opened(made, self.database)
        if isinstance(made, Hosting):
            made.begin()
        self.opened(made)
        return made

    async def room(self) -> None:
        """Return once the log can take more."""
        if self._house is not None:
            await self._house.writer.room()

    def extras(self, uri: str) -> Extras:
        """Return the minutes and the desk of an open session."""
        return self._extras[uri]

    async def _close(self, gathering: Gathering) -> None:
        """Close a session nobody is in; its kind does what follows."""
        uri = gathering.facts.uri
        async with self._turns[uri]:
            if not gathering.is_idle or self.open.get(uri) is not gathering:
                return
            self.closed(gathering)
            del self.open[uri]
            extras = self._extras.pop(uri)
            await extras.close()
            if self._house is not None:
                await self._house.writer.flush()
            await self._note_held(gathering)
            await self.database.do(store.end, uri)
            await self.reading.do(_end, gathering.kind, uri)
            if not (gathering.is_shared and extras.is_shared):
                self.unshared[uri] = store.Unshared.of(gathering.facts)
        for known in (self._turns, self._idle, self._looked):
            known.pop(uri, None)

    async def _note_held(self, gathering: Gathering) -> None:
        shared = gathering.is_shared
        await self.database.do(
            partial(store.hold, gathering.facts.uri, gathering.held, is_shared=shared)
        )

    async def _finish_unfinished(self, unfinished: store.Unshared) -> None:
        """Open a session that was going on when the node ended; it ends if nobody comes back."""
        try:
            await self.find(unfinished.kind, unfinished.uri)
        except JumelageError as error:
            logger.info("session %s cannot be finished: %s", unfinished.uri, error)

    def _broken(self, uri: str) -> None:
        """Begin a session anew from the database: what was told to nobody is forgotten."""
        gathering = self.open.pop(uri, None)
        if gathering is None:
            return
        logger.warning("session %s begins anew", uri)
        gathering.close_all(GOING_AWAY)
        self.closed(gathering)
        self._do(self._extras.pop(uri).close())

    # What time brings

    async def _tick_forever(self) -> None:
        while True:
            await asyncio.sleep(TICK_SECONDS)
            for gathering in list(self.open.values()):
                try:
                    await self._tick(gathering)
                except Exception:  # one session's fault ends no other
                    logger.exception("session %s", gathering.facts.uri)

    async def _tick(self, gathering: Gathering) -> None:
        uri, now = gathering.facts.uri, time.monotonic()
        gathering.tick()
        if now - self._looked.get(uri, now) > LOOK_SECONDS:
            self._looked[uri] = now
            await self._look(gathering)
        extras = self._extras.get(uri)
        if not gathering.is_idle:
            self._idle.pop(uri, None)
            return
        since = self._idle.setdefault(uri, now)
        is_done = gathering.is_shared and (extras is None or extras.is_shared)
        if now - since > (IDLE_SECONDS if is_done else UNSHARED_SECONDS):
            await self._close(gathering)

    async def _look(self, gathering: Gathering) -> None:
        """Read the facts again: it may have been moved, or called off."""
        facts = await self.reading.do(_facts, gathering.kind, gathering.facts.uri)
        if facts is None:
            gathering.finish()
        elif facts.host == gathering.facts.host:
            gathering.facts = facts
            await self._look_at_tickets(gathering)

    # Who may be in

    async def ensure_true(self, gathering: Gathering, member: Member) -> None:
        """Let *member* in only if their ticket would say the same now.

        Raises:
            TicketError: it would not; whoever gives out tickets says why.
        """
        roles = await self._roles(gathering, [member])
        if member.bearer and roles.get(member.bearer) != member.wanted.role:
            raise TicketError

    async def _look_at_tickets(self, gathering: Gathering) -> None:
        """Let go whose ticket would not be given now, or would say another role."""
        members = gathering.in_turn(TICKETS_AT_ONCE)
        roles = await self._roles(gathering, members)
        for member in members:
            role = roles.get(member.bearer, "")
            if role == "":
                member.connection.tell(frames.refused(frames.sentences(NoLongerYoursError())))
                member.connection.close(REFUSED)
                gathering.leave(member.wanted.id, "removed")
            elif role != member.wanted.role:
                member.connection.close(NO_TICKET)
                gathering.leave(member.wanted.id, "lost")

    async def _roles(self, gathering: Gathering, members: Collection[Member]) -> Mapping[str, str]:
        """Return the roles that tickets would give the bearers of those of *members* now."""
        bearers = {member.bearer for member in members if member.bearer}
        if not bearers:
            return {}
        return await self.reading.do(partial(gathering.kind.roles, gathering.facts.uri, bearers))

    def _do(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _ensure_part(facts: Facts, city: str) -> None:
    if city and (city not in facts.cities):
        raise NotOfSessionError(origin=city, session=facts.uri)


def _facts(kind: SessionKind, uri: str) -> Facts | None:
    return kind.facts(uri)


def _load(facts: Facts) -> Loaded:
    """Return what the tables hold of the session, which is open from now on."""
    ensure_may_write()
    row = store.open_session(facts)
    acts, wishes = store.acts_of(facts.uri), store.wishes_of(facts.uri)
    return Loaded(
        acts=acts, wishes=wishes, came=row.present, held=row.held, restored_at=restored_at(RESTORED)
    )


def _end(kind: SessionKind, uri: str) -> None:
    """Let the kind do what follows; what goes wrong is logged, it is done again the next time."""
    try:
        kind.ended(uri)
    except BridgeError as error:
        logger.warning("what follows session %s waits: %s", uri, error)
    except Exception:  # a component's fault closes no other session
        logger.exception("what follows session %s", uri)
