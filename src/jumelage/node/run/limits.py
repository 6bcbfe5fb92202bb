"""Refuses request bodies nobody needs before they fill memory or disk."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import override

from jumelage.kit.errors import JumelageError

Scope = dict[str, Any]
Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

TOO_LARGE = b"Too large. Trop volumineux.\n"
LARGEST_BODY = 32 * 1024 * 1024
"""Bytes of one request: the largest document, with room for its form."""


async def the_usual(_scope: Scope) -> int:
    """Let every request be as large as the largest document."""
    return LARGEST_BODY


@dataclass(frozen=True, slots=True)
class BodyLimit:
    """An ASGI application that answers 413 for *application* when a body is over its limit.

    *allowance* returns the bytes that a request may have; or raises a `JumelageError`, which is
    then said in both languages.
    """

    application: Application
    allowance: Callable[[Scope], Awaitable[int]] = the_usual

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, counting what arrives."""
        if scope["type"] != "http":
            await self.application(scope, receive, send)
            return
        try:
            limit = await self.allowance(scope)
        except JumelageError as error:
            await _refuse(send, _in_all_languages(error), error.http_status)
            return
        if declared(scope) > limit:
            await _refuse(send)
        else:
            request = _Counted(receive, send, limit)
            await self.application(scope, request.receive, request.send)
            if request.left < 0 and not request.answered:
                await _refuse(send)


class _Counted:
    """One request whose body is counted; past the limit the client seems to have gone."""

    def __init__(self, receive: Receive, send: Send, limit: int) -> None:
        self._receive, self._send, self.left, self.answered = receive, send, limit, False

    async def receive(self) -> Message:
        message = await self._receive()
        self.left -= len(message.get("body", b""))
        return message if self.left >= 0 else {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        self.answered = True
        await self._send(message)


def _in_all_languages(error: JumelageError) -> bytes:
    said = []
    for language, _name in settings.LANGUAGES:
        with override(language):
            said.append(error.message)
    return "\n".join([*said, ""]).encode()


def declared(scope: Scope) -> int:
    """Return the length the client declares; 0 when it says none, or none that is a number."""
    length = dict(scope["headers"]).get(b"content-length", b"")
    return int(length) if length.isdigit() else 0


async def _refuse(send: Send, words: bytes = TOO_LARGE, status: int = 413) -> None:
    head = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": head})
    await send({"type": "http.response.body", "body": words})
