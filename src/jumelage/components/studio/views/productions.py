"""Pages of one production: progress, facts, members."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from jumelage.bridge.api import Node
from jumelage.components.studio import facts
from jumelage.components.studio.forms.productions import (
    FactsForm,
    OpenToForm,
    RoleForm,
    SeatForm,
)
from jumelage.components.studio.models import Playlist, Production, Seat, Task, Word
from jumelage.components.studio.review.playlists import playlists_of
from jumelage.components.studio.selectors.house.partners import partners_of
from jumelage.components.studio.selectors.news import newest
from jumelage.components.studio.selectors.progress import shares, strips, totals
from jumelage.components.studio.selectors.requests import open_requests
from jumelage.components.studio.selectors.seats import names_here, seats_in
from jumelage.components.studio.selectors.tasks import listed
from jumelage.components.studio.selectors.walls.seeing import seen_by, wall_of
from jumelage.components.studio.selectors.words import definitions
from jumelage.components.studio.services import productions, seats
from jumelage.components.studio.services.house import quota
from jumelage.components.studio.views import things
from jumelage.directory.access import actor, requires
from jumelage.directory.policy import ensure
from jumelage.shell.bilingual import refusals_shown_in
from jumelage.shell.twin import json_twin

PAGE_SIZE = 50


@requires("studio.see", of=things.production)
@require_safe
def production_page(request: HttpRequest, production: Production) -> HttpResponse:
    """Show how far a production is, who works on it from where, what is new and what is open.

    Clients read what it is, and what the studio shows them; vendors, which tasks are theirs.
    """
    by, told = actor(request), {"production": production, "here": "production"}
    wall = wall_of(by, production)
    if wall and wall.is_before_clients:
        lists = playlists_of(seen_by(by, production, Playlist))
        return render(request, "studio/house/shown.html", {**told, "playlists": lists})
    if wall:
        return render(
            request, "studio/house/assigned.html", {**told, **_assigned(request, production)}
        )
    return render(request, "studio/production.html", _progress(production))


def _assigned(request: HttpRequest, production: Production) -> dict[str, object]:
    """Return the tasks of the organisation of who asks, as a page of a list."""
    finished = request.GET.get("finished") == "yes"
    tasks = seen_by(actor(request), production, Task)
    sort = request.GET.get("sort", "")
    found = listed(tasks, {production.uri: production}, finished=finished, sort=sort)
    page = Paginator(found, PAGE_SIZE).get_page(things.page_number(request))
    return {"page": page, "finished": finished}


def _progress(production: Production) -> dict[str, object]:
    return {
        "production": production,
        "strips": strips(production),
        "shares": _named(production),
        "news": newest(production),
        "asked": open_requests().filter(production=production).count(),
        "here": "production",
        "json_url": reverse("studio:production-data", kwargs={"uri": production.uri}),
    }


def _named(production: Production) -> list[tuple[Node | None, object]]:
    nodes = {node.origin: node for node in Node.objects.filter(origin__in=production.cities)}
    return [(nodes.get(share.origin), share) for share in shares(production)]


@requires("studio.read", of=things.production)
@require_safe
def production_data(_request: HttpRequest, production: Production) -> JsonResponse:
    """Give the facts of a production as JSON."""
    told = facts.production(production, totals([production])[production.uri])
    return json_twin({**told, **facts.progress(strips(production), shares(production))})


@requires("studio.change-production", of=things.production)
def settings(request: HttpRequest, production: Production) -> HttpResponse:
    """Change the facts of a production."""
    form = FactsForm(request.POST or None, production=production)
    if form.is_bound and form.is_valid():
        with refusals_shown_in(form):
            productions.change_production(
                production=production, changes=_changes(production, form), by=actor(request)
            )
            messages.success(request, _("Kept."))
            return redirect("studio:production", uri=production.uri)
    told = {"form": form, "production": production, "here": "settings", "taken": _taken(production)}
    return render(request, "studio/settings.html", told, status=422 if form.errors else 200)


def _taken(production: Production) -> list[tuple[Seat, int]]:
    """Return the seats that have uploaded something, and how much, the most first."""
    taken = quota.taken_in(production)
    seats = [seat for seat in seats_in(production) if taken[seat.uri]]
    return sorted(((seat, taken[seat.uri]) for seat in seats), key=lambda one: -one[1])


def _changes(production: Production, form: FactsForm) -> dict[str, object]:
    """Return the fields that change; some of the form stand inside others of the production."""
    said = dict(form.cleaned_data)
    del said["task_types"]
    inside = ("originals", *quota.FACTS)
    data = {name: fact for name, fact in production.data.items() if name not in inside}
    data |= {name: rule for name in inside if (rule := said.pop(name))}
    return {**said, "words": _words(production, form), "data": data}


def _words(production: Production, form: FactsForm) -> list[object]:
    """Return the words of *production* with the chosen task types."""
    chosen = set(form.cleaned_data["task_types"])
    kept = [
        each for each in production.words if each["family"] != "task-type" or each["slug"] in chosen
    ]
    held = {each["slug"] for each in kept if each["family"] == "task-type"}
    new = Word.objects.filter(family="task-type", slug__in=chosen - held)
    return [*kept, *definitions(list(new))]


@requires("studio.open-to-city", of=things.production)
def open_to(request: HttpRequest, production: Production) -> HttpResponse:
    """Open a production to the other city, after asking once."""
    form = OpenToForm(request.POST or None)
    if form.is_bound and form.is_valid():
        city = Node.objects.get(origin=form.cleaned_data["city"])
        with refusals_shown_in(form):
            productions.open_to(production=production, city=city, by=actor(request))
            messages.success(request, _("Both cities make it from now on."))
            return redirect("studio:production", uri=production.uri)
    told = {"form": form, "production": production}
    return render(request, "studio/open_to.html", told, status=422 if form.errors else 200)


@require_POST
@requires("studio.change-production", of=things.production)
def close(request: HttpRequest, production: Production) -> HttpResponse:
    """Close a production, or open it again."""
    change = productions.close_production if production.is_open else productions.reopen_production
    changed = change(production=production, by=actor(request))
    messages.success(request, _("Open again.") if changed.is_open else _("Closed."))
    return redirect("studio:production", uri=production.uri)


@requires("studio.see-members", of=things.production)
def members(request: HttpRequest, production: Production) -> HttpResponse:
    """Show the seats of both cities; who sits on those of this city; give others."""
    if request.method == "POST":
        ensure(actor(request), "studio.give-seat", production)
    form = SeatForm(request.POST or None, production=production)
    if form.is_bound and form.is_valid() and _given(request, production, form):
        return redirect("studio:members", uri=production.uri)
    people = names_here(production)
    rows = [(seat, people.get(seat.uri)) for seat in seats_in(production)]
    told = {"production": production, "rows": rows, "form": form, "here": "members"}
    told["partners"] = partners_of(production)
    return render(request, "studio/members.html", told, status=422 if form.errors else 200)


def _given(request: HttpRequest, production: Production, form: SeatForm) -> bool:
    with refusals_shown_in(form):
        said = form.cleaned_data
        chosen = {"role": said["role"], "organisation": said["organisation"]}
        people, by = said["emails"], actor(request)
        given = seats.give_seats(production=production, people=people, by=by, **chosen)
        told = ngettext("The seat is given.", "%(count)s seats are given.", len(given))
        messages.success(request, told % {"count": len(given)})
        return True
    return False


@requires("studio.end-seat", of=things.seat)
def end_seat(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Take a seat back, after asking once."""
    back = reverse("studio:members", kwargs={"uri": seat.production_id})
    if request.method == "POST":
        seats.end_seat(seat=seat, by=actor(request))
        return redirect(back)
    told = {
        "heading": _("Take the seat back?"),
        "lead": f"{seat} · {seat.production}",
        "consequences": [_("What was said from it stays."), _("A new one gets another number.")],
        "action": _("Take it back"),
        "back": back,
        "grave": True,
    }
    return render(request, "shell/confirm.html", told)


@requires("studio.end-seat", of=things.seat)
def change_role(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Give a seat another part, and a number of that part."""
    back = reverse("studio:members", kwargs={"uri": seat.production_id})
    form = RoleForm(request.POST or None, seat=seat)
    if form.is_bound and form.is_valid():
        with refusals_shown_in(form):
            seats.change_role(seat=seat, role=form.cleaned_data["role"], by=actor(request))
            messages.success(request, _("Kept."))
            return redirect(back)
    told = {"form": form, "heading": _("Give another part"), "lead": str(seat)}
    told |= {"production": seat.production, "back": back}
    return render(request, "studio/anew.html", told, status=422 if form.errors else 200)
