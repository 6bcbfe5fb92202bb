"""The list of rooms, a page for each with its week, and what those in charge do there."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jumelage.components.rooms.forms.asking import QuestionForm
from jumelage.components.rooms.forms.rooms import RoomForm
from jumelage.components.rooms.photos import keeping
from jumelage.components.rooms.services import rooms as services
from jumelage.components.rooms.showing import room as showing
from jumelage.components.rooms.showing.bookings import going_on
from jumelage.components.rooms.showing.places import cities
from jumelage.components.rooms.showing.rooms import rooms, standings
from jumelage.components.rooms.showing.week import monday_of
from jumelage.components.rooms.views import things
from jumelage.directory.access import actor, public, requires
from jumelage.directory.calendars.models import Resource
from jumelage.directory.policy import may, person_of
from jumelage.kit import clock
from jumelage.shell.bilingual import refusals_shown_in
from jumelage.shell.twin import json_twin

PAGE_SIZE = 20
WEEKEND = timedelta(days=2)
"""On a Saturday the week that matters is the one that begins on Monday."""


def _asked(request: HttpRequest) -> QuestionForm:
    return QuestionForm(request.GET or None, cities=cities())


@public
@require_safe
def room_list(request: HttpRequest) -> HttpResponse:
    """Show the rooms of every city."""
    form = _asked(request)
    page = Paginator(rooms(form.question()), PAGE_SIZE).get_page(request.GET.get("page"))
    told = {
        "form": form,
        "page": page,
        "rows": standings(list(page)),
        "going_on": going_on() if may(person_of(request.user), "rooms.see-bookings") else [],
        "json_url": reverse("rooms:list-data"),
    }
    return render(request, "rooms/list.html", told)


@public
@require_safe
def room_list_data(request: HttpRequest) -> JsonResponse:
    """Give the rooms of every city as JSON, the whole answer at once."""
    return json_twin({"rooms": [showing.facts(each) for each in rooms(_asked(request).question())]})


def _room(uri: str) -> Resource:
    room = things.room(uri)
    if room is None:
        raise Http404
    return room


@public
@require_safe
def room_page(request: HttpRequest, uri: str) -> HttpResponse:
    """Show a room: what it has, its rules, and its week on both clocks."""
    room = _room(uri)
    today = clock.now().astimezone(room.zone).date()
    monday = monday_of(request.GET.get("week", ""), today + WEEKEND)
    told = {
        "room": room,
        "week": showing.week(room, monday, person_of(request.user)),
        "hours": showing.hours(room),
        "has_photo": keeping.is_here(room.photo),
        "json_url": reverse("rooms:room-data", args=[room.uri]),
    }
    return render(request, "rooms/room.html", told)


@public
@require_safe
def room_data(_request: HttpRequest, uri: str) -> JsonResponse:
    """Give the facts of a room as JSON."""
    return json_twin(showing.facts(_room(uri)))


@public
@require_safe
def photo(_request: HttpRequest, uri: str) -> FileResponse:
    """Give the photo of a room."""
    room = _room(uri)
    if room.withdrawn_at or not keeping.is_here(room.photo):
        raise Http404
    answer = FileResponse(keeping.path_of(room.photo).open("rb"), content_type="image/jpeg")
    answer["Cache-Control"] = "public, max-age=3600"
    return answer


@requires("rooms.register-room")
def register(request: HttpRequest) -> HttpResponse:
    """Register a room of this city."""
    form = RoomForm(
        request.POST or None, request.FILES or None, person=actor(request), initial=BEGINNING
    )
    if form.is_bound and form.is_valid():
        with refusals_shown_in(form):
            made = services.register_room(room=form.room(), by=actor(request))
            messages.success(request, _("Both cities can book it now."))
            return redirect("rooms:room", uri=made.uri)
    return _form(request, form, None)


BEGINNING: dict[str, Any] = {
    "capacity": 8,
    **{f"hours_{day}": [("09:00", "18:00")] for day in range(5)},
}
"""What the form of a new room shows."""


def _form(request: HttpRequest, form: RoomForm, room: Resource | None) -> HttpResponse:
    told = {"form": form, "room": room}
    return render(request, "rooms/write.html", told, status=422 if form.errors else 200)


@requires("rooms.change-room", of=things.room)
def change(request: HttpRequest, room: Resource) -> HttpResponse:
    """Describe a room again."""
    form = RoomForm(
        request.POST or None,
        request.FILES or None,
        person=actor(request),
        initial=RoomForm.showing(room),
    )
    if form.is_bound and form.is_valid():
        with refusals_shown_in(form):
            services.change_room(resource=room, room=form.room(room), by=actor(request))
            messages.success(request, _("Kept."))
            return redirect("rooms:room", uri=room.uri)
    return _form(request, form, room)


@requires("rooms.withdraw-room", of=things.room)
def withdraw(request: HttpRequest, room: Resource) -> HttpResponse:
    """Take a room from the lists, after asking once."""
    form = Form(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_shown_in(form):
            services.withdraw_room(resource=room, by=actor(request))
            messages.success(request, _("Nobody can book it any more."))
            return redirect("rooms:list")
    told = {"form": form, "heading": _("Take %(room)s from the lists?") % {"room": room}}
    told |= {
        "action": _("Take it from the lists"),
        "back": reverse("rooms:room", args=[room.uri]),
        "grave": True,
        "consequences": [_("Nobody can book it any more, in any city.")],
    }
    return render(request, "shell/confirm.html", told, status=422 if form.errors else 200)
