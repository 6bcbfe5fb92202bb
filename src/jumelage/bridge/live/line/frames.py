"""What nodes say to each other over the live line, read strictly.

Specification: docs/protocol/live.md, section 3.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any

import msgspec
import orjson

from jumelage.bridge.boundary.ingress import plain
from jumelage.bridge.errors import BridgeError
from jumelage.bridge.live.errors import LiveFrameError
from jumelage.bridge.live.frames import LARGEST_BODY, Name, Seen, Wish, as_act
from jumelage.bridge.live.tickets import plain_label
from jumelage.kit import clock
from jumelage.kit.live import Act, Participant

LARGEST_LINE_FRAME = 1024 * 1024
PIECE_BYTES = 256 * 1024
MOST_PEOPLE = 1_000
_OVERHEAD = 400
EARLIEST_YEAR = 2020
LATEST = timedelta(days=1)
"""What another node says of time is believed within these bounds: clocks may be wrong by a day."""

Origin = Annotated[str, msgspec.Meta(pattern=r"^[a-z2-7]{32}\Z")]
SessionUri = Annotated[str, msgspec.Meta(pattern=r"^jumelage:[a-z2-7]{32}:[a-z2-7]{26}\Z")]
MemberId = Annotated[str, msgspec.Meta(pattern=r"^[a-z2-7]{26}\Z")]
Sender = Annotated[str, msgspec.Meta(pattern=r"^([a-z2-7]{26}|host)\Z")]
Person = Annotated[str, msgspec.Meta(pattern=r"^[!-~]{1,64}\Z")]
Label = Annotated[str, msgspec.Meta(max_length=80)]
Role = Annotated[str, msgspec.Meta(max_length=20)]
Reason = Annotated[str, msgspec.Meta(max_length=20)]
Positive = Annotated[int, msgspec.Meta(ge=1, le=2**53 - 1)]


class SaidAct(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An act as it crosses."""

    session: SessionUri
    origin: Origin
    number: Positive
    stamp: Positive
    at: datetime
    by: Annotated[str, msgspec.Meta(pattern=r"^[!-~]{0,64}\Z")]
    city: Origin
    kind: Name
    body: dict[str, Any]

    def read(self) -> Act:
        """Return the act."""
        return Act(**{name: getattr(self, name) for name in self.__struct_fields__})


class SaidPerson(msgspec.Struct, frozen=True):
    """A participant as it crosses."""

    id: MemberId
    person: Person
    city: Origin
    role: Role
    label: Label

    def read(self) -> Participant:
        """Return the participant."""
        told = {name: getattr(self, name) for name in self.__struct_fields__}
        return Participant(**told | {"label": plain_label(self.label)})

    @classmethod
    def of(cls, one: Participant) -> "SaidPerson":
        """Return what is said of *one*."""
        return cls(one.id, one.person, one.city, one.role, one.label)


class Ping(msgspec.Struct, tag="ping", frozen=True):
    """Asks the time, and says what was made durable since the last one."""

    sent: float
    have: Annotated[dict[SessionUri, Seen], msgspec.Meta(max_length=500)] = {}


class Pong(msgspec.Struct, tag="pong", frozen=True):
    """Answers with the own clock, in milliseconds since 1970."""

    sent: float
    time: float


class Offer(msgspec.Struct, tag="offer", frozen=True):
    """The host names a session: a guest's node that knows it answers with `sync`."""

    session: SessionUri
    kind: Name


class Sync(msgspec.Struct, tag="sync", frozen=True):
    """What one holds of a session and who is there: said by both when the line is up.

    A guest's node names its people as their tickets say, the host everybody who is in.
    """

    session: SessionUri
    kind: Name
    vector: Seen
    people: Annotated[list[SaidPerson], msgspec.Meta(max_length=MOST_PEOPLE)] = []


class Rest(msgspec.Struct, tag="rest", frozen=True):
    """Nobody is in the session here any more; acts need not be pushed."""

    session: SessionUri


class Unknown(msgspec.Struct, tag="unknown", frozen=True):
    """There is no such session here, or not yet."""

    session: SessionUri


class Acts(msgspec.Struct, tag="acts", frozen=True):
    """Acts in order; `wishes` are `[number, member, wish]` of acts of the sender, for who asked."""

    session: SessionUri
    acts: Annotated[list[SaidAct], msgspec.Meta(max_length=5_000)]
    wishes: Annotated[list[tuple[Positive, MemberId, Wish]], msgspec.Meta(max_length=100)] = []


class Enter(msgspec.Struct, tag="enter", frozen=True):
    """Somebody wants to come in, as their ticket says."""

    session: SessionUri
    person: SaidPerson


