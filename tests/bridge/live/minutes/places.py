"""A session's place in memory, and a writer who speaks the sync protocol as a browser does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from pycrdt import Doc, Text

from jumelage.bridge.live.minutes import Minutes, frames
from jumelage.bridge.live.minutes.frames import Parts, Said
from jumelage.kit.live import Act, Body, Facts, Participant, SessionKind, State

P = ParamSpec("P")
R = TypeVar("R")
URI = "jumelage:aaaa:session"
HERE, THERE = "a" * 32, "b" * 32


class Meeting(SessionKind):
    """A kind with minutes, in which viewers only read."""

    name = "meeting"
    shared: frozenset[str] = frozenset()
    hosted: frozenset[str] = frozenset()
    passing: frozenset[str] = frozenset()
    notes = True

    def facts(self, uri: str) -> Facts | None:
        """Return the same for every session."""
        return Facts(uri=uri, kind=self.name, host=HERE, cities=(HERE, THERE))

    def begin(self, facts: Facts) -> State:
        """Begin with nothing."""
        return {}

    def fold(self, state: State, act: Act) -> State:
        """Change nothing."""
        return state

    def decide(
        self, state: State, by: Participant, kind: str, body: Body, now: datetime
    ) -> dict[str, Any]:
        """Take it as it is."""
        return dict(body)

    def admit(
        self,
        state: State,
        present: Sequence[Participant],
        by: Participant,
        facts: Facts,
        now: datetime,
    ) -> Participant:
        """Let everybody in."""
        return by

    def ended(self, uri: str) -> None:
        """Follow up with nothing."""

    def may_say(self, by: Participant, kind: str) -> bool:
        """Viewers read."""
        return kind == "minutes" and by.role != "viewer"


@dataclass
class MemoryPlace:
    """What a session offers to its minutes, without a line; the database is the test's own."""

    cities: tuple[str, ...] = (HERE, THERE)
    kind: SessionKind = field(default_factory=Meeting)
    roles: dict[str, str] = field(default_factory=dict)
    hears: dict[str, Callable[[bytes], None]] = field(default_factory=dict)
    line: dict[str, Callable[[bytes], None]] = field(default_factory=dict)
    uri: str = URI

    @property
    def facts(self) -> Facts:
        """What is known of the session."""
        return Facts(uri=self.uri, kind="meeting", host=HERE, cities=self.cities)

    def tell(self, frame: bytes, *, to: str | None = None, but: str | None = None) -> None:
        """Hand *frame* to who hears."""
        for member, hear in list(self.hears.items()):
            if to in {None, member} and member != but:
                hear(frame)

    def participant(self, member: str) -> Participant | None:
        """Return a person of that name."""
        role = self.roles.get(member, "member")
        return Participant(id=member, person=member, city=HERE, role=role, label="Ana")

    def send(self, origin: str, frame: bytes) -> None:
        """Hand *frame* to the line, if there is one."""
        if origin in self.line:
            self.line[origin](frame)

    async def database(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run *function* in the test's own thread."""
        return await sync_to_async(function)(*args, **kwargs)


class Writer:
    """Somebody in a browser: a document of their own, and what the node said to them."""

    def __init__(self, place: MemoryPlace, minutes: Minutes, name: str) -> None:
        self.minutes, self.name = minutes, name
        self.doc: Doc[Text] = Doc()
        self._text = self.doc.get("minutes", type=Text)
        self._parts = Parts()
        self.kept = 0
        self.sent = 0
        self.raw: list[bytes] = []
        place.hears[name] = self.hear
        minutes.entered(name)
        self.send(Said.VECTOR, self.doc.get_state())

    @property
    def text(self) -> str:
        """The text this writer sees."""
        return str(self._text)

    @property
    def refusals(self) -> list[str]:
        """Why updates of this writer were refused."""
        return [raw[1:].decode() for raw in self.raw if raw[0] == Said.REFUSED]

    def write(self, text: str, at: int | None = None) -> None:
        """Insert *text* and send it."""
        before = self.doc.get_state()
        place = len(str(self._text)) if at is None else at
        self._text.insert(place, text)
        self.send(Said.UPDATE, self.doc.get_update(before))

    def send(self, said: Said, data: bytes) -> None:
        """Send a frame of the sync protocol."""
        self.sent += said != Said.VECTOR
        for part in frames.parts(frames.sync(said, data)):
            self.minutes.heard(self.name, part)

    def hear(self, raw: bytes) -> None:
        """Take a frame of the node."""
        self.raw.append(raw)
        if raw[0] in {Said.MAY_WRITE, Said.REFUSED}:
            return
        frame = self._parts.read(raw)
        if frame is None:
            return
        if frame.said == Said.VECTOR:
            self.send(Said.DIFFERENCE, self.doc.get_update(frame.data))
        elif frame.said == Said.KEPT:
            self.kept = frame.number
        else:
            self.doc.apply_update(frame.data)
