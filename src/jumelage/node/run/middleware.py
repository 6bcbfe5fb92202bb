"""What every answer tells the browser beyond Django's own headers: permissions, caching, clearing."""

from collections.abc import Awaitable, Callable
from inspect import iscoroutinefunction

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

_NEVER_ASKED = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "encrypted-media",
    "geolocation", "gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer",
    "microphone", "midi", "payment", "screen-wake-lock", "serial", "usb", "window-management",
    "xr-spatial-tracking",
)  # fmt: skip
_PASSKEYS = ("publickey-credentials-create", "publickey-credentials-get")
PERMISSIONS = ", ".join(
    [*(f"{name}=()" for name in _NEVER_ASKED), *(f"{name}=(self)" for name in _PASSKEYS)]
)
"""Source: W3C Permissions Policy; passkeys are all that pages ask a browser for."""
CLEARED = '"cache", "storage"'
"""Cookies stay: other services of the same site own theirs, and Django deletes the session's."""

Answering = Callable[[HttpRequest], HttpResponseBase]


@sync_and_async_middleware
def protection(get_response: Callable[..., object]) -> Callable[..., object]:
    """Return a middleware that adds the headers; must stand outside the sessions' one."""
    if iscoroutinefunction(get_response):
        return _async(get_response)
    return _sync(get_response)


def _sync(get_response: Callable[..., object]) -> Answering:
    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        assert isinstance(response, HttpResponseBase)  # noqa: S101  # Django's own contract
        return _protected(request, response)

    return answer


def _async(
    get_response: Callable[..., Awaitable[HttpResponseBase]],
) -> Callable[[HttpRequest], Awaitable[HttpResponseBase]]:
    async def answer(request: HttpRequest) -> HttpResponseBase:
        return _protected(request, await get_response(request))

    return answer


def _permissions(asked: str) -> str:
    """Return what a view *asked* for (a call: camera, microphone), and no for all else."""
    named = {item.split("=")[0].strip() for item in asked.split(",")}
    others = (item for item in PERMISSIONS.split(", ") if item.split("=")[0] not in named)
    return ", ".join([*([asked] if asked else []), *others])


def _protected(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Add the headers, unless the view said otherwise.

    Whoever brings a session may be shown something of their own, so no cache keeps the answer;
    open data is for every site, all else for this one.
    """
    is_open = "Access-Control-Allow-Origin" in response
    asked = response.headers.get("Permissions-Policy", "")
    response.headers["Permissions-Policy"] = _permissions(asked)
    response.headers.setdefault(
        "Cross-Origin-Resource-Policy", "cross-origin" if is_open else "same-origin"
    )
    session = settings.SESSION_COOKIE_NAME
    if session in request.COOKIES or session in response.cookies:
        response.headers.setdefault("Cache-Control", "no-store")
    if _signed_out(request, response):
        response.headers["Clear-Site-Data"] = CLEARED
    return response


def _signed_out(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Tell whether this answer ended the session of somebody: another one, of nobody, or none."""
    brought = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    given = response.cookies.get(settings.SESSION_COOKIE_NAME)
    if brought is None or given is None or given.value == brought:
        return False
    return not request.user.is_authenticated
