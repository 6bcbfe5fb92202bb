"""What browser and node say to each other, read strictly and written once for all who hear it.

Specification: docs/protocol/live.md, section 1.
"""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

import msgspec
import orjson
from django.utils.translation import override

from jumelage.bridge.boundary.ingress import LARGEST_INTEGER, plain
from jumelage.bridge.errors import BridgeError
from jumelage.kit.errors import JumelageError
from jumelage.kit.live import Act, Facts, Participant, State

LARGEST_BODY = 64 * 1024
LARGEST_FRAME = LARGEST_BODY + 4 * 1024
"""Bytes of a text frame of a browser."""
LARGEST_MINUTES = 1024 * 1024
MOST_CITIES = 64

Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9-]{0,39}\Z")]
Wish = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Id = Annotated[str, msgspec.Meta(max_length=40)]
Count = Annotated[int, msgspec.Meta(ge=0, le=LARGEST_INTEGER)]
Seen = Annotated[dict[str, Count], msgspec.Meta(max_length=MOST_CITIES)]


class Join(msgspec.Struct, tag="join", frozen=True):
    """The first frame."""

    ticket: str
    seen: Seen | None = None


class Clock(msgspec.Struct, tag="clock", frozen=True):
    """Asks the time, and is the sign of life."""

    sent: float


class Wished(msgspec.Struct, tag="act", frozen=True):
    """Asks for a durable act."""

    id: Wish
    kind: Name
    body: dict[str, Any]


class Say(msgspec.Struct, tag="say", frozen=True):
    """Says something that passes."""

    kind: Name
    body: dict[str, Any]
    to: Id | None = None


class AskState(msgspec.Struct, tag="state", frozen=True):
    """Asks for the state."""


class Leave(msgspec.Struct, tag="leave", frozen=True):
    """Says goodbye."""


FromBrowser = Join | Clock | Wished | Say | AskState | Leave


class FrameError(JumelageError):
    """A message of the page is not of the agreed form."""

    http_status = 422


def read(text: str) -> FromBrowser:
    """Read a text frame of a browser.

    Raises:
        FrameError: it is none, or programs could read it differently.
    """
    raw = text.encode("utf-8", "surrogatepass")
    try:
        told: FromBrowser = msgspec.convert(plain(raw, "a message"), FromBrowser)
    except (BridgeError, msgspec.ValidationError) as error:
        raise FrameError from error
    return told


def clock(sent: float, time: float) -> bytes:
    """Return the answer to `clock`; *time* is the host's, in milliseconds."""
    return orjson.dumps({"type": "clock", "sent": sent, "time": time})


def as_act(act: Act) -> dict[str, Any]:
    """Return *act* as JSON shows it."""
    return {
        "session": act.session,
        "origin": act.origin,
        "number": act.number,
        "stamp": act.stamp,
        "at": act.at,
        "by": act.by,
        "city": act.city,
        "kind": act.kind,
        "body": act.body,
    }


def act(act: Act, wish: str = "") -> bytes:
    """Return the frame that tells *act*; with the *wish* of whoever asked for it."""
    told = {"type": "act", **as_act(act)}
    return orjson.dumps(told | {"id": wish} if wish else told)


def as_participant(one: Participant) -> dict[str, str]:
    """Return *one* as JSON shows it."""
    return {
        "id": one.id,
        "person": one.person,
        "city": one.city,
        "role": one.role,
        "label": one.label,
    }


def as_facts(facts: Facts) -> dict[str, Any]:
    """Return *facts* as JSON shows them."""
    return {
        "uri": facts.uri,
        "kind": facts.kind,
        "host": facts.host,
        "cities": list(facts.cities),
        "begins": facts.begins,
        "ends": facts.ends,
        "capacity": facts.capacity,
        "title": facts.title,
        "more": facts.more,
    }


def participant(word: str, one: Participant) -> bytes:
    """Return the frame `entered` or `changed`."""
    return orjson.dumps({"type": word, "participant": as_participant(one)})


def left(member: str, reason: str) -> bytes:
    """Return the frame that tells that *member* went."""
    return orjson.dumps({"type": "left", "id": member, "reason": reason})


def said(by: str, kind: str, body: Mapping[str, Any]) -> bytes:
    """Return the frame that passes on what *by* said."""
    return orjson.dumps({"type": "said", "from": by, "kind": kind, "body": body})


def line(city: str, *, up: bool, since: float) -> dict[str, Any]:
    """Return what is told about the line to *city*; *since* in milliseconds of the host's clock."""
    return {"type": "line", "up": up, "since": since, "city": city}


def state(state: State | None, vector: Mapping[str, int]) -> bytes:
    """Return the state as the node sees it."""
    return orjson.dumps({"type": "state", "state": state, "vector": vector})


def sentences(error: JumelageError) -> dict[str, str]:
    """Return the stable code and the sentence of *error* in both languages."""
    told = {"code": error.code}
    for language in ("fr", "en"):
        with override(language):
            told[language] = error.message
    return told


def refused(told: Mapping[str, str], wish: str = "") -> bytes:
    """Return the frame that says why something, or everything, is refused."""
    return orjson.dumps({"type": "refused", **({"id": wish} if wish else {}), **told})


def welcome(
    you: Participant,
    *,
    facts: Facts,
    state: State | None,
    present: Iterable[Participant],
    acts: Iterable[tuple[Act, str]],
    vector: Mapping[str, int],
    time: float,
    lines: Iterable[Mapping[str, Any]],
) -> bytes:
    """Return the answer to `join`; *acts* with the wishes of *you* that they fulfil."""
    told = [as_act(act) | ({"id": wish} if wish else {}) for act, wish in acts]
    return orjson.dumps(
        {
            "type": "welcome",
            "you": as_participant(you),
            "facts": as_facts(facts),
            "state": state,
            "present": [as_participant(one) for one in present],
            "acts": told,
            "vector": vector,
            "time": time,
            "host": facts.host,
            "line": list(lines),
        }
    )


ENDED = orjson.dumps({"type": "ended"})
