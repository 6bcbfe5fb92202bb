"""Another node's websocket: a signed handshake, refused as the bridge's other requests are."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from django.core.handlers.asgi import ASGIRequest

from jumelage.bridge.identity.requests import authenticate, refuse
from jumelage.bridge.live.door.browser import Receive, Send
from jumelage.kit.errors import JumelageError


class Answered:
    """A websocket another node opened."""

    def __init__(self, receive: Receive, send: Send) -> None:
        """Speak through an accepted websocket."""
        self._receive, self._send = receive, send
        self._open = True

    async def receive(self) -> str | bytes | None:
        """Return the next message; None when there will be none."""
        message = await self._receive()
        if message["type"] != "websocket.receive":
            self._open = False
            return None
        text = message.get("text")
        return text if text is not None else bytes(message.get("bytes") or b"")

    async def send(self, message: str | bytes) -> None:
        """Send a message; waits while the other end does not read."""
        kind = "text" if isinstance(message, str) else "bytes"
        await self._send({"type": "websocket.send", kind: message})

    async def close(self, code: int) -> None:
        """Close it."""
        if self._open:
            self._open = False
            await self._send({"type": "websocket.close", "code": code})


def recognise(scope: Mapping[str, Any]) -> str | None:
    """Return the origin of the node that signed the handshake; None when it is refused.

    What was wrong is recorded as for any other request; the answer is 403 and says nothing.
    """
    request = ASGIRequest({**scope, "type": "http", "method": "GET"}, BytesIO())
    try:
        return authenticate(request).origin
    except JumelageError as error:
        refuse(request, error)
        return None
