"""The first page of the studio: what it is, and the productions of who asks."""

from collections.abc import Mapping, Sequence

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jumelage.components.studio import facts
from jumelage.components.studio.forms.productions import (
    CoordinatorForm,
    NewProductionForm,
    QuestionForm,
)
from jumelage.components.studio.models import Production
from jumelage.components.studio.models.words.templates import TEMPLATES
from jumelage.components.studio.selectors.productions import (
    Question,
    productions_of,
    without_coordinator_here,
)
from jumelage.components.studio.selectors.progress import totals
from jumelage.components.studio.selectors.seats import seats_of
from jumelage.components.studio.selectors.tasks import my_tasks
from jumelage.components.studio.services import productions, seats
from jumelage.components.studio.views import things
from jumelage.directory.access import actor, public, requires
from jumelage.directory.models import Person
from jumelage.directory.policy import is_officer, may, person_of
from jumelage.shell.bilingual import refusals_shown_in
from jumelage.shell.twin import json_twin

PAGE_SIZE = 25


@public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what the studio is, and one's own productions to who has some."""
    person = person_of(request.user)
    told: dict[str, object] = {"seats": seats_of(person) if person else {}}
    if person is not None:
        form = QuestionForm(request.GET or None)
        found = productions_of(person, form.question(request.GET.get("sort", "")))
        page = Paginator(found, PAGE_SIZE).get_page(things.page_number(request))
        done = _totals(person, list(page))
        rows = [(production, *done.get(production.uri, (0, None))) for production in page]
        told |= {"form": form, "page": page, "rows": rows, "json_url": reverse("studio:home-data")}
        told["unled"] = without_coordinator_here() if is_officer(person) else ()
    return render(request, "studio/home.html", told)


@requires("studio.see-own-work")
@require_safe
def home_data(request: HttpRequest) -> JsonResponse:
    """Give one's own productions as JSON."""
    found = list(productions_of(actor(request), Question()))
    done = _totals(actor(request), found)
    told = [facts.production(each, done.get(each.uri)) for each in found]
    return json_twin({"productions": told})


def _totals(person: Person, found: Sequence[Production]) -> Mapping[str, tuple[int, int]]:
    """Return `(finished tasks, all tasks)` of those of *found* whose tasks *person* reads."""
    return totals([production for production in found if may(person, "studio.read", production)])


@requires("studio.open-production")
def new(request: HttpRequest) -> HttpResponse:
    """Open a production from a template."""
    form = NewProductionForm(request.POST or None)
    if form.is_bound and form.is_valid():
        with refusals_shown_in(form):
            made = productions.open_production(**form.cleaned_data, by=actor(request))
            messages.success(request, _("Opened, for this city alone. You coordinate it."))
            return redirect("studio:production", uri=made.uri)
    told = {"form": form, "templates": TEMPLATES}
    return render(request, "studio/new.html", told, status=422 if form.errors else 200)


@requires("studio.see-own-work")
@require_safe
def my_work(request: HttpRequest) -> HttpResponse:
    """Show what the reader has to do."""
    finished = request.GET.get("finished") == "yes"
    found = my_tasks(actor(request), finished=finished, sort=request.GET.get("sort", ""))
    page = Paginator(found, 50).get_page(things.page_number(request))
    told = {"page": page, "finished": finished, "json_url": reverse("studio:my-work-data")}
    return render(request, "studio/my_work.html", told)


@requires("studio.see-own-work")
@require_safe
def my_work_data(request: HttpRequest) -> JsonResponse:
    """Give what the reader has to do as JSON."""
    return json_twin({"tasks": [facts.own_task(task) for task in my_tasks(actor(request))]})


@requires("studio.name-coordinator", of=things.production)
def name_coordinator(request: HttpRequest, production: Production) -> HttpResponse:
    """Name who coordinates a production in this city, where nobody does."""
    form = CoordinatorForm(request.POST or None)
    if form.is_bound and form.is_valid() and form.person:
        with refusals_shown_in(form):
            seats.name_coordinator(production=production, person=form.person, by=actor(request))
            messages.success(request, _("The coordinator is named."))
            return redirect("studio:home")
    told = {"form": form, "production": production}
    return render(request, "studio/coordinator.html", told, status=422 if form.errors else 200)
