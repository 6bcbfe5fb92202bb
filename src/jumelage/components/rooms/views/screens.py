"""What the screen in a room is shown: it signs in by its link, and its cookie opens nothing else."""

import json
from collections.abc import Callable
from datetime import datetime
from functools import wraps

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from jumelage.bridge.api import live_ticket
from jumelage.components.rooms.engines import ice_servers
from jumelage.components.rooms.errors import StrangeScreenError
from jumelage.components.rooms.models import Cause, Screen
from jumelage.components.rooms.selectors.windows import Pane, own
from jumelage.components.rooms.selectors.windows import pane as pane_of
from jumelage.components.rooms.services import screens
from jumelage.components.rooms.showing import windows as showing
from jumelage.directory.access import BY_TOKEN
from jumelage.kit import clock

DEVICES = "camera=(self), microphone=(self), autoplay=(self), screen-wake-lock=(self)"
COOKIE_DAYS = 400
"""The longest that browsers keep; each time the page is opened it begins again."""
LARGEST_BEAT = 16 * 1024

Shown = Callable[[HttpRequest, Screen, Pane], HttpResponse]


def cookie_name() -> str:
    """Return the name of the screen's cookie, the node's own."""
    own: str = settings.SESSION_COOKIE_NAME
    return own.removesuffix("session") + "screen"


def for_screens(view: Shown) -> Callable[[HttpRequest], HttpResponse]:
    """Answer whoever holds the cookie of a screen; to everybody else there is nothing here."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        screen = screens.screen_of(request.COOKIES.get(cookie_name(), ""))
        pane = pane_of(screen.window) if screen else None
        if screen is None or pane is None or own(pane) is None:
            raise Http404
        answer = view(request, screen, pane)
        answer.headers["Permissions-Policy"] = DEVICES
        answer.headers["Referrer-Policy"] = "no-referrer"
        return answer

    guarded.verb = BY_TOKEN  # type: ignore[attr-defined]  # the tag the middleware reads
    return guarded


@never_cache
@require_safe
def enter(_request: HttpRequest, secret: str) -> HttpResponse:
    """Make this browser the screen whose link was opened; no click is needed.

    The address is the whole secret: the answer leads to one without it.
    """
    try:
        _, cookie = screens.sign_in(secret=secret)
    except StrangeScreenError as error:
        raise Http404 from error
    answer = redirect("rooms:screen")
    answer.set_cookie(
        cookie_name(),
        cookie,
        max_age=COOKIE_DAYS * 24 * 3600,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return answer


enter.verb = BY_TOKEN  # type: ignore[attr-defined]  # the tag the middleware reads


@never_cache
@require_safe
@for_screens
def page(request: HttpRequest, screen: Screen, pane: Pane) -> HttpResponse:
    """Show the other room."""
    return render(request, "rooms/screen.html", showing.screen(screen, pane))


@never_cache
@require_POST
@for_screens
def ticket(_request: HttpRequest, screen: Screen, pane: Pane) -> HttpResponse:
    """Give what the screen enters with."""
    given = live_ticket(
        kind="window",
        uri=pane.first.uri,
        person=f"screen-{screen.pk}",
        role="kiosk",
        label=screen.name,
        bearer=screen.cookie_digest,
    )
    return JsonResponse({"ticket": given, "ice": ice_servers(who=f"screen-{screen.pk}")})


@never_cache
@require_POST
@for_screens
def beat(request: HttpRequest, screen: Screen, pane: Pane) -> HttpResponse:
    """Take that the screen lives and what it saw; tell it how the window is now."""
    told = _read(request)
    if isinstance(choice := told.get("devices"), dict):
        devices = {name: choice.get(name) is True for name in ("microphone", "camera")}
        screens.keep_devices(screen=screen, **devices)
    seconds = told.get("open")
    screens.take_beat(
        screen=screen,
        open_seconds=float(seconds) if isinstance(seconds, int | float) else 0.0,
        told=_interruptions(told),
    )
    return JsonResponse(showing.now(pane, clock.now()))


def _read(request: HttpRequest) -> dict[str, object]:
    """Return what the screen told; nothing where it cannot be read."""
    if len(request.body) > LARGEST_BEAT:
        return {}
    try:
        told = json.loads(request.body)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _interruptions(told: dict[str, object]) -> list[screens.Told]:
    rows = told.get("interruptions")
    found = []
    for row in rows if isinstance(rows, list) else []:
        began, ended = _instant(row, "began"), _instant(row, "ended")
        cause = row.get("cause") if isinstance(row, dict) else None
        if began and ended and cause in Cause.values:
            found.append(screens.Told(began_at=began, ended_at=ended, cause=Cause(cause)))
    return found


def _instant(row: object, name: str) -> datetime | None:
    """Return a time with its zone, or None."""
    value = row.get(name) if isinstance(row, dict) else None
    try:
        found = parse_datetime(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None
