"""The page of a call, the ticket its browser takes, its figures, and the device check."""

from dataclasses import replace
from functools import wraps

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from jumelage.bridge.api import live_ticket
from jumelage.components.rooms.calls import figures as measured
from jumelage.components.rooms.calls import showing, standing
from jumelage.components.rooms.calls.words import call_words, check_words
from jumelage.components.rooms.engines import ice_servers
from jumelage.components.rooms.models import Occurrence
from jumelage.directory.access import View as ViewFunction
from jumelage.directory.access import actor, requires
from jumelage.kit.errors import InvalidInputError
from jumelage.shell.minutes import SharedMinutes, minutes_file, shared_minutes

DEVICES = "autoplay=(self), camera=(self), microphone=(self), display-capture=(self)"


def uses_devices(view: ViewFunction) -> ViewFunction:
    """Let the pages of *view* ask for camera, microphone and screen; no other page may."""

    @wraps(view)
    def allowed(request: HttpRequest, *given: object, **named: object) -> HttpResponse:
        answer = view(request, *given, **named)
        answer.headers["Permissions-Policy"] = DEVICES
        return answer  # type: ignore[return-value]  # pages are no streams

    return allowed


@uses_devices
@requires("rooms.join-session", of=standing.occurrence_by_uri)
@never_cache
@require_safe
def call_page(request: HttpRequest, occurrence: Occurrence) -> HttpResponse:
    """Show the call: an own picture first, then everybody."""
    role = standing.role_of(actor(request), occurrence)
    shown = {
        **showing.opening(occurrence),
        "call": showing.call(occurrence, role),
        "words": call_words(),
        "minutes": _minutes(occurrence, role),
    }
    return render(request, "rooms/call.html", shown)


def _minutes(occurrence: Occurrence, role: str) -> SharedMinutes:
    """Return the minutes for the page; at the door nothing of them is told."""
    download = reverse("rooms:call-minutes", kwargs={"uri": occurrence.uri})
    held = shared_minutes(occurrence.uri, title=standing.title_of(occurrence), download=download)
    return replace(held, text="", download="", changed_at=None) if role == "waiting" else held


@requires("rooms.see-booking", of=standing.occurrence_by_uri)
@require_safe
def minutes(_request: HttpRequest, occurrence: Occurrence) -> HttpResponseBase:
    """Give the shared minutes as a text file."""
    return minutes_file(occurrence.uri, title=standing.title_of(occurrence))


@requires("rooms.join-session", of=standing.occurrence_by_uri)
@require_POST
def ticket(request: HttpRequest, occurrence: Occurrence) -> JsonResponse:
    """Give what a browser enters with; who may enter is decided anew each time."""
    person = actor(request)
    pass_in = live_ticket(
        kind="call",
        uri=occurrence.uri,
        person=str(person.pk),
        role=standing.role_of(person, occurrence),
        label=str(person),
        bearer=str(person.pk),
    )
    return JsonResponse({"ticket": pass_in, "ice": ice_servers(who=str(person.pk))})


@requires("rooms.join-session", of=standing.occurrence_by_uri)
@require_POST
def figures(request: HttpRequest, occurrence: Occurrence) -> JsonResponse:
    """Keep what a browser measured in the last seconds."""
    try:
        kept = measured.keep(session=occurrence.uri, body=request.body)
    except InvalidInputError as error:
        return JsonResponse({"error": error.message}, status=error.http_status)
    return JsonResponse({"kept": kept})


@uses_devices
@requires("rooms.see-bookings")
@never_cache
@require_safe
def device_check(request: HttpRequest) -> HttpResponse:
    """Show whether camera, microphone and network will do, and what to do if not."""
    check = {
        "ice": ice_servers(who=str(actor(request).pk)),
        "socket": "/live/session",
        "back": reverse("rooms:device-check"),
    }
    return render(request, "rooms/call_check.html", {"check": check, "words": check_words()})
