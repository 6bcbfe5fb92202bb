"""Gives every request an identifier, says it back, and logs what was answered."""

import logging
import time
from collections.abc import Awaitable, Callable
from inspect import iscoroutinefunction

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

from jumelage.kit import calls
from jumelage.node.logs import PROBES, route_of

log = logging.getLogger("jumelage.request")

Answering = Callable[[HttpRequest], HttpResponseBase]


@sync_and_async_middleware
def request_ids(get_response: Callable[..., object]) -> Callable[..., object]:
    """Return a middleware that carries `X-Request-Id`; a good one that came is kept."""
    if iscoroutinefunction(get_response):
        return _async(get_response)
    return _sync(get_response)


def _sync(get_response: Callable[..., object]) -> Answering:
    def answer(request: HttpRequest) -> HttpResponseBase:
        begun = _begin(request)
        response = get_response(request)
        assert isinstance(response, HttpResponseBase)  # noqa: S101  # Django's own contract
        return _end(request, response, begun)

    return answer


def _async(
    get_response: Callable[..., Awaitable[HttpResponseBase]],
) -> Callable[[HttpRequest], Awaitable[HttpResponseBase]]:
    async def answer(request: HttpRequest) -> HttpResponseBase:
        begun = _begin(request)
        return _end(request, await get_response(request), begun)

    return answer


def _begin(request: HttpRequest) -> float:
    calls.request_id.set(calls.accepted(request.headers.get(calls.HEADER, "")))
    calls.peer.set("")
    return time.monotonic()


def _end(request: HttpRequest, response: HttpResponseBase, begun: float) -> HttpResponseBase:
    response[calls.HEADER] = calls.request_id.get()
    level = logging.DEBUG if request.path in PROBES else logging.INFO
    seconds = round(time.monotonic() - begun, 3)
    told = (request.method, route_of(request), response.status_code, seconds)
    facts = {"status": response.status_code, "seconds": seconds}
    log.log(level, "%s %s: %s in %s s", *told, extra={"facts": facts})
    return response
