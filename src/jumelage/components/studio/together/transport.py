"""Where the picture of a session stands at an instant, and what moves it; pure functions.

A transport is a place of the session, a frame number, a speed and an instant of the host's clock:
whoever knows it knows the frame of every later instant. `frontend/src/together/transport.ts` says
the same; both read `docs/protocol/vectors/review.json`.

Frames are positions in the version (1001...), instants milliseconds since 1970 of the host's clock.
"""

from collections.abc import Mapping, Sequence
from math import ceil, floor
from typing import Any

from jumelage.components.studio.together.errors import NothingToShowError, NotUnderstoodError

Transport = Mapping[str, Any]
"""`item version hash frame speed playing at loop revision`."""
Item = Mapping[str, Any]
"""`version hash first frames rate`: a version on the list; its rate is a fraction `[num, den]`."""

LEAD = 300
"""Milliseconds between a command and the instant it happens everywhere."""
LONGEST_LEAD = 3000
FASTEST = 8
REST: Transport = {
    "item": 0, "version": "", "hash": "", "frame": 0, "speed": 1, "playing": False, "at": 0,
    "loop": True, "revision": 0,
}  # fmt: skip


def at_rest(items: Sequence[Item]) -> dict[str, Any]:
    """Return the transport before anything happened: the first frame of the first place."""
    return {**REST, **(_of(items[0], 0) if items else {})}


def _of(item: Item, index: int) -> dict[str, Any]:
    return {
        "item": index,
        "version": item["version"],
        "hash": item["hash"],
        "frame": item["first"],
    }


def due(transport: Transport, item: Item, now: float) -> float:
    """Return the frame due at *now*, with its fraction; before its instant the frame stands."""
    if not transport["playing"]:
        return float(transport["frame"])
    num, den = item["rate"]
    seconds = max(0.0, now - transport["at"]) / 1000
    frame = transport["frame"] + seconds * num / den * transport["speed"]
    first, frames = item["first"], item["frames"]
    if first <= frame < first + frames:
        return float(frame)
    if transport["loop"]:
        return float(first + (frame - first) % frames)
    return float(min(max(frame, first), first + frames - 1))


def moved(
    transport: Transport, items: Sequence[Item], asked: Mapping[str, Any], now: int
) -> dict[str, Any]:
    """Return the transport after the command *asked* at the instant *now*.

    Raises:
        NothingToShowError: the list is empty, or has no such place.
        NotUnderstoodError: it is no command.
    """
    try:
        command = COMMANDS[asked["command"]]
        changed = command(transport, items, asked, now)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise NotUnderstoodError(reason=str(error)[:80]) from error
    return {**transport, **changed, "revision": transport["revision"] + 1}


def _item(transport: Transport, items: Sequence[Item]) -> Item:
    """Return the item on show, found by its version: the list may have changed around it."""
    at = transport["item"]
    if at < len(items) and items[at]["version"] == transport["version"]:
        return items[at]
    for item in items:
        if item["version"] == transport["version"]:
            return item
    raise NothingToShowError


def _within(frame: float, item: Item) -> int:
    return int(min(max(floor(frame), item["first"]), item["first"] + item["frames"] - 1))


def _lead(asked: Mapping[str, Any]) -> int:
    return min(max(int(asked.get("lead", LEAD)), LEAD), LONGEST_LEAD)


def _play(
    transport: Transport, items: Sequence[Item], asked: Mapping[str, Any], now: int
) -> dict[str, Any]:
    """Begin at the frame that stands, or anew when it is the last."""
    item = _item(transport, items)
    speed = _speed(asked.get("speed", transport["speed"]))
    frame = _within(asked.get("frame", due(transport, item, now)), item)
    end = item["first"] + item["frames"] - 1
    if frame == (end if speed > 0 else item["first"]):
        frame = item["first"] if speed > 0 else end
    return {"playing": True, "frame": frame, "speed": speed, "at": now + _lead(asked)}


def _pause(
    transport: Transport, items: Sequence[Item], asked: Mapping[str, Any], now: int
) -> dict[str, Any]:
    """Stop at the frame the presenter sees."""
    item = _item(transport, items)
    frame = asked.get("frame", due(transport, item, now))
    return {"playing": False, "frame": _within(frame, item), "at": now}


def _seek(
    transport: Transport, items: Sequence[Item], asked: Mapping[str, Any], now: int
) -> dict[str, Any]:
    item = _item(transport, items)
    return {"playing": False, "frame": _within(asked["frame"], item), "at": now}


def _step(
    transport: Transport, items: Sequence[Item], asked: Mapping[str, Any], now: int
) -> dict[str, Any]:
    item = _item(transport, items)
    frame = floor(due(transport, item, now)) + int(asked["frames"])
    return {"playing": False, "frame": _within(frame, item), "at": now}


def _rate(
    transport: Transport, items: Sequence[Item], asked: Mapping[str, Any], now: int
) -> dict[str, Any]:
    """Change the speed; while it plays, at a whole frame some moments ahead."""
    speed = _speed(asked["speed"])
    if not transport["playing"]:
        return {"speed": speed}
    return {"speed": speed, **_ahead(transport, _item(transport, items), now + _lead(asked))}


def _ahead(transport: Transport, item: Item, then: int) -> dict[str, Any]:
    """Return the whole frame due at or after *then*, and its instant."""
    shown = due(transport, item, then)
    speed = transport["speed"]
    frame = ceil(shown) if speed > 0 else floor(shown)
    if not item["first"] <= frame < item["first"] + item["frames"]:
        frame = item["first"]
    num, den = item["rate"]
    wait = max(0.0, (frame - shown) / (num / den * speed))
    return {"frame": frame, "at": then + round(wait * 1000)}


def _loop(
    transport: Transport, items: Sequence[Item], asked: Mapping[str, Any], now: int
) -> dict[str, Any]:
    """Begin anew at the end, or not; what passed already is settled first."""
    loop = bool(asked["loop"])
    if not transport["playing"]:
        return {"loop": loop}
    return {"loop": loop, **_ahead(transport, _item(transport, items), now)}


def _to_item(
    _: Transport, items: Sequence[Item], asked: Mapping[str, Any], now: int
) -> dict[str, Any]:
    """Show another place of the list, at its first frame or the one that is asked for."""
    index = int(asked["item"])
    if not 0 <= index < len(items):
        raise NothingToShowError
    item = items[index]
    frame = _within(asked.get("frame", item["first"]), item)
    playing = bool(asked.get("playing", False))
    at = now + _lead(asked) if playing else now
    return {**_of(item, index), "frame": frame, "playing": playing, "at": at}


def _speed(value: Any) -> float:  # noqa: ANN401  # what a browser sent
    """Return a speed one can play at.

    Raises:
        ValueError: it is none.
    """
    speed = float(value)
    if not 0 < abs(speed) <= FASTEST:
        raise ValueError(value)
    return int(speed) if speed == int(speed) else speed


COMMANDS = {
    "play": _play,
    "pause": _pause,
    "seek": _seek,
    "step": _step,
    "rate": _rate,
    "loop": _loop,
    "item": _to_item,
}
