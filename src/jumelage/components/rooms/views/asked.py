"""What was asked of this city, and deciding over it; how a session went."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jumelage.components.rooms import services
from jumelage.components.rooms.models import Booking, Occurrence, Pair, Recording
from jumelage.components.rooms.showing import asks, reports
from jumelage.components.rooms.showing.bookings import titles, told
from jumelage.components.rooms.views import things
from jumelage.directory.access import actor, requires
from jumelage.shell.bilingual import refusals_shown_in

PAGE_SIZE = 20


@requires("rooms.see-asked")
@require_safe
def ask_list(request: HttpRequest) -> HttpResponse:
    """Show what waits for a decision of this city."""
    page = Paginator(asks.waiting(), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "rooms/asks.html", {"page": page})


@requires("rooms.answer", of=things.asked)
def ask(request: HttpRequest, thing: Booking | Pair) -> HttpResponse:
    """Decide over a room of this city, time by time."""
    form = Form(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_shown_in(form):
            services.answer(series=thing.uri, held=asks.held(request.POST), by=actor(request))
            messages.success(request, _("Answered. The other city sees it at once."))
            return redirect("rooms:asks")
    shown = {**asks.facts(thing), "form": form}
    return render(request, "rooms/ask.html", shown, status=422 if form.errors else 200)


@requires("rooms.see-booking", of=things.occurrence)
@require_safe
def report(request: HttpRequest, occurrence: Occurrence) -> HttpResponse:
    """Show how a session went, as each city stated it from its own log."""
    [row] = told([occurrence], titles([occurrence.series]))
    shown = {
        "told": row,
        "sessions": reports.stated(occurrence.uri),
        "recordings": Recording.objects.all().of(occurrence.uri),
    }
    return render(request, "rooms/report.html", shown)
