"""The live lines of this node: which are wanted, who dials, what comes over them.

A line is wanted while a session of both nodes is open, or one of them lacks part of a log. Both may
dial at once; then the line that the node with the lower name dialled stays.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Mapping
from functools import partial

from jumelage.bridge.boundary.refusals import record_refusal
from jumelage.bridge.boundary.standing import is_open
from jumelage.bridge.errors import BridgeError, PeerUnreachableError
from jumelage.bridge.feeds.bell import Waiter
from jumelage.bridge.identity.requests import paired
from jumelage.bridge.live.errors import (
    ActGapError,
    LiveFrameError,
    LiveLimitError,
    NotOfSessionError,
    SessionUnknownError,
)
from jumelage.bridge.live.line import frames
from jumelage.bridge.live.line.dialling import Call, dial, prepare
from jumelage.bridge.live.line.link import OTHER_LINE, Link, Socket
from jumelage.bridge.live.sessions.gathering import Gathering
from jumelage.bridge.live.sessions.gatherings import Gatherings
from jumelage.bridge.live.sessions.hosting import Hosting
from jumelage.bridge.live.sessions.visiting import Visiting
from jumelage.bridge.replication.line import Backoff
from jumelage.kit.errors import JumelageError

logger = logging.getLogger(__name__)
LOOK_SECONDS = 0.5
REST_SECONDS = 60.0
"""How long a line nobody wants stays open."""
LONGEST_BACKOFF, LONGEST_IDLE_BACKOFF = 0.8, 60.0
"""Seconds between two tries while people wait, and while only a log does."""
OFFER_SECONDS = 5.0
"""How often a session is named again to a node that did not know it."""
MOST_SESSIONS = 200
"""Sessions that one other node may have open here at once."""
CLOSED = 4403


class Lines:
    """The lines to the other nodes, by origin."""

    def __init__(self, gatherings: Gatherings) -> None:
        """Serve *gatherings*."""
        self.up: dict[str, Link] = {}
        self._gatherings = gatherings
        self._dialling: dict[str, asyncio.Task[None]] = {}
        self._wanted_at: dict[str, float] = {}
        self._told: dict[tuple[str, str], dict[str, int]] = {}
        self._offered: dict[tuple[str, str], float] = {}
        self._task: asyncio.Task[None] | None = None
        self._bell: asyncio.Task[None] | None = None
        gatherings.offsets = self._offset
        gatherings.opened = self._opened
        gatherings.closed = self._closed

    def start(self) -> None:
        """Keep the lines that are wanted up from now on."""
        self._task = asyncio.create_task(self._run())
        self._bell = asyncio.create_task(self._guard())

    async def stop(self) -> None:
        """Close every line."""
        tasks = [task for task in (self._task, self._bell, *self._dialling.values()) if task]
        for task in tasks:
            task.cancel()
        for link in list(self.up.values()):
            link.close(1001)
        await asyncio.gather(*tasks, return_exceptions=True)

    def _offset(self, origin: str) -> float:
        link = self.up.get(origin)
        return link.offset.value if link is not None else 0.0

    # Which lines are up

    def _wanted(self) -> dict[str, bool]:
        """Return the nodes a line is wanted to, and whether people wait for it."""
        found: dict[str, bool] = {}
        for unshared in self._gatherings.unshared.values():
            host = unshared.host
            cities = unshared.cities if host == self._gatherings.me else (host,)
            found |= {city: False for city in cities if city not in found}
        for gathering in self._gatherings.open.values():
            for city in gathering.others:
                found[city] = found.get(city, False) or not gathering.is_idle
        found.pop(self._gatherings.me, None)
        return found

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                self._look()
            except Exception:  # the lines are looked after whatever one of them does
                logger.exception("live lines")

    def _look(self) -> None:
        now, wanted = time.monotonic(), self._wanted()
        for origin, urgent in wanted.items():
            self._wanted_at[origin] = now
            if origin not in self.up and origin not in self._dialling:
                task = asyncio.create_task(self._dial(origin, urgent=urgent))
                self._dialling[origin] = task
                task.add_done_callback(partial(self._dialled, origin))
        for origin, link in list(self.up.items()):
            if now - self._wanted_at.setdefault(origin, now) > REST_SECONDS:
                link.close(1000)
            else:
                self._name_sessions(link)

    def _dialled(self, origin: str, _task: "asyncio.Task[None]") -> None:
        self._dialling.pop(origin, None)

    async def _dial(self, origin: str, *, urgent: bool) -> None:
        """Try until the line is up, or nobody wants it any more."""
        backoff = Backoff(0.25, LONGEST_BACKOFF if urgent else LONGEST_IDLE_BACKOFF)
        while origin not in self.up and self._wanted().get(origin, None) is not None:
            try:
                socket = await dial(await self._gatherings.reading.do(_prepare, origin))
            except (BridgeError, JumelageError) as error:
                logger.debug("no live line to %s: %s", origin, error)
                await asyncio.sleep(backoff.wait())
                if urgent != self._wanted().get(origin):
                    return  # in more, or less, of a hurry
                continue
            backoff.reset()
            await self.run(origin, socket, dialled=True)

    async def run(self, origin: str, socket: Socket, *, dialled: bool) -> None:
        """Speak with the node *origin* over *socket* until the line breaks."""
        link = Link(origin, socket, self, dialled=dialled)
        other = self.up.get(origin)
        if other is not None and not self._replaces(link, other):
            await socket.close(OTHER_LINE)
            return
        self.up[origin] = link
        self._wanted_at[origin] = time.monotonic()
        if other is not None:
            self._change(other, link)
        self._name_sessions(link)
        try:
            await link.run()
        finally:
            if self.up.get(origin) is link:
                self._down(link)

    def _replaces(self, link: Link, other: Link) -> bool:
        """Tell whether *link* stays, of two lines to one node.

        A line that this node did not dial is known to be wanted by the other one: it is newer, or
        the old one is dead and the other node knows it.
        """
        if link.dialled == other.dialled:
            return True
        mine_first = self._gatherings.me < link.origin
        return link.dialled == mine_first

    def _change(self, old: Link, new: Link) -> None:
        """Go on over *new* as if nothing was: what was lost on the way is asked for again."""
        self._forget(new.origin)
        for gathering in self._gatherings.open.values():
            if gathering.links.get(new.origin) is old:
                gathering.links[new.origin] = new
                self._name(new, gathering)
        old.close(OTHER_LINE)

    def _down(self, link: Link) -> None:
        self.up.pop(link.origin, None)
        self._forget(link.origin)
        for gathering in list(self._gatherings.open.values()):
            if gathering.links.get(link.origin) is link:
                gathering.line_cut(link.origin)

    def _forget(self, origin: str) -> None:
        """Forget what was told over a line."""
        for key in [key for key in self._told if key[0] == origin]:
            del self._told[key]
        for key in [key for key in self._offered if key[0] == origin]:
            del self._offered[key]

    async def _guard(self) -> None:
        """Close lines when the kill switch is thrown or a pairing ends."""
        bell = Waiter()
        try:
            while True:
                await bell.wait(5.0)
                if self.up:
                    may = await self._gatherings.reading.do(_may_speak, list(self.up))
                    for origin, link in list(self.up.items()):
                        if not may.get(origin, True):
                            link.close(CLOSED)
                await asyncio.sleep(1.0)
        finally:
            bell.close()

    # What is said about sessions

    def _name_sessions(self, link: Link) -> None:
        """Name the sessions of both nodes that the other one has not answered about."""
        for gathering in self._gatherings.open.values():
            is_due = not gathering.is_idle or not gathering.is_shared
            if link.origin in gathering.others and link.origin not in gathering.links and is_due:
                self._name(link, gathering)
        for unshared in list(self._gatherings.unshared.values()):
            if link.origin in {unshared.host, *unshared.cities} and self._is_due(
                link, unshared.uri
            ):
                work = self._gatherings.find(unshared.kind, unshared.uri)
                task = asyncio.create_task(_quietly(work))
                self._dialling[unshared.uri] = task
                task.add_done_callback(partial(self._dialled, unshared.uri))

    def _is_due(self, link: Link, uri: str) -> bool:
        now, key = time.monotonic(), (link.origin, uri)
        if now - self._offered.get(key, -OFFER_SECONDS) < OFFER_SECONDS:
            return False
        self._offered[key] = now
        return True

    def _name(self, link: Link, gathering: Gathering) -> None:
        if not self._is_due(link, gathering.facts.uri):
            return
        if isinstance(gathering, Visiting):
            link.send(gathering.sync())
        else:
            offer = frames.Offer(gathering.facts.uri, gathering.kind.name)
            link.send(frames.encode(offer))

    def _opened(self, gathering: Gathering) -> None:
        """Name a session that was just opened to the nodes whose lines are up."""
        for origin in gathering.others:
            if link := self.up.get(origin):
                self._name(link, gathering)

    def _closed(self, gathering: Gathering) -> None:
        """Tell the guests' nodes that nobody is in a session any more."""
        if isinstance(gathering, Hosting):
            gathering.send_all(frames.encode(frames.Rest(gathering.facts.uri)))
        for origin in gathering.others:
            self._told.pop((origin, gathering.facts.uri), None)
            self._offered.pop((origin, gathering.facts.uri), None)

    # What comes over a line

    async def take(self, link: Link, frame: frames.AboutSession) -> None:
        """Do what a frame about a session says.

        Raises:
            BridgeError: the other node may not send it.
        """
        if isinstance(frame, frames.Offer | frames.Sync):
            await self._begin(link, frame)
            return
        if isinstance(frame, frames.Acts):
            await self._gatherings.room()
        gathering = self._gatherings.open.get(frame.session)
        if gathering is not None and gathering.links.get(link.origin) is link:
            self._take(link, gathering, frame)  # else it was closed here meanwhile

    def _take(self, link: Link, gathering: Gathering, frame: frames.AboutSession) -> None:
        if isinstance(frame, frames.Acts):
            if isinstance(gathering, Visiting):
                gathering.take_wishes(frame)
            self._take_acts(link, gathering, frame)
        elif isinstance(frame, frames.Said):
            gathering.take_said(link, frame)
        elif isinstance(gathering, Hosting):
            _take_of_guest(gathering, link, frame)
        elif isinstance(gathering, Visiting):
            _take_of_host(gathering, link, frame)
            if isinstance(frame, frames.Rest):  # who comes now need not wait to be named
                self._offered.pop((link.origin, frame.session), None)

    def _take_acts(self, link: Link, gathering: Gathering, frame: frames.Acts) -> None:
        """Log what the other node logged; ask again where something was lost on the way."""
        try:
            gathering.take_acts(link.origin, [act.read() for act in frame.acts])
        except ActGapError as error:
            logger.info("asking again: %s", error)
            self._name(link, gathering)

    async def _begin(self, link: Link, frame: frames.Offer | frames.Sync) -> None:
        """Open a session that the other node names, and share it."""
        theirs = [g for g in self._gatherings.open.values() if link.origin in g.links]
        if frame.session not in self._gatherings.open and len(theirs) >= MOST_SESSIONS:
            what = f"{MOST_SESSIONS} sessions"
            raise LiveLimitError(origin=link.origin, limit=MOST_SESSIONS, what=what)
        try:
            kind = frame.kind
            gathering = await self._gatherings.find(kind, frame.session, city=link.origin)
        except SessionUnknownError:
            link.send(frames.encode(frames.Unknown(frame.session)))
            return
        if link.origin not in gathering.others:
            raise NotOfSessionError(origin=link.origin, session=frame.session)
        if isinstance(frame, frames.Sync):
            gathering.take_sync(link, frame)
        elif isinstance(gathering, Visiting):
            link.send(gathering.sync())
            self._offered[link.origin, frame.session] = time.monotonic()

    async def take_minutes(self, link: Link, uri: str, frame: bytes) -> None:
        """Hand a binary frame to the minutes of a session."""
        gathering = self._gatherings.open.get(uri)
        if gathering is not None and gathering.links.get(link.origin) is link:
            self._gatherings.extras(uri).minutes_from(link.origin, frame)

    def news(self, link: Link) -> dict[str, dict[str, int]]:
        """Return the vectors of sessions that grew since this was last asked."""
        found = {}
        for uri, gathering in self._gatherings.open.items():
            if gathering.links.get(link.origin) is link:
                told = self._told.get((link.origin, uri))
                if told != gathering.durable:
                    found[uri] = self._told[link.origin, uri] = dict(gathering.durable)
        return found

    def heard_of(self, link: Link, have: Mapping[str, Mapping[str, int]]) -> None:
        """Take note of what the other node made durable."""
        for uri, vector in have.items():
            gathering = self._gatherings.open.get(uri)
            if gathering is not None and gathering.links.get(link.origin) is link:
                gathering.held[link.origin] = dict(vector)

    async def refused(self, link: Link, error: BridgeError) -> None:
        """Record what was refused."""
        logger.info("refused on the live line: %s", error)
        await self._gatherings.reading.do(partial(record_refusal, link.origin, error, view="live"))


