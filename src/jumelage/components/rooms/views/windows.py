"""The pages about windows: opening, answering, quiet hours, screens, what was interrupted."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from jumelage.components.rooms.forms.windows import OpenForm, QuietForm, ScreenForm
from jumelage.components.rooms.models import Interruption, Screen, Window
from jumelage.components.rooms.selectors.windows import Pane, own
from jumelage.components.rooms.selectors.windows import pane as pane_of
from jumelage.components.rooms.services import screens
from jumelage.components.rooms.services import windows as services
from jumelage.components.rooms.showing import windows as showing
from jumelage.components.rooms.views import things
from jumelage.directory.access import actor, requires
from jumelage.directory.calendars.models import Resource
from jumelage.kit.errors import JumelageError
from jumelage.shell.bilingual import refusals_shown_in

PAGE_SIZE = 50


def _pane(window: Window) -> Pane:
    found = pane_of(window.answers or window.uri)
    return found or Pane(first=window, second=None)


def window(uri: str) -> Window | None:
    """Return the window the address names, while its city stands by it."""
    found = Window.objects.live().select_related("room__node", "twin_room__node", "node")
    return found.filter(uri=uri).first()


def screen(pk: int) -> Screen | None:
    """Return the screen the address names."""
    return Screen.objects.filter(pk=pk).first()


@requires("rooms.see-bookings")
@require_safe
def window_list(request: HttpRequest) -> HttpResponse:
    """Show every window, and whether it is open now."""
    return render(request, "rooms/windows.html", {"rows": showing.rows()})


@requires("rooms.see-window", of=window)
@require_safe
def window_page(request: HttpRequest, window: Window) -> HttpResponse:
    """Show a window: both rooms, hours open, interruptions, its screens."""
    pane = _pane(window)
    told = Interruption.objects.filter(window=pane.first.uri).order_by("-began_at")
    shown = {
        "window": window,
        "pane": pane,
        "own": own(pane),
        "rooms": showing.sides(pane),
        "state": showing.state(pane),
        "page": Paginator(told, PAGE_SIZE).get_page(request.GET.get("page")),
        "hours": showing.hours_open(pane),
        "screens": Screen.objects.filter(window=pane.first.uri).order_by("revoked_at", "name"),
        "form": ScreenForm(),
    }
    return render(request, "rooms/window.html", shown)


@requires("rooms.open-window", of=things.room)
def open_window(request: HttpRequest, room: Resource) -> HttpResponse:
    """Open a window of this room to one of the other city's."""
    form = OpenForm(request.POST or None, room=room)
    if form.is_bound and form.is_valid():
        with refusals_shown_in(form):
            twin = form.cleaned_data["twin_room"]
            made = services.open_window(
                room=room, twin_room=twin, quiet=form.quiet(), by=actor(request)
            )
            messages.success(request, _("The other city is asked to open it too."))
            return redirect("rooms:window", uri=made.uri)
    told = {"form": form, "room": room, "heading": _("Open a window")}
    return render(request, "rooms/window_form.html", told)


@requires("rooms.answer-window", of=window)
def answer(request: HttpRequest, window: Window) -> HttpResponse:
    """Open the window that the other city asks for."""
    form = QuietForm(request.POST or None)
    if form.is_bound and form.is_valid() and window.room and window.twin_room:
        with refusals_shown_in(form):
            services.open_window(
                room=window.twin_room,
                twin_room=window.room,
                quiet=form.quiet(),
                answers=window,
                by=actor(request),
            )
            messages.success(request, _("The window is open. Make a link for the screen."))
            return redirect("rooms:window", uri=window.uri)
    told = {"form": form, "room": window.twin_room, "heading": _("Open this window too")}
    return render(request, "rooms/window_form.html", told)


@requires("rooms.change-window", of=window)
def quiet(request: HttpRequest, window: Window) -> HttpResponse:
    """Change the quiet hours of this city's room."""
    form = QuietForm(request.POST or None, initial=QuietForm.filled(window.quiet))
    if form.is_bound and form.is_valid():
        with refusals_shown_in(form):
            services.change_window(window=window, quiet=form.quiet(), by=actor(request))
            messages.success(request, _("The quiet hours are changed."))
            return redirect("rooms:window", uri=window.uri)
    told = {"form": form, "room": window.room, "heading": _("Quiet hours"), "action": _("Save")}
    return render(request, "rooms/window_form.html", told)


@requires("rooms.change-window", of=window)
def close(request: HttpRequest, window: Window) -> HttpResponse:
    """Close the window for both cities, after asking once."""
    if request.method == "POST":
        services.close_window(window=window, by=actor(request))
        messages.success(request, _("The window is closed in both cities."))
        return redirect("rooms:windows")
    return render(request, "rooms/window_close.html", {"window": window})


@requires("rooms.change-window", of=window)
@never_cache
@require_POST
def make_screen(request: HttpRequest, window: Window) -> HttpResponse:
    """Make a screen and show its link, once."""
    form = ScreenForm(request.POST)
    given = form.cleaned_data["name"] if form.is_valid() else ""
    try:
        made, secret = screens.make_screen(pane=_pane(window), name=given, by=actor(request))
    except JumelageError as error:
        messages.error(request, error.message)
        return redirect("rooms:window", uri=window.uri)
    address = request.build_absolute_uri(reverse("rooms:screen-enter", args=[secret]))
    told = {"window": window, "screen": made, "address": address}
    return render(request, "rooms/screen_made.html", told)


@requires("rooms.revoke-screen", of=screen)
@require_POST
def revoke(request: HttpRequest, screen: Screen) -> HttpResponse:
    """Take back the link of a screen."""
    pane = pane_of(screen.window)
    if pane is not None:
        screens.revoke_screen(screen=screen, pane=pane, by=actor(request))
        messages.success(request, _("The link opens nothing any more."))
        return redirect("rooms:window", uri=pane.first.uri)
    return redirect("rooms:windows")
