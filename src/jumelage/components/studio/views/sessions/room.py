"""The room of a review session: its page, its tickets, what is said in it."""

from typing import Any

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
from jumelage.components.studio.review.numbering import numbering
from jumelage.components.studio.selectors.seats import held_by, seats_in
from jumelage.components.studio.selectors.sessions import (
    KIND,
    item_of,
    places,
    session_by_uri,
    versions_of,
)
from jumelage.components.studio.services.house.viewing import note_view
from jumelage.components.studio.together.errors import NothingToShowError, SessionOverError
from jumelage.components.studio.together.standing import role_of
from jumelage.components.studio.together.words import words
from jumelage.components.studio.views.sessions.calling import cities_of
from jumelage.directory.access import actor, requires
from jumelage.directory.models import Person
from jumelage.kit.errors import JumelageError
from jumelage.shell.bilingual import refusals_shown_in
from jumelage.shell.minutes import SharedMinutes, minutes_file, shared_minutes


@requires("studio.join-session", of=session_by_uri)
@never_cache
@require_safe
def room(request: HttpRequest, session: ReviewSession) -> HttpResponse:
    """Show one place of a session; the island takes part in it."""
    version = _chosen(session, request.GET.get("version", ""))
    form = NoteForm(version=version, person=actor(request)) if version else None
    return _show(request, session, form)


def _chosen(session: ReviewSession, uri: str) -> Version | None:
    """Return the version *uri* of the session, or its first."""
    shown = versions_of(session)
    first = shown[0] if shown else None
    return next((version for version in shown if version.uri == uri), first)


def _show(
    request: HttpRequest, session: ReviewSession, form: NoteForm | None, status: int = 200
) -> HttpResponse:
    shown = {
        "session": session,
        "production": session.production,
        "places": places(session),
        "cities": cities_of(session),
        "words": words(),
        "minutes": minutes_of(session),
        **(_version_shown(session, form) if form else {}),
    }
    return render(request, "studio/sessions/room.html", shown, status=status)


def _version_shown(session: ReviewSession, form: NoteForm) -> dict[str, Any]:
    """Return what the page shows of the version that *form* is about; the look is counted."""
    version, person = form.version, form.person
    note_view(version=version, what=View.What.PAGE, person=person)
    say = _address("session-say", session)
    return {
        "version": version,
        "task_type": told.task_type(version),
        "notes": list(Notes(version, person)),
        "form": form,
        "review": told.page(version, person),
        "decisions": form.decisions,
        "say": f"{say}?version={version.uri}",
    }


@requires("studio.join-session", of=session_by_uri)
@never_cache
@require_safe
def room_data(request: HttpRequest, session: ReviewSession) -> JsonResponse:
    """Tell the island what the session shows and what the cities are called."""
    held = held_by(actor(request), session)
    nodes = {node.origin: {"name": str(node), "slug": node.slug} for node in cities_of(session)}
    addresses = {name: _address(f"session-{name}", session) for name in ("ticket", "data")}
    seated = voices(seats_in(session.production).values_list("uri", flat=True))
    return JsonResponse(
        {
            "seat": held.seat if held else "",
            "seats": {uri: str(voice) for uri, voice in seated.items()},
            "items": [_item(session, version) for version in versions_of(session)],
            "cities": nodes,
            "addresses": addresses,
        }
    )


def _item(session: ReviewSession, version: Version) -> dict[str, Any]:
    """Return what the island is told of one of the versions on show."""
    label = f"{version.task.entity} {version}"
    shown = {"label": label, "numbers": numbering(version).ranges}
    return {**item_of(version), **shown, "address": _room_of(session, version)}


def _room_of(session: ReviewSession, version: Version) -> str:
    return f"{_address('session-room', session)}?version={version.uri}"


def _address(page: str, session: ReviewSession) -> str:
    return reverse(f"studio:{page}", kwargs={"uri": session.uri})


def minutes_of(session: ReviewSession) -> SharedMinutes:
    """Return the minutes of *session* for a page."""
    download = _address("session-minutes", session)
    return shared_minutes(session.uri, title=session.name, download=download)


@requires("studio.join-session", of=session_by_uri)
@require_safe
def minutes(_request: HttpRequest, session: ReviewSession) -> HttpResponse:
    """Give the minutes of a session as a text file."""
    return minutes_file(session.uri, title=session.name)


@requires("studio.join-session", of=session_by_uri)
@require_POST
def ticket(request: HttpRequest, session: ReviewSession) -> JsonResponse:
    """Vouch for somebody, who may then connect once within two minutes."""
    if not session.is_open:
        error = SessionOverError()
        refused = {"code": error.code, "message": error.message}
        return JsonResponse({"error": refused}, status=error.http_status)
    return JsonResponse({"ticket": _ticket(actor(request), session)})


def _ticket(person: Person, session: ReviewSession) -> str:
    held = held_by(person, session)
    seat = held.seat if held else ""
    return live_ticket(
        kind=KIND,
        uri=session.uri,
        person=seat,
        role=role_of(person, session),
        label=str(voices([seat])[seat]),
        bearer=str(person.pk),
    )


@requires("studio.join-session", of=session_by_uri)
@require_POST
def say(request: HttpRequest, session: ReviewSession) -> HttpResponse:
    """Take a note about the version on show; the island puts it on the session's list."""
    version = _chosen(session, request.GET.get("version", ""))
    if version is None:
        return _refused(NothingToShowError())
    form = NoteForm(request.POST, version=version, person=actor(request))
    by_program = request.headers.get("Accept") == "application/json"
    if form.is_valid():
        with refusals_shown_in(form):
            kept = _say(form)
            return JsonResponse(kept) if by_program else redirect(_room_of(session, version))
    return _invalid(form) if by_program else _show(request, session, form, 422)


def _say(form: NoteForm) -> dict[str, Any]:
    """Say what *form* holds; return what the island is told of it."""
    made = deciding.say(version=form.version, by=form.person, span=form.span, **form.words)
    first, last = form.span or (None, None)
    told_of = {"version": form.version.uri, "first": first, "last": last}
    return {"uri": made.uri, "decision": made.decision, **told_of}


def _invalid(form: NoteForm) -> JsonResponse:
    reasons = [str(reason) for errors in form.errors.values() for reason in errors]
    return JsonResponse({"error": " ".join(reasons)}, status=422)


def _refused(error: JumelageError) -> JsonResponse:
    return JsonResponse({"error": error.message}, status=error.http_status)
