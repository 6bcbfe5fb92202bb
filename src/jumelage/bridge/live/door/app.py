"""The ASGI application of live sessions: two websockets, and the node's life around them."""

import logging
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from jumelage.bridge.errors import NoIdentityError
from jumelage.bridge.live.door.browser import Browser, Receive, Send
from jumelage.bridge.live.door.peer import Answered, recognise
from jumelage.bridge.live.door.threshold import Threshold
from jumelage.bridge.live.line.lines import Lines
from jumelage.bridge.live.sessions.gatherings import Gatherings, Kinds
from jumelage.bridge.live.tickets import Taken
from jumelage.kit.component import session_kinds

logger = logging.getLogger(__name__)
Inner = Callable[[Any, Any, Any], Awaitable[None]]
SESSION, BRIDGE = "/live/session", "/bridge/live"
MOST_BROWSERS = 2_000
MOST_LINES = 100
LATER = 4429


class Live:
    """Answers the websockets of live sessions; *inner* answers all else."""

    def __init__(self, inner: Inner, kinds: Kinds = session_kinds) -> None:
        """Wait for the node's life to begin; nothing is opened before."""
        self._inner = inner
        self.gatherings = Gatherings(kinds)
        self.lines = Lines(self.gatherings)
        self._browsers = self._nodes = 0
        self._began = False
        self.tickets = Taken()
        self.threshold = Threshold()

    async def __call__(
        self,
        scope: MutableMapping[str, Any],
        receive: Receive,
        send: Send,
    ) -> None:
        """Answer one connection, or the node's life as the server tells it."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "websocket" and scope["path"] == SESSION:
            await self._browser(scope, receive, send)
        elif scope["type"] == "websocket" and scope["path"] == BRIDGE:
            await self._node(scope, receive, send)
        else:
            await self._inner(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await self.start()
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                await self.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def start(self) -> None:
        """Begin; a node that cannot begin yet tries again with the first connection."""
        if self._began:
            return
        self._began = True
        try:
            await self.gatherings.start()
            self.lines.start()
        except NoIdentityError:
            self._began = False
        except Exception:  # the pages work without live sessions
            logger.exception("live sessions cannot begin")
            self._began = False

    async def stop(self) -> None:
        """End: lines and sessions are closed, what was logged is durable."""
        if self._began:
            await self.lines.stop()
            await self.gatherings.stop()

    async def _browser(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        await receive()  # the request itself
        if not _is_own(scope):
            await send({"type": "websocket.close"})
            return
        await self.start()
        if self._browsers >= MOST_BROWSERS or not self._began:
            await send({"type": "websocket.accept"})
            await send({"type": "websocket.close", "code": LATER})
            return
        shown = self.threshold.remove
        browser = Browser(receive, send, self.gatherings, self.tickets, shown)
        self._browsers += 1
        self.threshold.add(browser)
        try:
            await send({"type": "websocket.accept"})
            with suppress(OSError):  # it went while something was sent
                await browser.run()
        finally:
            self.threshold.remove(browser)
            self._browsers -= 1

    async def _node(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        await receive()
        await self.start()
        known = None
        if self._began and self._nodes < MOST_LINES:
            known = await self.gatherings.reading.do(recognise, scope)
        if known is None:
            await send({"type": "websocket.close"})
            return
        self._nodes += 1
        try:
            await send({"type": "websocket.accept"})
            with suppress(OSError):
                await self.lines.run(known, Answered(receive, send), dialled=False)
        finally:
            self._nodes -= 1


def _is_own(scope: Mapping[str, Any]) -> bool:
    """Tell whether the page that connects is the node's own: no other site may use a ticket.

    By the address people use, or, where a node answers under several (as in a demonstration),
    by the address the page itself was asked under.
    """
    headers = dict(scope["headers"])
    origin = headers.get(b"origin", b"").decode("latin-1").lower()
    parts = urlsplit(origin)
    if parts.scheme not in {"http", "https"}:
        return False
    own = urlsplit(settings.NODE.public_url.lower())
    host = headers.get(b"host", b"").decode("latin-1").lower()
    allowed = parts.hostname in settings.ALLOWED_HOSTS
    return (parts.scheme, parts.netloc) == (own.scheme, own.netloc) or (
        allowed and parts.netloc == host
    )
