"""Turns domain errors that leave a view into an answer; keeps a restored node read-only."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import override

from jumelage.bridge.api import RecoveringError, standing
from jumelage.kit.errors import JumelageError
from jumelage.shell.views.errors import as_json, domain_error, wants_json

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
SIGN_IN = frozenset(
    {
        "account_login",
        "account_logout",
        "account_reauthenticate",
        "mfa_authenticate",
        "mfa_login_webauthn",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "mfa_trust",
        "openid_connect_login",
        "openid_connect_callback",
    }
)
KEEPERS_PAGES = "shell:line"
"""Whoever keeps the node must be able to close the bridge and to begin a new epoch."""
RETRY_SECONDS = 60

View = Callable[..., HttpResponseBase]


class ReadOnlyWhileRecovering(MiddlewareMixin):
    """Refuses what people send to a restored node that has not compared with its peers.

    They may read, sign in, and look after the bridge.
    """

    def process_view(
        self, request: HttpRequest, view: View, _args: tuple[str, ...], _named: dict[str, object]
    ) -> HttpResponse | None:
        """Answer with a page in both languages, or let the request go on."""
        if request.method in SAFE or view.__module__.startswith("jumelage.bridge."):
            return None
        place = request.resolver_match
        if place and (place.url_name in SIGN_IN or place.namespace == KEEPERS_PAGES):
            return None
        return _read_only(request) if standing().recovering_since is not None else None


def _read_only(request: HttpRequest) -> HttpResponse:
    error = ReadOnlyError()
    if wants_json(request):
        answer: HttpResponse = as_json(error.code, error.message, error.http_status, {})
    else:
        sentences = {}
        for language, _name in settings.LANGUAGES:
            with override(language):
                sentences[language] = error.message
        answer = render(
            request, "shell/read_only.html", {"sentences": sentences.items()}, status=503
        )
    answer["Retry-After"] = str(RETRY_SECONDS)
    return answer


class ReadOnlyError(RecoveringError):
    """This city’s node was restored from a backup. It is read-only until it has compared with the joined cities, usually within minutes. What you sent was not kept; go back and send it again later."""


class DomainErrors(MiddlewareMixin):
    """Shows a `JumelageError` as a page or as JSON, with the status of its class."""

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer for a domain error; leave any other to Django."""
        return domain_error(request, error) if isinstance(error, JumelageError) else None
