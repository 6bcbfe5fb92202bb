"""Live sessions: what a component says about a kind of session, and what happens in one.

The machinery (connections, order, log, the line to the other city) is in `bridge/live`. A component
only says how a session of its kind begins, what may happen in it, and what it comes to.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

State = dict[str, Any]
"""What a session has come to, plain JSON: begin, then every act folded in order."""

Body = Mapping[str, Any]
"""What an act or a saying holds, plain JSON of at most 64 KiB."""

OWN_KINDS = frozenset({"joined", "left", "line"})
"""Acts every session logs by itself: `joined {participant, role}`, `left {participant, reason}`,
`line {up, city}`. No kind of session uses these words for its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """One connection: two screens of one person are two participants.

    `id` is opaque and new with each connection, `person` opaque and stable within this session
    (never a name), `city` the origin of the node they are connected to, `role` the kind's word
    (call: host, member, kiosk, waiting; review: presenter, annotator, viewer). `label` is
    what the others read; it passes, and is never logged.
    """

    id: str
    person: str
    city: str
    role: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a node knows of a session from its own rows.

    `host` is the origin of the node that orders the session, `cities` the origins of all that take
    part, the host's among them. `more` holds the kind's own plain values; all of it is shown to
    those who take part.
    """

    uri: str
    kind: str
    host: str
    cities: tuple[str, ...]
    begins: datetime | None = None
    ends: datetime | None = None
    capacity: int | None = None
    title: str = ""
    more: Body = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One durable thing that happened in a session.

    `origin` is the node that logged it as its `number`th (from 1, without gaps); `stamp` is that
    node's Lamport clock. `by` is a `Participant.person`, empty for the node itself; `city` is where
    that person is connected. `at` is the host's time (UTC) as the logging node knew it: for
    display, never for order.
    """

    session: str
    origin: str
    number: int
    stamp: int
    at: datetime
    by: str
    city: str
    kind: str
    body: Body

    @property
    def place(self) -> tuple[int, str, int]:
        """The total order of a session's acts: equal on every node, whatever came first."""
        return (self.stamp, self.origin, self.number)


class Voice(Protocol):
    """How the host node itself speaks in one session."""

    def say(self, kind: str, body: Body, *, to: str) -> None:
        """Say what passes to the participant *to*, in whichever city."""

    def act(self, kind: str, body: Body) -> None:
        """Log a durable act of the node itself (`by` is empty)."""

    def present(self) -> Sequence[Participant]:
        """Return who is in, of both cities."""


class Desk(Protocol):
    """What the host node does in sessions of a kind: it hears what is said to `host`.

    Asked in the event loop of the host's web process, in order for each session; what it raises
    is logged and disturbs nobody.
    """

    async def heard(
        self, facts: Facts, by: Participant, kind: str, body: Body, voice: Voice
    ) -> None:
        """Take what *by* said to the host."""

    async def happened(self, facts: Facts, act: Act, state: State, voice: Voice) -> None:
        """Take an act and what the session has come to by it."""

    async def left(self, facts: Facts, who: Participant, voice: Voice) -> None:
        """Take that *who* is gone."""

    async def closed(self, facts: Facts) -> None:
        """Take that nobody is in the session any more, or that its time is over."""


class SessionKind(Protocol):
    """A kind of session: stateless; pure but for `facts`, `roles` and `ended`.

    Write `class Call(SessionKind)`, so that it has the answers that most kinds give alike.
    Only `facts`, `roles` and `ended` may touch the database; they run in a thread, all else in the
    event loop of the web process, so it must be quick.
    """

    @property
    def name(self) -> str:
        """The word of this kind: `call`, `review`."""

    @property
    def shared(self) -> frozenset[str]:
        """Durable acts that the node of whoever does them logs at once, line or no line."""

    @property
    def hosted(self) -> frozenset[str]:
        """Durable acts that only the host orders: `line-cut` while it cannot be reached."""

    @property
    def passing(self) -> frozenset[str]:
        """What is relayed and never kept."""

    @property
    def outside(self) -> frozenset[str]:
        """Roles of those at the door: they hear and may do nothing until `role_of` changes."""
        return frozenset()

    @property
    def desk(self) -> Desk | None:
        """What the host node does by itself in sessions of this kind; None: nothing."""
        return None

    @property
    def notes(self) -> bool:
        """Whether the session has shared minutes."""
        return False

    @property
    def days_kept(self) -> int:
        """How many days after its end the log is kept; decisions live on in records."""
        return 30

    def facts(self, uri: str) -> Facts | None:
        """Return what this node's tables say of the session *uri*; None if it is none of this kind."""

    def roles(self, uri: str, bearers: Collection[str]) -> Mapping[str, str]:  # noqa: ARG002  # no tickets with bearers
        """Return the role that a ticket to the session *uri* would give now, by its bearer.

        Who is left out would get none. Asked by the node that gave the tickets, as somebody comes
        in and every few seconds afterwards: what a ticket said may have been taken back.
        """
        return {}

    def begin(self, facts: Facts) -> State:
        """Return the state before anything happened."""

    def fold(self, state: State, act: Act) -> State:
        """Return the state after *act*; a kind or a body it does not understand changes nothing.

        Must not change *state* itself: what was is kept, to fold again when an older act comes
        late. Bodies of another city were not seen by this node's `decide`.
        """

    def decide(
        self, state: State, by: Participant, kind: str, body: Body, now: datetime
    ) -> dict[str, Any]:
        """Return the body of an act as it is to be logged.

        Asked by the node that logs it: the host of hosted acts, the node of *by* of shared ones.

        Raises:
            JumelageError: *by* may not do this, or it makes no sense now.
        """

    def may_say(self, by: Participant, kind: str) -> bool:  # noqa: ARG002  # most kinds let all
        """Tell whether *by* may say what only passes; asked by the node of *by*."""
        return True

    def role_of(self, state: State, participant: Participant) -> str:  # noqa: ARG002  # as let in
        """Return the role *participant* has now; asked by the host after each act.

        Another role than before is told to everybody (`changed`); an empty one lets them go.
        """
        return participant.role

    def admit(
        self,
        state: State,
        present: Sequence[Participant],
        by: Participant,
        facts: Facts,
        now: datetime,
    ) -> Participant:
        """Return *by* as they are let in, perhaps in another role (waiting); asked by the host.

        *present* are all who are in, of every city and role, without *by*.

        Raises:
            JumelageError: they are not let in (full, not yet, over).
        """

    def ended(self, uri: str) -> None:
        """Do what follows when the last one left or the time is over; idempotent.

        Runs on every node of the session, once its log has been brought together if the line
        allows; more may happen afterwards, and it is then called again.
        """
