"""Calendars to take away and to bring: files of bookings, feeds to subscribe to, files read."""

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from jumelage.components.rooms.forms.calendars import CalendarForm
from jumelage.components.rooms.models import Booking, Feed, Occurrence, Pair
from jumelage.components.rooms.selectors import calendars as written
from jumelage.components.rooms.services.feeds import feed_under, renew_feed
from jumelage.components.rooms.services.imports import Imported, import_calendar
from jumelage.components.rooms.views import things
from jumelage.directory.access import actor, public, requires
from jumelage.directory.calendars.models import Resource
from jumelage.directory.calendars.times import Span
from jumelage.kit import clock
from jumelage.shell.bilingual import refusals_shown_in

BACK, AHEAD = timedelta(days=31), timedelta(days=400)
SHOWN = 5
"""Times that a message names."""


def _file(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    return answer


@public
@require_safe
def free_busy(_request: HttpRequest, uri: str) -> HttpResponse:
    """Give when a room is taken; never by whom."""
    room = things.room(uri)
    if room is None or room.withdrawn_at:
        raise Http404
    return _file(written.room_free_busy(room, _around()), "free-busy")


@public
@require_safe
def taken(_request: HttpRequest, uri: str) -> HttpResponse:
    """Give when a room is taken as events, for programs that know no free/busy time."""
    room = things.room(uri)
    if room is None or room.withdrawn_at:
        raise Http404
    return _file(written.room_calendar(room, _around()), "room")


@requires("rooms.import-calendar", of=things.room)
def bring(request: HttpRequest, room: Resource) -> HttpResponse:
    """Keep a room for the events of a calendar file; reading it again changes nothing."""
    form = CalendarForm(request.POST or None, request.FILES or None)
    if form.is_bound and form.is_valid():
        with refusals_shown_in(form):
            content = form.cleaned_data["calendar"]
            read = import_calendar(resource=room, content=content, by=actor(request))
            _tell(request, read)
            return redirect("rooms:room", uri=room.uri)
    told = {"form": form, "room": room}
    return render(request, "rooms/bring.html", told, status=422 if form.errors else 200)


def _tell(request: HttpRequest, read: Imported) -> None:
    """Say what reading a calendar file changed, and which times somebody else has already."""
    words = {"added": read.added, "removed": read.removed, "unchanged": read.unchanged}
    told = _("Read: %(added)s added, %(removed)s given back, %(unchanged)s as before.")
    messages.success(request, told % words)
    if read.refused:
        shown = {"number": len(read.refused), "times": "; ".join(read.refused[:SHOWN])}
        refused = ngettext(
            "%(number)s time was taken already and stays so: %(times)s",
            "%(number)s times were taken already and stay so: %(times)s",
            len(read.refused),
        )
        messages.error(request, refused % shown)


def _around() -> Span:
    """Return the time a feed speaks of: a month back, a year and a month ahead."""
    return Span(clock.now() - BACK, clock.now() + AHEAD)


def _address(occurrence: Occurrence) -> str:
    """Return where the call of *occurrence* is held."""
    return _absolute(reverse("rooms:call", args=[occurrence.uri]))


def _absolute(path: str) -> str:
    public: str = settings.NODE.public_url
    return public + path


@requires("rooms.see-booking", of=things.series)
@require_safe
def series_file(_request: HttpRequest, thing: Booking | Pair) -> HttpResponse:
    """Give every time of a booking as a calendar file."""
    return _file(written.series_calendar(thing.uri, address=_address), "booking")


@requires("rooms.see-booking", of=things.occurrence)
@require_safe
def occurrence_file(_request: HttpRequest, occurrence: Occurrence) -> HttpResponse:
    """Give one time of a booking as a calendar file."""
    return _file(written.invitation(occurrence, address=_address), "booking")


@requires("rooms.own-feed")
@never_cache
def feed(request: HttpRequest) -> HttpResponse:
    """Show somebody's secret address, or make a new one."""
    person = actor(request)
    if request.method == "POST":
        renew_feed(by=person)
        messages.success(request, _("Only you know this address."))
        return redirect("rooms:feed")
    held = Feed.objects.filter(person=person).first()
    address = _absolute(reverse("rooms:feed-ics", args=[held.secret])) if held else ""
    return render(request, "rooms/feed.html", {"address": address})


@public
@never_cache
@require_safe
def feed_file(_request: HttpRequest, secret: str) -> HttpResponse:
    """Give the bookings of the person whose secret address this is."""
    held = feed_under(secret)
    if held is None:
        raise Http404
    return _file(written.calendar_of(held.person, address=_address), "bookings")