def _take_of_guest(gathering: Hosting, link: Link, frame: frames.AboutSession) -> None:
    if isinstance(frame, frames.Enter):
        gathering.take_enter(link, frame.person.read())
    elif isinstance(frame, frames.Exit):
        gathering.take_exit(link, frame)
    elif isinstance(frame, frames.Ask):
        gathering.take_ask(link, frame)
    elif not isinstance(frame, frames.Unknown):
        raise LiveFrameError(origin=link.origin, reason="it is for the host to say")


def _take_of_host(gathering: Visiting, link: Link, frame: frames.AboutSession) -> None:
    if isinstance(frame, frames.Entered):
        gathering.take_entered(frame.person.read())
    elif isinstance(frame, frames.Changed):
        gathering.take_changed(frame.person.read())
    elif isinstance(frame, frames.Gone):
        gathering.take_gone(frame)
    elif isinstance(frame, frames.Refused):
        gathering.take_refused(frame)
    elif isinstance(frame, frames.Over):
        gathering.finish()
    elif isinstance(frame, frames.Rest):
        gathering.leave_line(link.origin)
    elif not isinstance(frame, frames.Unknown):
        raise LiveFrameError(origin=link.origin, reason="it is for a guest to say")


async def _quietly(work: Awaitable[Gathering]) -> None:
    try:
        await work
    except JumelageError as error:
        logger.info("a session cannot be shared yet: %s", error)


def _prepare(origin: str) -> Call:
    peer = paired(origin)
    if peer is None or not is_open():
        raise PeerUnreachableError(peer=origin, reason="not paired, or closed")
    return prepare(peer)


def _may_speak(origins: list[str]) -> dict[str, bool]:
    speaks = is_open()
    return {origin: speaks and paired(origin) is not None for origin in origins}
