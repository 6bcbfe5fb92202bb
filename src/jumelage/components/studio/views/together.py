"""The room of a review session: its page, its tickets, what is said in it, and its log."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from jumelage.bridge.api import live_ticket
from jumelage.components.studio.forms.review import NoteForm
from jumelage.components.studio.models import ReviewSession, Version, View
from jumelage.components.studio.review import deciding, told
from jumelage.components.studio.review.notes import Notes, voices
from jumelage.components.studio.selectors.seats import LEADS, SPEAKERS, held_by
from jumelage.components.studio.selectors.sessions import (
    KIND,
    item_of,
    places,
    session_by_uri,
    versions_of,
)
from jumelage.components.studio.services.house.viewing import note_view
from jumelage.components.studio.together import telling
from jumelage.components.studio.together.errors import NothingToShowError, SessionOverError
from jumelage.components.studio.together.folding import LEADER, VIEWER
from jumelage.components.studio.together.words import words
from jumelage.components.studio.views.sessions import cities_of
from jumelage.directory.access import actor, requires
from jumelage.directory.models import Person
from jumelage.kit.errors import JumelageError

LINES = 100
OTIO = "application/vnd.opentimelineio+json"


@requires("studio.join-session", of=session_by_uri)
@never_cache
@require_safe
def room(request: HttpRequest, session: ReviewSession) -> HttpResponse:
    """Show one place of a session; the island takes part in it."""
    version = _chosen(session, request.GET.get("version", ""))
    form = NoteForm(version=version, person=actor(request)) if version else None
    return _show(request, session, version, form)


def _chosen(session: ReviewSession, uri: str) -> Version | None:
    """Return the version *uri* of the session, or its first."""
    shown = versions_of(session)
    first = shown[0] if shown else None
    return next((version for version in shown if version.uri == uri), first)


def _show(
    request: HttpRequest,
    session: ReviewSession,
    version: Version | None,
    form: NoteForm | None,
    status: int = 200,
) -> HttpResponse:
    shown: dict[str, Any] = {
        "session": session,
        "production": session.production,
        "places": places(session),
        "cities": cities_of(session),
        "words": dict(words()),
        "version": version,
    }
    if version and form:
        person = actor(request)
        note_view(version=version, what=View.What.PAGE, person=person)
        say = reverse("studio:session-say", kwargs={"uri": session.uri})
        shown |= {
            "task_type": told.task_type(version),
            "notes": list(Notes(version)),
            "form": form,
            "review": told.page(version, person),
            "decisions": form.decisions,
            "say": f"{say}?version={version.uri}",
        }
    return render(request, "studio/sessions/room.html", shown, status=status)


@requires("studio.join-session", of=session_by_uri)
@never_cache
@require_safe
def room_data(request: HttpRequest, session: ReviewSession) -> JsonResponse:
    """Tell the island what the session shows and what the cities are called."""
    held = held_by(actor(request), session)
    nodes = {node.origin: {"name": str(node), "slug": node.slug} for node in cities_of(session)}
    address = reverse("studio:session-room", kwargs={"uri": session.uri})
    return JsonResponse(
        {
            "seat": held.seat if held else "",
            "items": [
                {
                    **item_of(version),
                    "label": f"{version.task.entity} {version}",
                    "address": f"{address}?version={version.uri}",
                }
                for version in versions_of(session)
            ],
            "cities": nodes,
            "addresses": {
                "ticket": reverse("studio:session-ticket", kwargs={"uri": session.uri}),
                "data": reverse("studio:session-data", kwargs={"uri": session.uri}),
            },
        }
    )


@requires("studio.join-session", of=session_by_uri)
@require_POST
def ticket(request: HttpRequest, session: ReviewSession) -> JsonResponse:
    """Vouch for somebody, who may then connect once within two minutes."""
    if not session.is_open:
        error = SessionOverError()
        refused = {"code": error.code, "message": error.message}
        return JsonResponse({"error": refused}, status=error.http_status)
    held = held_by(actor(request), session)
    seat = held.seat if held else ""
    made = live_ticket(
        kind=KIND,
        uri=session.uri,
        person=seat,
        role=role_of(actor(request), session),
        label=str(voices([seat])[seat]),
    )
    return JsonResponse({"ticket": made})


def role_of(person: Person, session: ReviewSession) -> str:
    """Return what *person* may do in *session*: lead, draw and decide, or look on."""
    held = held_by(person, session)
    if held is None or not held.is_open or held.role not in SPEAKERS:
        return VIEWER
    return LEADER if held.role in LEADS else "annotator"


@requires("studio.join-session", of=session_by_uri)
@require_POST
def say(request: HttpRequest, session: ReviewSession) -> HttpResponse:
    """Take a note about the version on show; the island puts it on the session's list."""
    version, person = _chosen(session, request.GET.get("version", "")), actor(request)
    if version is None:
        return _refused(NothingToShowError())
    form = NoteForm(request.POST, version=version, person=person)
    by_program = request.headers.get("Accept") == "application/json"
    if not form.is_valid():
        return _invalid(form) if by_program else _show(request, session, version, form, 422)
    text, decision = form.cleaned_data["text"], form.cleaned_data["decision"]
    try:
        made = deciding.say(
            version=version, by=person, text=text, decision=decision, span=form.span
        )
    except JumelageError as error:
        if by_program:
            return _refused(error)
        form.add_error(None, error.message)
        return _show(request, session, version, form, error.http_status)
    first, last = form.span or (None, None)
    kept = {"uri": made.uri, "version": version.uri, "first": first, "last": last}
    if by_program:
        return JsonResponse({**kept, "decision": made.decision})
    room = reverse("studio:session-room", kwargs={"uri": session.uri})
    return redirect(f"{room}?version={version.uri}")


