"""A session on a node that visits it: asks the host, and goes on alone while the line is cut."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import replace

from jumelage.bridge.live import frames
from jumelage.bridge.live.clock import moment
from jumelage.bridge.live.errors import (
    ForgedActError,
    LineCutError,
    LiveFrameError,
    TooManyError,
)
from jumelage.bridge.live.line import frames as line_frames
from jumelage.bridge.live.line.frames import SaidPerson
from jumelage.bridge.live.log.history import Vector
from jumelage.bridge.live.sessions.around import DONE, SEATS_KEPT_SECONDS, House, Link, Loaded
from jumelage.bridge.live.sessions.gathering import Gathering
from jumelage.bridge.live.sessions.people import Member
from jumelage.kit.errors import JumelageError
from jumelage.kit.live import Act, Facts, Participant, SessionKind

LINE_SECONDS = 6.0
"""How long somebody who comes waits for the line to the host."""
ANSWER_SECONDS = 10.0
MOST_ASKED = 100
"""Wishes that wait for the host's answer."""


class RefusedByHostError(JumelageError):
    """The city that hosts this session refused."""

    http_status = 403

    def __init__(self, told: Mapping[str, str]) -> None:
        """Keep the code and the sentences of the host."""
        self.told = told
        super().__init__()


class Visiting(Gathering):
    """A session of another node."""

    def __init__(self, house: House, kind: SessionKind, facts: Facts, loaded: Loaded) -> None:
        """Begin without a line."""
        super().__init__(house, kind, facts, loaded)
        self._answers: dict[str, asyncio.Future[Participant]] = {}
        self._asked: dict[tuple[str, str], None] = {}
        self._line_up = asyncio.Event()
        self._cut_at: float | None = None
        self._coming = 0

    @property
    def host(self) -> Link | None:
        """The line to the host, while it is up."""
        return self.links.get(self.facts.host)

    async def enter(self, member: Member, seen: Vector | None) -> None:
        """Ask the host to let *member* in; while the line is cut, whoever was in comes back in."""
        self._coming += 1
        try:
            participant = await self._ask_in(member.wanted)
        except LineCutError:
            participant = self._again(member.wanted)
        finally:
            self._coming -= 1
        self.seat(participant, member, seen)
        self.tell(frames.participant("entered", participant), but=participant.id)

    async def _ask_in(self, wanted: Participant) -> Participant:
        """Return *wanted* as the host lets them in.

        Raises:
            LineCutError: it cannot be reached.
            RefusedByHostError: it does not.
        """
        await self._wait_for_line()
        answer: asyncio.Future[Participant] = asyncio.get_running_loop().create_future()
        self._answers[wanted.id] = answer
        try:
            enter = line_frames.Enter(self.facts.uri, SaidPerson.of(wanted))
            self._to_host(line_frames.encode(enter))
            return await asyncio.wait_for(answer, ANSWER_SECONDS)
        except TimeoutError as error:
            raise LineCutError from error
        finally:
            self._answers.pop(wanted.id, None)

    async def _wait_for_line(self) -> None:
        if self.host is None:
            known = self._cut_at is not None  # cut under our eyes: do not keep anybody waiting
            seconds = 1.0 if known else LINE_SECONDS
            try:
                await asyncio.wait_for(self._line_up.wait(), seconds)
            except TimeoutError as error:
                raise LineCutError from error

    def _to_host(self, frame: bytes) -> None:
        """Send *frame* to the host.

        Raises:
            LineCutError: it cannot be reached.
        """
        if self.host is None:
            raise LineCutError
        self.host.send(frame)

    def _again(self, wanted: Participant) -> Participant:
        """Return *wanted* in the role they had: the host let them in before the line was cut.

        Raises:
            LineCutError: they were never in.
        """
        mine = (wanted.person, wanted.city)
        for act in reversed(self.history.acts):
            if act.kind == "joined" and (act.by, act.city) == mine:
                before = replace(wanted, role=str(act.body.get("role", "")))
                role = self.kind.role_of(self.history.state, before)
                if role:
                    return replace(wanted, role=role)
        raise LineCutError

    def leave(self, member_id: str, reason: str) -> None:
        """Let one of this node's people go, and tell the host."""
        if member_id not in self.members:
            return
        self.gone(member_id, reason)
        self._forget_wishes(member_id)
        self._tell_host_gone(member_id, reason)

    def _tell_host_gone(self, member_id: str, reason: str) -> None:
        if self.host is not None:
            gone = line_frames.Exit(self.facts.uri, member_id, reason)
            self.host.send(line_frames.encode(gone))

    def _forget_wishes(self, member_id: str) -> None:
        for key in [key for key in self._asked if key[0] == member_id]:
            del self._asked[key]

    def order(self, you: Participant, frame: frames.Wished) -> None:
        """Ask the host to order what only it may."""
        if len(self._asked) >= MOST_ASKED:
            raise TooManyError
        ask = line_frames.Ask(self.facts.uri, you.id, frame.id, frame.kind, frame.body)
        self._to_host(line_frames.encode(ask))
        self._asked[you.id, frame.id] = None

    def say(self, said: line_frames.Said) -> None:
        """Pass on what one of this node's people said, here and to the host."""
        is_here = said.to is not None and said.to in self.members
        if said.to is None or is_here:
            self.pass_on(said)
        if not is_here and self.host is not None:
            self.host.send(line_frames.encode(said))

    # What comes over the line

    def sync(self) -> bytes:
        """Return what is said to the host when the line is up."""
        people = [SaidPerson.of(member.wanted) for member in self.members.values()]
        told = line_frames.Sync(self.facts.uri, self.kind.name, self.durable, people)
        return line_frames.encode(told)

    def take_sync(self, link: Link, sync: line_frames.Sync) -> None:
        """Share the log with the host, and take over who it says is in."""
        self._cut_at = None
        self.join_line(link, dict(sync.vector))
        told = {person.id: person.read() for person in sync.people}
        for gone in [one for one in self.roster if one not in told and one not in self.members]:
            self.gone(gone, "left")
        for one in told.values():
            self.take_entered(one)
        self._line_up.set()

    def leave_line(self, origin: str) -> None:
        """The line to the host is cut, or the host rests: who comes waits until it is back."""
        super().leave_line(origin)
        self._line_up.clear()

    def line_cut(self, origin: str) -> None:
        """Go on alone; what was asked of the host and not answered is refused."""
        if origin not in self.links:
            return
        self.leave_line(origin)
        self._cut_at = time.monotonic()
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(LineCutError())
        for member_id, wish in list(self._asked):
            self.refuse(member_id, frames.sentences(LineCutError()), wish)
        self._asked.clear()

    def take_entered(self, one: Participant) -> None:
        """Somebody was let in, perhaps one of this node's people."""
        answer = self._answers.get(one.id)
        if answer is not None:
            if not answer.done():
                answer.set_result(one)
            return
        if one.city == self.house.me and one.id not in self.members:  # gone while they were asked
            self._tell_host_gone(one.id, "lost")
            return
        before = self.roster.get(one.id)
        if before is None:
            self.roster[one.id] = one
            self.tell(frames.participant("entered", one), but=one.id)
        elif before != one:
            self.changed(one)

    def take_changed(self, one: Participant) -> None:
        """The host says that somebody has another role."""
        if one.id in self.roster:
            self.changed(one)

    def take_gone(self, gone: line_frames.Gone) -> None:
        """Somebody went, or was let go."""
        self.gone(gone.member, gone.reason)

    def take_refused(self, refused: line_frames.Refused) -> None:
        """The host refuses a wish, or that somebody comes (back) in."""
        told = {"code": refused.code, "fr": refused.fr, "en": refused.en}
        answer = self._answers.get(refused.member)
        if refused.wish:
            self._asked.pop((refused.member, refused.wish), None)
            self.refuse(refused.member, told, refused.wish)
        elif answer is not None and not answer.done():
            answer.set_exception(RefusedByHostError(told))
        elif refused.member in self.members:
            self.refuse(refused.member, told)
            self.gone(refused.member, "removed")

    def take_wishes(self, acts: line_frames.Acts) -> None:
        """Note which acts fulfil wishes of this node's people, before they are logged here."""
        for said in acts.acts:
            for number, member_id, wish in acts.wishes:
                is_it = said.origin == self.facts.host and said.number == number
                if is_it and (member_id, wish) in self._asked:
                    del self._asked[member_id, wish]
                    self.fulfil(said.read(), member_id, wish)

    def take_said(self, link: Link, said: line_frames.Said) -> None:
        """Tell this node's people what somebody elsewhere said."""
        if not self.passes(said.kind):
            raise LiveFrameError(origin=link.origin, reason=f"“{said.kind}” does not pass")
        if said.sender in self.members:
            raise LiveFrameError(origin=link.origin, reason="in the name of somebody of ours")
        self.pass_on(said)

    def check_act(self, origin: str, act: Act) -> None:
        """The host orders the session: it may pass on every city's acts but make none of ours."""
        if act.city == self.house.me and act.origin != self.facts.host:
            reason = "it is ours"
            raise ForgedActError(origin=origin, session=act.session, reason=reason)
        if act.origin not in self.facts.cities:
            reason = "its city takes no part"
            raise ForgedActError(origin=origin, session=act.session, reason=reason)

    def finish(self) -> None:
        """Let everybody here go: the host says that it is over, or time does."""
        self.tell_all(frames.ENDED)
        self.close_all(DONE)
        self.roster.clear()

    def tick(self) -> None:
        """While the line is cut: the others go after a while, and everybody at the end."""
        if self._cut_at is not None and time.monotonic() - self._cut_at > SEATS_KEPT_SECONDS:
            for one in [one for one in self.roster.values() if one.city != self.house.me]:
                self.gone(one.id, "line-cut")
        if self.facts.ends is not None and moment(self.time) >= self.facts.ends and not self.host:
            self.finish()

    @property
    def is_idle(self) -> bool:
        """Whether nobody of this node is in or comes, and the host does not say that others are."""
        return not self.members and not self._coming and self.host is None
