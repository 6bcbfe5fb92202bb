"""The people of this node who take part in one session: who is here, and what each is told."""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from jumelage.bridge.live import frames
from jumelage.bridge.live.log.history import History, Vector
from jumelage.bridge.live.sessions.around import DONE, Beside, House, Loaded, Wish
from jumelage.bridge.live.sessions.people import Member, Roster
from jumelage.kit.live import Act, Facts, Participant, SessionKind

RECENT_ACTS = 500
RECENT_BYTES = 512 * 1024
"""What `welcome` shows of the log to somebody who has seen nothing."""


class Company:
    """Everybody of this node in one session, and the part of its log they may be shown."""

    def __init__(self, house: House, kind: SessionKind, facts: Facts, loaded: Loaded) -> None:
        """Begin with what the database knows; nobody is here yet."""
        self.house, self.kind, self.facts = house, kind, facts
        self.history = History(kind, facts, loaded.acts)
        self.durable: Vector = self.history.vector
        self.members: dict[str, Member] = {}
        self.roster = Roster()
        self.nameless: set[str] = set()
        self.lines: dict[str, Mapping[str, Any]] = {}
        self.beside: Beside
        self._next_in_turn = 0
        self._fulfils: dict[tuple[str, int], Wish] = {
            done: wish for wish, done in loaded.wishes.items()
        }

    @property
    def time(self) -> float:
        """The host's time, in milliseconds."""
        return self.house.time(self.facts.host)

    def seat(self, participant: Participant, member: Member, seen: Vector | None) -> None:
        """Take *member* in as *participant* and tell them where everything stands."""
        self.members[participant.id] = member
        self.roster[participant.id] = participant
        self.welcome(participant, seen)

    def welcome(self, you: Participant, seen: Vector | None = None) -> None:
        """Tell *you* where everything stands; those at the door are told next to nothing."""
        if you.role in self.kind.outside:
            told = self._welcome(you, state={}, present=[you], acts=[], vector={})
        else:
            acts, is_all = self._missing(seen)
            told = self._welcome(
                you,
                state=None if is_all else self.history.state_of(self.durable),
                present=[one for one in self.roster.values() if one.id not in self.nameless],
                acts=[(act, self._wish_of(act, you)) for act in acts],
                vector=self.durable,
            )
        self.members[you.id].connection.tell(told)
        if you.role not in self.kind.outside:
            self.beside.entered(you.id)

    def _welcome(self, you: Participant, **told: Any) -> bytes:  # noqa: ANN401  # as `frames`
        lines = self.lines.values()
        return frames.welcome(you, facts=self.facts, time=self.time, lines=lines, **told)

    def _missing(self, seen: Vector | None) -> tuple[list[Act], bool]:
        """Return the acts to show, and whether they are all that somebody lacks who saw *seen*."""
        missing = self.told_after(seen or {})
        shown: list[Act] = []
        size = 0
        for act in reversed(missing[-RECENT_ACTS:]):
            size += len(orjson.dumps(act.body)) + 200
            if size > RECENT_BYTES and shown:
                break
            shown.insert(0, act)
        return shown, bool(seen) and len(shown) == len(missing)

    def told_after(self, vector: Mapping[str, int]) -> list[Act]:
        """Return the durable acts that somebody who holds *vector* does not have."""
        missing = self.history.after(vector)
        return [act for act in missing if act.number <= self.durable.get(act.origin, 0)]

    def _wish_of(self, act: Act, you: Participant) -> str:
        city, by, wish = self._fulfils.get((act.origin, act.number), ("", "", ""))
        return wish if (city, by) == (you.city, you.person) else ""

    def inside(self, *, but: str = "") -> Iterator[Member]:
        """Yield this node's people who hear what happens."""
        for member_id, member in list(self.members.items()):
            if member_id != but and self.is_inside(member_id):
                yield member

    def in_turn(self, most: int) -> list[Member]:
        """Return those whose tickets are to be looked at now: *most* of them, all in turn."""
        known = [member for member in self.members.values() if member.bearer]
        start = self._next_in_turn % max(1, len(known))
        self._next_in_turn = start + most
        return [*known[start:], *known[:start]][:most]

    def is_inside(self, member_id: str) -> bool:
        """Tell whether somebody is in, and not at the door."""
        one = self.roster.get(member_id)
        return one is not None and one.role not in self.kind.outside

    def tell(self, frame: bytes, *, but: str = "") -> None:
        """Tell this node's people who are inside."""
        for member in self.inside(but=but):
            member.connection.tell(frame)

    def tell_all(self, frame: bytes) -> None:
        """Tell this node's people, those at the door as well."""
        for member in list(self.members.values()):
            member.connection.tell(frame)

    def changed(self, one: Participant) -> None:
        """Take note that *one* has another role, and tell everybody here."""
        before = self.roster.get(one.id)
        self.roster[one.id] = one
        if member := self.members.get(one.id):
            member.connection.tell(frames.participant("changed", one))
            if before and before.role in self.kind.outside and one.role not in self.kind.outside:
                self.welcome(one)
            elif one.role not in self.kind.outside:
                self.beside.entered(one.id)
        self.tell(frames.participant("changed", one), but=one.id)

    def gone(self, member_id: str, reason: str) -> Participant | None:
        """Take note that somebody went, and tell everybody here; return who it was."""
        one = self.roster.pop(member_id, None)
        self.nameless.discard(member_id)
        if member := self.members.pop(member_id, None):
            member.connection.tell(frames.left(member_id, reason))
            member.connection.close(DONE)
        if one is not None:
            self.tell(frames.left(member_id, reason))
            self.beside.left(one)
        return one

    def close_all(self, code: int) -> None:
        """Close every connection of this node; nobody is here afterwards."""
        for member in self.members.values():
            member.connection.close(code)
        self.members.clear()
