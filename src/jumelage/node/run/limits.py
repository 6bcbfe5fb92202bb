"""Refuses request bodies nobody needs before they fill memory or disk."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
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
MOST_READ_IN_VAIN = 256 * 1024 * 1024
"""Bytes read after a refusal, so that the browser listens to the answer."""
PLAIN, PAGE = b"text/plain; charset=utf-8", b"text/html; charset=utf-8"


async def the_usual(_scope: Scope) -> int:
    """Let every request be as large as the largest document."""
    return LARGEST_BODY


@dataclass(frozen=True, slots=True)
class BodyLimit:
    """An ASGI application that answers 413 for *application* when a body is over its limit.

    *allowance* returns the bytes that a request may have; or raises a `JumelageError`, which is
    then said in both languages: to a browser on a page, after what it sends was read in vain.
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
            await _refuse_for(error, scope, receive, send)
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


async def _refuse_for(error: JumelageError, scope: Scope, receive: Receive, send: Send) -> None:
    """Say *error*: on a page if a browser asks, and when it has sent what it wants to send."""
    if b"text/html" not in dict(scope["headers"]).get(b"accept", b""):
        await _refuse(send, _in_all_languages(error), error.http_status)
        return
    if declared(scope) <= MOST_READ_IN_VAIN:
        await _read_in_vain(receive)
    await _refuse(send, _page(error), error.http_status, PAGE)


async def _read_in_vain(receive: Receive) -> None:
    left, more = MOST_READ_IN_VAIN, True
    while more and left > 0:
        message = await receive()
        left -= len(message.get("body", b""))
        more = message.get("more_body", False)


def _sentences(error: JumelageError) -> list[tuple[str, str, str]]:
    """Return each language, *error* in it, and what to do now."""
    said = []
    for language, _name in settings.LANGUAGES:
        with override(language):
            back = _("Go back with your browser: what you wrote is still in the form.")
            said.append((language, error.message, back))
    return said


def _in_all_languages(error: JumelageError) -> bytes:
    return "".join(f"{sentence}\n" for _code, sentence, _back in _sentences(error)).encode()


def _page(error: JumelageError) -> bytes:
    """Return a page that needs nothing else: the node has not read who asks, nor in what language."""
    parts = format_html_join("", '<p lang="{}">{}<br>{}</p>', _sentences(error))
    head = '<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">'
    page = '<!DOCTYPE html><html lang="fr"><meta charset="utf-8">{}<title>{}</title><main>{}</main></html>'
    return format_html(page, mark_safe(head), error.http_status, parts).encode()  # noqa: S308  # our own


def declared(scope: Scope) -> int:
    """Return the length the client declares; 0 when it says none, or none that is a number."""
    length = dict(scope["headers"]).get(b"content-length", b"")
    return int(length) if length.isdigit() else 0


async def _refuse(
    send: Send, words: bytes = TOO_LARGE, status: int = 413, kind: bytes = PLAIN
) -> None:
    head = [(b"content-type", kind), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": head})
    await send({"type": "http.response.body", "body": words})