class Exit(msgspec.Struct, tag="exit", frozen=True):
    """Somebody of the sender's people went."""

    session: SessionUri
    member: MemberId
    reason: Reason


class Ask(msgspec.Struct, tag="ask", frozen=True):
    """Somebody asks for what only the host orders."""

    session: SessionUri
    member: MemberId
    wish: Wish
    kind: Name
    body: dict[str, Any]


class Said(msgspec.Struct, tag="said", frozen=True):
    """Something that passes; the sender is `host` where the host node itself speaks."""

    session: SessionUri
    sender: Sender
    kind: Name
    body: dict[str, Any]
    to: Annotated[str, msgspec.Meta(max_length=26)] | None = None


class Entered(msgspec.Struct, tag="entered", frozen=True):
    """The host let somebody in."""

    session: SessionUri
    person: SaidPerson


class Changed(msgspec.Struct, tag="changed", frozen=True):
    """The host says that somebody has another role."""

    session: SessionUri
    person: SaidPerson


class Gone(msgspec.Struct, tag="gone", frozen=True):
    """The host says that somebody went."""

    session: SessionUri
    member: MemberId
    reason: Reason


class Refused(msgspec.Struct, tag="refused", frozen=True):
    """The host refuses a wish, or, without one, that somebody comes in."""

    session: SessionUri
    member: MemberId
    code: Annotated[str, msgspec.Meta(max_length=60)]
    fr: Annotated[str, msgspec.Meta(max_length=500)]
    en: Annotated[str, msgspec.Meta(max_length=500)]
    wish: Annotated[str, msgspec.Meta(max_length=64)] = ""


class Over(msgspec.Struct, tag="over", frozen=True):
    """The host says that the session is over."""

    session: SessionUri


AboutSession = (
    Offer
    | Sync
    | Rest
    | Unknown
    | Acts
    | Enter
    | Exit
    | Ask
    | Said
    | Entered
    | Changed
    | Gone
    | Refused
    | Over
)
FromNode = Ping | Pong | AboutSession


def encode(frame: FromNode) -> bytes:
    """Return *frame* as it crosses."""
    return msgspec.json.encode(frame)


def read(origin: str, raw: bytes) -> FromNode:
    """Read a text frame that the node *origin* sent.

    Raises:
        LiveFrameError: it is none, or programs could read it differently.
    """
    try:
        frame: FromNode = msgspec.convert(plain(raw, "a live message"), FromNode)
    except (BridgeError, msgspec.ValidationError) as error:
        raise LiveFrameError(origin=origin, reason=str(error)[:200]) from error
    if isinstance(frame, Acts):
        for act in frame.acts:
            if reason := _wrong(act, frame.session):
                raise LiveFrameError(origin=origin, reason=reason)
    return frame


def _wrong(act: SaidAct, session: str) -> str:
    """Return what is wrong with *act* by itself; empty: nothing."""
    if act.session != session:
        return "an act of another session"
    if act.at.tzinfo is None or not act.at.year > EARLIEST_YEAR or act.at > clock.now() + LATEST:
        return "an act of no time"
    return "an act over the limit" if len(orjson.dumps(act.body)) > LARGEST_BODY else ""


def acts(uri: str, some: Sequence[Act], wishes: Sequence[tuple[int, str, str]] = ()) -> bytes:
    """Return the frame that carries *some* acts of the session *uri*."""
    told: dict[str, Any] = {"type": "acts", "session": uri, "acts": [as_act(act) for act in some]}
    return orjson.dumps(told | {"wishes": wishes} if wishes else told)


def in_pieces(some: Sequence[Act]) -> Iterator[list[Act]]:
    """Yield *some* acts in order, as many at once as fit a frame."""
    piece: list[Act] = []
    size = 0
    for act in some:
        weight = len(orjson.dumps(act.body)) + _OVERHEAD
        if piece and size + weight > PIECE_BYTES:
            yield piece
            piece, size = [], 0
        piece.append(act)
        size += weight
    if piece:
        yield piece


def minutes(uri: str, frame: bytes) -> bytes:
    """Return the binary frame that carries *frame* about the session *uri*."""
    name = uri.encode()
    return bytes([len(name)]) + name + frame


def read_minutes(origin: str, raw: bytes) -> tuple[str, bytes]:
    """Return the session and the frame of a binary frame.

    Raises:
        LiveFrameError: it is none.
    """
    size = raw[0] if raw else 0
    try:
        uri = raw[1 : 1 + size].decode("ascii")
    except UnicodeDecodeError as error:
        raise LiveFrameError(origin=origin, reason="minutes of no session") from error
    return uri, raw[1 + size :]
