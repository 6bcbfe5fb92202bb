"""Who is recorded at any moment: exactly those who are in the call and agreed to it.

A *tape* is one recording of one session. Each stretch of each member is a *strip* of it, with a
number of its own: who connects anew begins another strip, so nothing is written over.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field

from jumelage.components.rooms.engines.adapter import Engine
from jumelage.components.rooms.engines.errors import EngineRefusedError, EngineSilentError


@dataclass(slots=True)
class Tape:
    """One recording that runs: its name, and the strip of each member that is recorded now."""

    name: str
    running: dict[str, str] = field(default_factory=dict)
    strips: int = 0


class Keeping:
    """The recordings that run on this node."""

    def __init__(
        self,
        *,
        begin: Callable[[str, str], Awaitable[str]],
        finish: Callable[[str], Awaitable[None]],
    ) -> None:
        """*begin(session, by)* notes a recording and names it; *finish(name)* has it made a file."""
        self._note, self._finish = begin, finish
        self._tapes: dict[str, Tape] = {}
        self._turn = asyncio.Lock()

    async def keep(self, engine: Engine, room: str, members: Collection[str], *, by: str) -> None:
        """Record *members* of *room* and nobody else from now on; *by* is who asked for it."""
        async with self._turn:
            tape = self._tapes.get(room)
            if tape is None:
                tape = self._tapes[room] = Tape(await self._note(room, by))
            for member in set(tape.running) - set(members):
                tape.running.pop(member)
                await engine.stop_recording(room, member)
            sending = await engine.participants(room)
            for member in [one for one in members if one in sending and one not in tape.running]:
                tape.strips += 1
                strip = f"{tape.name}-{tape.strips:03d}"
                await engine.start_recording(room, member, strip)
                tape.running[member] = strip

    async def end(self, engine: Engine, room: str) -> None:
        """End the recording of *room*, if one runs, and have it made a file."""
        async with self._turn:
            tape = self._tapes.pop(room, None)
            if tape is None:
                return
            for member in tape.running:
                with suppress(EngineRefusedError, EngineSilentError):
                    await engine.stop_recording(room, member)
            await self._finish(tape.name)

    def anew(self, room: str, member: str) -> None:
        """Forget the strip of *member*, who connected anew: the old one is closed."""
        if tape := self._tapes.get(room):
            tape.running.pop(member, None)

    def lost(self, room: str) -> None:
        """Forget every strip: the engine was started anew."""
        if tape := self._tapes.get(room):
            tape.running.clear()
