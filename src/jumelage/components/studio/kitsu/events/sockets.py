"""Socket.IO at `/socket.io/`, namespace `/events`: who may see it hears what happens.

Nothing is sent by whoever makes a change. One task looks at the feeds whenever the bridge's bell
rings, so that what the other city says, or another process of this node, is heard as well; an
event goes to those who sit in its production at that moment, and to nobody whose sign-in ended.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar
from urllib.parse import parse_qs

import socketio
from django.db import DatabaseError, connection

from jumelage.bridge.api import Waiter
from jumelage.components.studio.kitsu.entrance import tokens
from jumelage.components.studio.kitsu.errors import DialectError
from jumelage.components.studio.kitsu.events.audience import Audience, audience_of
from jumelage.components.studio.kitsu.events.log import Event, Mark, mark, since
from jumelage.components.studio.models import Token

R = TypeVar("R")
Seen = tuple[Mark | None, list[Event], Audience | None]
"""How far the feeds are, what is new, and who may hear it."""
PATH = "/socket.io/"
NAMESPACE = "/events"
LOOK_SECONDS = 1.0
"""The longest wait between two looks, should the bell not be heard."""
MOST_SOCKETS = 2000
log = logging.getLogger("jumelage.kitsu")


class Sockets:
    """An ASGI application: Socket.IO under `PATH`, *inner* for all else."""

    def __init__(self, inner: Callable[[Any, Any, Any], Awaitable[None]]) -> None:
        """Make the server; it looks at the database only while somebody listens."""
        self.server = socketio.AsyncServer(async_mode="asgi", namespaces=["/", NAMESPACE])
        self.server.on("connect", self._connect, namespace=NAMESPACE)
        self.server.on("disconnect", self._disconnect, namespace=NAMESPACE)
        self._served = socketio.ASGIApp(self.server, inner, socketio_path="socket.io")
        self._inner = inner
        self._listening: dict[str, Token] = {}
        self._task: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="kitsu-events")

    async def __call__(
        self,
        scope: MutableMapping[str, Any],
        receive: Any,  # noqa: ANN401  # ASGI
        send: Any,  # noqa: ANN401  # ASGI
    ) -> None:
        """Answer one connection; a new session needs a token before anything is kept for it."""
        if not str(scope.get("path", "")).startswith(PATH.rstrip("/")):
            await self._inner(scope, receive, send)
            return
        if not _has_session(scope):
            is_full = len(self.server.eio.sockets) >= MOST_SOCKETS
            if is_full or await self._token(scope) is None:
                await _refuse(scope, receive, send)
                return
        await self._served(scope, receive, send)

    async def _token(self, scope: Mapping[str, Any]) -> Token | None:
        header = next((v for n, v in scope["headers"] if n == b"authorization"), b"")
        return await self._apart(partial(_read, header.decode("latin-1")), None)

    async def _connect(self, sid: str, environ: Mapping[str, Any], _auth: object = None) -> None:
        header = str(environ.get("HTTP_AUTHORIZATION", ""))
        token = await self._apart(partial(_read, header), None)
        if token is None or len(self._listening) >= MOST_SOCKETS:
            raise socketio.exceptions.ConnectionRefusedError("token")
        self._listening[sid] = token
        if self._task is None or self._task.done():
            begin = await self._apart(mark, None)
            self._task = asyncio.create_task(self._watch(begin))

    async def _disconnect(self, sid: str, _reason: object = None) -> None:
        self._listening.pop(sid, None)
        if not self._listening and self._task is not None:
            self._task.cancel()
            self._task = None

    async def _watch(self, seen: Mark | None) -> None:
        bell = Waiter()
        try:
            while True:
                await bell.wait(LOOK_SECONDS)
                look = partial(_look, seen, dict(self._listening))
                nothing: Seen = (seen, [], None)
                seen, events, audience = await self._apart(look, nothing)
                if audience is not None:
                    await self._tell(events, audience)
        finally:
            bell.close()

    async def _tell(self, events: list[Event], audience: Audience) -> None:
        for sid in audience.gone:
            await self.server.disconnect(sid, namespace=NAMESPACE)
        for event in events:
            for sid in audience.of(event):
                await self.server.emit(event.name, event.data, to=sid, namespace=NAMESPACE)

    async def _apart(self, ask: Callable[[], R], nothing: R) -> R:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, _or_nothing, ask, nothing)


def _has_session(scope: Mapping[str, Any]) -> bool:
    """Tell whether the request names a session, as the server itself will read it."""
    try:
        return "sid" in parse_qs(scope.get("query_string", b"").decode())
    except ValueError:
        return False


def _look(seen: Mark | None, listening: Mapping[str, Token]) -> Seen:
    """Look at what is new."""
    if seen is None:
        return mark(), [], None
    now = mark()
    if now == seen:
        return seen, [], None
    events = since(seen, now)
    return now, events, audience_of(listening) if events else None


def _read(header: str) -> Token | None:
    scheme, _, text = header.partition(" ")
    if scheme.lower() != "bearer" or not text:
        return None
    try:
        return tokens.read(text.strip())
    except DialectError:
        return None


def _or_nothing(ask: Callable[[], R], nothing: R) -> R:
    """Ask; after a database error connect again next time."""
    try:
        return ask()
    except DatabaseError:
        log.exception("events")
        connection.close()
        return nothing


async def _refuse(scope: Mapping[str, Any], receive: Any, send: Any) -> None:  # noqa: ANN401  # ASGI
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 4401})
        return
    headers = [(b"content-type", b"application/json"), (b"x-content-type-options", b"nosniff")]
    await send({"type": "http.response.start", "status": 401, "headers": headers})
    body = b'{"error":true,"message":"Missing Authorization Header"}'
    await send({"type": "http.response.body", "body": body})
