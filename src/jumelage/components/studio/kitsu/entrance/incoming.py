"""The body of a request as a file that a thread reads while it arrives."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http.request import UnreadablePostError

LINE = 64 * 1024
PATIENCE = 120.0
"""Seconds without a byte before the client counts as gone."""


class Incoming:
    """A file-like view of an ASGI body: read whole beforehand, or waited for by a thread."""

    def __init__(
        self,
        receive: Callable[[], Awaitable[Any]],
        loop: asyncio.AbstractEventLoop,
        largest: int,
    ) -> None:
        """Take bytes from *receive*, of which there may be *largest*."""
        self._receive, self._loop, self._left = receive, loop, largest
        self._held, self._over, self._gone = b"", False, False

    @staticmethod
    def streams(scope: MutableMapping[str, Any]) -> bool:
        """Tell whether the body is an upload, which nobody should hold in memory."""
        kind = next((value for name, value in scope["headers"] if name == b"content-type"), b"")
        return bool(kind.lower().startswith(b"multipart/"))

    async def read_all(self) -> None:
        """Take the whole body into memory; what is too large is noticed by who reads it."""
        parts = []
        while not self._over:
            part = await self._part()
            if self._left >= 0:
                parts.append(part)
        self._held = b"".join(parts)

    async def _part(self) -> bytes:
        try:
            async with asyncio.timeout(PATIENCE):
                message = await self._receive()
        except TimeoutError:
            message = {"type": "http.disconnect"}
        part: bytes = message.get("body", b"")
        self._left -= len(part)
        self._gone = message["type"] == "http.disconnect"
        self._over = self._gone or not message.get("more_body", False)
        if self._gone:
            self._left = min(self._left, -1)
        return part

    def read(self, size: int = -1) -> bytes:
        """Return at most *size* bytes; all that is left when it is negative.

        Raises:
            RequestDataTooBig: there are more bytes than there may be.
            UnreadablePostError: the client went, or nothing came for too long.
        """
        while not self._over and (size < 0 or len(self._held) < size):
            coming = asyncio.run_coroutine_threadsafe(self._part(), self._loop)
            self._held += coming.result()
            if self._left < 0:
                break
        if self._gone:
            raise UnreadablePostError
        if self._left < 0:
            self._held = b""
            raise RequestDataTooBig
        taken = self._held if size < 0 else self._held[:size]
        self._held = self._held[len(taken) :]
        return taken

    def readline(self, size: int = -1) -> bytes:
        """Return what is left of a line, or the next piece of a long one."""
        part = self.read(LINE if size < 0 else size)
        line, ending, rest = part.partition(b"\n")
        self._held = rest + self._held
        return line + ending

    def close(self) -> None:
        """Nothing is held open."""
