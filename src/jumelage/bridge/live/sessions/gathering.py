"""One session on this node: who is here, what is logged, who is told.

What differs between the node that hosts a session and those that visit it is in `hosting` and
`visiting`. Everything runs in the event loop of the web process, so nothing here is ever half done.
"""

import logging
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import orjson

from jumelage.bridge.live import frames
from jumelage.bridge.live.clock import moment
from jumelage.bridge.live.errors import (
    ActNotUnderstoodError,
    ActTooLargeError,
    ForgedActError,
    LiveError,
    LiveLimitError,
    LogFullError,
    NotAllowedToSayError,
    OutsideError,
    UnknownActError,
)
from jumelage.bridge.live.line import frames as line_frames
from jumelage.bridge.live.log.history import MOST_ACTS_OF_A_CITY, Vector
from jumelage.bridge.live.log.store import Written
from jumelage.bridge.live.sessions.around import MINUTES, House, Link, Loaded, Wish
from jumelage.bridge.live.sessions.company import Company
from jumelage.bridge.live.sessions.people import Member
from jumelage.kit.errors import JumelageError
from jumelage.kit.live import Act, Facts, Participant, SessionKind

logger = logging.getLogger(__name__)
_MISUNDERSTOOD = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


class Gathering(Company, ABC):
    """A session while somebody of this node takes part, or its log is being brought together."""

    def __init__(self, house: House, kind: SessionKind, facts: Facts, loaded: Loaded) -> None:
        """Begin with what the database knows; nobody is here yet."""
        super().__init__(house, kind, facts, loaded)
        self.held: dict[str, Vector] = {origin: dict(had) for origin, had in loaded.held.items()}
        self.came = loaded.came
        self._restored_at = loaded.restored_at
        self.links: dict[str, Link] = {}
        self._expected: dict[tuple[str, int], tuple[str, str]] = {}
        self._wishes = dict(loaded.wishes)
        self._askers: dict[Wish, str] = {}

    @property
    def others(self) -> list[str]:
        """The nodes this one shares the log with."""
        me, host = self.house.me, self.facts.host
        return [city for city in self.facts.cities if city != me] if me == host else [host]

    @property
    def is_shared(self) -> bool:
        """Whether every other node said that it holds everything."""
        return all(
            all(self.held.get(city, {}).get(of, 0) >= n for of, n in self.durable.items())
            for city in self.others
        )

    # Who comes and goes

    @abstractmethod
    async def enter(self, member: Member, seen: Vector | None) -> None:
        """Let *member* in, or raise why not; the answer to `join` is sent."""

    @abstractmethod
    def leave(self, member_id: str, reason: str) -> None:
        """Let one of this node's people go."""

    @property
    @abstractmethod
    def is_idle(self) -> bool:
        """Whether nobody takes part any more, as far as this node can tell."""

    @abstractmethod
    def finish(self) -> None:
        """End the session for everybody."""

    @abstractmethod
    def line_cut(self, origin: str) -> None:
        """Go on while the line to *origin* is cut."""

    @abstractmethod
    def take_sync(self, link: Link, sync: line_frames.Sync) -> None:
        """Share the log with the node at the other end of *link*, and agree on who is in."""

    @abstractmethod
    def take_said(self, link: Link, said: line_frames.Said) -> None:
        """Pass on what somebody elsewhere said."""

    @abstractmethod
    def tick(self) -> None:
        """Do what time brings; called every second."""

    # What people do

    def heard(self, member_id: str, frame: frames.FromBrowser) -> None:
        """Do what one of this node's people asks; tell them if it is refused."""
        you = self.roster.get(member_id)
        if you is None:
            return
        wish = frame.id if isinstance(frame, frames.Wished) else ""
        try:
            if you.role in self.kind.outside:
                raise OutsideError
            self._do(you, frame)
        except JumelageError as error:
            self.refuse(member_id, frames.sentences(error), wish)

    def refuse(self, member_id: str, told: Mapping[str, str], wish: str = "") -> None:
        """Tell one of this node's people that something is refused."""
        if member := self.members.get(member_id):
            member.connection.tell(frames.refused(told, wish))

    def _do(self, you: Participant, frame: frames.FromBrowser) -> None:
        if isinstance(frame, frames.Wished):
            self._wished(you, frame)
        elif isinstance(frame, frames.Say):
            if not self.passes(frame.kind):
                raise UnknownActError(kind=frame.kind)
            if not self.kind.may_say(you, frame.kind):
                raise NotAllowedToSayError
            self.say(self._said(you, frame))
        elif isinstance(frame, frames.AskState):
            told = frames.state(self.history.state_of(self.durable), self.durable)
            self.members[you.id].connection.tell(told)

    def passes(self, kind: str) -> bool:
        """Tell whether *kind* is something that passes; carets of the minutes always do."""
        return kind in self.kind.passing or (self.kind.notes and kind == MINUTES)

    def _said(self, you: Participant, frame: frames.Say) -> line_frames.Said:
        return line_frames.Said(self.facts.uri, you.id, frame.kind, frame.body, frame.to)

    def _wished(self, you: Participant, frame: frames.Wished) -> None:
        if self.repeated(you, frame.id):
            return
        if frame.kind in self.kind.shared:
            self.decide(you, frame.kind, frame.body, frame.id)
        elif frame.kind in self.kind.hosted:
            self.order(you, frame)
        else:
            raise UnknownActError(kind=frame.kind)

    @abstractmethod
    def order(self, you: Participant, frame: frames.Wished) -> None:
        """Have the host order what only it may."""

    @abstractmethod
    def say(self, said: line_frames.Said) -> None:
        """Pass on what one of this node's people said."""

    def pass_on(self, said: line_frames.Said) -> None:
        """Tell this node's people what somebody said."""
        frame = frames.said(said.sender, said.kind, said.body)
        if said.to is None:
            self.tell(frame, but=said.sender)
        elif said.to in self.members and self.is_inside(said.to):
            self.members[said.to].connection.tell(frame)

    # What is logged

    def repeated(self, you: Participant, wish: str) -> bool:
        """Tell whether *wish* was fulfilled already; if so, its act is told again."""
        key = (you.city, you.person, wish)
        done = self._wishes.get(key)
        if done is None:
            return False
        origin, number = done
        if number > self.durable.get(origin, 0):
            self._askers[key] = you.id
        else:
            self.receipt(you.id, self.history.get(origin, number), wish)
        return True

    def fulfil(self, act: Act, member_id: str, wish: str) -> None:
        """Note that *act*, which another node logs, is what one of this node's people asked for."""
        if act.number <= self.durable.get(act.origin, 0):
            self.receipt(member_id, self.history.get(act.origin, act.number), wish)
        else:
            self._expected[act.origin, act.number] = (member_id, wish)

    def receipt(self, member_id: str, act: Act, wish: str) -> None:
        """Tell whoever asked that it is done."""
        if member := self.members.get(member_id):
            member.connection.tell(frames.act(act, wish))

    def decide(self, you: Participant, kind: str, body: Mapping[str, Any], wish: str) -> Act:
        """Log what *you* do, if the kind of session allows it.

        Raises:
            JumelageError: it does not.
        """
        try:
            now = moment(self.time)
            decided = self.kind.decide(self.history.state, you, kind, body, now)
        except _MISUNDERSTOOD as error:
            logger.info("%s could not be decided", kind, exc_info=True)
            raise ActNotUnderstoodError from error
        return self.log(kind, decided, by=you.person, city=you.city, wish=(you.id, wish))

    def log(
        self,
        kind: str,
        body: Mapping[str, Any],
        *,
        by: str = "",
        city: str = "",
        wish: tuple[str, str] = ("", ""),
    ) -> Act:
        """Log an act of this node; *wish* is who asked for it, and how they call it."""
        size = len(orjson.dumps(body))
        if size > frames.LARGEST_BODY:
            raise ActTooLargeError(size=size, limit=frames.LARGEST_BODY)
        me = self.house.me
        act = Act(
            session=self.facts.uri,
            origin=me,
            number=self.history.next_number(me),
            stamp=self.history.stamp + 1,
            at=moment(self.time),
            by=by,
            city=city or me,
            kind=kind,
            body=body,
        )
        self.keep(act, wish=wish)
        return act

    def keep(self, act: Act, *, wish: tuple[str, str] = ("", ""), source: str = "") -> None:
        """Take *act* into the log; it is told once it is durable, but not to the node *source*.

        Raises:
            BridgeError, LiveError: it does not fit, as `History.put`; too much waits to be written.
        """
        self.house.writer.ensure_room()
        if not self.history.put(act):
            return
        asker, asked = wish
        if asked:
            key = (act.city, act.by, asked)
            self._wishes[key] = (act.origin, act.number)
            self._fulfils[act.origin, act.number] = key
            self._askers[key] = asker
        written = Written(
            act, asked, self.roster.came() if act.kind in {"joined", "left"} else None
        )
        self.house.writer.put(written, partial(self._settled, act, asked, source))

    def _settled(self, act: Act, asked: str, source: str, durable: bool) -> None:  # noqa: FBT001  # a callback
        if not durable:
            self.house.broken(self.facts.uri)
            return
        self.durable[act.origin] = act.number
        asker = self._askers.pop((act.city, act.by, asked), "") if asked else ""
        if asker in self.members:
            self.receipt(asker, act, asked)
        self.tell(frames.act(act), but=asker)
        for origin, link in list(self.links.items()):
            if origin != source:
                theirs = [(act.number, asker, asked)] if origin == act.city and asker else []
                link.send(line_frames.acts(self.facts.uri, [act], theirs))
        self.beside.happened(act)

    # The other nodes

    def join_line(self, link: Link, vector: Vector) -> None:
        """Share the log over *link* with a node that holds *vector*; it hears of new acts."""
        self.held[link.origin] = vector
        for some in line_frames.in_pieces(self.told_after(vector)):
            link.send(line_frames.acts(self.facts.uri, some))
        self.links[link.origin] = link
        self.tell_line(link.origin, up=True)
        self.beside.line_up(link.origin)

    def leave_line(self, origin: str) -> None:
        """The line to *origin* is cut."""
        if self.links.pop(origin, None):
            self.tell_line(origin, up=False)
            self.beside.line_cut(origin)

    def tell_line(self, city: str, *, up: bool) -> None:
        """Note how the line to *city* is, and tell this node's people."""
        known = self.lines.get(city)
        if known is not None and known["up"] == up:
            return
        self.lines[city] = frames.line(city, up=up, since=self.time)
        self.tell_all(orjson.dumps(self.lines[city]))

    def take_acts(self, origin: str, acts: Sequence[Act]) -> None:
        """Take acts that the node *origin* sent.

        Raises:
            BridgeError: one is not its own to send, or does not fit.
        """
        for act in acts:
            if act.origin == self.house.me:
                self._check_own(origin, act)
            else:
                self.check_act(origin, act)
            wish = self._expected.pop((act.origin, act.number), ("", ""))
            try:
                self.keep(act, wish=wish, source=origin)
            except LogFullError as error:
                raise LiveLimitError(
                    origin=origin, limit=MOST_ACTS_OF_A_CITY, what="acts"
                ) from error
            except LiveError:
                self.house.broken(self.facts.uri)
                return

    def _check_own(self, origin: str, act: Act) -> None:
        """Refuse an act of this node that it does not hold, but what a restore lost.

        Acts are not signed one by one: only what was logged before the backup was put back, and
        only for a while afterwards, is taken on another node's word.
        """
        is_held = act.number < self.history.next_number(act.origin)
        if not is_held and (self._restored_at is None or act.at > self._restored_at):
            raise ForgedActError(origin=origin, session=act.session, reason="it is ours")

    @abstractmethod
    def check_act(self, origin: str, act: Act) -> None:
        """Refuse an act, not of this node, that *origin* may not send.

        Raises:
            ForgedActError: it may not.
        """
