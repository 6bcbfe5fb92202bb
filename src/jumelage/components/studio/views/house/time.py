"""The time people of this city spent on a production, for who leads it, and as CSV."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from jumelage.components.studio.forms.house import PeriodForm
from jumelage.components.studio.models import Production
from jumelage.components.studio.selectors.house.time import lines, tasks_of, time_of, weeks
from jumelage.components.studio.views import things
from jumelage.components.studio.views.house.viewing import csv_file
from jumelage.directory.access import requires

PAGE_SIZE = 50


@require_safe
@requires("studio.read-time", of=things.production)
def time_list(request: HttpRequest, production: Production) -> HttpResponse:
    """Show who spent how long on what, by week, and what each task took."""
    form = PeriodForm(request.GET or None)
    asked = form.asked()
    spent = time_of(production, asked["since"], asked["until"])
    told = {
        "production": production,
        "form": form,
        "page": Paginator(weeks(spent), PAGE_SIZE).get_page(things.page_number(request)),
        "tasks": tasks_of(spent),
        "since": asked["since"],
        "until": asked["until"],
        "here": "time",
    }
    return render(request, "studio/house/time.html", told)


@never_cache
@require_safe
@requires("studio.read-time", of=things.production)
def time_file(request: HttpRequest, production: Production) -> HttpResponse:
    """Give the time as CSV (RFC 4180), a line a person, task and day."""
    asked = PeriodForm(request.GET or None).asked()
    spent = time_of(production, asked["since"], asked["until"])
    return csv_file(lines(spent), f"time-{asked['since']}-{asked['until']}")
