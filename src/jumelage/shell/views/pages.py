"""Home, live events and city accents."""

import asyncio
import re
from collections.abc import AsyncIterator

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language_from_request
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from jumelage.bridge import api as bridge
from jumelage.directory.access import public
from jumelage.shell.frame import Frame
from jumelage.shell.live.hub import Hub
from jumelage.shell.live.source import DatabaseSource
from jumelage.shell.look import accents

_SLUG = re.compile(r"[a-z0-9-]{1,50}")
_hubs: dict[asyncio.AbstractEventLoop, Hub] = {}


@public
@require_safe
def language(request: HttpRequest) -> HttpResponse:
    """Send a visitor of `/` to the language of the browser."""
    return redirect(f"/{get_language_from_request(request)}/")


@public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Send a visitor to the first page of the navigation; welcome when there is none."""
    pages = Frame(request).navigation
    return redirect(pages[0].url) if pages else render(request, "shell/home.html")


@public
@require_safe
@cache_control(max_age=60, public=True)
def cities(request: HttpRequest) -> HttpResponse:
    """Give each city's accent, made readable, as a style sheet."""
    frame = Frame(request)
    nodes = [node for node in (frame.here, *frame.peers) if node and _SLUG.fullmatch(node.slug)]
    sheet = "".join(accents.rules(node.slug, *_colours(node)) for node in nodes)
    return HttpResponse(sheet, content_type="text/css; charset=utf-8")


def _colours(node: bridge.Node) -> tuple[str, str]:
    accent = node.city.accent
    return accent.light, accent.dark


@public
@require_safe
def live(_request: HttpRequest) -> StreamingHttpResponse:
    """Stream what crossed and how the lines are, until the page leaves."""
    answer = StreamingHttpResponse(_stream(), content_type="text/event-stream")
    answer["Cache-Control"] = "no-cache"
    answer["X-Accel-Buffering"] = "no"
    return answer


async def _stream() -> AsyncIterator[bytes]:
    """Yield the events of this event loop's one hub."""
    loop = asyncio.get_running_loop()
    hub = _hubs.setdefault(loop, Hub(DatabaseSource()))
    async for event in hub.listen():
        yield bytes(event)
