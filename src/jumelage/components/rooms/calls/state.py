"""What a call comes to: the first state, and each act folded into it.

`frontend/src/call/fold.ts` does the same in the browser; both are held to
`docs/protocol/vectors/call.json`. Every function returns a new state and ignores what it does not
understand: acts of the other city were not seen by this node.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from jumelage.kit.live import Act, State

INSIDE = frozenset({"host", "member", "kiosk"})
MESH_MOST = 4
"""With more than these, or to record, browsers go over to the engine, and stay with it."""

_Fold = Callable[[State, Act], State]


def begin(host: str) -> State:
    """Return a call that the city *host* orders and nobody came to yet."""
    return {
        "host": host,
        "lobby": {},
        "inside": {},
        "came": {},
        "admitted": {},
        "denied": {},
        "opened": False,
        "closed": False,
        "engaged": False,
        "engine": "mesh",
        "hands": {},
        "asking": False,
        "consents": {},
        "recording": {"on": False, "by": ""},
        "most": 0,
        "began": None,
        "together_since": None,
        "seconds": 0.0,
        "interruptions": 0,
    }


def fold(state: State, act: Act) -> State:
    """Return the state after *act*."""
    folded = _FOLDS.get(act.kind)
    return folded(state, act) if folded else state


def _joined(state: State, act: Act) -> State:
    who, role = act.body.get("participant"), act.body.get("role")
    if not isinstance(who, str) or not isinstance(role, str):
        return state
    one = {"person": act.by, "city": act.city, "role": role}
    after = _without(state, who)
    if role not in INSIDE:
        return after | {"lobby": {**after["lobby"], who: one}}
    if role == "host":
        after["closed"] = False
    return _entered(after, who, one, act.at)


def _left(state: State, act: Act) -> State:
    who = act.body.get("participant")
    return _counted(_without(state, who), act.at) if isinstance(who, str) else state


def _without(state: State, who: str) -> State:
    lobby = {one: facts for one, facts in state["lobby"].items() if one != who}
    inside = {one: facts for one, facts in state["inside"].items() if one != who}
    here = {one["person"] for one in inside.values()}
    hands = {person: at for person, at in state["hands"].items() if person in here}
    return {**state, "lobby": lobby, "inside": inside, "hands": hands}


def _entered(state: State, who: str, one: Mapping[str, str], at: datetime) -> State:
    inside = {**state["inside"], who: dict(one)}
    came = {**state["came"], one["person"]: one["city"]}
    lobby = {other: facts for other, facts in state["lobby"].items() if other != who}
    entered = {
        "inside": inside,
        "came": came,
        "lobby": lobby,
        "most": max(state["most"], len(inside)),
        "engaged": state["engaged"] or len(inside) > MESH_MOST,
        "began": state["began"] or _written(at),
    }
    return _counted(state | entered, at)


def _counted(state: State, at: datetime) -> State:
    """Count the time in which at least two are together."""
    together = len(state["inside"]) > 1
    since = state["together_since"]
    if together and since is None:
        return state | {"together_since": _written(at)}
    if together or since is None:
        return state
    passed = max(0.0, (at - datetime.fromisoformat(since)).total_seconds())
    return state | {"together_since": None, "seconds": state["seconds"] + passed}


def _admitted(state: State, act: Act) -> State:
    person = act.body.get("person")
    if not isinstance(person, str):
        return state
    denied = {other: at for other, at in state["denied"].items() if other != person}
    after = state | {"admitted": {**state["admitted"], person: True}, "denied": denied}
    return _let_in(after, act, [act.body.get("participant")])


def _opened(state: State, act: Act) -> State:
    let_in = act.body.get("participants")
    return _let_in(state | {"opened": True}, act, let_in if isinstance(let_in, list) else [])


def _let_in(state: State, act: Act, participants: Sequence[object]) -> State:
    for who in participants:
        one = state["lobby"].get(who) if isinstance(who, str) else None
        if one is not None:
            state = _entered(state, str(who), {**one, "role": "member"}, act.at)
    return state


def _denied(state: State, act: Act) -> State:
    person = act.body.get("person")
    if not isinstance(person, str):
        return state
    lobby = {who: one for who, one in state["lobby"].items() if one["person"] != person}
    return state | {"denied": {**state["denied"], person: _written(act.at)}, "lobby": lobby}


def _hand(state: State, act: Act) -> State:
    hands = {person: at for person, at in state["hands"].items() if person != act.by}
    if act.body.get("up") is True:
        hands[act.by] = state["hands"].get(act.by, _written(act.at))
    return state | {"hands": hands}


def _consented(state: State, act: Act) -> State:
    return state | {"consents": {**state["consents"], act.by: act.body.get("yes") is True}}


def _wished(state: State, act: Act) -> State:
    on = act.body.get("on") is True
    return state | {"asking": on, "consents": {} if on else state["consents"]}


def _recording(state: State, act: Act) -> State:
    on = act.body.get("on") is True
    recording = {"on": on, "by": act.by if on else ""}
    engaged = state["engaged"] or on
    return state | {"recording": recording, "engaged": engaged, "asking": False}


def _carried(state: State, act: Act) -> State:
    engine = act.body.get("engine")
    is_told = isinstance(engine, str) and act.by == "" and act.origin == state["host"]
    return state | {"engine": engine} if is_told else state


def _closed(state: State, _: Act) -> State:
    return state | {"closed": True}


def _line(state: State, act: Act) -> State:
    cut = act.body.get("up") is False
    return state | {"interruptions": state["interruptions"] + 1} if cut else state


def _written(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


_FOLDS = cast(
    "Mapping[str, _Fold]",
    {
        "joined": _joined,
        "left": _left,
        "admitted": _admitted,
        "denied": _denied,
        "opened": _opened,
        "carried": _carried,
        "closed": _closed,
        "hand": _hand,
        "consented": _consented,
        "wished": _wished,
        "recording": _recording,
        "line": _line,
    },
)


def unanswered(state: State) -> int:
    """Return how many people inside did not agree to be recorded."""
    people = {one["person"] for one in state["inside"].values()}
    return sum(state["consents"].get(person) is not True for person in people)


def attendance(state: State) -> dict[str, int]:
    """Return how many different people came, by city; no names, no identifiers."""
    cities: list[Any] = list(state["came"].values())
    return {city: cities.count(city) for city in sorted(set(cities))}