def _invalid(form: NoteForm) -> JsonResponse:
    reasons = [str(reason) for errors in form.errors.values() for reason in errors]
    return JsonResponse({"error": " ".join(reasons)}, status=422)


def _refused(error: JumelageError) -> JsonResponse:
    return JsonResponse({"error": error.message}, status=error.http_status)


@requires("studio.join-session", of=session_by_uri)
@require_safe
def log(request: HttpRequest, session: ReviewSession) -> HttpResponse:
    """Show what happened in a session, and step through it."""
    lines = list(telling.Telling(session))
    page = Paginator(lines, LINES).get_page(request.GET.get("page", "1"))
    at = _line_at(lines, request.GET.get("line", ""))
    shown = {
        "session": session,
        "production": session.production,
        "page": page,
        "line": at and lines[at - 1],
        "before": lines[at - 2].number if at and at > 1 else None,
        "after": lines[at].number if at and at < len(lines) else None,
        "nodes": {node.origin: node for node in cities_of(session)},
        "first": lines[0].number if lines else None,
        "here": "sessions",
    }
    return render(request, "studio/sessions/log.html", shown)


def _line_at(lines: list[telling.Line], number: str) -> int:
    """Return the place of the line with *number*, from 1; 0 when there is none."""
    return next((at for at, line in enumerate(lines, 1) if str(line.number) == number), 0)


@requires("studio.join-session", of=session_by_uri)
@require_safe
def log_json(_request: HttpRequest, session: ReviewSession) -> HttpResponse:
    """Give the log to a program."""
    made = telling.as_json(telling.Telling(session))
    return _saved(made, session, "json", "application/json")


@requires("studio.join-session", of=session_by_uri)
@require_safe
def log_csv(_request: HttpRequest, session: ReviewSession) -> HttpResponse:
    """Give the log as a table."""
    return _saved(telling.as_csv(telling.Telling(session)), session, "csv", "text/csv")


@requires("studio.join-session", of=session_by_uri)
@require_safe
def log_otio(_request: HttpRequest, session: ReviewSession) -> HttpResponse:
    """Give the versions of a session with what was said as markers."""
    return _saved(telling.as_otio(telling.Telling(session)), session, "otio", OTIO)


def _saved(text: str, session: ReviewSession, suffix: str, kind: str) -> HttpResponse:
    safe = "".join(letter if letter.isalnum() else "-" for letter in session.name)[:80]
    name = f"{safe or 'session'}.{suffix}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text, content_type=f"{kind}; charset=utf-8", headers=headers)
