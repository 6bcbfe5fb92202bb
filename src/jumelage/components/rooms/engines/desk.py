"""The host node's part in calls: it stands between browsers of both cities and the engine.

Theory of operation. A browser says `engine {do, ask, ...}` to the host, through its own node and
the line between the nodes; the desk asks the engine and says `engine {ask, ...}` back. So no
browser ever reaches Janus's control, and the guest city's need nothing but UDP to the host's
machine. What one member asks is done in order, members beside each other. Who may send
follows from their role in the session; the engine is told no name. What is asked and answered
is a table in `docs/protocol/calls.md`.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jumelage.components.rooms.engines.adapter import Engine
from jumelage.components.rooms.engines.janus.rooms import Janus
from jumelage.components.rooms.engines.livekit import LiveKit
from jumelage.components.rooms.engines.mesh import Mesh
from jumelage.components.rooms.engines.recording.keeping import Keeping
from jumelage.kit.errors import InvalidInputError, JumelageError, NotAllowedError
from jumelage.kit.live import Act, Body, Facts, Participant, State, Voice

log = logging.getLogger("jumelage.calls")

KIND = "engine"
INSIDE = frozenset({"host", "member", "kiosk"})
LINGER_SECONDS = 15.0
"""How long media of somebody whose signalling is gone go on: UDP often outlives a websocket."""

Do = Callable[[Janus, str, str, Body], Awaitable[dict[str, Any]]]


@dataclass(slots=True)
class Sitting:
    """A session this node hosts, as the desk needs to know it."""

    voice: Voice
    state: State = field(default_factory=dict)
    engaging: bool = False
    """Whether an engine is being asked to take over from the mesh."""
    turns: dict[str, asyncio.Lock] = field(default_factory=dict)


class Desk:
    """The desk of all calls this node hosts; one for the web process."""

    def __init__(
        self,
        *,
        janus: Callable[[Callable[[str, str], None], Callable[[], None]], Janus],
        livekit: Callable[[], LiveKit | None],
        available: Callable[[], Sequence[str]],
        keeping: Keeping,
    ) -> None:
        """Speak with the engine that *janus* makes from its two bells, when it is first needed.

        *available* names the engines of this node, the preferred one first.
        """
        self._make, self._livekit, self._available = janus, livekit, available
        self.keeping = keeping
        self._janus: Janus | None = None
        self._sittings: dict[str, Sitting] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def janus(self) -> Janus:
        """The node's Janus."""
        if self._janus is None:
            self._janus = self._make(self._flows, self._lost)
        return self._janus

    async def heard(
        self, facts: Facts, by: Participant, kind: str, body: Body, voice: Voice
    ) -> None:
        """Take what a browser wants of the engine; it is done beside what others want."""
        if kind == KIND:
            sitting = self._sitting(facts, voice)
            turn = sitting.turns.setdefault(by.id, asyncio.Lock())
            self._begin(self._answer(facts, by, body, voice, turn))

    async def happened(self, facts: Facts, act: Act, state: State, voice: Voice) -> None:
        """See whether a recording begins or ends by this."""
        sitting = self._sitting(facts, voice)
        sitting.state = state
        if state.get("engaged") and state.get("engine") == Mesh.name and not sitting.engaging:
            sitting.engaging = True
            self._begin(self._engage(sitting))
        if act.kind in {"recording", "consented", "joined", "left", "closed"}:
            self._begin(self._settle(facts.uri))

    async def left(self, facts: Facts, who: Participant, voice: Voice) -> None:
        """Give up what *who* holds, unless their browser is only changing connections."""
        self._sitting(facts, voice)
        self._begin(self._let_go(facts.uri, who.id))

    async def closed(self, facts: Facts) -> None:
        """End the room and what is recorded of it."""
        if self._sittings.pop(facts.uri, None) is not None and self._janus is not None:
            await self.keeping.end(self.janus, facts.uri)
            await self.janus.close_room(facts.uri)

    async def stop(self) -> None:
        """End everything; the web process goes."""
        for task in self._tasks:
            task.cancel()
        if self._janus is not None:
            await self._janus.close()

    def _sitting(self, facts: Facts, voice: Voice) -> Sitting:
        sitting = self._sittings.setdefault(facts.uri, Sitting(voice=voice))
        sitting.voice = voice
        return sitting

    def _begin(self, work: Any) -> None:  # noqa: ANN401  # a coroutine of nothing
        task = asyncio.get_running_loop().create_task(_quietly(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(
        self, facts: Facts, by: Participant, body: Body, voice: Voice, turn: asyncio.Lock
    ) -> None:
        """Do what *by* asked, and tell them what came of it under the number of their question."""
        async with turn:
            try:
                told = await self._do(facts, by, body)
            except JumelageError as error:
                told = {"refused": error.code}
            if "ask" in body:
                voice.say(KIND, {"ask": body["ask"], **told}, to=by.id)

    async def _do(self, facts: Facts, by: Participant, body: Body) -> dict[str, Any]:
        if by.role not in INSIDE:
            raise NotAllowedError
        engine = self._engine(facts)
        if body.get("do") == "join" and engine is not None:
            return (await engine.join(facts.uri, by.id)).as_dict() | {
                "feeds": list(await engine.participants(facts.uri))
            }
        do = _VERBS.get(str(body.get("do")))
        if do is None or not isinstance(engine, Janus):
            raise InvalidInputError(reason="nothing this engine does")
        return await do(engine, facts.uri, by.id, body)

    def _engine(self, facts: Facts) -> Engine | None:
        sitting = self._sittings.get(facts.uri)
        name = sitting.state.get("engine") if sitting else None
        if name == Janus.name:
            return self.janus
        return self._livekit() if name == LiveKit.name else None

    async def _engage(self, sitting: Sitting) -> None:
        """Let the engine of this node take over, once it is known to be there."""
        name = next(iter(self._available()), Mesh.name)
        engine: Engine | None = self.janus if name == Janus.name else self._livekit()
        try:
            if name != Mesh.name and engine is not None and (await engine.health()).ready:
                sitting.voice.act("carried", {"engine": name})
                return
        finally:
            sitting.engaging = False

    async def _let_go(self, room: str, member: str) -> None:
        if self._janus is None:
            return
        await asyncio.sleep(LINGER_SECONDS)
        await self._janus.kick(room, member)

    def _flows(self, room: str, member: str) -> None:
        """Tell everybody in *room* that *member* can be received, and record them if agreed."""
        self.keeping.anew(room, member)
        if sitting := self._sittings.get(room):
            for other in sitting.voice.present():
                if other.id != member and other.role in INSIDE:
                    sitting.voice.say(KIND, {"flows": member}, to=other.id)
            self._begin(self._settle(room))

    def _lost(self) -> None:
        """Tell every browser to begin anew: Janus was started again."""
        for room, sitting in self._sittings.items():
            self.keeping.lost(room)
            for other in sitting.voice.present():
                sitting.voice.say(KIND, {"lost": True}, to=other.id)

    async def _settle(self, room: str) -> None:
        """Record exactly those who are in and agreed, while a recording is on."""
        sitting = self._sittings.get(room)
        if sitting is None or self._janus is None:
            return
        agreed = sitting.state.get("consents", {})
        members = [
            each.id
            for each in sitting.voice.present()
            if each.role in INSIDE and agreed.get(each.person) is True
        ]
        recording = sitting.state.get("recording") or {}
        if recording.get("on"):
            await self.keeping.keep(self._janus, room, members, by=str(recording.get("by", "")))
        else:
            await self.keeping.end(self._janus, room)


async def _publish(janus: Janus, room: str, member: str, body: Body) -> dict[str, Any]:
    parts = body.get("parts")
    named = {str(mid): str(part) for mid, part in parts.items()} if isinstance(parts, dict) else {}
    return {"answer": await janus.publish(room, member, _text(body, "offer"), named)}


async def _reoffer(janus: Janus, room: str, member: str, body: Body) -> dict[str, Any]:
    return {"answer": await janus.reoffer(room, member, _text(body, "offer"))}


async def _subscribe(janus: Janus, room: str, member: str, body: Body) -> dict[str, Any]:
    offer, parts = await janus.subscribe(room, member, _text(body, "feed"))
    return {"offer": offer, "parts": parts}


async def _start(janus: Janus, room: str, member: str, body: Body) -> dict[str, Any]:
    await janus.start(room, member, _text(body, "feed"), _text(body, "answer"))
    return {}


async def _restart(janus: Janus, room: str, member: str, body: Body) -> dict[str, Any]:
    return {"offer": await janus.restart(room, member, _text(body, "feed"))}


async def _unsubscribe(janus: Janus, room: str, member: str, body: Body) -> dict[str, Any]:
    await janus.unsubscribe(room, member, _text(body, "feed"))
    return {}


async def _candidates(janus: Janus, room: str, member: str, body: Body) -> dict[str, Any]:
    found = body.get("found")
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise InvalidInputError(reason="candidates are expected")
    await janus.candidates(room, member, str(body.get("feed", "")), found)
    return {}


async def _pictures(janus: Janus, room: str, member: str, body: Body) -> dict[str, Any]:
    mids = body.get("mids")
    wanted = body.get("wanted") is True
    if isinstance(mids, list):
        streams = [str(mid) for mid in mids]
        await janus.pictures(room, member, _text(body, "feed"), streams, wanted=wanted)
    return {}


_VERBS: Mapping[str, Do] = {
    "publish": _publish,
    "reoffer": _reoffer,
    "subscribe": _subscribe,
    "start": _start,
    "restart": _restart,
    "unsubscribe": _unsubscribe,
    "candidates": _candidates,
    "pictures": _pictures,
}


def _text(body: Body, name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise InvalidInputError(reason=f"{name} is expected")
    return value


async def _quietly(work: Awaitable[None]) -> None:
    try:
        await work
    except JumelageError as error:
        log.info("the engine did not do it: %s", error)
    except Exception:
        log.exception("the desk of calls broke")
