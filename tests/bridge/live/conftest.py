"""One node with an open table, served by the real server in a thread, and people who connect."""

import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import uvicorn

from benchmarks.live.people import Person, joined
from benchmarks.live.table import Table
from jumelage.bridge.live.door.app import Live
from jumelage.bridge.live.tickets import live_ticket
from jumelage.bridge.models import Node
from jumelage.kit.live import Facts
from jumelage.kit.uris import Uri, new_id
from jumelage.node.run.web import LARGEST_MESSAGE


async def nothing(scope: object, receive: object, send: object) -> None:
    """Answer nothing: what is not a live session is not asked here."""


@dataclass
class Served:
    """The node as browsers reach it."""

    port: int
    table: Table
    uri: str
    live: Live

    def ticket(
        self, person: str = "ann", *, role: str = "player", uri: str = "", bearer: str = ""
    ) -> str:
        """Return a ticket for *person*."""
        uri, label = uri or self.uri, person.title()
        return live_ticket(
            kind="table", uri=uri, person=person, role=role, label=label, bearer=bearer
        )

    @property
    def address(self) -> str:
        """Where the node answers."""
        return f"http://127.0.0.1:{self.port}"

    @asynccontextmanager
    async def person(
        self,
        name: str = "ann",
        *,
        role: str = "player",
        seen: dict[str, int] | None = None,
        bearer: str = "",
    ) -> AsyncIterator[tuple[Person, dict[str, Any]]]:
        """Connect and join; yields the person and the welcome."""
        ticket = self.ticket(name, role=role, bearer=bearer)
        async with joined(self.address, ticket, seen) as found:
            yield found


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
