"""The grid of shots or assets and tasks, and what is done to many at once."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jumelage.bridge.api import me
from jumelage.components.studio import facts
from jumelage.components.studio.forms.tasks import (
    NEW_PLAYLIST,
    BulkForm,
    GridForm,
    PlanForm,
    seat_choices,
)
from jumelage.components.studio.models import Entity, Playlist, Production, Seat
from jumelage.components.studio.review.playlists import playlist_by_uri, playlists_of
from jumelage.components.studio.selectors.grid import Grid, grid, today
from jumelage.components.studio.selectors.seats import names_here, seats_in
from jumelage.components.studio.selectors.words import spoken, used_by
from jumelage.components.studio.services import many
from jumelage.components.studio.views import things
from jumelage.directory.access import actor, requires
from jumelage.directory.policy import may
from jumelage.kit.errors import InvalidInputError, JumelageError
from jumelage.shell.bilingual import refusals_shown_in
from jumelage.shell.twin import json_twin

MOST_PLAYLISTS = 100


def _asked(request: HttpRequest, production: Production, seats: Sequence[Seat]) -> GridForm:
    kind = "asset" if request.GET.get("type") == "asset" else "shot"
    if kind == "asset":
        parents = [(word.slug, spoken(word)) for word in used_by(production, "asset-type")]
    else:
        held = Entity.objects.live().filter(production=production, type="sequence")
        named = held.order_by("parent__name", "name").values_list("uri", "name", "parent__name")
        parents = [(uri, f"{within} · {name}" if within else name) for uri, name, within in named]
    return GridForm(
        request.GET or None,
        production=production,
        parents=parents,
        seats=seat_choices(seats, names_here(production)),
        type=kind,
    )


@requires("studio.read", of=things.production)
@require_safe
def grid_page(request: HttpRequest, production: Production) -> HttpResponse:
    """Show the shots or assets of a production with their tasks."""
    seats = list(seats_in(production))
    form = _asked(request, production, seats)
    question = form.question()
    shown = grid(production, question)
    told = {
        **_columns(production, shown, question.type),
        "form": form,
        "bulk": BulkForm(**_offered(request, production)),
        "seats": {seat.uri: f"{seat}" for seat in seats},
        "here": question.type,
    }
    return render(request, "studio/grid.html", told)


def _columns(production: Production, shown: Grid, kind: str) -> dict[str, object]:
    """Return what the table needs: the kinds of work of *kind*, and any that has tasks."""
    used = {slug for row in shown.rows for slug in row.cells}
    words = used_by(production, "task-type")
    columns = [word for word in words if word.facts.get("on") == kind or word.slug in used]
    twin = reverse("studio:grid-data", kwargs={"uri": production.uri})
    return {
        "production": production,
        "grid": shown,
        "columns": [word for word in columns if word.slug in used] or columns,
        "today": today(),
        "json_url": f"{twin}?type={kind}",
    }


@requires("studio.read", of=things.production)
@require_safe
def grid_data(request: HttpRequest, production: Production) -> JsonResponse:
    """Give the grid as JSON."""
    form = _asked(request, production, list(seats_in(production)))
    shown = grid(production, form.question())
    return json_twin({"rows": [facts.grid_row(row, shown.parents) for row in shown]})


@require_POST
@requires("studio.read", of=things.production)
def change_many(request: HttpRequest, production: Production) -> HttpResponse:
    """Do what was chosen to every chosen task and shot; nothing when one refuses."""
    form = BulkForm(request.POST, **_offered(request, production))
    try:
        with transaction.atomic():
            done, playlist = _changed(request, production, form)
    except JumelageError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, done)
        if playlist:
            return redirect(playlist)
    return redirect(f"{_grid_of(production)}?{request.POST.get('query', '')[:500]}")


def _playlists(production: Production) -> QuerySet[Playlist]:
    ours = Playlist.objects.live().filter(production=production, origin=me().origin)
    return playlists_of(ours)


def _offered(request: HttpRequest, production: Production) -> dict[str, Any]:
    """Return what the form for many offers: who could be put on tasks, playlists one may change."""
    person, ours = actor(request), _playlists(production)
    return {
        "production": production,
        "seats": seat_choices(list(seats_in(production)), names_here(production)),
        "playlists": [
            (each.uri, each.name)
            for each in ours[:MOST_PLAYLISTS]
            if may(person, "studio.change-playlist", each)
        ],
    }


def _changed(
    request: HttpRequest, production: Production, form: BulkForm
) -> tuple[str, Playlist | None]:
    """Do what was chosen; return to how many, and the playlist they were put into.

    Raises:
        InvalidInputError: something was chosen that is not in the lists.
    """
    if not form.is_valid():
        raise InvalidInputError(reason=_("choose what to do from the lists"))
    chosen = _chosen(request, production)
    into = form.cleaned_data.pop("playlist")
    done = many.change(**chosen, **form.cleaned_data)
    if into and (chosen["task"] or chosen["entity"]):
        playlist = _gathered(into, chosen)
        return _("Put into the playlist “{name}”.").format(name=playlist), playlist
    return _("Done: {count}.").format(count=done), None


def _chosen(request: HttpRequest, production: Production) -> dict[str, Any]:
    return {
        "production": production,
        "task": request.POST.getlist("task")[: many.MOST],
        "entity": request.POST.getlist("entity")[: many.MOST],
        "by": actor(request),
    }


def _gathered(into: str, chosen: dict[str, Any]) -> Playlist:
    name = _("From the grid, {day}").format(day=date_format(today()))
    held = None if into == NEW_PLAYLIST else playlist_by_uri(into)
    return many.gather(**chosen, playlist=held, name=name)


def _grid_of(production: Production) -> str:
    return reverse("studio:grid", kwargs={"uri": production.uri})


@requires("studio.plan", of=things.production)
def plan(request: HttpRequest, production: Production) -> HttpResponse:
    """Plan shots or assets, many at once, with their tasks."""
    form = PlanForm(request.POST or None, production=production)
    if form.is_bound and form.is_valid():
        with refusals_shown_in(form):
            made = many.plan(production=production, **form.cleaned_data, by=actor(request))
            messages.success(request, _("Planned: {count}.").format(count=len(made)))
            kind = "asset" if form.cleaned_data["asset_type"] else "shot"
            return redirect(f"{_grid_of(production)}?type={kind}")
    told = {"form": form, "production": production, "here": "plan"}
    return render(request, "studio/plan.html", told, status=422 if form.errors else 200)
