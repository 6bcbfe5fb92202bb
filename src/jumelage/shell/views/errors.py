"""Errors as pages in the look of the product, or as JSON for who asked for JSON."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template import loader
from django.utils.translation import gettext as _

from jumelage.kit.errors import JumelageError

RETRY_SECONDS = 30
"""When to come back to a node that cannot answer now."""


def wants_json(request: HttpRequest) -> bool:
    """Tell whether the caller asked for JSON, by `Accept` or by an address ending in .json."""
    accepted = request.get_preferred_type(["text/html", "application/json"])
    return request.path.endswith(".json") or accepted == "application/json"


def as_json(code: str, message: str, status: int, facts: Mapping[str, object]) -> JsonResponse:
    """Answer `{"error": {"code", "message", "facts"}}`; the one shape of every error."""
    plain = {name: _plain(fact) for name, fact in facts.items()}
    error = {"code": code, "message": message, "facts": plain}
    return JsonResponse({"error": error}, status=status)


def _plain(fact: object) -> object:
    return fact if isinstance(fact, str | int | float | bool | None) else str(fact)


def domain_error(request: HttpRequest, error: JumelageError) -> HttpResponse:
    """Show *error* with its own sentence and status."""
    if wants_json(request):
        return as_json(error.code, error.message, error.http_status, error.facts)
    titles = {403: _("Not allowed"), 404: _("Not found"), 503: _("Not ready")}
    title = titles.get(error.http_status, _("This did not work"))
    return _page(request, error.http_status, title, error.message)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 400."""
    del exception
    return _answer(request, 400, "bad-request", _("The request cannot be understood."))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 403."""
    del exception
    return _answer(request, 403, "not-allowed", _("You are not allowed to do this."))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 404."""
    del exception
    sentence = _("There is nothing at this address. It may have moved, or never existed.")
    return _answer(request, 404, "not-found", sentence)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 when the form's token does not fit."""
    del reason
    sentence = _("The form was too old to be accepted. Go back, load the page again, send again.")
    return _answer(request, 403, "form-expired", sentence)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500 without touching the database or the session."""
    sentence = _("Something broke here. It is written in the log; nothing half done was kept.")
    if wants_json(request):
        return as_json("server-error", sentence, 500, {})
    return _plain_page(500, _("This page is broken"), sentence)


def outage(request: HttpRequest, error: JumelageError) -> HttpResponse:
    """Show *error* without touching the database or the session, which may be what is out."""
    answer = (
        as_json(error.code, error.message, error.http_status, error.facts)
        if wants_json(request)
        else _plain_page(error.http_status, _("Not now"), error.message)
    )
    answer["Retry-After"] = str(RETRY_SECONDS)
    return answer


def _plain_page(status: int, title: str, sentence: str) -> HttpResponse:
    facts = {"status": status, "title": title, "sentence": sentence}
    return HttpResponse(loader.get_template("shell/broken.html").render(facts), status=status)


TITLES = {
    400: lambda: _("Not understood"),
    403: lambda: _("Not allowed"),
    404: lambda: _("Not found"),
}


def _answer(request: HttpRequest, status: int, code: str, sentence: str) -> HttpResponse:
    if wants_json(request):
        return as_json(code, sentence, status, {})
    return _page(request, status, TITLES[status](), sentence)


def _page(request: HttpRequest, status: int, title: str, sentence: str) -> HttpResponse:
    facts = {"title": title, "sentence": sentence, "status": status}
    return render(request, "shell/error.html", facts, status=status)
