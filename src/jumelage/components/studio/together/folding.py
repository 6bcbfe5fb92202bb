"""What a session has come to, act by act; pure functions, the same as `together/fold.ts`.

items       the list: version, hash, first, frames, rate of each place
transport   where the picture stands (`transport.py`)
presenter   who moves it: a `person`, empty while nobody does
returning   who presented before and may take it up again when they come back
here        connections in the order they came: id, person, city, role
lost        cities whose line is cut
said        drawings and notes of the session in the order of the log
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from jumelage.components.studio.together.transport import at_rest
from jumelage.kit.live import Act, Facts, State

VIEWER = "viewer"
LEADER = "presenter"
"""The role of who may take the picture back: coordinators, supervisors and teachers."""
MOST_SAID = 2000


def begin(facts: Facts) -> State:
    """Return the state before anything happened."""
    items = list(facts.more.get("items", ()))
    return {
        "host": facts.host,
        "items": items,
        "transport": at_rest(items),
        "presenter": "",
        "returning": "",
        "here": [],
        "lost": [],
        "said": [],
    }


def fold(state: State, act: Act) -> State:
    """Return the state after *act*; *state* itself stays."""
    step = STEPS.get(act.kind)
    return {**state, **step(state, act)} if step else state


def _joined(state: State, act: Act) -> Mapping[str, Any]:
    one = {
        "id": act.body["participant"],
        "person": act.by,
        "city": act.city,
        "role": act.body["role"],
    }
    here = [*(each for each in state["here"] if each["id"] != one["id"]), one]
    may = one["role"] != VIEWER
    takes = may and (not state["presenter"] or state["returning"] == act.by)
    return {"here": here, **(_presented(act.by) if takes else {})}


def _left(state: State, act: Act) -> Mapping[str, Any]:
    here = [each for each in state["here"] if each["id"] != act.body["participant"]]
    return {"here": here, **_succeeded(state, here)}


def _succeeded(state: State, here: Sequence[Mapping[str, str]]) -> Mapping[str, Any]:
    """Let somebody else present when who did is gone: a leader of the host's city first."""
    gone = state["presenter"]
    if not gone or any(each["person"] == gone for each in here):
        return {}
    able = [each for each in here if each["role"] != VIEWER]
    able.sort(key=lambda each: (each["city"] != state["host"], each["role"] != LEADER))
    return {"presenter": able[0]["person"] if able else "", "returning": gone}


def _presented(person: str) -> Mapping[str, Any]:
    return {"presenter": person, "returning": ""}


def _line(state: State, act: Act) -> Mapping[str, Any]:
    """Let somebody on the host's side of the ocean present while who did is beyond a cut line."""
    city = act.body["city"]
    lost = [each for each in state["lost"] if each != city]
    if not act.body["up"]:
        lost.append(city)
        near = [each for each in state["here"] if each["city"] not in lost]
        return {"lost": lost, **_succeeded(state, near)}
    returns = any(
        each["city"] == city and each["person"] == state["returning"] for each in state["here"]
    )
    return {"lost": lost, **(_presented(state["returning"]) if returns else {})}


def _transport(state: State, act: Act) -> Mapping[str, Any]:
    if act.body["revision"] <= state["transport"]["revision"]:
        return {}
    moves = state["presenter"] in {"", act.by}
    return {"transport": dict(act.body), **(_presented(act.by) if moves else {})}


def _presenter(_: State, act: Act) -> Mapping[str, Any]:
    return _presented(act.body["to"])


def _items(_: State, act: Act) -> Mapping[str, Any]:
    return {"items": list(act.body["items"])}


def _said(state: State, act: Act) -> Mapping[str, Any]:
    """Keep a drawing or a note once; one that was taken back goes."""
    body = act.body
    rest = [each for each in state["said"] if each["uri"] != body["uri"]]
    if body.get("removed"):
        return {"said": rest}
    one = {"kind": act.kind, "by": act.by, "city": act.city, **body}
    return {"said": [*rest, one][-MOST_SAID:]}


STEPS: Mapping[str, Callable[[State, Act], Mapping[str, Any]]] = {
    "joined": _joined,
    "left": _left,
    "line": _line,
    "transport": _transport,
    "presenter": _presenter,
    "items": _items,
    "drawn": _said,
    "noted": _said,
}
