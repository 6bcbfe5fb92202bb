"""What may stand beside a session's log: its shared minutes, and the host's desk of its kind."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, ParamSpec, TypeVar

from jumelage.bridge.live.minutes import Minutes
from jumelage.bridge.live.sessions.gathering import Gathering
from jumelage.bridge.live.sessions.hosting import Hosting
from jumelage.bridge.replication.writer import Writer
from jumelage.kit.live import Act, Body, Desk, Facts, Participant, SessionKind

P = ParamSpec("P")
R = TypeVar("R")
logger = logging.getLogger(__name__)
MOST_WAITING = 1_000
CLOSE_SECONDS = 2.0
"""How long a desk may take to end."""


class Place:
    """A session as its minutes see it."""

    def __init__(self, gathering: Gathering, database: Writer) -> None:
        """Speak for *gathering*."""
        self._gathering, self._database = gathering, database

    @property
    def uri(self) -> str:
        """The session."""
        return self._gathering.facts.uri

    @property
    def facts(self) -> Facts:
        """What this node knows of it."""
        return self._gathering.facts

    @property
    def kind(self) -> SessionKind:
        """Its kind."""
        return self._gathering.kind

    @property
    def lines(self) -> list[str]:
        """The nodes whose line is up."""
        return list(self._gathering.links)

    def tell(self, frame: bytes, *, to: str | None = None, but: str | None = None) -> None:
        """Send *frame* to this node's people who are inside, or to one of them."""
        if to is None:
            for member in self._gathering.inside(but=but or ""):
                member.connection.tell_minutes(frame)
        elif to in self._gathering.members and self._gathering.is_inside(to):
            self._gathering.members[to].connection.tell_minutes(frame)

    def participant(self, member: str) -> Participant | None:
        """Return who *member* is."""
        return self._gathering.roster.get(member)

    def send(self, origin: str, frame: bytes) -> None:
        """Send *frame* to another node, if the line is up."""
        if link := self._gathering.links.get(origin):
            link.send_minutes(self.uri, frame)

    async def database(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run *function* in the one thread that writes."""
        return await self._database.do(function, *args, **kwargs)


class Voice:
    """What the host's desk may do in a session."""

    def __init__(self, gathering: Hosting) -> None:
        """Speak for *gathering*."""
        self._gathering = gathering

    def say(self, kind: str, body: Body, *, to: str) -> None:
        """Say something that passes to the participant *to*, of whatever city."""
        self._gathering.say_as_host(kind, body, to)

    def act(self, kind: str, body: Body) -> None:
        """Log an act of the node itself."""
        self._gathering.log(kind, body)

    def present(self) -> Sequence[Participant]:
        """Return who is in, of every city."""
        return list(self._gathering.roster.values())


class DeskRunner:
    """Lets the host's desk hear what happens, in order, and keeps its faults to itself."""

    def __init__(self, desk: Desk, gathering: Hosting) -> None:
        """Begin to listen."""
        self._desk, self._gathering = desk, gathering
        self._voice = Voice(gathering)
        self._queue: asyncio.Queue[Callable[[], Coroutine[Any, Any, None]]] = asyncio.Queue(
            MOST_WAITING
        )
        self._task = asyncio.create_task(self._run())

    def heard(self, by: Participant, kind: str, body: Body) -> None:
        """Tell what *by* said to the host."""
        self._put(lambda: self._desk.heard(self._gathering.facts, by, kind, body, self._voice))

    def happened(self, act: Act) -> None:
        """Tell of an act, with the state as it is when it is the desk's turn."""
        gathering = self._gathering
        self._put(
            lambda: self._desk.happened(gathering.facts, act, gathering.history.state, self._voice)
        )

    def left(self, who: Participant) -> None:
        """Tell that *who* is gone."""
        self._put(lambda: self._desk.left(self._gathering.facts, who, self._voice))

    async def close(self) -> None:
        """Tell that nobody is in any more, after all that was told."""
        self._put(lambda: self._desk.closed(self._gathering.facts))
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._queue.join()
        except TimeoutError:
            logger.warning("the desk of %s does not end", self._gathering.facts.uri)
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    def _put(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        try:
            self._queue.put_nowait(work)
        except asyncio.QueueFull:
            logger.warning("the desk of %s is behind", self._gathering.facts.uri)

    async def _run(self) -> None:
        while True:
            work = await self._queue.get()
            try:
                await work()
            except Exception:  # a component's fault disturbs nobody
                logger.exception("the desk of %s", self._gathering.facts.uri)
            finally:
                self._queue.task_done()


class Extras:
    """The minutes and the desk of one open session, whichever there are."""

    def __init__(self, gathering: Gathering, minutes: Minutes | None) -> None:
        """Stand beside *gathering*."""
        self._gathering, self._minutes = gathering, minutes
        desk = gathering.kind.desk
        self._desk = None
        if desk is not None and isinstance(gathering, Hosting):
            self._desk = DeskRunner(desk, gathering)

    @classmethod
    async def opened(cls, gathering: Gathering, database: Writer) -> "Extras":
        """Return what stands beside *gathering*, which tells it everything from now on."""
        place = Place(gathering, database)
        minutes = await Minutes.opened(place) if gathering.kind.notes else None
        gathering.beside = made = cls(gathering, minutes)
        return made

    @property
    def is_shared(self) -> bool:
        """Whether the minutes are held by every other node."""
        minutes = self._minutes
        return minutes is None or all(map(minutes.shared_with, self._gathering.others))

    def entered(self, member: str) -> None:
        """Somebody of this node was told where everything stands."""
        if self._minutes is not None:
            self._minutes.entered(member)

    def left(self, who: Participant) -> None:
        """Somebody went, of whatever city."""
        if self._minutes is not None and who.city == self._gathering.house.me:
            self._minutes.left(who.id)
        if self._desk is not None:
            self._desk.left(who)

    def happened(self, act: Act) -> None:
        """An act is durable."""
        if self._desk is not None:
            self._desk.happened(act)

    def said_to_host(self, by: Participant, kind: str, body: Body) -> None:
        """Somebody said something to the host node itself."""
        if self._desk is not None:
            self._desk.heard(by, kind, body)

    def minutes(self, member: str, frame: bytes) -> None:
        """Somebody of this node sent a frame of the minutes."""
        if self._minutes is not None and self._gathering.is_inside(member):
            self._minutes.heard(member, frame)

    def minutes_from(self, origin: str, frame: bytes) -> None:
        """Another node sent a frame of the minutes."""
        if self._minutes is not None:
            self._minutes.heard_from(origin, frame)

    def line_up(self, origin: str) -> None:
        """The line to another node of the session is up."""
        if self._minutes is not None:
            self._minutes.line_up(origin)

    def line_cut(self, origin: str) -> None:
        """The line to another node of the session is cut."""
        if self._minutes is not None:
            self._minutes.line_down(origin)

    async def close(self) -> None:
        """Make durable what is not, and end."""
        if self._desk is not None:
            await self._desk.close()
        if self._minutes is not None:
            await self._minutes.close()
