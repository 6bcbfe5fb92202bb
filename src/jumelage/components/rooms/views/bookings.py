"""Bookings of one's own: asking for two rooms, the list, a series, giving times back."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jumelage.bridge.api import me
from jumelage.components.rooms import services
from jumelage.components.rooms.forms.booking import BookingForm, PeopleForm, WhenForm
from jumelage.components.rooms.models import Booking, Occurrence, Pair
from jumelage.components.rooms.selectors import occurrences_of
from jumelage.components.rooms.showing import bookings as showing
from jumelage.components.rooms.showing.preview import Preview, preview
from jumelage.components.rooms.showing.rooms import Question, rooms
from jumelage.components.rooms.showing.suggested import Suggested, suggested
from jumelage.components.rooms.views import things
from jumelage.directory.access import actor, requires
from jumelage.directory.policy import may
from jumelage.shell.bilingual import refusals_shown_in
from jumelage.shell.frame import frame

PAGE_SIZE, OCCURRENCES = 20, 60


@requires("rooms.book")
def book(request: HttpRequest) -> HttpResponse:
    """Ask for a room in each city, or one alone: suggest hours, name every time, then ask."""
    listed = rooms(Question())
    form = BookingForm(_chosen(request.POST) or None, rooms=listed, initial=_begun(request))
    wanted = request.POST.get("do", "")
    made = _asked(request, form) if wanted == "book" and form.is_valid() else None
    if made:
        return redirect("rooms:series", uri=made.uri)
    told = {
        "suggested": _suggested(form) if wanted == "suggest" else None,
        "preview": _foreseen(form) if wanted != "suggest" and form.is_valid() else None,
        "form": form,
        "rooms_here": any(room.origin == things.here() for room in listed),
    }
    return render(request, "rooms/book.html", told, status=422 if form.errors else 200)


def _chosen(posted: QueryDict) -> QueryDict:
    """Return what was typed, with the day and the hour of a suggestion that was taken."""
    if "choose" not in posted:
        return posted
    typed = posted.copy()
    typed["day"], _between, typed["hour"] = str(posted["choose"]).partition("T")
    typed["zone"] = me().time_zone
    return typed


def _begun(request: HttpRequest) -> dict[str, Any]:
    """Return what the address fills in: the room it names, on its own side."""
    named = things.room(request.GET.get("room", ""))
    side = "room" if named and named.origin == things.here() else "twin_room"
    return {side: named} if named else {}


def _suggested(form: BookingForm) -> Suggested | None:
    """Return hours that suit both rooms; only the rooms, the day and the length are asked."""
    form.ask_only("room", "twin_room", "day", "minutes")
    if not form.is_valid():
        return None
    told = form.cleaned_data
    return suggested(form.rooms(), told["day"], told["minutes"])


def _foreseen(form: BookingForm) -> Preview | None:
    with refusals_shown_in(form):
        whole = form.cleaned_data["whole"] == "all"
        return preview(form.plan(), form.rooms(), all_or_nothing=whole)
    return None


def _asked(request: HttpRequest, form: BookingForm) -> Booking | None:
    with refusals_shown_in(form):
        is_pair = len(form.rooms()) > 1
        made = (services.ask_pair if is_pair else services.book_one)(
            **form.asked(), by=actor(request)
        )
        if is_pair:
            messages.success(request, _("Asked. Both rooms are confirmed, or both are given back."))
        return made
    return None


@requires("rooms.see-bookings")
@require_safe
def booking_list(request: HttpRequest) -> HttpResponse:
    """Show what somebody booked or is invited to."""
    form = WhenForm(request.GET or None)
    found, names = showing.own(actor(request), form.question())
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    told = {
        "form": form,
        "page": page,
        "rows": showing.told(page, names),
        "asked": form.has_changed(),
    }
    return render(request, "rooms/bookings.html", told)


@requires("rooms.see-booking", of=things.series)
@require_safe
def series(request: HttpRequest, thing: Booking | Pair) -> HttpResponse:
    """Show a booking: each of its times, and how it stands in each city."""
    return _show(request, thing, None)


def _show(request: HttpRequest, thing: Booking | Pair, form: PeopleForm | None) -> HttpResponse:
    found = occurrences_of(thing.uri).select_related("room__node", "twin_room__node")
    page = Paginator(found, OCCURRENCES).get_page(request.GET.get("page"))
    rows = showing.told(page, showing.titles([thing.uri]))
    told = {
        **showing.series(thing, rows),
        "page": page,
        "form": form or (PeopleForm.showing(thing) if isinstance(thing, Booking) else None),
        "broken": _broken(request, rows),
        "to_come": any(not row.is_over for row in rows),
        "releases": may(actor(request), "rooms.release", thing),
        "renames": may(actor(request), "rooms.change-booking", thing),
    }
    return render(request, "rooms/series.html", told, status=422 if form else 200)


def _broken(request: HttpRequest, rows: list[showing.Told]) -> str:
    """Return the city that is waited for while the line to it is cut; empty: none."""
    waited = {row.there.origin for row in rows if not row.is_over and row.mark != "confirmed"}
    lines = frame(request)["shell"].lines
    cut = [line.there for line in lines if line.there.origin in waited and not line.is_up]
    return str(cut[0]) if cut else ""


@require_POST
@requires("rooms.change-booking", of=things.booking)
def change_booking(request: HttpRequest, booking: Booking) -> HttpResponse:
    """Call a booking otherwise, and invite more people."""
    form = PeopleForm(request.POST)
    if not form.is_valid():
        return _show(request, booking, form)
    told = form.cleaned_data
    services.rename(booking=booking, title=told["title"], note=told["note"], by=actor(request))
    services.invite(booking=booking, people=told["invited"], by=actor(request))
    messages.success(request, _("Kept."))
    return redirect("rooms:series", uri=booking.uri)


@require_POST
@requires("rooms.release", of=things.series)
def release(request: HttpRequest, thing: Booking | Pair) -> HttpResponse:
    """Give chosen times back in both cities, after asking once."""
    numbers = [int(text) for text in request.POST.getlist("number") if text.isdecimal()]
    chosen = list(occurrences_of(thing.uri).filter(number__in=numbers[:OCCURRENCES]))
    if not chosen:
        messages.error(request, _("Choose the times to give back."))
        return redirect("rooms:series", uri=thing.uri)
    if "sure" not in request.POST:
        return _ask_again(request, thing, chosen)
    services.release(occurrences=chosen, by=actor(request))
    messages.success(request, _("Given back."))
    return redirect("rooms:series", uri=thing.uri)


def _ask_again(
    request: HttpRequest, thing: Booking | Pair, chosen: list[Occurrence]
) -> HttpResponse:
    rows = showing.told(chosen, showing.titles([thing.uri]))
    alone = not any(each.twin_room_id for each in chosen)
    asker = thing.node if isinstance(thing, Pair) else None
    shown = {"thing": thing, "rows": rows, "is_alone": alone, "asker": asker}
    return render(request, "rooms/release.html", shown)
