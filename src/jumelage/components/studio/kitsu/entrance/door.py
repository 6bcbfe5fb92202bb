"""The short way in: `/api` is answered here, before Django's middleware.

Nothing of that middleware is meant for a client that brings a token and no cookie, and its
sixteen steps cost more than most answers do. What remains of it is done here: an identifier for
the request, the host that was asked for, the headers every answer has, errors in Kitsu's shape.
Requests run on threads that keep their database connection, and bodies are read as they come:
an upload goes from the socket to the disk once.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.core.handlers.asgi import ASGIRequest
from django.db import DatabaseError, connection
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import ResolverMatch, get_resolver

from jumelage.components.studio.kitsu.endpoint import refusal
from jumelage.components.studio.kitsu.entrance.incoming import Incoming
from jumelage.components.studio.kitsu.errors import (
    DialectError,
    UnknownThingError,
)
from jumelage.kit import calls

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
Application = Callable[[Any, Any, Any], Awaitable[None]]

THREADS = 4
UPLOADERS = 6
"""Threads that wait for uploads, so that slow ones keep nobody from being answered."""
GIGABYTE = 10**9
UPLOADS = ("/api/pictures/preview-files/",)
ROUTES = "jumelage.components.studio.kitsu.urls"
HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
)
log = logging.getLogger("jumelage.request")


class UnexpectedError(DialectError):
    """Something went wrong here. It is in the log of the node."""

    http_status = 500


class OutOfServiceError(DialectError):
    """The city’s node cannot answer now. Try again in a minute."""

    http_status = 503


class Door:
    """An ASGI application that answers `/api` itself and asks *inner* for all else."""

    def __init__(self, inner: Application) -> None:
        """Open the threads when they are needed."""
        self.inner = inner
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="kitsu")
        self._uploads = ThreadPoolExecutor(UPLOADERS, thread_name_prefix="kitsu-uploads")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        path = scope.get("path", "")
        if scope["type"] != "http" or not (path == "/api" or path.startswith("/api/")):
            await self.inner(scope, receive, send)
            return
        loop = asyncio.get_running_loop()
        streams = is_upload(path) and Incoming.streams(scope)
        incoming = Incoming(receive, loop, largest(path, streams=streams))
        if not streams:
            await incoming.read_all()
        response, request_id = await loop.run_in_executor(
            self._uploads if streams else self._threads, self._answer, scope, incoming
        )
        try:
            await self._send(response, request_id, send)
        finally:
            for release in response._resource_closers:  # type: ignore[attr-defined]  # noqa: SLF001
                release()  # `close()` would also close the thread's database connection

    def _answer(self, scope: Scope, incoming: Incoming) -> tuple[HttpResponseBase, str]:
        begun = time.monotonic()
        request = ASGIRequest(scope, incoming)  # type: ignore[arg-type]  # it reads, that is all it needs
        calls.request_id.set(calls.accepted(request.META.get("HTTP_X_REQUEST_ID", "")))
        response = answered(request)
        seconds = round(time.monotonic() - begun, 3)
        match = request.resolver_match
        told = (request.method, f"/{match.route}" if match else "/api", response.status_code)
        facts = {"status": response.status_code, "seconds": seconds}
        log.info("%s %s: %s in %s s", *told, seconds, extra={"facts": facts})
        return response, calls.request_id.get()

    async def _send(self, response: HttpResponseBase, request_id: str, send: Send) -> None:
        headers = [
            (name.lower().encode("ascii"), value.encode("latin-1"))
            for name, value in response.items()
        ]
        headers += [*HEADERS, (b"x-request-id", request_id.encode("ascii"))]
        start = {"type": "http.response.start", "status": response.status_code}
        if isinstance(response, HttpResponse):
            body = response.content
            if not response.has_header("Content-Length"):
                headers.append((b"content-length", str(len(body)).encode("ascii")))
            await send({**start, "headers": headers})
            await send({"type": "http.response.body", "body": body})
            return
        await send({**start, "headers": headers})
        assert isinstance(response, StreamingHttpResponse)  # noqa: S101  # the other kind there is
        async for part in response:
            await send({"type": "http.response.body", "body": bytes(part), "more_body": True})
        await send({"type": "http.response.body", "body": b""})


def is_upload(path: str) -> bool:
    """Tell whether files may come with a request to *path*."""
    return path.startswith(UPLOADS) or path.endswith("/comment")


def largest(path: str, *, streams: bool = True) -> int:
    """Return how many bytes a body may have: what is no form with files is held in memory."""
    if streams and is_upload(path):
        return int(settings.NODE.media_upload) * GIGABYTE
    return int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)


def answered(request: ASGIRequest) -> HttpResponseBase:
    """Answer *request*, whatever happens."""
    try:
        request.get_host()
        match: ResolverMatch = get_resolver(ROUTES).resolve(request.path_info)
        request.resolver_match = match
        response: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
    except Http404:
        return refusal(UnknownThingError())
    except DisallowedHost:
        return refusal(DialectError(reason="unknown host"))
    except DatabaseError:
        log.exception("database")
        connection.close()
        return refusal(OutOfServiceError())
    except Exception:
        log.exception("unexpected")
        return refusal(UnexpectedError())
    finally:
        request.close()  # files that came along and were not kept
    return response
