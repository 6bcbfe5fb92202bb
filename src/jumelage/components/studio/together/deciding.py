"""What people may do in a session, and how it is written into the log; pure functions."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from jumelage.components.studio.together.errors import (
    NobodyThereError,
    NotPresentingError,
    NotUnderstoodError,
    NotYoursToTakeError,
    OnlyLookingError,
)
from jumelage.components.studio.together.folding import LEADER, VIEWER
from jumelage.components.studio.together.transport import moved
from jumelage.kit.live import Participant, State
from jumelage.kit.uris import Uri

Body = Mapping[str, Any]
MOST_ITEMS = 1000
FAR = 2**31


class Item(msgspec.Struct, forbid_unknown_fields=True):
    """A place of the list as a browser read it from its own node."""

    version: str
    hash: str
    first: int
    frames: int
    rate: list[int]

    def __post_init__(self) -> None:
        """Refuse frames and rates that no clock could follow."""
        Uri.parse(self.version)
        if not (abs(self.first) < FAR and 0 < self.frames < FAR and len(self.hash) <= 64):
            raise ValueError(self.version)
        if len(self.rate) != 2 or not all(0 < part < FAR for part in self.rate):  # a fraction
            raise ValueError(self.rate)


class Said(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A drawing or a note that the author's own city has kept as a record."""

    uri: str
    version: str
    first: int | None = None
    last: int | None = None
    decision: str = ""
    removed: bool = False


def decide(state: State, by: Participant, kind: str, body: Body, now: datetime) -> dict[str, Any]:
    """Return *body* as it is to be logged.

    Raises:
        JumelageError: *by* may not do this, or it makes no sense now.
    """
    if by.role == VIEWER and kind != "seated":
        raise OnlyLookingError
    try:
        return dict(DECISIONS[kind](state, by, body, now))
    except (KeyError, TypeError, ValueError, msgspec.ValidationError) as error:
        raise NotUnderstoodError(reason=str(error)[:80]) from error


def _transport(state: State, by: Participant, body: Body, now: datetime) -> Body:
    if state["presenter"] not in {"", by.person}:
        raise NotPresentingError
    return moved(state["transport"], state["items"], body, round(now.timestamp() * 1000))


def _presenter(state: State, by: Participant, body: Body, _: datetime) -> Body:
    """Give the picture to somebody who is here, or take it."""
    to = str(body["to"])
    if by.person != state["presenter"] and not (to == by.person and _may_take(state, by)):
        raise NotYoursToTakeError
    able = {each["person"] for each in state["here"] if each["role"] != VIEWER}
    if to not in able | {by.person}:
        raise NobodyThereError
    return {"to": to}


def _may_take(state: State, by: Participant) -> bool:
    lost = state["lost"]
    present = {each["person"] for each in state["here"] if each["city"] not in lost}
    return state["presenter"] not in present or (by.role == LEADER and by.city == state["host"])


def _items(state: State, by: Participant, body: Body, _: datetime) -> Body:
    if by.person != state["presenter"] and by.role != LEADER:
        raise NotPresentingError
    items = msgspec.convert(body["items"], list[Item])
    if len(items) > MOST_ITEMS:
        raise ValueError(len(items))
    return {"items": [msgspec.to_builtins(item) for item in items]}


def _said(_: State, by: Participant, body: Body, __: datetime) -> Body:
    """Take what the person's own city keeps; nobody lists what another city said."""
    said = msgspec.convert(body, Said)
    if Uri.parse(said.uri).origin != by.city:
        raise ValueError(said.uri)
    Uri.parse(said.version)
    if said.decision not in {"", "approved", "retake"}:
        raise ValueError(said.decision)
    return dict(msgspec.to_builtins(said))


def _seated(_: State, by: Participant, body: Body, __: datetime) -> Body:
    """Say from which seat somebody speaks: the log holds no other name."""
    seat = Uri.parse(str(body["seat"]))
    if seat.origin != by.city:
        raise ValueError(seat)
    return {"seat": str(seat)}


DECISIONS: Mapping[str, Callable[[State, Participant, Body, datetime], Body]] = {
    "transport": _transport,
    "presenter": _presenter,
    "items": _items,
    "drawn": _said,
    "noted": _said,
    "seated": _seated,
}
