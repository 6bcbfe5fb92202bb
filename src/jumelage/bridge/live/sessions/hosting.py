"""A session on the node that hosts it: lets people in, orders what only one may order, relays."""

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from jumelage.bridge.live import frames
from jumelage.bridge.live.clock import moment
from jumelage.bridge.live.errors import (
    ForgedActError,
    LiveFrameError,
    SessionOverError,
    UnknownActError,
)
from jumelage.bridge.live.line import frames as line_frames
from jumelage.bridge.live.line.frames import SaidPerson
from jumelage.bridge.live.log.history import Vector
from jumelage.bridge.live.sessions.around import HOST, SEATS_KEPT_SECONDS, House, Link, Loaded
from jumelage.bridge.live.sessions.gathering import Gathering
from jumelage.bridge.live.sessions.people import Member
from jumelage.kit.errors import JumelageError
from jumelage.kit.live import Act, Facts, Participant, SessionKind

MOST_ROUNDS = 5
"""In which roles follow from each other."""


class Hosting(Gathering):
    """A session of this node."""

    def __init__(self, house: House, kind: SessionKind, facts: Facts, loaded: Loaded) -> None:
        """Begin without anybody."""
        super().__init__(house, kind, facts, loaded)
        self._away: dict[str, float] = {}
        self._is_settling = False

    def begin(self) -> None:
        """Let go who was connected here when the node ended, and keep the seats of the others."""
        for member_id, (city, role, person) in list(self.came.items()):
            one = Participant(id=member_id, person=person, city=city, role=role, label="")
            self.roster[member_id] = one
            self.nameless.add(member_id)
        for city in {one.city for one in self.roster.values()} - {self.house.me}:
            self._away[city] = time.monotonic() + SEATS_KEPT_SECONDS
        for one in self.roster.of(self.house.me):
            self.let_go(one.id, "lost")

    async def enter(self, member: Member, seen: Vector | None) -> None:
        """Let *member* in, or raise why not."""
        participant = self.admit(member.wanted)
        self.seat(participant, member, seen)
        self.came_in(participant)

    def admit(self, wanted: Participant) -> Participant:
        """Return *wanted* as they are let in.

        Raises:
            JumelageError: they are not.
        """
        now = moment(self.time)
        if self.facts.ends is not None and now >= self.facts.ends:
            raise SessionOverError
        others = self.roster.others(wanted.id)
        admitted = self.kind.admit(self.history.state, others, wanted, self.facts, now)
        return replace(wanted, role=admitted.role)

    def came_in(self, one: Participant) -> None:
        """Log that *one* came, and tell everybody."""
        self.tell_entered(one)
        body = {"participant": one.id, "role": one.role}
        self.log("joined", body, by=one.person, city=one.city)

    def tell_entered(self, one: Participant) -> None:
        """Tell everybody that *one* is in."""
        self.roster[one.id] = one
        self.nameless.discard(one.id)
        self.tell(frames.participant("entered", one), but=one.id)
        entered = line_frames.Entered(self.facts.uri, SaidPerson.of(one))
        self.send_all(line_frames.encode(entered), but=one.city)

    def leave(self, member_id: str, reason: str) -> None:
        """Let one of this node's people go."""
        if member_id in self.members:
            self.let_go(member_id, reason)

    def let_go(self, member_id: str, reason: str) -> None:
        """Log that somebody went, of whatever city, and tell everybody."""
        one = self.gone(member_id, reason)
        if one is None:
            return
        self.send_all(line_frames.encode(line_frames.Gone(self.facts.uri, member_id, reason)))
        body = {"participant": member_id, "reason": reason}
        self.log("left", body, by=one.person, city=one.city)

    def send_all(self, frame: bytes, *, but: str = "") -> None:
        """Send *frame* to every guest's node."""
        for origin, link in list(self.links.items()):
            if origin != but:
                link.send(frame)

    def order(self, you: Participant, frame: frames.Wished) -> None:
        """Order what only the host may."""
        self.decide(you, frame.kind, frame.body, frame.id)
        self.settle_roles()

    def keep(self, act: Act, *, wish: tuple[str, str] = ("", ""), source: str = "") -> None:
        """Take *act* into the log, and see who has another role now."""
        super().keep(act, wish=wish, source=source)
        self.settle_roles()

    def settle_roles(self) -> None:
        """Tell everybody of each new role; an empty one lets them go.

        Who goes is logged, which may change roles again: that is seen in the next round.
        """
        if self._is_settling:
            return
        self._is_settling = True
        try:
            for _ in range(MOST_ROUNDS):
                changes = list(self.roster.changes(self.kind, self.history.state))
                if not changes:
                    return
                for one, now in changes:
                    self._settle(one, now)
        finally:
            self._is_settling = False

    def _settle(self, one: Participant, now: Participant) -> None:
        if one.id not in self.roster:
            return
        if not now.role:
            self.let_go(one.id, "removed")
            return
        self.changed(now)
        said = line_frames.Changed(self.facts.uri, SaidPerson.of(now))
        self.send_all(line_frames.encode(said))

    def say(self, said: line_frames.Said) -> None:
        """Pass on what one of this node's people said."""
        self._relay(said, source="")

    def _relay(self, said: line_frames.Said, source: str) -> None:
        if said.to == HOST:
            self.beside.said_to_host(self.roster[said.sender], said.kind, said.body)
        elif said.to is None:
            self.pass_on(said)
            self.send_all(line_frames.encode(said), but=source)
        elif said.to in self.members:
            self.pass_on(said)
        elif (to := self.roster.get(said.to)) and to.city in self.links:
            self.links[to.city].send(line_frames.encode(said))

    def say_as_host(self, kind: str, body: Mapping[str, Any], to: str) -> None:
        """Say something to the participant *to* as the host node itself."""
        self._relay(line_frames.Said(self.facts.uri, HOST, kind, dict(body), to), source="")

    # What comes over the lines

    def take_sync(self, link: Link, sync: line_frames.Sync) -> None:
        """Share the log with a guest's node, and let its people in (again)."""
        self._away.pop(link.origin, None)
        was_cut = self.lines.get(link.origin, {}).get("up") is False
        for gone in {one.id for one in self.roster.of(link.origin)} - {p.id for p in sync.people}:
            self.let_go(gone, "lost")
        for person in sync.people:
            self.take_enter(link, person.read())
        people = [SaidPerson.of(one) for one in self.roster.values()]
        answer = line_frames.Sync(self.facts.uri, self.kind.name, self.durable, people)
        link.send(line_frames.encode(answer))
        self.join_line(link, dict(sync.vector))
        if was_cut:
            self.log("line", {"up": True, "city": link.origin})

    def line_cut(self, origin: str) -> None:
        """Keep the seats of a city for a while; log the cut if somebody notices it."""
        if origin not in self.links:
            return
        self.leave_line(origin)
        if self.roster:
            self._away[origin] = time.monotonic() + SEATS_KEPT_SECONDS
            self.log("line", {"up": False, "city": origin})

    def take_enter(self, link: Link, wanted: Participant) -> None:
        """Let somebody of a guest's node in, or tell it why not."""
        uri = self.facts.uri
        known = self.roster.get(wanted.id)
        if wanted.city != link.origin or (known is not None and known.city != link.origin):
            raise LiveFrameError(origin=link.origin, reason="somebody of another city")
        try:
            if known is not None:
                self._take_back(known, wanted)
            else:
                self.came_in(self.admit(wanted))
        except JumelageError as error:
            told = frames.sentences(error)
            link.send(line_frames.encode(line_frames.Refused(uri, wanted.id, **told)))
        else:
            said = SaidPerson.of(self.roster[wanted.id])
            link.send(line_frames.encode(line_frames.Entered(uri, said)))

    def _take_back(self, known: Participant, wanted: Participant) -> None:
        """Keep the role of somebody who was in before the line was cut or this node ended."""
        role = self.kind.role_of(self.history.state, replace(wanted, role=known.role))
        now = replace(wanted, person=known.person, role=role)
        if known.id in self.nameless:
            self.tell_entered(now)
        self.roster[known.id] = now

    def take_exit(self, link: Link, gone: line_frames.Exit) -> None:
        """Let somebody of a guest's node go."""
        one = self.roster.get(gone.member)
        if one is not None and one.city == link.origin:
            self.let_go(gone.member, gone.reason)

    def take_ask(self, link: Link, ask: line_frames.Ask) -> None:
        """Order what somebody of a guest's node asks for, or tell them why not."""
        you = self._of(link, ask.member)
        try:
            if ask.kind not in self.kind.hosted:
                raise UnknownActError(kind=ask.kind)
            if self.repeated(you, ask.wish):
                self._say_again(link, you, ask.wish)
            else:
                self.order(you, frames.Wished(id=ask.wish, kind=ask.kind, body=ask.body))
        except JumelageError as error:
            told = frames.sentences(error)
            refused = line_frames.Refused(self.facts.uri, ask.member, **told, wish=ask.wish)
            link.send(line_frames.encode(refused))

    def _say_again(self, link: Link, you: Participant, wish: str) -> None:
        """Tell the node of *you* again that *wish* was fulfilled; while it is pending it will be."""
        origin, number = self._wishes[you.city, you.person, wish]
        if number <= self.durable.get(origin, 0):
            act = self.history.get(origin, number)
            wishes = [(number, you.id, wish)]
            link.send(line_frames.acts(self.facts.uri, [act], wishes))

    def take_said(self, link: Link, said: line_frames.Said) -> None:
        """Pass on what somebody of a guest's node said."""
        you = self._of(link, said.sender)
        if not self.passes(said.kind):
            raise LiveFrameError(origin=link.origin, reason=f"“{said.kind}” does not pass")
        if self.kind.may_say(you, said.kind):  # else: their node may not know of a new role yet
            self._relay(said, source=link.origin)

    def _of(self, link: Link, member_id: str) -> Participant:
        """Return the participant of a guest's node that is inside."""
        one = self.roster.get(member_id)
        if one is None or one.city != link.origin or not self.is_inside(member_id):
            raise LiveFrameError(origin=link.origin, reason="of somebody who is not in")
        return one

    def check_act(self, origin: str, act: Act) -> None:
        """Guests' nodes log shared acts of their own people only."""
        reason = ""
        if act.origin != origin or act.city != origin:
            reason = "it is another city’s"
        elif act.kind not in self.kind.shared:
            reason = f"“{act.kind}” is the host’s to log"
        if reason:
            raise ForgedActError(origin=origin, session=act.session, reason=reason)

    def tick(self) -> None:
        """Let go whose seats were kept long enough, and everybody at the end."""
        now = time.monotonic()
        for origin in [origin for origin, until in self._away.items() if now >= until]:
            del self._away[origin]
            for one in self.roster.of(origin):
                self.let_go(one.id, "line-cut")
        if self.facts.ends is not None and moment(self.time) >= self.facts.ends:
            self.finish()

    def finish(self) -> None:
        """End the session for everybody."""
        if not self.roster:
            return
        self.tell_all(frames.ENDED)
        self.send_all(line_frames.encode(line_frames.Over(self.facts.uri)))
        for one in list(self.roster.values()):
            self.let_go(one.id, "ended")

    @property
    def is_idle(self) -> bool:
        """Whether nobody is in, of any city."""
        return not self.roster
