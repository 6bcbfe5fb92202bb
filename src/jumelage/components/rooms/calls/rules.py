"""Who is let into a call and what they may do there; pure, asked by the host node."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from jumelage.components.rooms.calls.errors import (
    CallFullError,
    CallOverError,
    ConsentMissingError,
    EmptyWordsError,
    HostsOnlyError,
    NobodyThereError,
    TooEarlyError,
    TooManyWordsError,
    TurnedAwayError,
)
from jumelage.components.rooms.calls.state import INSIDE, unanswered
from jumelage.kit.live import Body, Facts, Participant, State

DOORS_OPEN = timedelta(minutes=10)
"""So long before the hour those invited go straight in."""
LOBBY_OPENS = timedelta(hours=1)
KNOCK_AGAIN = timedelta(minutes=1)
LONGEST_CHAT = 2000
LONGEST_CAPTION = 500


def admit(
    state: State,
    present: Sequence[Participant],
    by: Participant,
    facts: Facts,
    now: datetime,
    *,
    most: int | None,
) -> Participant:
    """Return *by* as they come in: inside, early or waiting; *most* may be inside at once.

    Raises:
        CallOverError, TooEarlyError, TurnedAwayError, CallFullError: they do not.
    """
    _check_hours(facts, now)
    role = _role(state, by, facts, now)
    inside = sum(one.role in INSIDE for one in present)
    if role in INSIDE and most is not None and inside >= most:
        raise CallFullError(capacity=most)
    return replace(by, role=role)


def _check_hours(facts: Facts, now: datetime) -> None:
    if facts.ends and now > facts.ends:
        raise CallOverError
    if facts.begins and now < facts.begins - LOBBY_OPENS:
        raise TooEarlyError


def _role(state: State, by: Participant, facts: Facts, now: datetime) -> str:
    if by.role == "host":
        return "host"
    if state["closed"]:
        raise CallOverError
    denied = state["denied"].get(by.person)
    if denied and now < datetime.fromisoformat(denied) + KNOCK_AGAIN:
        raise TurnedAwayError
    if by.role not in {"member", "kiosk"}:
        return "member" if by.person in state["admitted"] else "waiting"
    is_early = facts.begins is not None and now < facts.begins - DOORS_OPEN
    return "early" if is_early and not state["opened"] and by.role == "member" else by.role


def role_of(state: State, participant: Participant) -> str:
    """Return the role *participant* has now; empty: they have to go."""
    if state["closed"]:
        return ""
    if one := state["inside"].get(participant.id):
        return str(one["role"])
    is_denied = participant.person in state["denied"] and participant.role not in INSIDE
    return "" if is_denied else participant.role


def decide(
    state: State, by: Participant, kind: str, body: Body, most: int | None
) -> dict[str, Any]:
    """Return the body of an act as it is logged; *most* may be inside at once.

    Who is in charge in the other city lets in that city's people, and asks for silence; the rest
    is the host city's.

    Raises:
        JumelageError: *by* may not, or it makes no sense now.
    """
    if by.role not in INSIDE:
        raise HostsOnlyError
    if kind in HOSTED and not _is_in_charge(state, by, kind, body):
        raise HostsOnlyError
    if kind in _OF_THE_DOOR:
        room = len(state["lobby"]) if most is None else most - len(state["inside"])
        return _OF_THE_DOOR[kind](state, body, room)
    return _DECISIONS[kind](state, body)


def _is_in_charge(state: State, by: Participant, kind: str, body: Body) -> bool:
    if by.role != "host" or kind == "carried":
        return False
    if by.city == state["host"] or kind == "muted":
        return True
    at_the_door = state["lobby"].get(str(body.get("participant")), {})
    return kind in {"admitted", "denied"} and at_the_door.get("city") == by.city


def _chat(_: State, body: Body) -> dict[str, Any]:
    return {"text": _words(body, LONGEST_CHAT)}


def _caption(_: State, body: Body) -> dict[str, Any]:
    return {"text": _words(body, LONGEST_CAPTION)}


def _words(body: Body, most: int) -> str:
    said = body.get("text")
    text = (
        "".join(c for c in said if c.isprintable() or c == "\n").strip()
        if isinstance(said, str)
        else ""
    )
    if not text:
        raise EmptyWordsError
    if len(text) > most:
        raise TooManyWordsError(most=most)
    return text


def _hand(_: State, body: Body) -> dict[str, Any]:
    return {"up": body.get("up") is True}


def _consented(_: State, body: Body) -> dict[str, Any]:
    return {"yes": body.get("yes") is True}


def _admitted(state: State, body: Body, room: int) -> dict[str, Any]:
    if room <= 0:
        raise CallFullError(capacity=len(state["inside"]))
    return _at_the_door(state, body)


def _opened(state: State, _: Body, room: int) -> dict[str, Any]:
    early = [who for who, one in state["lobby"].items() if one["role"] == "early"]
    return {"participants": early[: max(room, 0)]}


def _at_the_door(state: State, body: Body) -> dict[str, Any]:
    who = body.get("participant")
    one = state["lobby"].get(who) if isinstance(who, str) else None
    if one is None:
        raise NobodyThereError
    return {"participant": who, "person": one["person"]}


def _muted(_: State, body: Body) -> dict[str, Any]:
    who = body.get("participant")
    return {"participant": who} if isinstance(who, str) else {}


def _recording(state: State, body: Body) -> dict[str, Any]:
    on = body.get("on") is True
    if on and (missing := unanswered(state)):
        raise ConsentMissingError(missing=missing)
    return {"on": on}


def _wished(_: State, body: Body) -> dict[str, Any]:
    return {"on": body.get("on") is True}


def _nothing(_: State, __: Body) -> dict[str, Any]:
    return {}


_DECISIONS: Mapping[str, Callable[[State, Body], dict[str, Any]]] = {
    "chat": _chat,
    "caption": _caption,
    "hand": _hand,
    "consented": _consented,
    "denied": _at_the_door,
    "closed": _nothing,
    "muted": _muted,
    "wished": _wished,
    "recording": _recording,
}
_OF_THE_DOOR: Mapping[str, Callable[[State, Body, int], dict[str, Any]]] = {
    "admitted": _admitted,
    "opened": _opened,
}
SHARED = frozenset({"chat", "caption", "hand", "consented"})
HOSTED = frozenset({*_DECISIONS, *_OF_THE_DOOR, "carried"}) - SHARED
"""`carried` is the host node's own word: which engine took over."""
PASSING = frozenset({"signal", "sending", "level", "engine"})
