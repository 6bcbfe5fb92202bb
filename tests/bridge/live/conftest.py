"""One node with an open table, served by the real server in a thread, and people who connect."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
import uvicorn
from django.conf import settings
from websockets.asyncio.client import ClientConnection, connect

from jumelage.bridge.live.door.app import Live
from jumelage.bridge.live.tickets import live_ticket
from jumelage.bridge.models import Node
from jumelage.kit.live import Facts
from jumelage.kit.uris import Uri, new_id
from jumelage.node.run.web import LARGEST_MESSAGE
from tests.factories.live import Table


async def nothing(scope: object, receive: object, send: object) -> None:
    """Answer nothing: what is not a live session is not asked here."""


@dataclass
class Person:
    """A browser of somebody, as far as a session is concerned."""

    socket: ClientConnection
    heard: list[dict[str, Any]] = field(default_factory=list)

    async def say(self, **frame: object) -> None:
        """Send a frame."""
        await self.socket.send(json.dumps(frame))

    async def next(self, word: str, /, **members: object) -> dict[str, Any]:
        """Return the next frame of the type *word* that has these *members*; keep the others."""
        async with asyncio.timeout(10):
            while True:
                frame = json.loads(await self.socket.recv())
                self.heard.append(frame)
                if frame["type"] == word and members.items() <= frame.items():
                    return dict(frame)

    async def closed(self) -> int:
        """Wait until the node closes and return the code."""
        async with asyncio.timeout(15):
            while True:
                try:
                    self.heard.append(json.loads(await self.socket.recv()))
                except Exception:  # noqa: BLE001  # whatever ends it
                    return self.socket.protocol.close_code or 0


@dataclass
class Served:
    """The node as browsers reach it."""

    port: int
    table: Table
    uri: str
    live: Live

    def ticket(self, person: str = "ann", *, role: str = "player", uri: str = "") -> str:
        """Return a ticket for *person*."""
        return live_ticket(
            kind="table", uri=uri or self.uri, person=person, role=role, label=person.title()
        )

    @asynccontextmanager
    async def socket(self, origin: str = "", path: str = "/live/session") -> AsyncIterator[Person]:
        """Connect without saying anything."""
        own = origin or settings.NODE.public_url
        async with connect(
            f"ws://127.0.0.1:{self.port}{path}", origin=own, proxy=None, compression=None
        ) as socket:  # type: ignore[arg-type]  # a plain text
            yield Person(socket)

    @asynccontextmanager
    async def person(
        self, name: str = "ann", *, role: str = "player", seen: dict[str, int] | None = None
    ) -> AsyncIterator[tuple[Person, dict[str, Any]]]:
        """Connect and join; yields the person and the welcome."""
        async with self.socket() as person:
            ticket = self.ticket(name, role=role)
            await person.say(type="join", ticket=ticket, **({"seen": seen} if seen else {}))
            yield person, await person.next("welcome")


@pytest.fixture
def served(transactional_db: None, here: Node) -> Iterator[Served]:
    """Serve this node, with one table of three chairs that no other city knows."""
    uri = str(Uri(here.origin, new_id()))
    facts = Facts(uri=uri, kind="table", host=here.origin, cities=(here.origin,), capacity=3)
    table = Table({uri: facts})
    live = Live(nothing, lambda: {"table": table})
    with serving(live) as port:
        yield Served(port, table, uri, live)


class serving:  # noqa: N801  # reads as what it does
    """The real server with *live*, in a thread, while the block lasts."""

    def __init__(self, live: Live) -> None:
        """Bind a free port."""
        self._listener = socket.create_server(("127.0.0.1", 0))
        config = uvicorn.Config(
            live,
            lifespan="on",
            log_config=None,
            access_log=False,
            ws_max_size=LARGEST_MESSAGE,
            ws_per_message_deflate=False,
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._listener]}, daemon=True
        )

    def __enter__(self) -> int:
        """Serve; return the port."""
        self._thread.start()
        while not self._server.started:
            assert self._thread.is_alive()
            threading.Event().wait(0.01)
        return int(self._listener.getsockname()[1])

    def __exit__(self, *_: object) -> None:
        """Stop as SIGTERM does."""
        self._server.should_exit = True
        self._thread.join(10)
        assert not self._thread.is_alive()


def until(condition: Callable[[], bool], seconds: float = 20) -> None:
    """Wait for *condition*, which fails after so many seconds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "the condition did not come true in time"
        time.sleep(0.02)
