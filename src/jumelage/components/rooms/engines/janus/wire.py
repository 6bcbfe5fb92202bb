"""One session of this node with its Janus: JSON over a websocket on a socket in the data folder.

Theory of operation. Each request carries a transaction; Janus acknowledges those that take long
and answers later under the same transaction, so a request waits for the first answer that is no
acknowledgement. What Janus says by itself names a handle and goes to `on_event`. When the
connection ends the session is claimed again on a new one; a Janus that was started anew does not
know it, then a session is made, every handle is void and `on_lost` says so. Source: the Janus API
of its WebSockets transport, version 1.1.
"""

import asyncio
import json
import logging
import os
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, unix_connect
from websockets.exceptions import WebSocketException

from jumelage.components.rooms.engines.errors import EngineRefusedError, EngineSilentError
from jumelage.components.rooms.engines.janus.configuration import SOCKET

log = logging.getLogger("jumelage.calls")

Message = Mapping[str, Any]
PLUGIN = "janus.plugin.videoroom"
KEEP_ALIVE_SECONDS = 20.0
PATIENCE_SECONDS = 8.0
FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 3.0
LARGEST_MESSAGE = 1024 * 1024
"""Bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a plugin answered: its own values, and a session description if it has one."""

    values: Message
    jsep: Message | None = None


@dataclass
class Wire:
    """A session that lives as long as the object is open; one for the whole node."""

    folder: Path
    on_event: Callable[[int, Message], None]
    on_lost: Callable[[], None]
    session: int = 0
    _socket: ClientConnection | None = None
    _waiting: dict[str, "asyncio.Future[Message]"] = field(default_factory=dict)
    _task: "asyncio.Task[None] | None" = None
    _up: asyncio.Event = field(default_factory=asyncio.Event)

    def open(self) -> None:
        """Begin to keep the session; returns at once."""
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._live())

    async def close(self) -> None:
        """End the session, and with it every handle."""
        if self._up.is_set():
            with suppress(EngineSilentError, EngineRefusedError):
                await self._ask({"janus": "destroy"})
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        self._task, self.session = None, 0

    @property
    def is_up(self) -> bool:
        """Whether Janus listens now."""
        return self._up.is_set()

    async def attach(self) -> int:
        """Return a new handle of the VideoRoom."""
        answer = await self._ask({"janus": "attach", "plugin": PLUGIN})
        return int(answer["data"]["id"])

    async def detach(self, handle: int) -> None:
        """Give up *handle*; one that is unknown is given up already."""
        with suppress(EngineRefusedError, EngineSilentError):
            await self._ask({"janus": "detach", "handle_id": handle})

    async def message(self, handle: int, body: Message, jsep: Message | None = None) -> Answer:
        """Ask the plugin *body* and return what it answers.

        Raises:
            EngineRefusedError: it answers with an error; the fact `code` is its number.
            EngineSilentError: it does not answer.
        """
        asked = {"janus": "message", "handle_id": handle, "body": body}
        told = await self._ask({**asked, "jsep": jsep} if jsep else asked)
        values = told.get("plugindata", {}).get("data", {})
        if "error" in values:
            raise EngineRefusedError(reason=values["error"], code=values.get("error_code", 0))
        return Answer(values=values, jsep=told.get("jsep"))

    async def trickle(self, handle: int, candidates: list[Message]) -> None:
        """Pass on addresses a browser found; an empty list: it has no more."""
        told: Message = (
            {"candidates": candidates} if candidates else {"candidate": {"completed": True}}
        )
        await self._ask({"janus": "trickle", "handle_id": handle, **told}, acknowledged=True)

    async def _ask(self, asked: dict[str, Any], *, acknowledged: bool = False) -> Message:
        """Send *asked* in the session and wait for its answer, or only for its acknowledgement."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._up.wait()
                answer = await self._exchange(
                    {**asked, "session_id": self.session}, acknowledged=acknowledged
                )
        except (TimeoutError, ConnectionError, WebSocketException) as error:
            raise EngineSilentError from error
        if answer["janus"] == "error":
            told = answer["error"]
            raise EngineRefusedError(reason=told["reason"], code=told["code"])
        return answer

    async def _exchange(self, asked: dict[str, Any], *, acknowledged: bool = False) -> Message:
        transaction = f"{'a' if acknowledged else 'w'}{secrets.token_hex(8)}"
        future = asyncio.get_running_loop().create_future()
        self._waiting[transaction] = future
        try:
            if self._socket is None:
                raise ConnectionError
            await self._socket.send(json.dumps({**asked, "transaction": transaction}))
            told: Message = await future
            return told
        finally:
            self._waiting.pop(transaction, None)

    async def _live(self) -> None:
        """Keep a connection: connect, claim or make the session, read, and again."""
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                async with _connected(self.folder) as connection:
                    self._socket, pause = connection, FIRST_PAUSE_SECONDS
                    await self._serve(connection)
            except (OSError, TimeoutError, WebSocketException, EngineRefusedError) as error:
                log.debug("Janus is not reached: %s", error)
            finally:
                self._socket = None
                self._up.clear()
                self._forget()
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    async def _serve(self, connection: ClientConnection) -> None:
        """Read and keep the session until one of both ends."""
        tasks = [asyncio.create_task(self._read(connection)), asyncio.create_task(self._stay())]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _read(self, connection: ClientConnection) -> None:
        async for text in connection:
            self._hear(json.loads(text))

    async def _begin(self) -> None:
        """Claim the session this node had, or make one and tell that the old one is lost."""
        had = self.session
        if had:
            claimed = await self._exchange({"janus": "claim", "session_id": had})
            if claimed["janus"] == "success":
                self._up.set()
                return
        made = await self._exchange({"janus": "create"})
        self.session = int(made["data"]["id"])
        self._up.set()
        if had:
            self.on_lost()

    async def _stay(self) -> None:
        """Have a session, and keep it alive: Janus ends one it did not hear of for a minute."""
        await self._begin()
        while True:
            await asyncio.sleep(KEEP_ALIVE_SECONDS)
            async with asyncio.timeout(PATIENCE_SECONDS):
                asked = {"janus": "keepalive", "session_id": self.session}
                await self._exchange(asked, acknowledged=True)

    def _hear(self, told: Message) -> None:
        transaction = str(told.get("transaction", ""))
        future = self._waiting.get(transaction)
        if future is not None:
            if not future.done() and (told["janus"] != "ack" or transaction.startswith("a")):
                future.set_result(told)
        elif "sender" in told:
            self.on_event(int(told["sender"]), told)

    def _forget(self) -> None:
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(ConnectionError())
        self._waiting.clear()


@asynccontextmanager
async def _connected(folder: Path) -> AsyncIterator[ClientConnection]:
    """Connect to the control socket in *folder*, however long the folder's path is.

    The kernel takes 107 bytes of path; through the descriptor of the folder it is always short.
    """
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        async with unix_connect(
            f"/proc/self/fd/{opened}/{SOCKET}",
            uri="ws://localhost/",
            subprotocols=["janus-protocol"],
            max_size=LARGEST_MESSAGE,
            open_timeout=PATIENCE_SECONDS,
            ping_interval=None,
        ) as connection:
            yield connection
    finally:
        os.close(opened)
