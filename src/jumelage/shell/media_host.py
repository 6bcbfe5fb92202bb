"""Films and pictures from a host name of their own, where no cookie goes (setting `media_url`).

A file that somebody uploaded is then of another origin than the pages: whatever a browser makes of
it, it reads no page and acts for nobody. Addresses are signed, so no cookie is needed either. On
that host nothing else is answered, and elsewhere no film is. Players read the pixels of films
(comparing, exposure), hence CORS for the pages' own origin. Source: Fetch Standard, CORS protocol.
"""

from collections.abc import Awaitable, Callable
from inspect import iscoroutinefunction
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils.cache import patch_vary_headers
from django.utils.decorators import sync_and_async_middleware
from django.utils.translation import get_language_from_path, override

View = Callable[..., HttpResponseBase]
REMEMBERED_SECONDS = 600


def from_media_host(view: View) -> View:
    """Mark *view* as one that hands out films: it is asked with a signed address and no cookie."""
    view.is_film = True  # type: ignore[attr-defined]  # the mark `apart` reads
    return view


def media_address(path: str) -> str:
    """Return where the film at *path* is asked for."""
    return f"{settings.MEDIA_ORIGIN}{path}"


@sync_and_async_middleware
def apart(get_response: Callable[..., object]) -> Callable[..., object]:
    """Return a middleware that keeps films and pages apart; must stand outside all that read cookies."""
    return _async(get_response) if iscoroutinefunction(get_response) else _sync(get_response)


def _sync(get_response: Callable[..., object]) -> Callable[[HttpRequest], HttpResponseBase]:
    def answer(request: HttpRequest) -> HttpResponseBase:
        is_film = _is_film(request)
        said = _said_at_once(request, is_film=is_film) or get_response(request)
        assert isinstance(said, HttpResponseBase)  # noqa: S101  # Django's own contract
        return _opened(request, said) if is_film else said

    return answer


def _async(
    get_response: Callable[..., Awaitable[HttpResponseBase]],
) -> Callable[[HttpRequest], Awaitable[HttpResponseBase]]:
    async def answer(request: HttpRequest) -> HttpResponseBase:
        is_film = _is_film(request)
        said = _said_at_once(request, is_film=is_film) or await get_response(request)
        return _opened(request, said) if is_film else said

    return answer


def _is_film(request: HttpRequest) -> bool:
    """Tell whether a film is asked for, on a node that has a host name for films.

    This stands outside the middleware that reads the language, and addresses begin with it.
    """
    if not settings.MEDIA_ORIGIN:
        return False
    path = request.path_info
    try:
        with override(get_language_from_path(path) or settings.LANGUAGE_CODE):
            return getattr(resolve(path).func, "is_film", False)
    except Resolver404:
        return False


def _said_at_once(request: HttpRequest, *, is_film: bool) -> HttpResponse | None:
    """Answer what was asked of the wrong host, and the browser's own question; else forget cookies."""
    if not settings.MEDIA_ORIGIN:
        return None
    host = request.headers.get("Host", "").lower()
    if (host == urlsplit(settings.MEDIA_ORIGIN).netloc) != is_film:
        return HttpResponseNotFound()
    if is_film:
        request.META.pop("HTTP_COOKIE", None)
    return HttpResponse(status=204) if is_film and request.method == "OPTIONS" else None


def _opened(request: HttpRequest, answer: HttpResponseBase) -> HttpResponseBase:
    """Let the node's pages read *answer*, and no cookie go with it."""
    answer.cookies.clear()
    answer["Access-Control-Allow-Origin"] = _pages(request.headers.get("Origin", ""))
    patch_vary_headers(answer, ["Origin"])
    answer["Access-Control-Allow-Methods"] = "GET, HEAD"
    answer["Access-Control-Allow-Headers"] = "Range"
    answer["Access-Control-Expose-Headers"] = "Content-Range, ETag"
    answer["Access-Control-Max-Age"] = str(REMEMBERED_SECONDS)
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


def _pages(origin: str) -> str:
    """Return *origin* if it is one of the names the node's pages are asked under, else the first."""
    host = urlsplit(origin).hostname
    return origin if host in settings.ALLOWED_HOSTS else settings.NODE.public_url
