"""Answers that hold one of the peer's places until they are sent, and spend its bytes."""

import gzip
from collections.abc import Awaitable, Callable
from typing import TypeVar

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from jumelage.bridge.boundary.limits import Place, limits
from jumelage.bridge.errors import FeedNotReadableError
from jumelage.bridge.feeds import serve
from jumelage.bridge.identity.requests import PeerRequest
from jumelage.bridge.models import Node
from jumelage.kit.errors import InvalidInputError

NDJSON = "application/x-ndjson"


class _Held:
    """An answer that gives its place back when it was sent or its reader is gone."""

    place: Place

    def close(self) -> None:
        """Give the place back, when Django closes the answer."""
        super().close()  # type: ignore[misc]  # a mixin of answers
        self.place.free()


class HeldPage(_Held, HttpResponse):
    """A page on its way."""


class HeldStream(_Held, StreamingHttpResponse):
    """An open stream."""


Answer = TypeVar("Answer", HeldPage, HeldStream)


async def held_page(
    request: PeerRequest, body: Callable[[], Awaitable[bytes]], *, kind: str = NDJSON
) -> HeldPage:
    """Answer with what *body* brings, within the pages and bytes the peer may have.

    Raises:
        RateLimitError: the peer has too many pages in flight, or was sent too many bytes.
    """

    async def page() -> HeldPage:
        response = HeldPage(await body(), content_type=kind)
        _compress(request, response)
        limits().bucket(request.peer.origin).spend(len(response.content))
        return response

    return await held(request, page)


async def held(request: PeerRequest, make: Callable[[], Awaitable[Answer]]) -> Answer:
    """Return the answer that *make* brings, which holds one of the peer's places.

    Raises:
        RateLimitError: the peer has too many pages in flight, or was sent too many bytes.
    """
    place = await limits().page(request.peer.origin)
    try:
        response = await make()
    except BaseException:
        place.free()
        raise
    response.place = place
    return response


def _compress(request: HttpRequest, response: HttpResponse) -> None:
    """Send it gzipped when the peer takes it: feeds shrink to about a fifth."""
    if response.content and "gzip" in request.headers.get("Accept-Encoding", ""):
        response.content = gzip.compress(response.content, compresslevel=1)
        response["Content-Encoding"] = "gzip"


def readable(peer: Node, name: str) -> str:
    """Return *name*, a feed that *peer* may read.

    Raises:
        FeedNotReadableError: it may not, or there is none.
    """
    if name not in serve.readable_feeds(peer):
        raise FeedNotReadableError(feed=name[:60])
    return name


def number(request: HttpRequest, name: str, default: int = 0) -> int:
    """Return the whole number that the query gives for *name*.

    Raises:
        InvalidInputError: it is something else.
    """
    text = request.GET.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise InvalidInputError(reason=f"“{name[:60]}” must be a whole number")
    return int(text)
