"""Serves the collected static files straight from ASGI, with WhiteNoise's table of files.

WhiteNoise's own middleware is synchronous: it would send every request of the node, streams
included, through one more thread.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

from whitenoise import WhiteNoise
from whitenoise.responders import Response

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Any, Any, Any], Awaitable[None]]

_HASHED = re.compile(r"\.[0-9a-f]{12}\.[^/]+$")
_CHUNK = 64 * 1024


class StaticFiles:
    """An ASGI application that answers for the files under *prefix* and asks *inner* otherwise."""

    def __init__(self, inner: Application, root: Path, prefix: str) -> None:
        """Read the list of files under *root* once."""
        self.inner = inner
        self.files = WhiteNoise(
            None,
            immutable_file_test=lambda _path, url: bool(_HASHED.search(url)),
            add_headers_function=_protect,
        )
        if root.is_dir():
            self.files.add_files(str(root), prefix=prefix)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        file = self.files.files.get(scope["path"]) if scope["type"] == "http" else None
        if file is None:
            await self.inner(scope, receive, send)
            return
        response = await asyncio.to_thread(file.get_response, scope["method"], _environ(scope))
        await _send(response, send)


def _protect(headers: Any, _path: str, _url: str) -> None:  # noqa: ANN401  # wsgiref Headers
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"


def _environ(scope: Message) -> dict[str, str]:
    """Return the request headers under their CGI names, as WhiteNoise reads them."""
    return {
        f"HTTP_{name.decode('latin-1').upper().replace('-', '_')}": value.decode("latin-1")
        for name, value in scope["headers"]
    }


async def _send(response: Response, send: Send) -> None:
    headers = [(k.lower().encode("latin-1"), v.encode("latin-1")) for k, v in response.headers]
    start = {"type": "http.response.start", "status": response.status.value, "headers": headers}
    await send(start)
    if response.file is not None:
        with response.file as file:
            while chunk := await asyncio.to_thread(file.read, _CHUNK):
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})
