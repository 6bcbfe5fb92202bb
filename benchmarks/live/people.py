"""Browsers of a live session, as far as the websocket is concerned."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, cast

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

PATIENCE_SECONDS = 15.0


@dataclass
class Person:
    """One connection."""

    socket: ClientConnection
    heard: list[dict[str, Any]] = field(default_factory=list)
    minutes: list[bytes] = field(default_factory=list)

    async def say(self, **frame: object) -> None:
        """Send a frame."""
        await self.socket.send(json.dumps(frame))

    async def next(self, word: str, /, **members: object) -> dict[str, Any]:
        """Return the next frame of the type *word* that has these *members*; keep the others."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                frame = await self.hear()
                if frame["type"] == word and members.items() <= frame.items():
                    return frame

    async def hear(self) -> dict[str, Any]:
        """Return the next text frame; frames of the minutes are kept apart."""
        while isinstance(message := await self.socket.recv(), bytes):
            self.minutes.append(message)
        frame = cast("dict[str, Any]", json.loads(message))
        self.heard.append(frame)
        return frame

    async def closed(self) -> int:
        """Wait until the node closes, and return the code."""
        async with asyncio.timeout(PATIENCE_SECONDS + 10):
            try:
                while True:
                    await self.hear()
            except ConnectionClosed:
                return self.socket.protocol.close_code or 0


@asynccontextmanager
async def connected(
    address: str, origin: str = "", path: str = "/live/session"
) -> AsyncIterator[Person]:
    """Connect to the node at *address* (`http://…`) from one of its own pages, or *origin*'s."""
    url = address.replace("http", "ws", 1) + path
    page = Origin(origin or address)
    async with connect(url, origin=page, proxy=None, compression=None, close_timeout=1) as socket:
        yield Person(socket)


@asynccontextmanager
async def joined(
    address: str, ticket: str, seen: dict[str, int] | None = None
) -> AsyncIterator[tuple[Person, dict[str, Any]]]:
    """Connect and take *ticket*; yields the person and the welcome."""
    async with connected(address) as person:
        await person.say(type="join", ticket=ticket, **({"seen": seen} if seen else {}))
        yield person, await person.next("welcome")
