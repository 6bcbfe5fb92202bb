"""Tags every view with the verb it needs; a view without a tag is refused.

    @public
    def agreement(request): ...

    @requires("agreement.add-evidence", of=commitment_by_slug)
    def add_evidence(request, commitment): ...

Somebody not signed in is sent to the sign-in page. Somebody signed in who may not gets the
same answer whether the thing exists or not, so that an address tells nothing.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseNotAllowed
from django.utils.deprecation import MiddlewareMixin
from django.utils.http import url_has_allowed_host_and_scheme

from jumelage.directory.models import Person
from jumelage.directory.policy import may, person_of

View = Callable[..., HttpResponseBase]
PUBLIC = "public"
BY_TOKEN = "by-token"  # noqa: S105  # a tag, no secret
"""The tag of views that are asked with a token and no cookie, and refuse by themselves."""
METHODS = ("GET", "HEAD", "POST")
"""What pages are asked with; a view may narrow it further."""
ELSEWHERE = ("jumelage.bridge.", "allauth.", "django.views.i18n", "django.contrib.staticfiles.")
"""Modules whose views guard themselves: peers by signature, accounts by allauth."""


def public(view: View) -> View:
    """Let anybody in, with or without an account."""
    return _tagged(view, PUBLIC)


def requires(
    verb: str, *, of: Callable[..., object | None] | None = None
) -> Callable[[View], View]:
    """Let in whoever may do *verb*.

    *of* takes what the address names and returns the thing, or None when there is none; the
    view then gets the thing in place of the words of the address.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, **named: Any) -> HttpResponseBase:  # noqa: ANN401  # what the address names
            person = person_of(request.user)
            if of is None:
                return view(request, **named) if may(person, verb) else _refusal(request)
            thing = of(**named) if person else None
            if thing is None or not may(person, verb, thing):
                return _refusal(request, hide=True)
            return view(request, thing)

        return _tagged(guarded, verb)

    return guard


def _tagged(view: View, verb: str) -> View:
    view.verb = verb  # type: ignore[attr-defined]  # the tag the middleware reads
    return view


def _refusal(request: HttpRequest, *, hide: bool = False) -> HttpResponseBase:
    """Answer somebody who may not: sign in first, or nothing to see, or not allowed."""
    if not request.user.is_authenticated:
        return redirect_to_login(_page_of(request))
    if hide:
        raise Http404
    raise PermissionDenied


def _page_of(request: HttpRequest) -> str:
    """Return where to go on after signing in: what was sent is lost, the page it was on is not."""
    if request.method == "GET":
        return request.get_full_path()
    page = request.headers.get("Referer", "")
    host, is_secure = request.get_host(), request.is_secure()
    if not url_has_allowed_host_and_scheme(page, {host}, require_https=is_secure):
        return ""
    return urlsplit(page)._replace(scheme="", netloc="").geturl()


def actor(request: HttpRequest) -> Person:
    """Return the person a guarded view acts for."""
    person = person_of(request.user)
    if person is None:
        raise PermissionDenied
    return person


def verb_of(view: View) -> str:
    """Return the verb *view* is tagged with: `public`, a verb, or empty when it has none."""
    return str(getattr(view, "verb", ""))


def guards_itself(view: View) -> bool:
    """Tell whether *view* has its own guard: a token, or that of the bridge or a library."""
    return verb_of(view) == BY_TOKEN or f"{view.__module__}.".startswith(ELSEWHERE)


class AccessMiddleware(MiddlewareMixin):
    """Refuses every view that forgot to say who may see it, and methods no page has."""

    def process_view(
        self, request: HttpRequest, view: View, _args: tuple[str, ...], _named: dict[str, object]
    ) -> HttpResponseNotAllowed | None:
        """Go on only when *view* is tagged or guards itself."""
        if guards_itself(view):
            return None
        if not verb_of(view):
            raise PermissionDenied
        return None if request.method in METHODS else HttpResponseNotAllowed(METHODS)


def visitor(request: HttpRequest) -> dict[str, Person | None]:
    """Give templates `person`: who is signed in, or None for a citizen (context processor)."""
    return {"person": person_of(getattr(request, "user", None))}
